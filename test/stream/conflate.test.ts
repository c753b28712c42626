import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Position } from '../../src/kernel/position.ts';
import { CONFLATED_KEYS_MAX, conflated, type Merged } from '../../src/stream/conflate.ts';
import type { OrderUpdated, StreamEvent } from '../../src/stream/event.ts';
import { eventAt } from './fakes.ts';

const INTERVAL_MS = 1_000;
const own = new Set<unknown>();
beforeEach(() => {
  vi.useFakeTimers();
  own.clear();
  watchTimers();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** What other tests have left may set timers of its own at any moment: kept are those that the stream has set. */
function watchTimers(): void {
  const { setTimeout: set, setInterval: repeat, clearTimeout: unset, clearInterval: unrepeat } = globalThis;
  const kept = <T>(timer: T): T => {
    if (new Error().stack?.includes('src/stream/conflate.ts')) own.add(timer);
    return timer;
  };
  const setOnce = (task: () => void, ms?: number): NodeJS.Timeout => {
    const timer = set(() => {
      own.delete(timer);
      task();
    }, ms);
    return kept(timer);
  };
  vi.spyOn(globalThis, 'setTimeout').mockImplementation(setOnce);
  const setAgain = (task: () => void, ms?: number): NodeJS.Timeout => kept(repeat(task, ms));
  vi.spyOn(globalThis, 'setInterval').mockImplementation(setAgain);
  for (const [name, end] of [
    ['clearTimeout', unset],
    ['clearInterval', unrepeat],
  ] as const) {
    vi.spyOn(globalThis, name).mockImplementation((timer) => {
      own.delete(timer);
      end(timer);
    });
  }
}

/** A change of one thing at a place in the stream. */
function change(offset: number, key: string): OrderUpdated {
  const event = eventAt(offset);
  return { ...event, data: { ...event.data, order: { id: key } } as unknown as OrderUpdated['data'] };
}

interface Pushed {
  readonly events: AsyncIterableIterator<StreamEvent>;
  push(...events: StreamEvent[]): void;
  fail(error: Error): void;
  /** Events that were asked for so far. */
  pulled(): number;
}

/** A stream that the test feeds. */
function openSource(): Pushed {
  const queue: StreamEvent[] = [];
  const state = { pulled: 0, closed: false, fault: null as Error | null };
  let wake = (): void => undefined;
  const events: AsyncIterableIterator<StreamEvent> = {
    [Symbol.asyncIterator]: () => events,
    async next() {
      while (queue.length === 0 && !state.closed && !state.fault)
        await new Promise<void>((resolve) => (wake = resolve));
      if (state.fault) throw state.fault;
      if (state.closed) return { done: true, value: undefined };
      state.pulled += 1;
      return { done: false, value: queue.shift()! };
    },
    return() {
      state.closed = true;
      wake();
      return Promise.resolve({ done: true, value: undefined });
    },
  };
  return {
    events,
    push: (...more) => {
      queue.push(...more);
      wake();
    },
    fail: (error) => {
      state.fault = error;
      wake();
    },
    pulled: () => state.pulled,
  };
}

function open(wanted: (event: OrderUpdated) => boolean = () => true) {
  const source = openSource();
  const passed: Position[] = [];
  const stream = conflated(source.events, {
    intervalMs: INTERVAL_MS,
    wants: (event: StreamEvent): event is OrderUpdated => event.type === 'orderUpdated' && wanted(event),
    keyOf: ({ data }) => data.order.id,
    passed: (position) => void passed.push(position),
  });
  const seen: Merged<OrderUpdated>[] = [];
  const reading = (async () => {
    for await (const update of stream) seen.push(update);
  })();
  const told = (): [number, string, number][] =>
    seen.map(({ position, data, merged }) => [position.offset, data.order.id, merged ?? 1]);
  return { source, stream, told, reading, passed };
}
const tick = (): Promise<unknown> => vi.advanceTimersByTimeAsync(INTERVAL_MS);

describe('a conflated stream', () => {
  it('tells at the tick the latest of each thing, in the order of their places, with what each stands for', async () => {
    const { source, told } = open();
    source.push(change(1, 'a'), change(2, 'b'), change(3, 'a'), change(4, 'c'), change(5, 'a'));
    await vi.advanceTimersByTimeAsync(INTERVAL_MS - 1);
    expect(told()).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(told()).toEqual([
      [2, 'b', 1],
      [4, 'c', 1],
      [5, 'a', 3],
    ]);
    source.push(change(6, 'b'));
    await tick();
    expect(told().at(-1)).toEqual([6, 'b', 1]);
  });

  it('runs no timer while nothing changes', async () => {
    const { source, told } = open();
    await tick();
    expect(own.size).toBe(0);
    source.push(change(1, 'a'));
    await tick();
    expect(told().length).toBe(1);
    expect(own.size).toBe(0);
  });

  it('never holds more than a bounded number of things', async () => {
    const { source, told } = open();
    source.push(...Array.from({ length: CONFLATED_KEYS_MAX + 50 }, (_, n) => change(n + 1, `k${n}`)));
    await vi.advanceTimersByTimeAsync(INTERVAL_MS - 1);
    expect(source.pulled()).toBe(CONFLATED_KEYS_MAX);
    await tick();
    await tick();
    expect(told().length).toBe(CONFLATED_KEYS_MAX + 50);
  });

  it('says how far it is only when it holds nothing back', async () => {
    const { source, passed } = open(({ data }) => data.order.id !== 'x');
    source.push(change(1, 'x'));
    await vi.advanceTimersByTimeAsync(0);
    expect(passed.map(({ offset }) => offset)).toEqual([1]);
    source.push(change(2, 'a'), change(3, 'x'));
    await vi.advanceTimersByTimeAsync(0);
    expect(passed.map(({ offset }) => offset)).toEqual([1]);
    await tick();
    expect(passed.map(({ offset }) => offset)).toEqual([1, 3]);
  });

  it('fails with its source, and hands out nothing that it held', async () => {
    const { source, told, reading } = open();
    const failed = expect(reading).rejects.toThrow('the token has expired');
    source.push(change(1, 'a'));
    await vi.advanceTimersByTimeAsync(0);
    source.fail(new Error('the token has expired'));
    await failed;
    expect(told()).toEqual([]);
  });

  it('ends at once when its reader leaves, also while it waits for a tick', async () => {
    const { source, stream, reading } = open();
    source.push(change(1, 'a'));
    await vi.advanceTimersByTimeAsync(0);
    await stream.return?.();
    await reading;
    expect(own.size).toBe(0);
  });

  it('counts every event once, never steps back, and tells each thing’s last state, wherever it is resumed', async () => {
    const step = fc.record({ keys: fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 6 }), ticks: fc.nat(2) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 10 }), fc.nat(30), async (steps, cut) => {
        const all = steps.flatMap(({ keys }) => keys).map((key, n) => change(n + 1, key));
        const { source, stream, told, reading } = open();
        let at = 0;
        for (const { keys, ticks } of steps) {
          source.push(...all.slice(at, (at += keys.length)));
          for (let n = 0; n < ticks; n++) await tick();
        }
        await tick();
        await tick();
        await stream.return?.();
        await reading;
        const offsets = told().map(([offset]) => offset);
        expect(offsets).toEqual([...new Set(offsets)].sort((a, b) => a - b));
        expect(told().reduce((sum, [, , merged]) => sum + merged, 0)).toBe(all.length);
        const last = new Map(all.map(({ data, position }) => [data.order.id, position.offset]));
        expect(new Map(told().map(([offset, key]) => [key, offset]))).toEqual(last);
        // A reader that was cut off after any item, and resumes from it, still meets each thing's last state.
        const seen = told().slice(0, cut);
        const resumed = new Map(seen.map(([offset, key]) => [key, offset]));
        for (const { data, position } of all.slice(seen.at(-1)?.[0] ?? 0)) resumed.set(data.order.id, position.offset);
        expect(resumed).toEqual(last);
      }),
      { numRuns: 200 },
    );
  });
});
