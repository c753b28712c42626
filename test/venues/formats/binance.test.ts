import { describe, expect, it } from 'vitest';
import { binance } from '../../../src/venues/formats/binance.ts';
import { payload, readAll, readOne, unreadable } from './read.ts';

const AT = '2017-07-07T05:34:18.657Z';

describe('samples of Binance', () => {
  it('executionReport', () => {
    expect(readAll(binance, payload('binance_spot_executionReport'))).toEqual([
      {
        ...{ execId: `ETHBTC:4293153:NEW:0:${AT}`, execType: 'NEW' },
        ...{ venueOrderId: '4293153', clOrdId: 'mUvoqJxFIILMdfAW5iGSOW' },
        ...{ symbol: 'ETHBTC', assetClass: 'CRYPTO', side: 'BUY', orderType: 'LIMIT', timeInForce: 'GTC' },
        ...{ quantity: '1', price: '0.1026441', cumQty: '0', status: 'NEW', transactTime: AT },
      },
    ]);
  });

  it('listStatus tells nothing that the reports of its orders do not', () => {
    expect(readAll(binance, payload('binance_spot_listStatus'))).toEqual([null]);
  });
});

const report = (overrides: object = {}) => ({
  ...{ e: 'executionReport', E: 1499405658658, s: 'ETHBTC', c: 'C1', C: '', S: 'SELL', o: 'LIMIT', f: 'GTC' },
  ...{ q: '10', p: '2', P: '0', Q: '0', x: 'NEW', X: 'NEW', r: 'NONE', i: 7, l: '0', z: '0', L: '0', Z: '0', t: -1 },
  ...{ T: 1499405658657, g: -1, w: true },
  ...overrides,
});

describe('each execution type that Binance documents:', () => {
  const trade = { x: 'TRADE', X: 'PARTIALLY_FILLED', l: '4', L: '2.5', z: '4', Z: '10', t: 99 };
  it.each<[string, object, object]>([
    ['NEW', {}, { execType: 'NEW', status: 'NEW', quantity: '10', price: '2', side: 'SELL' }],
    ['NEW of a list that waits', { X: 'PENDING_NEW' }, { execType: 'PENDING_NEW', status: 'PENDING_NEW' }],
    [
      'TRADE',
      trade,
      { execType: 'TRADE', execId: 'ETHBTC:7:99', lastQty: '4', lastPx: '2.5', cumQty: '4', avgPx: '2.5' },
    ],
    ['TRADE that fills', { ...trade, X: 'FILLED' }, { execType: 'TRADE', status: 'FILLED' }],
    ['TRADE by allocation', { ...trade, t: -1, a: 5, b: 'ONE_PARTY_TRADE_REPORT' }, { execId: 'ETHBTC:7:a5' }],
    [
      'CANCELED by a request',
      { x: 'CANCELED', X: 'CANCELED', c: 'C2', C: 'C1' },
      { execType: 'CANCELED', status: 'CANCELED', clOrdId: 'C2', origClOrdId: 'C1' },
    ],
    ['CANCELED by Binance', { x: 'CANCELED', X: 'CANCELED' }, { execType: 'CANCELED', clOrdId: 'C1' }],
    [
      'REPLACED',
      { x: 'REPLACED', q: '5', c: 'C2', C: 'C1' },
      { execType: 'REPLACED', quantity: '5', clOrdId: 'C2', origClOrdId: 'C1', venueOrderId: '7' },
    ],
    ['EXPIRED', { x: 'EXPIRED', X: 'EXPIRED' }, { execType: 'EXPIRED', status: 'EXPIRED' }],
    [
      'EXPIRED with a reason',
      { x: 'EXPIRED', X: 'EXPIRED', eR: 'INSUFFICIENT_LIQUIDITY' },
      { text: 'Expired at Binance: INSUFFICIENT_LIQUIDITY' },
    ],
    [
      'TRADE_PREVENTION that ends the order',
      { x: 'TRADE_PREVENTION', X: 'EXPIRED_IN_MATCH', v: 3, A: '10' },
      { execType: 'EXPIRED', status: 'EXPIRED', text: 'It would have traded with another order of the same owner' },
    ],
    [
      'TRADE_PREVENTION that makes it smaller',
      { x: 'TRADE_PREVENTION', X: 'PARTIALLY_FILLED', v: 3, A: '3.00000001', z: '4' },
      { execType: 'RESTATED', quantity: '6.99999999', cumQty: '4' },
    ],
    [
      'REJECTED',
      { x: 'REJECTED', X: 'REJECTED', i: -1, r: 'INSUFFICIENT_BALANCES' },
      { execType: 'REJECTED', rejectReason: 'ORDER_EXCEEDS_LIMIT', text: 'The balance is too small for this order' },
    ],
  ])('%s', (_name, more, expected) => {
    expect(readOne(binance, report(more))).toMatchObject(expected);
  });

  it('a rejected order has no id at Binance', () => {
    const rejected = readOne(binance, report({ x: 'REJECTED', X: 'REJECTED', i: -1, C: 'null' }));
    expect(rejected).toMatchObject({ clOrdId: 'C1', execId: `ETHBTC:C1:REJECTED:0:${AT}` });
    expect(rejected).not.toHaveProperty('venueOrderId');
    expect(rejected).not.toHaveProperty('origClOrdId');
  });

  it.each([
    ['INSUFFICIENT_BALANCE', 'ORDER_EXCEEDS_LIMIT'],
    ['STOP_PRICE_WOULD_TRIGGER_IMMEDIATELY', 'OTHER'],
    ['WOULD_MATCH_IMMEDIATELY', 'OTHER'],
    ['OCO_BAD_PRICES', 'OTHER'],
    ['UNKNOWN_INSTRUMENT', 'UNKNOWN_SYMBOL'],
    ['MARKET_CLOSED', 'EXCHANGE_CLOSED'],
    ['PRICE_QTY_EXCEED_HARD_LIMITS', 'ORDER_EXCEEDS_LIMIT'],
    ['UNKNOWN_ORDER', 'UNKNOWN_ORDER'],
    ['DUPLICATE_ORDER', 'DUPLICATE_ORDER'],
    ['UNKNOWN_ACCOUNT', 'UNKNOWN_ACCOUNT'],
    ['A_NEW_ONE', 'OTHER'],
  ])('reject reason %s is %s, and always has a text', (r, rejectReason) => {
    const rejected = readOne(binance, report({ x: 'REJECTED', X: 'REJECTED', r }));
    expect(rejected).toMatchObject({ rejectReason, text: expect.any(String) as string });
    if (r === 'A_NEW_ONE') expect(rejected?.['text']).toBe('Rejected by Binance: A_NEW_ONE');
  });

  it.each([
    ['LIMIT', 'LIMIT'],
    ['LIMIT_MAKER', 'LIMIT'],
    ['MARKET', 'MARKET'],
    ['STOP_LOSS', 'STOP'],
    ['STOP_LOSS_LIMIT', 'STOP_LIMIT'],
    ['TAKE_PROFIT', 'STOP'],
    ['TAKE_PROFIT_LIMIT', 'STOP_LIMIT'],
  ])('order type %s is %s', (o, orderType) => {
    expect(readOne(binance, report({ o, P: '1.5' }))).toMatchObject({ orderType, stopPx: '1.5' });
  });
});

describe('numbers and times', () => {
  it('an order by amount has that instead of a quantity', () => {
    const byAmount = readOne(binance, report({ o: 'MARKET', Q: '25.5', q: '0.00000000', p: '0.00000000' }));
    expect(byAmount).toMatchObject({ notional: '25.5' });
    for (const name of ['quantity', 'price', 'stopPx', 'avgPx']) expect(byAmount).not.toHaveProperty(name);
  });

  it('the average is the amount over the quantity, to 18 decimals', () => {
    expect(readOne(binance, report({ z: '3', Z: '1' }))?.['avgPx']).toBe('0.333333333333333333');
  });

  it.each(['1499405658657', '1499405658657123', '1499405658657123456'])('%s is the same millisecond', (T) => {
    expect(readOne(binance, JSON.stringify(report()).replace('"T":1499405658657', `"T":${T}`))).toMatchObject({
      transactTime: AT,
    });
  });

  it('an id beyond 2^53 is exact', () => {
    const json = JSON.stringify(report({ x: 'TRADE', l: '1', L: '1', t: 1 })).replace('"i":7', '"i":9007199254740993');
    expect(readOne(binance, json)).toMatchObject({
      venueOrderId: '9007199254740993',
      execId: 'ETHBTC:9007199254740993:1',
    });
  });
});

describe('frames', () => {
  it('the event is the same, however it is wrapped', () => {
    const bare = readOne(binance, report());
    expect(readOne(binance, { subscriptionId: 1, event: report() })).toEqual(bare);
    expect(readOne(binance, { stream: 'key', data: report() })).toEqual(bare);
    expect(readAll(binance, JSON.stringify([report(), report()]))).toEqual([bare, bare]);
  });

  it.each([
    { e: 'listStatus' },
    { e: 'outboundAccountPosition' },
    { e: 'balanceUpdate' },
    { e: 'externalLockUpdate' },
    { e: 'eventStreamTerminated' },
    { e: 'listenKeyExpired' },
    { e: 'serverShutdown' },
    { id: 'a', status: 200, result: { subscriptionId: 0 } },
  ])('%o says nothing', (message) => {
    expect(readOne(binance, message)).toBeNull();
  });
});

describe('what can’t be read is told by its field:', () => {
  it.each<[string, unknown, string]>([
    ['an unknown event', { e: 'somethingElse' }, 'unknown event'],
    ['a refused request', { id: 1, status: 401, error: { code: -1 } }, 'refused'],
    ['no event', { a: 1 }, 'e:'],
    ['an unknown execution type', report({ x: 'BUST' }), 'x: "BUST" is unknown'],
    ['an unknown status', report({ X: 'LOST' }), 'X: "LOST" is unknown'],
    ['an unknown order type', report({ o: 'PEG' }), 'o: "PEG" is unknown'],
    ['no quantity filled', report({ z: undefined }), 'z: '],
    ['no symbol', report({ s: undefined }), 's: '],
    ['a time that is none', report({ T: 'now' }), 'T: '],
    ['a quantity of the wrong type', report({ q: { a: 1 } }), 'q: '],
    ['a quantity out of bounds', report({ q: '1e400' }), 'q: '],
    ['a list in a list', [[report()]], 'body'],
  ])('%s', (_name, message, part) => {
    expect(readOne(binance, JSON.stringify(message))).toEqual(unreadable(part));
  });
});
