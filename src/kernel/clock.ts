import { randomInt } from 'node:crypto';

/** The only place that reads the machine's clock or its random source. Tests pass their own. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/** Makes unique ids, and what nobody can guess. */
export interface Ids {
  uuid(): string;
  /** So many random digits, each equally likely: of a code that is sent to somebody. */
  digits(count: number): string;
}

export const systemIds: Ids = {
  uuid: () => crypto.randomUUID(),
  digits: (count) => String(randomInt(10 ** count)).padStart(count, '0'),
};

/** Resolves after the given time, or at once when the signal aborts. */
export function delay(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) {
      resolve();
      return;
    }
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal?.addEventListener('abort', done, { once: true });
  });
}

/** Aborts when the signal does, or with a TimeoutError after the given time. */
export function withinTime(limitMs: number, signal: AbortSignal): AbortSignal {
  const limit = AbortSignal.timeout(limitMs);
  // Node 20 collects a time-out that nobody listens to, and `any` does not count: it would never come.
  limit.addEventListener('abort', () => undefined, { once: true });
  return AbortSignal.any([signal, limit]);
}

/** Calls `task` every interval until disposed. Does not keep the process alive. */
export function every(intervalMs: number, task: () => void): Disposable {
  const timer = setInterval(task, intervalMs);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** Resolves when the event loop has read whatever had arrived by now. */
export function afterInput(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
