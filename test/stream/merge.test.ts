import fc from 'fast-check';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { mergedStreams } from '../../src/stream/merge.ts';

/** A stream that hands out what it is given, when it is given it. */
function openSource<T>() {
  const values: T[] = [];
  let wake = (): void => undefined;
  const state = { closed: false, pulls: 0, fault: null as Error | null };
  const wait = (): Promise<void> => new Promise((resolve) => (wake = resolve));
  const source: AsyncIterableIterator<T> = {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      state.pulls += 1;
      while (!state.closed && !state.fault && values.length === 0) await wait();
      if (state.fault) throw state.fault;
      return values.length > 0 && !state.closed
        ? { done: false, value: values.shift() as T }
        : { done: true, value: undefined };
    },
    return() {
      state.closed = true;
      wake();
      return Promise.resolve({ done: true, value: undefined });
    },
  };
  const put = (...more: T[]): void => {
    values.push(...more);
    wake();
  };
  const fail = (fault: Error): void => {
    state.fault = fault;
    wake();
  };
  return { source, state, put, fail };
}

describe('merged streams', () => {
  it('hand out everything of each, in its order, however it comes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(2), fc.boolean()), { maxLength: 30 }), async (steps) => {
        const sources = [0, 1, 2].map(() => openSource<string>());
        const merged = mergedStreams(sources.map(({ source }) => source));
        const seen: string[] = [];
        const sent: string[] = [];
        for (const [n, [which, pause]] of steps.entries()) {
          sources[which]?.put(`${which}:${n}`);
          sent.push(`${which}:${n}`);
          if (!pause) continue;
          await setImmediate();
          seen.push(((await merged.next()) as { value: string }).value);
        }
        while (seen.length < sent.length) seen.push(((await merged.next()) as { value: string }).value);
        const of = (all: string[], which: number): string[] => all.filter((each) => each.startsWith(`${which}:`));
        for (const which of [0, 1, 2]) expect(of(seen, which)).toEqual(of(sent, which));
        await merged.return?.();
      }),
      { numRuns: 100 },
    );
  });

  it('let one that waits hold up no other, and read each one value ahead', async () => {
    const [busy, quiet] = [openSource<number>(), openSource<number>()];
    const merged = mergedStreams([busy.source, quiet.source]);
    busy.put(1, 2, 3, 4);
    expect([(await merged.next()).value, (await merged.next()).value]).toEqual([1, 2]);
    await setImmediate();
    expect([busy.state.pulls, quiet.state.pulls]).toEqual([2, 1]);
    await merged.return?.();
  });

  it('end all at once, also while they wait', async () => {
    const sources = [openSource<number>(), openSource<number>()];
    const merged = mergedStreams(sources.map(({ source }) => source));
    const waiting = merged.next();
    await merged.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(sources.map(({ state }) => state.closed)).toEqual([true, true]);
    expect(await merged.next()).toEqual({ done: true, value: undefined });
  });

  it('fail with the first that fails, and end the others', async () => {
    const [broken, other] = [openSource<number>(), openSource<number>()];
    const merged = mergedStreams([broken.source, other.source]);
    const waiting = merged.next();
    broken.fail(new Error('over'));
    await expect(waiting).rejects.toThrow('over');
    expect(other.state.closed).toBe(true);
    expect(await merged.next()).toEqual({ done: true, value: undefined });
  });

  it('are over when all are, and not before', async () => {
    const [one, two] = [openSource<number>(), openSource<number>()];
    const merged = mergedStreams([one.source, two.source]);
    const waiting = merged.next();
    void one.source.return?.();
    two.put(7);
    expect((await waiting).value).toBe(7);
    const last = merged.next();
    void two.source.return?.();
    expect((await last).done).toBe(true);
  });
});
