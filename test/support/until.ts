import { setTimeout as wait } from 'node:timers/promises';

const POLL_MS = 20;

/**
 * Resolves to the first value of `check` that is truthy. For what happens outside of this process and can't be waited for otherwise.
 * Rejects after `withinMs` with the condition, and with the last error when `check` threw.
 */
export async function until<T>(check: () => T | Promise<T>, { withinMs }: { withinMs: number }): Promise<T> {
  const deadline = performance.now() + withinMs;
  let last: unknown;
  do {
    try {
      const value = await check();
      if (value) return value;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await wait(POLL_MS);
  } while (performance.now() < deadline);
  throw new Error(`Not so within ${withinMs} ms: ${String(check)}`, { cause: last });
}
