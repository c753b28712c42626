import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { spread } from '../../src/transport/spread.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

describe('what is spread over a time', () => {
  it.each([
    [10_000, 5_000],
    [10_000, 0],
    [3, 5_000],
    [1, 0],
    [0, 100],
  ])('%d within %d ms are done in their order, in time', async (count, withinMs) => {
    const done: number[] = [];
    const finished = vi.fn();
    void spread(upTo(count), withinMs, (one) => done.push(one)).then(finished);
    await vi.advanceTimersByTimeAsync(withinMs);
    expect(done).toEqual(upTo(count));
    expect(finished).toHaveBeenCalled();
  });

  it('is not done all at once', async () => {
    const done: number[] = [];
    void spread(upTo(1_000), 1_000, (one) => done.push(one));
    await vi.advanceTimersByTimeAsync(500);
    expect(done.length).toBeGreaterThan(400);
    expect(done.length).toBeLessThan(600);
    await vi.advanceTimersByTimeAsync(500);
  });
});
