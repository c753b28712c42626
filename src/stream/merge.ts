/**
 * Several streams as one: whatever comes first is handed out first, and none is read further than one value ahead. It ends
 * with the first one that fails, and when all are over; `return()` ends all of them at once, also while they wait.
 */
export function mergedStreams<T>(sources: readonly AsyncIterableIterator<T>[]): AsyncIterableIterator<T> {
  const ready: { readonly source: AsyncIterableIterator<T>; readonly value: T }[] = [];
  const idle = new Set(sources);
  const open = new Set(sources);
  let fault: { readonly error: unknown } | null = null;
  let closed = false;
  let wake = (): void => undefined;

  // A promise that stays open is asked for its outcome once: to race it again and again would pile up on it.
  const pull = async (source: AsyncIterableIterator<T>): Promise<void> => {
    try {
      const next = await source.next();
      if (next.done) open.delete(source);
      else ready.push({ source, value: next.value });
    } catch (error) {
      fault ??= { error };
    }
    wake();
  };
  const close = async (): Promise<void> => {
    closed = true;
    wake();
    await Promise.all(sources.map((source) => source.return?.() ?? Promise.resolve()));
  };
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      for (;;) {
        for (const source of idle) {
          idle.delete(source);
          void pull(source);
        }
        if (fault && !closed) {
          await close();
          throw fault.error;
        }
        const first = closed ? undefined : ready.shift();
        if (first) {
          idle.add(first.source);
          return { done: false, value: first.value };
        }
        if (closed || open.size === 0) return { done: true, value: undefined };
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
    async return() {
      await close();
      return { done: true, value: undefined };
    },
  };
}
