import { delay } from '../../src/kernel/clock.ts';
import { USERS } from './log.ts';
import type { Shared, SimNode } from './node.ts';

const PUBLISH_MS_MAX = 30;
const FLOOD_EVENTS = [200, 300, 700];

/** One that commits through a process and lets it publish, until the calm. Resolves when it is done. */
export async function write(
  { world, log, nodes }: Shared & { nodes: readonly SimNode[] },
  name: string,
): Promise<void> {
  const chance = world.chance('writer', name);
  const { writesEachMs, floods } = world.weather;
  for (;;) {
    await delay(chance.int(0, chance.pick([3, writesEachMs, writesEachMs])));
    if (world.isCalm()) return;
    const { life, name: through } = chance.pick(nodes);
    if (!life) continue;
    const isFlood = floods && chance.one(0.03);
    const user = chance.pick(USERS);
    const events = log.commit(user, isFlood ? chance.pick(FLOOD_EVENTS) : chance.int(1, 4));
    world.say(() => `${name} commits up to ${user} ${events.at(-1)?.position.offset ?? 0} at ${through}`);
    if (chance.one(world.weather.writersDie)) {
      world.count('writer died before its publish');
      continue;
    }
    await delay(chance.int(0, chance.pick([1, PUBLISH_MS_MAX])));
    life.deps.bus.publish(events);
  }
}
