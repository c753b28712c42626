import { setTimeout as later } from 'node:timers/promises';

/** A fault has a length, and a load has a rate: only the harness itself may wait for nothing but time. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  if (ms <= 0 || signal?.aborted) return;
  await later(ms, undefined, signal ? { signal } : {}).catch(() => undefined);
}

/** Resolves to null when it takes longer than that. */
export async function within<T>(ms: number, work: Promise<T>): Promise<T | null> {
  const over = new AbortController();
  const first = await Promise.race([work, pause(ms, over.signal).then(() => null)]);
  over.abort();
  return first;
}
