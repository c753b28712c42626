import { describe, expect, it } from 'vitest';
import { alpaca } from '../../../src/venues/formats/alpaca.ts';
import { payload, readAll, readOne, unreadable } from './read.ts';

const AAPL_NEW = {
  execId: '7922ab44-5b33-4049-ab9a-0cfd805ba989',
  execType: 'NEW',
  venueOrderId: 'bb2403bc-88ec-430b-b41c-f9ee80c8f0e1',
  clOrdId: '508789e5-cea3-4235-b546-6c62ff92bd79',
  account: 'aa4439c3-cf7d-4251-8689-a575a169d6d3',
  ...{ symbol: 'AAPL', assetClass: 'EQUITY', side: 'BUY', orderType: 'MARKET', timeInForce: 'DAY', notional: '10' },
  ...{ cumQty: '0', status: 'NEW' },
  transactTime: '2023-10-13T13:28:58.37957033Z',
};
const AAPL_FILL = {
  ...AAPL_NEW,
  execId: 'a958bb42-b034-4d17-bf07-805cf0820ffe',
  execType: 'TRADE',
  venueOrderId: 'db04069d-2e5a-48d4-a42f-6a0dea8ea0b8',
  clOrdId: 'be139e2d-8153-4ae8-83ee-7b98b4e17419',
  ...{ lastQty: '0.05513895', lastPx: '181.36', cumQty: '0.05513895', avgPx: '181.36', status: 'FILLED' },
  transactTime: '2023-10-13T13:30:00.658443088Z',
};

describe('samples of Alpaca', () => {
  it('new, of an order by amount', () => {
    expect(readAll(alpaca, payload('alpaca_sse_v2_trade_new'))).toEqual([AAPL_NEW]);
  });

  it('fill', () => {
    expect(readAll(alpaca, payload('alpaca_sse_v2_trade_fill'))).toEqual([AAPL_FILL]);
  });

  it('three events of two orders, in the order of the stream', () => {
    const second = {
      ...AAPL_FILL,
      execId: '33cbb614-bfc0-468b-b4d0-ccf08588ef77',
      venueOrderId: AAPL_NEW.venueOrderId,
      clOrdId: AAPL_NEW.clOrdId,
      transactTime: '2023-10-13T13:30:00.658388668Z',
    };
    expect(readAll(alpaca, payload('alpaca_sse_v2_stream_two_orders'))).toEqual([AAPL_NEW, AAPL_FILL, second]);
  });

  it('fill over the WebSocket, which names no account', () => {
    expect(readAll(alpaca, payload('alpaca_ws_trade_updates_fill'))).toEqual([
      {
        execId: '2f63ea93-423d-4169-b3f6-3fdafc10c418',
        execType: 'TRADE',
        venueOrderId: 'a5be8f5e-fdfa-41f5-a644-7a74fe947a8f',
        clOrdId: '4642fd68-d59a-47d7-a9ac-e22f536828d1',
        ...{ symbol: 'SOLUSD', assetClass: 'CRYPTO', side: 'SELL', orderType: 'MARKET', timeInForce: 'GTC' },
        ...{ quantity: '1790.86', lastQty: '1790.86', lastPx: '105.8988475' },
        ...{ cumQty: '1790.86', avgPx: '105.8988475', status: 'FILLED' },
        transactTime: '2022-04-19T17:45:05.024916716Z',
      },
    ]);
  });
});

const order = (overrides: object = {}) => ({
  ...{ id: 'O1', client_order_id: 'C1', symbol: 'AAPL', asset_class: 'us_equity', side: 'buy', type: 'limit' },
  ...{ time_in_force: 'day', qty: '10', filled_qty: '4', filled_avg_price: '5', limit_price: '6', status: 'new' },
  ...overrides,
});
const event = (kind: string, more: object = {}, of: object = {}) => ({
  ...{ event: kind, execution_id: 'X1', timestamp: '2026-01-02T03:04:05Z', order: order(of) },
  ...more,
});

describe('each kind of event that Alpaca documents:', () => {
  const fill = { qty: '4', price: '5' };
  it.each<[string, object, object]>([
    ['accepted', {}, { execType: 'PENDING_NEW', clOrdId: 'C1' }],
    ['held', {}, { execType: 'PENDING_NEW' }],
    ['pending_new', {}, { execType: 'PENDING_NEW' }],
    ['new', {}, { execType: 'NEW', quantity: '10', price: '6', orderType: 'LIMIT' }],
    ['partial_fill', fill, { execType: 'TRADE', lastQty: '4', lastPx: '5', cumQty: '4', avgPx: '5' }],
    ['fill', fill, { execType: 'TRADE', lastQty: '4', lastPx: '5' }],
    ['canceled', {}, { execType: 'CANCELED', origClOrdId: 'C1' }],
    ['canceled', { reason: 'CORPORATE_ACTION' }, { text: 'Canceled by Alpaca because of a corporate action' }],
    ['expired', {}, { execType: 'EXPIRED', clOrdId: 'C1' }],
    ['rejected', { reason: 'insufficient buying power' }, { rejectReason: 'OTHER', text: 'insufficient buying power' }],
    ['rejected', {}, { execType: 'REJECTED', rejectReason: 'OTHER' }],
    ['done_for_day', {}, { execType: 'DONE_FOR_DAY' }],
    ['stopped', {}, { execType: 'STOPPED' }],
    ['suspended', {}, { execType: 'SUSPENDED' }],
    ['pending_cancel', {}, { execType: 'PENDING_CANCEL', clOrdId: 'C1' }],
    ['pending_replace', {}, { execType: 'PENDING_REPLACE', clOrdId: 'C1' }],
    [
      'order_cancel_rejected',
      {},
      { execType: 'CANCEL_REJECTED', origClOrdId: 'C1', rejectReason: 'OTHER', cxlRejResponseTo: 'CANCEL' },
    ],
    [
      'order_replace_rejected',
      { reason: 'TOO_LATE_TO_CANCEL' },
      {
        execType: 'CANCEL_REJECTED',
        cxlRejResponseTo: 'REPLACE',
        text: 'Too late: the order can no longer be changed or canceled',
      },
    ],
    ['restated', {}, { execType: 'RESTATED', quantity: '10', price: '6' }],
    ['calculated', {}, { execType: 'ORDER_STATUS', cumQty: '4' }],
    ['trade_bust', { ...fill, previous_execution_id: 'X0' }, { execType: 'TRADE_CANCEL', execRefId: 'X0' }],
    [
      'trade_correct',
      { qty: '3', price: '5.5', previous_execution_id: 'X0' },
      { execType: 'TRADE_CORRECT', execRefId: 'X0', lastQty: '3', lastPx: '5.5' },
    ],
  ])('%s', (kind, more, expected) => {
    const common = { execId: 'X1', venueOrderId: 'O1', transactTime: '2026-01-02T03:04:05Z' };
    expect(readOne(alpaca, event(kind, more))).toMatchObject({ ...common, ...expected });
  });

  it('a bust repeats the order as it was before, so nothing is said of where it is now', () => {
    const bust = readOne(alpaca, event('trade_bust', { previous_execution_id: 'X0' }, { status: 'filled' }));
    for (const name of ['status', 'cumQty', 'avgPx']) expect(bust).not.toHaveProperty(name);
  });

  it.each([
    ['accepted', 'PENDING_NEW'],
    ['held', 'PENDING_NEW'],
    ['pending_new', 'PENDING_NEW'],
    ['pending_review', 'PENDING_NEW'],
    ['accepted_for_bidding', 'NEW'],
    ['new', 'NEW'],
    ['partially_filled', 'PARTIALLY_FILLED'],
    ['filled', 'FILLED'],
    ['done_for_day', 'DONE_FOR_DAY'],
    ['canceled', 'CANCELED'],
    ['expired', 'EXPIRED'],
    ['rejected', 'REJECTED'],
    ['pending_cancel', 'PENDING_CANCEL'],
    ['pending_replace', 'PENDING_REPLACE'],
    ['stopped', 'STOPPED'],
    ['suspended', 'SUSPENDED'],
    ['replaced', undefined],
    ['calculated', undefined],
  ])('status %s is %s', (status, ours) => {
    expect(readOne(alpaca, event('new', {}, { status }))?.['status']).toBe(ours);
  });
});

describe('a replaced order is another one at Alpaca, and the same one to us:', () => {
  const NAMED = { replaces: 'O1', id: 'O2', client_order_id: 'C2', qty: '20', status: 'new' };
  it('the old one names the next, and says nothing of its terms', () => {
    expect(readOne(alpaca, event('replaced', {}, { replaced_by: 'O2', status: 'replaced' }))).toEqual({
      ...{ execId: 'X1', execType: 'REPLACED', venueOrderId: 'O2', replacesVenueOrderId: 'O1' },
      origClOrdId: 'C1',
      transactTime: '2026-01-02T03:04:05Z',
    });
  });
  it('one that stays the same order has the terms with it', () => {
    const changed = readOne(alpaca, event('replaced', {}, { qty: '5' }));
    expect(changed).toMatchObject({ execType: 'REPLACED', venueOrderId: 'O1', clOrdId: 'C1', quantity: '5' });
  });
  it.each<[string, object]>([
    ['pending_new', { execType: 'PENDING_REPLACE', venueOrderId: 'O1', clOrdId: 'C2', quantity: '20' }],
    ['accepted', { execType: 'PENDING_REPLACE', venueOrderId: 'O1', clOrdId: 'C2' }],
    ['new', { execType: 'REPLACED', venueOrderId: 'O2', clOrdId: 'C2', quantity: '20', price: '6' }],
    ['rejected', { execType: 'CANCEL_REJECTED', venueOrderId: 'O1', origClOrdId: undefined, clOrdId: 'C2' }],
    ['fill', { execType: 'TRADE', venueOrderId: 'O2', clOrdId: 'C2' }],
    ['canceled', { execType: 'CANCELED', venueOrderId: 'O2', origClOrdId: 'C2' }],
  ])('%s of the next order opens none', (kind, expected) => {
    const report = readOne(alpaca, event(kind, {}, NAMED));
    expect(report).toMatchObject(Object.fromEntries(Object.entries(expected).filter(([, value]) => value)));
    expect(report).toMatchObject({ replacesVenueOrderId: 'O1' });
    for (const name of ['symbol', 'status', 'cumQty']) expect(report).not.toHaveProperty(name);
  });
});

describe('an event without an execution id gets one that every path makes again', () => {
  it.each<[string, object, string]>([
    ['pending_new', { execution_id: null }, 'O1:PENDING_NEW:4:2026-01-02T03:04:05Z'],
    ['fill', { execution_id: undefined, qty: '4', price: '5' }, 'O1:TRADE:4:'],
  ])('%s', (kind, more, execId) => {
    expect(readOne(alpaca, event(kind, more))).toMatchObject({ execId });
  });
});

describe('what is no event says nothing:', () => {
  it.each([
    { stream: 'listening', data: { streams: ['trade_updates'] } },
    { stream: 'authorization', data: { status: 'authorized', action: 'authenticate' } },
  ])('$stream', (message) => {
    expect(readOne(alpaca, message)).toBeNull();
  });

  it('an empty list', () => {
    expect(readAll(alpaca, '[]')).toEqual([]);
  });
});

describe('what can’t be read is told by its field:', () => {
  it.each<[string, unknown, string]>([
    ['an unknown kind', event('fill_partially'), 'event: "fill_partially" is unknown'],
    ['a kind with a name of Object', event('constructor'), 'event: "constructor" is unknown'],
    ['an unknown stream', { stream: 'account_updates', data: {} }, 'stream'],
    ['an unknown status', event('new', {}, { status: 'lost' }), 'order.status: "lost" is unknown'],
    ['an unknown side', event('new', {}, { side: 'cross' }), 'order.side'],
    ['an asset class that we have no word for', event('new', {}, { asset_class: 'treasury' }), 'order.asset_class'],
    ['no order', { event: 'new' }, 'order'],
    ['no order id', event('new', {}, { id: undefined }), 'order.id'],
    ['a quantity that is none', event('fill', { qty: 'many' }), 'qty'],
    ['a quantity that is a list', event('fill', { qty: ['1'] }), 'qty'],
    ['19 decimals', event('fill', { qty: '0.1000000000000000055' }), 'qty'],
    ['text', 'heartbeat', 'body'],
    ['nothing', null, 'body'],
  ])('%s', (_name, message, part) => {
    expect(readOne(alpaca, JSON.stringify(message))).toEqual(unreadable(part));
  });

  it('unknown fields change nothing', () => {
    const more = { swap_rate: '1', __v: [1, { a: 2 }] };
    expect(readOne(alpaca, event('new', more, { legs: [{}], position_intent: 'buy_to_open' }))).toEqual(
      readOne(alpaca, event('new')),
    );
  });
});
