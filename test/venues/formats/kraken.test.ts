import { describe, expect, it } from 'vitest';
import { kraken } from '../../../src/venues/formats/kraken.ts';
import { payload, readAll, readOne, unreadable } from './read.ts';

const ORDER = 'OK4GJX-KSTLS-7DZZO5';

describe('samples of Kraken', () => {
  it('pending_new has the terms', () => {
    expect(readAll(kraken, payload('kraken_v2_executions_pending_new'))).toEqual([
      {
        ...{ execId: `${ORDER}:PENDING_NEW::2023-09-22T10:33:05.709950Z`, execType: 'PENDING_NEW' },
        ...{ venueOrderId: ORDER, symbol: 'BTC/USD', assetClass: 'CRYPTO', side: 'SELL', orderType: 'LIMIT' },
        ...{ timeInForce: 'GTC', quantity: '0.005', price: '26500', status: 'PENDING_NEW' },
        transactTime: '2023-09-22T10:33:05.709950Z',
      },
    ]);
  });

  it('new has nothing but what changed', () => {
    expect(readAll(kraken, payload('kraken_v2_executions_new'))).toEqual([
      {
        ...{ execId: `${ORDER}:NEW::2023-09-22T10:33:05.709982Z`, execType: 'NEW', venueOrderId: ORDER },
        ...{ assetClass: 'CRYPTO', status: 'NEW', transactTime: '2023-09-22T10:33:05.709982Z' },
      },
    ]);
  });

  it('the trade that fills the order is called partial, which is no statement of where the order is', () => {
    expect(readAll(kraken, payload('kraken_v2_executions_trade'))).toEqual([
      {
        ...{ execId: 'TGBB7L-HT5LX-J3BZ4A', execType: 'TRADE', venueOrderId: ORDER },
        ...{ symbol: 'BTC/USD', assetClass: 'CRYPTO', side: 'SELL', orderType: 'LIMIT' },
        ...{ lastQty: '0.005', lastPx: '26599.9', cumQty: '0.005', avgPx: '26599.9' },
        transactTime: '2023-09-22T10:33:05.709993Z',
      },
    ]);
  });
});

const execution = (kind: string, more: object = {}) => ({
  ...{ order_id: 'O1', exec_type: kind, timestamp: '2026-01-02T03:04:05.678901Z' },
  ...more,
});
const frame = (data: unknown, type = 'update') => ({ channel: 'executions', type, data, sequence: 1 });
const read = (kind: string, more: object = {}, type = 'update') =>
  readOne(kraken, frame([execution(kind, more)], type));

describe('each execution type that Kraken documents:', () => {
  const at = '2026-01-02T03:04:05.678901Z';
  const filled = { order_status: 'filled', cum_qty: 3, avg_price: 1.5 };
  it.each<[string, object, object]>([
    ['pending_new', { order_status: 'pending_new' }, { execType: 'PENDING_NEW', status: 'PENDING_NEW' }],
    ['new', { order_status: 'new' }, { execType: 'NEW', status: 'NEW', execId: `O1:NEW::${at}` }],
    ['trade', { exec_id: 'T1', last_qty: 2, last_price: 1.5 }, { execType: 'TRADE', execId: 'T1', lastQty: '2' }],
    ['trade', { ...filled, last_qty: 2 }, { execType: 'ORDER_STATUS', execId: 'O1:FILLED:3', cumQty: '3' }],
    ['filled', filled, { execType: 'ORDER_STATUS', execId: 'O1:FILLED:3', status: 'FILLED', avgPx: '1.5' }],
    ['iceberg_refill', { order_status: 'partially_filled' }, { execType: 'ORDER_STATUS', status: 'PARTIALLY_FILLED' }],
    [
      'canceled',
      { order_status: 'canceled', cum_qty: 1, reason: 'User requested' },
      { execType: 'CANCELED', status: 'CANCELED', cumQty: '1', text: 'User requested', execId: `O1:CANCELED:1:${at}` },
    ],
    ['expired', { order_status: 'expired' }, { execType: 'EXPIRED', status: 'EXPIRED' }],
    ['amended', { order_qty: 7, limit_price: 2 }, { execType: 'REPLACED', quantity: '7', price: '2' }],
    ['restated', { order_qty: 7 }, { execType: 'RESTATED', quantity: '7' }],
    ['status', { order_status: 'new' }, { execType: 'ORDER_STATUS', status: 'NEW', execId: 'O1:NEW:' }],
  ])('%s', (kind, more, expected) => {
    expect(read(kind, more)).toMatchObject({ venueOrderId: 'O1', transactTime: at, ...expected });
  });

  it.each([
    ['limit', 'LIMIT'],
    ['iceberg', 'LIMIT'],
    ['market', 'MARKET'],
    ['settle-position', 'MARKET'],
    ['stop-loss', 'STOP'],
    ['take-profit', 'STOP'],
    ['trailing-stop', 'STOP'],
    ['stop-loss-limit', 'STOP_LIMIT'],
    ['take-profit-limit', 'STOP_LIMIT'],
    ['trailing-stop-limit', 'STOP_LIMIT'],
  ])('order type %s is %s', (order_type, orderType) => {
    expect(read('new', { order_type })).toMatchObject({ orderType });
  });

  it.each(['GTC', 'GTD', 'IOC'])('time in force %s, in capitals or not', (timeInForce) => {
    expect(read('new', { time_in_force: timeInForce })).toMatchObject({ timeInForce });
    expect(read('new', { time_in_force: timeInForce.toLowerCase() })).toMatchObject({ timeInForce });
  });
});

describe('a snapshot', () => {
  it('says how each order is now, whatever happened to it last, and repeats its trades', () => {
    const open = execution('new', { order_status: 'partially_filled', cum_qty: 1, order_qty: 5, cl_ord_id: 'C1' });
    const trade = execution('trade', { exec_id: 'T1', last_qty: 1, last_price: 2, cum_qty: 1 });
    expect(readAll(kraken, JSON.stringify(frame([open, trade], 'snapshot')))).toMatchObject([
      { execType: 'ORDER_STATUS', status: 'PARTIALLY_FILLED', cumQty: '1', quantity: '5', clOrdId: 'C1' },
      { execType: 'TRADE', execId: 'T1', lastQty: '1', lastPx: '2' },
    ]);
  });

  it('of an account without orders says nothing', () => {
    expect(readOne(kraken, frame([], 'snapshot'))).toBeNull();
  });
});

describe('prices and numbers', () => {
  it('an offset or a percentage is no price', () => {
    const relative = { limit_price: 1, limit_price_type: 'pct', triggers: { price: 2, price_type: 'quote' } };
    const report = read('new', relative);
    expect(report).not.toHaveProperty('price');
    expect(report).not.toHaveProperty('stopPx');
  });

  it('the trigger’s price is the stop price', () => {
    const triggers = { price: 2.5, price_type: 'static', reference: 'last' };
    expect(read('new', { triggers, stop_price: 0 })).toMatchObject({ stopPx: '2.5' });
    expect(read('new', { stop_price: 3 })).toMatchObject({ stopPx: '3' });
  });

  it('an order by amount has that', () => {
    expect(read('new', { cash_order_qty: 100, order_qty: 0 })).toMatchObject({ notional: '100' });
  });

  it.each([
    ['1e-8', '0.00000001'],
    ['0.100000000000000005', '0.100000000000000005'],
    ['12345678901234567.89', '12345678901234567.89'],
  ])('%s is exactly that', (written, exact) => {
    const json = JSON.stringify(frame([execution('new', { cum_qty: 77 })])).replace('77', written);
    expect(readOne(kraken, json)).toMatchObject({ cumQty: exact });
  });

  it.each(['0.1000000000000000055', '1e400', '123456789012345678901'])(
    '%s is refused rather than rounded',
    (written) => {
      const json = JSON.stringify(frame([execution('new', { cum_qty: 77 })])).replace('77', written);
      expect(readOne(kraken, json)).toEqual(unreadable('cum_qty'));
    },
  );
});

describe('frames', () => {
  it('one bad execution holds up no other', () => {
    const data = [execution('new'), execution('lost'), execution('expired')];
    expect(readAll(kraken, JSON.stringify(frame(data)))).toMatchObject([
      { execType: 'NEW' },
      unreadable('"lost" is unknown'),
      { execType: 'EXPIRED' },
    ]);
  });

  it.each([
    { channel: 'heartbeat' },
    { channel: 'status', type: 'update', data: [{ system: 'online' }] },
    { channel: 'balances', type: 'snapshot', data: [] },
    { method: 'subscribe', success: true, result: { channel: 'executions' } },
    { method: 'pong', req_id: 1 },
  ])('%o says nothing', (message) => {
    expect(readOne(kraken, message)).toBeNull();
  });
});

describe('what can’t be read is told by its field:', () => {
  it.each<[string, unknown, string]>([
    ['a refused subscription', { method: 'subscribe', success: false, error: 'EGeneral' }, 'refused'],
    ['an unknown channel', { channel: 'orders', type: 'update', data: [] }, 'channel'],
    ['an unknown type', frame([execution('new')], 'delta'), 'type: "delta" is unknown'],
    ['an update without data', frame([]), 'data'],
    ['data that is no list', frame(execution('new')), 'data'],
    ['no order id', frame([execution('new', { order_id: undefined })]), 'order_id'],
    ['an unknown status', frame([execution('new', { order_status: 'lost' })]), 'order_status: "lost" is unknown'],
    ['a price of the wrong type', frame([execution('new', { limit_price: true })]), 'limit_price'],
    ['an execution that is none', frame(['new']), 'body'],
    ['a list in a list', [[frame([execution('new')])]], 'body'],
  ])('%s', (_name, message, part) => {
    expect(readOne(kraken, JSON.stringify(message))).toEqual(unreadable(part));
  });
});
