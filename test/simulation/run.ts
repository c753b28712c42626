import { openSimLog, USERS } from './log.ts';
import { goWrong } from './faults.ts';
import { openNode, type Shared, type SimNode } from './node.ts';
import { openReader, type SimReader } from './reader.ts';
import { openSimRedis } from './redis.ts';
import { startVirtualTime } from './time.ts';
import { openWorld, type World } from './world.ts';
import { write } from './writer.ts';

const ACTIVE_MS_MAX = 9_000;
const UNDONE_WITHIN_MS = 12_000;
/** The floor check finds whatever was lost within 2 s; the rest is for what is being read, and for coming back. */
const CAUGHT_UP_WITHIN_MS = 5_000;
/** By then a floor check has found also what no reader wanted of what was lost, which may be past retention by now. */
const CALMED_MS = 3_500;
/** Once the links carry again, an update takes no longer than they do: no floor check has to find it. */
const LIVE_WITHIN_MS = 100;

type Simulated = Shared & { readonly nodes: readonly SimNode[] };

/** One seed from its start to its quiet end. */
export async function simulate(seed: number, { isTold = false } = {}): Promise<World> {
  using time = startVirtualTime();
  const world = openWorld(seed, { time, isTold });
  await act(world);
  return world;
}

/** Lets time pass, timer by timer, until it is so or until then; false when it never became so. */
async function pass(world: World, ms: number, isSo: () => boolean = () => false): Promise<boolean> {
  const until = world.now() + ms;
  while (world.now() < until && world.violations.length === 0) {
    if (isSo()) return true;
    world.goOn();
    // Everything that the timer has set off by promises comes first.
    await new Promise<void>((resolve) => process.nextTick(resolve));
  }
  return isSo();
}

async function act(world: World): Promise<void> {
  const chance = world.chance('run');
  const log = openSimLog(world);
  const nodes: SimNode[] = [];
  const shared: Simulated = { world, log, redis: openSimRedis(world), nodes };
  world.say(() => `weather: ${JSON.stringify(world.weather)}`);
  for (const name of ['one', 'two']) nodes.push(openNode(shared, name));
  for (const node of nodes) node.start();
  const readers = Array.from({ length: chance.int(2, 5) }, (_, n) => {
    const user = chance.pick(USERS);
    return openReader(shared, `${user}'s reader ${n}`, user);
  });
  const going = Array.from({ length: chance.int(1, 3) }, (_, n) => write(shared, `writer ${n}`));
  going.push(goWrong(shared));
  let undone = false;
  void Promise.all(going).then(() => (undone = true));
  await pass(world, chance.int(1_000, ACTIVE_MS_MAX));
  world.calm();
  world.say(() => 'calm');
  await pass(world, UNDONE_WITHIN_MS, () => undone);
  await settle(shared, readers);
}

/** Each step is a promise about what holds once nothing goes wrong any more. */
async function settle({ world, log, nodes }: Simulated, readers: readonly SimReader[]): Promise<void> {
  const late = (): string =>
    readers
      .filter(({ missing }) => missing() > 0)
      .map(({ name, missing }) => `${name} lacks ${missing()}`)
      .join(', ');
  const isCaughtUp = (): boolean => readers.every(({ missing }) => missing() === 0);
  const isHealthy = (): boolean => nodes.every(({ life }) => life?.deps.bus.isDegraded() === false);
  const becomes = async (isSo: () => boolean, within: { ms: number; or: () => string }): Promise<void> => {
    if (!(await pass(world, within.ms, isSo)) && world.violations.length === 0) world.violate(within.or());
  };
  await becomes(isCaughtUp, { ms: CAUGHT_UP_WITHIN_MS, or: () => `not caught up: ${late()}` });
  await becomes(isHealthy, { ms: CAUGHT_UP_WITHIN_MS, or: () => 'the bus does not come back' });
  if (world.chance('settle').one(0.6)) return;
  await pass(world, CALMED_MS);
  for (const user of USERS) nodes[0]?.life?.deps.bus.publish(log.commit(user, 3));
  await becomes(isCaughtUp, { ms: LIVE_WITHIN_MS, or: () => `not live again: ${late()}` });
}
