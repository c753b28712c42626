import { describe, expect, it } from 'vitest';
import { tradier } from '../../../src/venues/formats/tradier.ts';
import { payload, readAll, readOne, unreadable } from './read.ts';

const SAMPLE = {
  ...{ execType: 'ORDER_STATUS', venueOrderId: '1107075', account: '6YA', orderType: 'LIMIT', price: '10' },
  transactTime: '2021-08-09T20:05:35.277Z',
};

describe('samples of Tradier', () => {
  it.each([
    ['open', { execId: '1107075:NEW:0', cumQty: '0', leavesQty: '2', status: 'NEW' }],
    ['pending', { execId: '1107075:PENDING_NEW:0', cumQty: '0', leavesQty: '2', status: 'PENDING_NEW' }],
    ['filled', { execId: '1107075:FILLED:2', cumQty: '2', leavesQty: '0', avgPx: '10', status: 'FILLED' }],
  ])('%s', (name, expected) => {
    expect(readAll(tradier, payload(`tradier_account_order_${name}`))).toEqual([{ ...SAMPLE, ...expected }]);
  });
});

const order = (more: object = {}) => ({
  ...{ id: 1, event: 'order', status: 'open', type: 'limit', exec_quantity: 1, remaining_quantity: 1, account: 'A' },
  ...more,
});

describe('each status that Tradier documents:', () => {
  it.each([
    ['pending', 'PENDING_NEW'],
    ['held', 'PENDING_NEW'],
    ['open', 'NEW'],
    ['accepted_for_bidding', 'NEW'],
    ['partially_filled', 'PARTIALLY_FILLED'],
    ['filled', 'FILLED'],
    ['canceled', 'CANCELED'],
    ['expired', 'EXPIRED'],
    ['rejected', 'REJECTED'],
    ['error', 'REJECTED'],
    ['calculated', undefined],
  ])('%s is %s', (status, ours) => {
    const report = readOne(tradier, order({ status }));
    expect(report).toMatchObject({ execType: 'ORDER_STATUS', venueOrderId: '1', cumQty: '1', leavesQty: '1' });
    expect(report?.['status']).toBe(ours);
    expect(report?.['rejectReason']).toBe(ours === 'REJECTED' ? 'OTHER' : undefined);
    expect(typeof report?.['text']).toBe(ours === 'REJECTED' ? 'string' : 'undefined');
  });

  it.each([
    ['market', 'MARKET'],
    ['limit', 'LIMIT'],
    ['stop', 'STOP'],
    ['stop_limit', 'STOP_LIMIT'],
    ['debit', 'LIMIT'],
    ['credit', 'LIMIT'],
    ['even', 'LIMIT'],
  ])('type %s is %s', (type, orderType) => {
    expect(readOne(tradier, order({ type, stop_price: 2.5 }))).toMatchObject({ orderType, stopPx: '2.5' });
  });
});

it('the tag names the order, and the older name of the quantity is read too', () => {
  const report = readOne(tradier, order({ tag: 'C1', exec_quantity: undefined, executed_quantity: 1e-8 }));
  expect(report).toMatchObject({ clOrdId: 'C1', cumQty: '0.00000001', execId: '1:NEW:0.00000001' });
});

it('a heartbeat says nothing', () => {
  expect(readOne(tradier, { event: 'heartbeat', status: 'active', timestamp: '2025-12-10T18:02:51.028Z' })).toBeNull();
});

describe('what can’t be read is told by its field:', () => {
  it.each<[string, unknown, string]>([
    ['an unknown event', order({ event: 'journal' }), 'event: "journal" is unknown'],
    ['an unknown status', order({ status: 'lost' }), 'status: "lost" is unknown'],
    ['no status', order({ status: undefined }), 'status'],
    ['an unknown type', order({ type: 'peg' }), 'type: "peg" is unknown'],
    ['no id', order({ id: undefined }), 'id'],
    ['an id that is no integer', order({ id: 1.5 }), 'id'],
    ['a quantity of the wrong type', order({ exec_quantity: [2] }), 'exec_quantity'],
    ['a number', 7, 'event'],
  ])('%s', (_name, message, part) => {
    expect(readOne(tradier, JSON.stringify(message))).toEqual(unreadable(part));
  });
});
