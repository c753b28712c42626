import { delay } from '../../src/kernel/clock.ts';
import type { Chance } from './chance.ts';
import { USERS } from './log.ts';
import type { Shared, SimNode } from './node.ts';
import type { World } from './world.ts';

type Faulty = Shared & { readonly nodes: readonly SimNode[] };

/** Does `fault` again and again until the calm; each undoes what it did before it resolves. */
async function repeat(world: World, eachMs: number, [chance, fault]: [Chance, () => Promise<void>]): Promise<void> {
  for (;;) {
    await delay(chance.int(0, 2 * eachMs));
    if (world.isCalm()) return;
    await fault();
  }
}

/** All that goes wrong by itself in this weather. Resolves when the calm has come and everything is undone. */
export async function goWrong(faulty: Faulty): Promise<void> {
  const { world, log, nodes } = faulty;
  const { lines, outages, restarts, retention, restores } = world.weather;
  const going: Promise<void>[] = [];
  const start = (isOn: boolean, eachMs: number, [name, fault]: [string, (chance: Chance) => Promise<void>]): void => {
    if (!isOn) return;
    const chance = world.chance('fault', name);
    going.push(repeat(world, eachMs, [chance, () => fault(chance)]));
  };
  for (const node of nodes) {
    start(lines === 'each', 1_500, [`line ${node.name}`, (chance) => hurtLine(faulty, node, chance)]);
    start(restarts, 4_000, [`restart ${node.name}`, (chance) => restart(faulty, node, chance)]);
  }
  start(lines === 'all away', 1_000, ['redis', (chance) => hurtRedis(faulty, 'down', chance)]);
  start(lines === 'all frozen', 2_000, ['redis', (chance) => hurtRedis(faulty, 'frozen', chance)]);
  start(outages, 3_000, ['outage', (chance) => outage(faulty, chance)]);
  start(retention, 800, [
    'retention',
    (chance) => {
      const user = chance.pick(USERS);
      const from = Math.max(log.retainedFrom(user), log.head(user).offset - chance.int(0, 20));
      world.say(() => `retention: ${user} from ${from}`);
      log.retain(user, from);
      return Promise.resolve();
    },
  ]);
  start(restores, 4_000, [
    'restore',
    (chance) => {
      log.restore(() => chance.int(0, 8));
      world.say(() => `the log is restored: ${USERS.map((user) => `${user} ${log.head(user).offset}`).join(', ')}`);
      return Promise.resolve();
    },
  ]);
  await Promise.all(going);
}

async function hurtLine({ world }: Faulty, { name, life }: SimNode, chance: Chance): Promise<void> {
  if (!life) return;
  const { line } = life;
  const how = chance.pick(['down', 'down', 'frozen', 'half-open'] as const);
  world.say(() => `the line of ${name} to Redis is ${how}`);
  if (how === 'half-open') {
    world.count('connection to Redis half-open');
    line.deafen(chance.pick(['publisher', 'subscriber']));
    return;
  }
  world.count(how === 'down' ? 'connection to Redis cut' : 'Redis frozen');
  line.set(how);
  await delay(chance.int(0, chance.pick([100, 1_500, 6_000])));
  line.set('up');
}

async function hurtRedis({ world, nodes }: Faulty, how: 'down' | 'frozen', chance: Chance): Promise<void> {
  world.say(() => `Redis is ${how}`);
  world.count(how === 'down' ? 'connection to Redis cut' : 'Redis frozen');
  const lines = nodes.flatMap(({ life }) => life?.line ?? []);
  for (const line of lines) line.set(how);
  await delay(chance.int(0, chance.pick([100, 1_500, 6_000])));
  for (const line of lines) line.set('up');
  world.say(() => 'Redis is back');
}

async function restart({ world }: Faulty, node: SimNode, chance: Chance): Promise<void> {
  const isKill = chance.one(0.5);
  world.count(isKill ? 'process killed' : 'process drained');
  if (isKill) node.kill();
  else await node.drain();
  await delay(chance.int(0, 2_000));
  node.start();
}

async function outage({ world, log }: Faulty, chance: Chance): Promise<void> {
  log.state = chance.pick(['away', 'hangs']);
  world.say(() => `the database ${log.state}`);
  world.count(log.state === 'away' ? 'database away' : 'database hangs');
  await delay(chance.int(0, 3_000));
  log.state = 'up';
}
