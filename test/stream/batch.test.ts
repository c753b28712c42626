import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { batched } from '../../src/stream/batch.ts';

const REST_MS = 10;
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Doubles numbers, batch by batch, each when the test says so. */
function openAsker({ keysMax = 10, inFlightMax = 1 } = {}) {
  const batches: number[][] = [];
  const answers: ((fault?: Error) => void)[] = [];
  const ask = (keys: readonly number[]): Promise<readonly number[]> => {
    batches.push([...keys]);
    return new Promise((resolve, reject) => {
      answers.push((fault) => (fault ? reject(fault) : resolve(keys.map((key) => 2 * key))));
    });
  };
  const load = batched(ask, { keysMax, inFlightMax, restMs: REST_MS, nameOf: String });
  const answer = async (fault?: Error): Promise<void> => {
    answers.shift()?.(fault);
    await vi.advanceTimersByTimeAsync(REST_MS);
  };
  return { load, batches, answer };
}

describe('questions asked one by one', () => {
  it('go out at once while few are under way, and together after that', async () => {
    const { load, batches, answer } = openAsker();
    const answers = Promise.all([1, 2, 3].map(load));
    expect(batches).toEqual([[1]]);
    await answer();
    expect(batches).toEqual([[1], [2, 3]]);
    await answer();
    expect(await answers).toEqual([2, 4, 6]);
  });

  it('go out in batches of a bounded size, a bounded number at a time', async () => {
    const { load, batches, answer } = openAsker({ keysMax: 2, inFlightMax: 2 });
    const answers = Promise.all([1, 2, 3, 4, 5].map(load));
    expect(batches).toEqual([[1]]);
    await vi.advanceTimersByTimeAsync(REST_MS);
    expect(batches.slice(1)).toEqual([[2, 3]]);
    await vi.advanceTimersByTimeAsync(REST_MS);
    expect(batches.length).toBe(2);
    await answer();
    expect(batches.slice(2)).toEqual([[4, 5]]);
    await answer();
    await answer();
    expect(await answers).toEqual([2, 4, 6, 8, 10]);
  });

  it('are asked once when they are the same and still wait, and anew when they are under way', async () => {
    const { load, batches, answer } = openAsker();
    const answers = Promise.all([1, 1, 1].map(load));
    await answer();
    await answer();
    expect(batches).toEqual([[1], [1]]);
    expect(await answers).toEqual([2, 2, 2]);
  });

  it('leave a pause between two batches, however fast the answers are', async () => {
    const { load, batches, answer } = openAsker({ inFlightMax: 5 });
    void load(1);
    void load(2);
    expect(batches).toEqual([[1]]);
    await answer();
    expect(batches).toEqual([[1], [2]]);
  });

  it('fail together, and the next ones are asked all the same', async () => {
    const { load, answer } = openAsker();
    const first = load(1);
    const others = [load(2), load(3)];
    await answer();
    expect(await first).toBe(2);
    const refused = Promise.allSettled(others);
    await answer(new Error('away'));
    expect((await refused).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const next = load(4);
    await answer();
    expect(await next).toBe(8);
  });
});
