import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseNumberText } from '../../../src/kernel/number-text.ts';
import { zerodha } from '../../../src/venues/formats/zerodha.ts';
import { readKiteOrder } from '../../../src/venues/formats/zerodha-order.ts';
import { payload, readAll, readOne, unreadable } from './read.ts';

describe('a postback', () => {
  it('claims, and what it claims is to be confirmed', () => {
    expect(readAll(zerodha, payload('zerodha_postback_complete'))).toEqual([
      { confirm: { account: 'AB1234', venueOrderId: '220303000308932' } },
    ]);
  });

  it.each(['COMPLETE', 'CANCEL', 'CANCELLED', 'REJECTED', 'UPDATE', 'OPEN', 'a new one'])(
    'of status %s is confirmed, since it may be any other',
    (status) => {
      const confirm = { account: 'A', venueOrderId: '1' };
      expect(readOne(zerodha, { order_id: '1', user_id: 'A', status })).toEqual({ confirm });
    },
  );

  it.each<[string, unknown, string]>([
    ['no order', { user_id: 'A', status: 'OPEN' }, 'order_id'],
    ['no user', { order_id: '1', status: 'OPEN' }, 'user_id'],
    ['no status', { order_id: '1', user_id: 'A' }, 'status'],
    ['a list', [{ order_id: '1', user_id: 'A', status: 'OPEN' }], 'body'],
  ])('of %s can’t be read', (_name, message, part) => {
    expect(readOne(zerodha, JSON.stringify(message))).toEqual(unreadable(part));
  });
});

describe('its checksum', () => {
  const SECRET = 'an api secret of Kite Connect';
  const signed = (more: object = {}) => {
    const [order_id, order_timestamp] = ['220303000308932', '2022-03-03 09:24:25'];
    const checksum = createHash('sha256').update(`${order_id}${order_timestamp}${SECRET}`).digest('hex');
    return { order_id, order_timestamp, checksum, ...more };
  };
  const isAuthentic = (message: unknown) => zerodha.weakProof?.isAuthentic(message, SECRET);

  it('is over the order’s id and time, and covers nothing else', () => {
    expect(isAuthentic(signed())).toBe(true);
    expect(isAuthentic(signed({ status: 'COMPLETE', filled_quantity: 1_000_000 }))).toBe(true);
  });

  it.each<[string, unknown]>([
    ['of another order', signed({ order_id: '220303000308933' })],
    ['of another time', signed({ order_timestamp: '2022-03-03 09:24:26' })],
    ['blank', signed({ checksum: '' })],
    ['absent', signed({ checksum: undefined })],
    ['cut short', signed({ checksum: signed().checksum.slice(1) })],
    ['a number', signed({ checksum: 1 })],
    ['of nothing', { order_id: '', order_timestamp: '', checksum: createHash('sha256').update(SECRET).digest('hex') }],
    ['in a list', [signed()]],
    ['in nothing', null],
  ])('%s proves nothing', (_name, message) => {
    expect(isAuthentic(message)).toBe(false);
  });

  it('of the sample is under a secret that was not published', () => {
    expect(isAuthentic(JSON.parse(payload('zerodha_postback_complete')))).toBe(false);
  });
});

const kite = (more: object = {}) => ({
  ...{ order_id: '1', status: 'OPEN', exchange: 'NSE', tradingsymbol: 'SBIN', transaction_type: 'SELL' },
  ...{ order_type: 'LIMIT', validity: 'DAY', quantity: 200, price: 463.05, trigger_price: 0, average_price: 0 },
  ...{ filled_quantity: 50, pending_quantity: 150, order_timestamp: '2022-05-24 12:26:52', ...more },
});
const read = (order: unknown) => {
  const reading = readKiteOrder(parseNumberText(JSON.stringify(order)), 'AB1234');
  return reading && Object.fromEntries(Object.entries(reading).filter(([, value]) => value !== null));
};

describe('an order that was fetched', () => {
  it('is told with its terms and what is filled', () => {
    expect(read(kite({ tag: 'mine' }))).toEqual({
      ...{ execId: '1:NEW:50', execType: 'ORDER_STATUS', venueOrderId: '1', account: 'AB1234', symbol: 'SBIN' },
      ...{ assetClass: 'EQUITY', side: 'SELL', orderType: 'LIMIT', timeInForce: 'DAY', quantity: '200' },
      ...{ price: '463.05', cumQty: '50', leavesQty: '150', status: 'NEW' },
      transactTime: '2022-05-24T12:26:52+05:30',
    });
  });

  it('complete, from the sample', () => {
    expect(read(JSON.parse(payload('zerodha_postback_complete')))).toEqual({
      ...{ execId: '220303000308932:FILLED:1', execType: 'ORDER_STATUS', venueOrderId: '220303000308932' },
      ...{ account: 'AB1234', symbol: 'SBIN', assetClass: 'EQUITY', side: 'BUY', orderType: 'MARKET' },
      ...{ timeInForce: 'DAY', quantity: '1', cumQty: '1', leavesQty: '0', avgPx: '470', status: 'FILLED' },
      transactTime: '2022-03-03T09:24:25+05:30',
    });
  });

  it('rejected, with the reason in words', () => {
    const text = 'Insufficient funds. Required margin is 95417.84 but available margin is 74251.80.';
    expect(read(kite({ status: 'REJECTED', status_message: text, validity: 'TTL' }))).toMatchObject({
      ...{ status: 'REJECTED', rejectReason: 'OTHER', text, leavesQty: '0', timeInForce: 'GTD' },
    });
  });

  it.each([
    ['PUT ORDER REQ RECEIVED', 'PENDING_NEW'],
    ['PUT ORDER REQUEST RECEIVED', 'PENDING_NEW'],
    ['AMO REQ RECEIVED', 'PENDING_NEW'],
    ['VALIDATION PENDING', 'PENDING_NEW'],
    ['OPEN PENDING', 'PENDING_NEW'],
    ['OPEN', 'NEW'],
    ['TRIGGER PENDING', 'NEW'],
    ['MODIFY VALIDATION PENDING', 'PENDING_REPLACE'],
    ['MODIFY PENDING', 'PENDING_REPLACE'],
    ['CANCEL PENDING', 'PENDING_CANCEL'],
    ['COMPLETE', 'FILLED'],
    ['CANCELLED', 'CANCELED'],
    ['CANCELLED AMO', 'CANCELED'],
    ['REJECTED', 'REJECTED'],
    ['MODIFIED', undefined],
    ['NOT MODIFIED', undefined],
    ['NOT CANCELLED', undefined],
    ['UPDATE', undefined],
  ])('status %s is %s', (status, ours) => {
    expect(read(kite({ status }))?.['status']).toBe(ours);
  });

  it.each([
    ['NSE', 'SBIN', 'EQUITY'],
    ['BSE', 'SBIN', 'EQUITY'],
    ['NFO', 'NIFTY24DECFUT', 'FUTURE'],
    ['NFO', 'NIFTY24DEC24000CE', 'OPTION'],
    ['BFO', 'SENSEX24DEC80000PE', 'OPTION'],
    ['CDS', 'USDINR21JUNFUT', 'FUTURE'],
    ['MCX', 'GOLDPETAL21JUNFUT', 'FUTURE'],
  ])('on %s, %s is of class %s', (exchange, tradingsymbol, assetClass) => {
    expect(read(kite({ exchange, tradingsymbol }))).toMatchObject({ assetClass });
  });

  it.each([
    ['MARKET', 'MARKET'],
    ['LIMIT', 'LIMIT'],
    ['SL', 'STOP_LIMIT'],
    ['SL-M', 'STOP'],
  ])('type %s is %s', (order_type, orderType) => {
    expect(read(kite({ order_type, trigger_price: 460 }))).toMatchObject({ orderType, stopPx: '460' });
  });

  it.each<[string, unknown, string]>([
    ['an unknown status', kite({ status: 'LOST' }), 'status: "LOST" is unknown'],
    ['an unknown exchange', kite({ exchange: 'LSE' }), 'exchange: "LSE" is unknown'],
    ['a time that is none', kite({ order_timestamp: 'yesterday' }), 'order_timestamp'],
    ['a quantity that is none', kite({ filled_quantity: 'x' }), 'filled_quantity'],
  ])('of %s can’t be read', (_name, order, part) => {
    expect(read(order)).toEqual(unreadable(part));
  });
});
