import { delay } from '../kernel/clock.ts';

/** The pause between two acts is never longer, so that few of them need not wait. */
const PAUSE_MS_MAX = 10;

/** Does something to each, one after the other, spread over at most the given time. */
export async function spread<T>(all: Iterable<T>, withinMs: number, act: (one: T) => void): Promise<void> {
  const list = [...all];
  const pauseMs = Math.min(PAUSE_MS_MAX, withinMs / list.length);
  for (const [n, one] of list.entries()) {
    if (n > 0) await delay(pauseMs);
    act(one);
  }
}
