import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { basePrice, DEVIATION_MAX_PPM, priceAt } from '../../../src/venues/paper/price.ts';

describe('the price of a symbol', () => {
  it('stays within its band around the base price, to the cent', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(2_000_000), fc.string(), (seed, step, symbol) => {
        const base = basePrice(symbol);
        const price = priceAt({ seed, symbol }, step);
        const bound = base.times(DEVIATION_MAX_PPM).div(1_000_000).plus('0.005');
        expect(price.minus(base).abs().lte(bound)).toBe(true);
        expect(price.decimalPlaces()).toBeLessThanOrEqual(2);
      }),
    );
  });

  it('repeats with the seed and differs from seed to seed', () => {
    const walk = (seed: number) =>
      Array.from({ length: 50 }, (_, step) => priceAt({ seed, symbol: 'AAPL' }, step).toFixed(2));
    expect(walk(1)).toEqual(walk(1));
    expect(walk(1)).not.toEqual(walk(2));
    expect(new Set(walk(1)).size).toBeGreaterThan(10);
  });

  it('moves in small steps', () => {
    const market = { seed: 7, symbol: 'BTC-USD' };
    for (let step = 0; step < 3_000; step += 1) {
      const move = priceAt(market, step + 1)
        .div(priceAt(market, step))
        .minus(1)
        .abs();
      expect(move.lt('0.0005')).toBe(true);
    }
  });

  it('is sensible for well-known symbols, and 10 to 500 for any other', () => {
    expect(basePrice('AAPL').toFixed()).toBe('230');
    expect(basePrice('BTC-USD').toFixed()).toBe('95000');
    fc.assert(
      fc.property(fc.string(), (symbol) => {
        const base = basePrice(`x${symbol}`);
        expect(base.gte(10) && base.lte(500)).toBe(true);
      }),
    );
    expect(basePrice('constructor').gte(10)).toBe(true);
  });
});
