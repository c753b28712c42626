import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal, decimal } from '../../../src/kernel/decimal.ts';
import { newOrderBody, replaceBody } from '../../../src/venues/alpaca/terms.ts';
import type { NewOrderRequest } from '../../../src/venues/venue.ts';
import { newOrder, replaceOf } from './requests.ts';
import { faultOfNew } from './schema.ts';

const CLASSES = ['EQUITY', 'ETF', 'MUTUAL_FUND', 'CRYPTO', 'OPTION', 'FUTURE', 'FX'] as const;
const TIMES = ['DAY', 'GTC', 'IOC', 'FOK', 'OPG', 'CLS', 'GTD'] as const;
const PRICES: Record<string, Partial<NewOrderRequest>> = {
  MARKET: { price: null, stopPx: null },
  LIMIT: { price: decimal('10'), stopPx: null },
  STOP: { price: null, stopPx: decimal('9') },
  STOP_LIMIT: { price: decimal('10'), stopPx: decimal('9') },
};
const TYPES = Object.keys(PRICES);

/** Written by hand from OrderType and TimeInForce of the OpenAPI document and the auctions of "Orders at Alpaca". */
const EQUITY = {
  DAY: TYPES,
  GTC: TYPES,
  IOC: TYPES,
  FOK: TYPES,
  OPG: ['MARKET', 'LIMIT'],
  CLS: ['MARKET', 'LIMIT'],
};
const TAKEN: Record<string, Record<string, readonly string[]>> = {
  EQUITY,
  ETF: EQUITY,
  OPTION: { DAY: ['MARKET', 'LIMIT'] },
  CRYPTO: { GTC: ['MARKET', 'LIMIT', 'STOP_LIMIT'], IOC: ['MARKET', 'LIMIT', 'STOP_LIMIT'] },
};

const orderOf = (assetClass: string, orderType: string, timeInForce: string): NewOrderRequest =>
  newOrder({ assetClass, orderType, timeInForce, ...PRICES[orderType] });
const refusalOf = (request: NewOrderRequest): string | undefined => {
  const worded = newOrderBody(request);
  return 'refused' in worded ? worded.refused : undefined;
};
const bodyOf = (request: NewOrderRequest) => {
  const worded = newOrderBody(request);
  if ('refused' in worded) throw new Error(worded.refused);
  return worded.body;
};

describe('every asset class, order type and time in force', () => {
  const all = CLASSES.flatMap((assetClass) => TYPES.flatMap((type) => TIMES.map((time) => [assetClass, type, time])));
  it.each(all)('%s %s %s is sent as documented, or refused', (assetClass, type, time) => {
    const request = orderOf(assetClass, type, time);
    if (TAKEN[assetClass]?.[time]?.includes(type)) {
      const body = bodyOf(request);
      expect(faultOfNew(body)).toBeNull();
      expect(body).toMatchObject({ type: type.toLowerCase(), time_in_force: time.toLowerCase() });
    } else expect(refusalOf(request)).toMatch(/^Alpaca (has no|takes|does not trade)/);
  });
});

describe('a new order', () => {
  it('has all its terms as strings', () => {
    expect(bodyOf(newOrder({ orderType: 'STOP_LIMIT', stopPx: decimal('9.5') }))).toEqual({
      ...{ client_order_id: 'C1', symbol: 'AAPL', side: 'buy', type: 'stop_limit', time_in_force: 'day' },
      ...{ qty: '100', limit_price: '10', stop_price: '9.5' },
    });
  });

  it.each([
    ['BUY', { side: 'buy' }],
    ['SELL', { side: 'sell' }],
    ['SELL_SHORT', { side: 'sell', position_intent: 'sell_to_open' }],
  ])('%s', (side, expected) => {
    const { side: sent, position_intent: intent } = bodyOf(newOrder({ side }));
    expect({ side: sent, ...(intent !== undefined && { position_intent: intent }) }).toEqual(expected);
  });

  it('is not sold short where nothing is lent', () => {
    expect(refusalOf({ ...orderOf('CRYPTO', 'LIMIT', 'GTC'), side: 'SELL_SHORT' })).toBe(
      'Alpaca lends no crypto, so it can’t be sold short',
    );
  });

  const amount = { quantity: null, notional: decimal('500.25'), price: null, orderType: 'MARKET' };
  it.each<[Partial<NewOrderRequest>, string | undefined]>([
    [{}, undefined],
    [{ timeInForce: 'GTC' }, 'Alpaca takes orders by amount for stocks and ETFs with DAY only'],
    [{ orderType: 'LIMIT', price: decimal('10') }, 'Alpaca takes orders by amount as MARKET orders only'],
    [{ assetClass: 'OPTION' }, 'Alpaca takes no orders by amount for options'],
    [{ assetClass: 'CRYPTO', timeInForce: 'GTC' }, undefined],
    [{ assetClass: 'CRYPTO', timeInForce: 'IOC' }, undefined],
  ])('by amount: %j', (more, refusal) => {
    const request = newOrder({ ...amount, ...more });
    expect(refusalOf(request)).toBe(refusal);
    if (refusal === undefined) expect(bodyOf(request)).toMatchObject({ notional: '500.25' });
  });

  it('writes every quantity exactly and without exponent', () => {
    const digits = fc.tuple(fc.bigInt({ min: 1n, max: 10n ** 38n - 1n }), fc.integer({ min: 0, max: 18 }));
    fc.assert(
      fc.property(digits, ([coefficient, places]) => {
        const quantity = new Decimal(coefficient.toString()).div(new Decimal(10).pow(places));
        const { qty = '' } = bodyOf(newOrder({ quantity }));
        expect(qty).toMatch(/^\d+(\.\d+)?$/);
        // Without a decimal library: the digits are those of the coefficient.
        const [whole = '', fraction = ''] = qty.split('.');
        expect(BigInt(whole + fraction.padEnd(places, '0'))).toBe(coefficient);
      }),
    );
  });
});

describe('a replacement', () => {
  const limit = { limit_price: '10', stop_price: null };
  it('has the whole new quantity, and repeats the price that stays: it is required', () => {
    expect(replaceBody(replaceOf(), limit)).toEqual({ client_order_id: 'C2', qty: '200', limit_price: '10' });
  });
  it('has the new prices instead of those in force', () => {
    const request = replaceOf({ quantity: null, price: decimal('11'), stopPx: decimal('0.00000001') });
    expect(replaceBody(request, { limit_price: '10', stop_price: '9' })).toEqual({
      ...{ client_order_id: 'C2', limit_price: '11', stop_price: '0.00000001' },
    });
  });
});
