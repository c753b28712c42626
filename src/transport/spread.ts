import { delay } from '../kernel/clock.ts';

const TICK_MS = 10;

/** Does something to each, in their order, spread evenly over a time; few of them, a tick apart, take less of it. */
export async function spread<T>(all: Iterable<T>, withinMs: number, act: (one: T) => void): Promise<void> {
  const list = [...all];
  const ticks = Math.min(list.length, Math.max(1, Math.floor(withinMs / TICK_MS)));
  for (let tick = 1, done = 0; tick <= ticks; tick++) {
    if (tick > 1) await delay(TICK_MS);
    for (const due = Math.ceil((list.length * tick) / ticks); done < due; done++) act(list[done] as T);
  }
}
