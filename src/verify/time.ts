/** The only place of this folder that reads the machine's clock: the checker must not lean on what it checks, so it has its own. */

/** Milliseconds since 1970, as every time of a history. */
export const now = (): number => Date.now();

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

/** Calls `task` every interval until disposed. */
export function every(intervalMs: number, task: () => void): Disposable {
  const timer = setInterval(task, intervalMs);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
