import { every } from '../kernel/clock.ts';

const TICK_MS = 1_000;

export interface Ticker extends Disposable {
  /** Calls `task` about every `intervalMs`, a whole number of seconds, until disposed. It must not throw. */
  add(intervalMs: number, task: () => void): Disposable;
}

/** One timer for all the streams that want a beat now and then. */
export function openTicker(): Ticker {
  const entries = new Set<{ readonly ticks: number; readonly task: () => void; left: number }>();
  const timer = every(TICK_MS, () => {
    for (const entry of entries) {
      entry.left -= 1;
      if (entry.left > 0) continue;
      entry.left = entry.ticks;
      entry.task();
    }
  });
  return {
    add(intervalMs, task) {
      const ticks = Math.ceil(intervalMs / TICK_MS);
      const entry = { ticks, task, left: ticks };
      entries.add(entry);
      return { [Symbol.dispose]: () => void entries.delete(entry) };
    },
    [Symbol.dispose]: () => timer[Symbol.dispose](),
  };
}
