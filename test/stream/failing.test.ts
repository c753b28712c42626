import { expect, it } from 'vitest';
import { userId } from '../../src/kernel/brand.ts';
import { openFailing, REST_MS_MAX, REST_MS_MIN } from '../../src/stream/failing.ts';

const [ann, bob] = [userId('ann'), userId('bob')];

/** When each of so many looks comes, for a user for whom every one of them fails. */
function looks(count: number): readonly number[] {
  let now = 0;
  const failing = openFailing(() => now);
  return Array.from({ length: count }, () => {
    while (failing.rested([ann, bob]).length < 2) now += 100;
    failing.add(ann);
    expect(failing.rested([ann, bob])).toEqual([bob]);
    return now;
  });
}

it('a user for whom it fails is looked at less and less often, and at least every five minutes', () => {
  const times = looks(30);
  const gaps = times.slice(1).map((time, n) => time - (times[n] ?? 0));
  expect(gaps.slice(0, 4)).toEqual([REST_MS_MIN, 4_000, 8_000, 16_000]);
  expect(new Set(gaps.slice(10))).toEqual(new Set([REST_MS_MAX]));
});

it('once it has succeeded a failure is the first again', () => {
  let now = 0;
  const failing = openFailing(() => now);
  failing.add(ann);
  now = 60_000;
  failing.add(ann);
  failing.remove(ann);
  expect(failing.rested([ann])).toEqual([ann]);
  failing.add(ann);
  now += REST_MS_MIN;
  expect(failing.rested([ann])).toEqual([ann]);
});
