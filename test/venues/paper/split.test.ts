import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomFor } from '../../../src/venues/paper/random.ts';
import { splitQuantity } from '../../../src/venues/paper/split.ts';
import { d, sum } from './book-steps.ts';

const texts = (parts: readonly { toFixed(): string }[]): string[] => parts.map((part) => part.toFixed());

const quantities = fc
  .tuple(fc.bigInt({ min: 0n, max: 10n ** 20n - 1n }), fc.bigInt({ min: 0n, max: 10n ** 18n - 1n }), fc.nat(18))
  .map(([whole, fraction, digits]) => `${whole}.${String(fraction).padStart(18, '0').slice(0, digits) || '0'}`)
  .filter((text) => !d(text).isZero());

describe('splitting a quantity', () => {
  it('gives parts that add up to it exactly, all above zero, none finer than 1e-18, and no more than asked for', () => {
    fc.assert(
      fc.property(quantities, fc.integer({ min: 1, max: 4 }), fc.integer(), (quantity, partsMax, seed) => {
        const parts = splitQuantity(d(quantity), partsMax, randomFor(seed));
        expect(sum(texts(parts))).toBe(d(quantity).toFixed());
        expect(parts.every((part) => part.gt(0) && part.decimalPlaces() <= 18)).toBe(true);
        const whole = d(quantity).isInteger() && d(quantity).gte(2);
        const units = whole ? d(quantity) : d(quantity).times('1e18');
        expect(parts.length).toBe(units.lt(partsMax) ? units.toNumber() : partsMax);
      }),
    );
  });

  it('gives whole parts of whole quantities', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 2n, max: 10n ** 20n - 1n }), fc.integer(), (quantity, seed) => {
        const parts = splitQuantity(d(String(quantity)), 4, randomFor(seed));
        expect(parts.every((part) => part.isInteger())).toBe(true);
      }),
    );
  });

  it.each(['1', '0.5', '0.000001', '0.000000000000000002', '3', '2'])('splits %s in two', (quantity) => {
    expect(splitQuantity(d(quantity), 2, randomFor(1))).toHaveLength(2);
  });

  it('leaves what cannot be split in one part, and makes none of nothing', () => {
    expect(texts(splitQuantity(d('0.000000000000000001'), 4, randomFor(1)))).toEqual(['0.000000000000000001']);
    expect(splitQuantity(d('0'), 4, randomFor(1))).toEqual([]);
  });
});
