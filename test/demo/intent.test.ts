import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextIntent } from '../../src/demo/intent.ts';
import { decimal } from '../../src/kernel/decimal.ts';
import { basePrice, DEVIATION_MAX_PPM } from '../../src/venues/paper/price.ts';

const intents = Array.from({ length: 4_000 }, (_, n) => nextIntent(1, n));
const share = (matches: (intent: (typeof intents)[number]) => boolean): number =>
  intents.filter(matches).length / intents.length;

describe('the intents of the demo', () => {
  it('repeat with the seed, and differ from seed to seed', () => {
    expect(Array.from({ length: 20 }, (_, n) => nextIntent(1, n))).toEqual(intents.slice(0, 20));
    expect(Array.from({ length: 20 }, (_, n) => nextIntent(2, n))).not.toEqual(intents.slice(0, 20));
  });

  it('are orders that the service takes', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(), (seed, n) => {
        const { order } = nextIntent(seed, n);
        expect((order.quantity === null) !== (order.notional === null)).toBe(true);
        expect(order.orderType === 'LIMIT').toBe(order.price !== null);
        expect(order.notional !== null && order.orderType !== 'MARKET').toBe(false);
        expect(decimal(order.quantity ?? order.notional ?? '0').gt(0)).toBe(true);
        expect(order.assetClass === 'MUTUAL_FUND' ? order.notional !== null : true).toBe(true);
      }),
    );
  });

  it('mix all instruments, both sides, orders at market, limits that are met and that rest, changes and a few rejects', () => {
    expect(new Set(intents.map(({ order }) => order.symbol)).size).toBe(8);
    expect(new Set(intents.map(({ order }) => order.assetClass)).size).toBe(4);
    expect(new Set(intents.map(({ userDraw }) => userDraw % 3)).size).toBe(3);
    expect(share(({ order }) => order.side === 'SELL')).toBeGreaterThan(0.25);
    expect(share(({ order }) => order.orderType === 'MARKET')).toBeGreaterThan(0.4);
    expect(share(({ action }) => action === 'MODIFY')).toBeGreaterThan(0.05);
    expect(share(({ action }) => action === 'CANCEL')).toBeGreaterThan(0.03);
    const rejects = share(({ rejectText }) => rejectText !== null);
    expect(rejects > 0.02 && rejects < 0.1).toBe(true);
    for (const turn of ['EXPIRE', 'CANCEL', 'BUST'] as const) {
      const turns = share((intent) => intent.turn === turn);
      expect(turns > 0.003 && turns < 0.04).toBe(true);
    }
    const sure = intents.filter(({ order }) => {
      const { price, side, symbol } = order;
      if (price === null) return false;
      const ppm = decimal(price)
        .div(basePrice(symbol))
        .minus(1)
        .times(side === 'BUY' ? 1_000_000 : -1_000_000);
      return ppm.gt(DEVIATION_MAX_PPM);
    });
    expect(sure.length / intents.length).toBeGreaterThan(0.15);
    expect(share(({ order }) => order.price !== null) - sure.length / intents.length).toBeGreaterThan(0.12);
  });
});
