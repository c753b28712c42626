import { describe, expect, it } from 'vitest';
import { userId } from '../../src/kernel/brand.ts';
import { factsOf } from '../../src/notifications/facts.ts';
import { EXEC_TYPES } from '../../src/orders/words.ts';
import type { OrderEventView, OrderView } from '../../src/orders/view.ts';

const ORDER: OrderView = {
  ...{ id: 'T3JkZXI6MQ==', clOrdId: 'C1', venue: 'alpaca', venueOrderId: 'V1', account: 'ACC-12345678' },
  ...{ symbol: 'AAPL', assetClass: 'EQUITY', side: 'BUY', orderType: 'LIMIT', timeInForce: 'DAY' },
  ...{ quantity: '100', notional: null, price: '190.5', stopPx: null, status: 'NEW', pendingAction: null },
  ...{ cumQty: '0', leavesQty: '100', avgPx: null, overfillQty: null, text: null, rejectReason: null },
  ...{ statusText: 'Working', platform: 'WEB', client: null, version: 3 },
  ...{ createdAt: '2026-06-02T12:00:00.000Z', updatedAt: '2026-06-02T12:00:01.000Z' },
};

const EVENT: OrderEventView = {
  ...{ id: 'T3JkZXJFdmVudDoxOjM=', execType: 'NEW', status: 'NEW', execId: 'E1', execRefId: null, lastQty: null },
  ...{
    lastPx: null,
    cumQty: '0',
    leavesQty: '100',
    avgPx: null,
    text: null,
    statusText: 'Accepted by the venue',
    rejectReason: null,
  },
  ...{ answers: null, lateAfter: null },
  ...{ transactTime: '2026-06-02T12:00:00.500Z', receivedAt: '2026-06-02T12:00:01.000Z' },
  committedAt: '2026-06-02T12:00:01.003Z',
};

type Given = readonly [OrderEventView['execType'], Partial<OrderView>, Partial<OrderEventView>?];

const told = ([execType, order, event = {}]: Given) =>
  factsOf({
    userId: userId('alice'),
    data: { order: { ...ORDER, ...order }, event: { ...EVENT, ...event, execType } },
  });
const typeOf = (given: Given): string => told(given)[0]?.type ?? 'nothing';

const part = { cumQty: '40', leavesQty: '60' };
const whole = { cumQty: '100', leavesQty: '0' };
const byAmount = { quantity: null, notional: '500', cumQty: '2.5' };

describe('an event of an order', () => {
  it.each<readonly [string, Given, string]>([
    ['accepted', ['NEW', {}], 'ORDER_SUBMITTED'],
    ['accepted while a cancel is asked for', ['NEW', { status: 'PENDING_CANCEL' }], 'ORDER_SUBMITTED'],
    ['accepted, told after a fill', ['NEW', { ...part, status: 'PARTIALLY_FILLED' }], 'nothing'],
    ['accepted, told after its end', ['NEW', { status: 'CANCELED', leavesQty: '0' }], 'nothing'],
    ['a fill in part', ['TRADE', { ...part, status: 'PARTIALLY_FILLED' }], 'ORDER_PARTIALLY_FILLED'],
    ['a fill of the rest', ['TRADE', { ...whole, status: 'FILLED' }], 'ORDER_FILLED'],
    ['a fill of the rest while a cancel is pending', ['TRADE', { ...whole, status: 'PENDING_CANCEL' }], 'ORDER_FILLED'],
    ['a fill of the rest after the day', ['TRADE', { ...whole, status: 'DONE_FOR_DAY' }], 'ORDER_FILLED'],
    [
      'a fill in part while a cancel is pending',
      ['TRADE', { ...part, status: 'PENDING_CANCEL' }],
      'ORDER_PARTIALLY_FILLED',
    ],
    ['a fill of a suspended order', ['TRADE', { ...part, status: 'SUSPENDED' }], 'ORDER_PARTIALLY_FILLED'],
    [
      'a fill written with other zeros',
      ['TRADE', { ...whole, cumQty: '100.00', status: 'PENDING_REPLACE' }],
      'ORDER_FILLED',
    ],
    [
      'a fill beyond what was asked for',
      ['TRADE', { cumQty: '110', leavesQty: '0', overfillQty: '10', status: 'FILLED' }],
      'ORDER_OVERFILLED',
    ],
    ['a fill after CANCELED', ['TRADE', { ...part, leavesQty: '0', status: 'CANCELED' }], 'LATE_FILL'],
    ['a fill after EXPIRED', ['TRADE', { ...part, leavesQty: '0', status: 'EXPIRED' }], 'LATE_FILL'],
    ['a fill after REJECTED', ['TRADE', { ...part, leavesQty: '0', status: 'REJECTED' }], 'LATE_FILL'],
    [
      'a fill after its end, hidden by a replace',
      ['TRADE', { ...part, leavesQty: '0', status: 'PENDING_REPLACE' }],
      'LATE_FILL',
    ],
    [
      'a fill by amount',
      ['TRADE', { ...byAmount, leavesQty: null, status: 'PARTIALLY_FILLED' }],
      'ORDER_PARTIALLY_FILLED',
    ],
    ['the last fill by amount', ['TRADE', { ...byAmount, leavesQty: '0', status: 'FILLED' }], 'ORDER_FILLED'],
    [
      'the same while a cancel is pending',
      ['TRADE', { ...byAmount, leavesQty: '0', status: 'PENDING_CANCEL' }],
      'ORDER_FILLED',
    ],
    [
      'a fill after CANCELED that completes the order',
      ['TRADE', { ...whole, status: 'FILLED' }, { lateAfter: 'CANCELED' }],
      'LATE_FILL',
    ],
    [
      'a fill by amount after EXPIRED that completes the order',
      ['TRADE', { ...byAmount, leavesQty: '0', status: 'FILLED' }, { lateAfter: 'EXPIRED' }],
      'LATE_FILL',
    ],
    ['a fill by amount after its end', ['TRADE', { ...byAmount, leavesQty: '0', status: 'CANCELED' }], 'LATE_FILL'],
    ['canceled', ['CANCELED', { ...part, leavesQty: '0', status: 'CANCELED' }], 'ORDER_CANCELED'],
    [
      'canceled while a replace is pending',
      ['CANCELED', { leavesQty: '0', status: 'PENDING_REPLACE' }],
      'ORDER_CANCELED',
    ],
    ['canceled after the last fill', ['CANCELED', { ...whole, status: 'FILLED' }], 'nothing'],
    ['canceled after it had expired', ['CANCELED', { leavesQty: '0', status: 'EXPIRED' }], 'nothing'],
    ['expired', ['EXPIRED', { leavesQty: '0', status: 'EXPIRED' }], 'ORDER_EXPIRED'],
    ['expired after the last fill', ['EXPIRED', { ...whole, status: 'FILLED' }], 'nothing'],
    ['rejected', ['REJECTED', { leavesQty: '0', status: 'REJECTED' }], 'ORDER_REJECTED'],
    ['a refused cancel or replace', ['CANCEL_REJECTED', {}], 'EXECUTION_FAILED'],
    ['a bust', ['TRADE_CANCEL', {}], 'EXECUTION_BUSTED'],
    ['a correction', ['TRADE_CORRECT', { ...whole, status: 'FILLED' }], 'EXECUTION_CORRECTED'],
  ])('%s', (_, given, type) => {
    expect(typeOf(given)).toBe(type);
  });

  it('tells nothing of what the user asked for, and of what changes nothing for them', () => {
    expect(EXEC_TYPES.filter((execType) => typeOf([execType, {}]) === 'nothing')).toEqual([
      ...['PENDING_NEW', 'REPLACED', 'DONE_FOR_DAY', 'PENDING_CANCEL', 'PENDING_REPLACE', 'RESTATED', 'SUSPENDED'],
      ...['STOPPED', 'ORDER_STATUS'],
    ]);
  });
});

describe('a fact', () => {
  const [fact] = told([
    'TRADE',
    { ...part, status: 'PARTIALLY_FILLED', avgPx: '190' },
    { lastQty: '40', lastPx: '190' },
  ]);

  it('is the event’s own: its key, its order, its time by the venue’s clock', () => {
    expect(fact).toMatchObject({
      ...{ userId: 'alice', key: 'event:T3JkZXJFdmVudDoxOjM=', orderId: ORDER.id, symbol: 'AAPL', strategy: null },
      occurredAt: new Date('2026-06-02T12:00:00.500Z'),
    });
  });

  it('has the time of receipt where the venue told none', () => {
    const [late] = told(['NEW', {}, { transactTime: null }]);
    expect(late?.occurredAt).toEqual(new Date('2026-06-02T12:00:01.000Z'));
  });

  it('says how the order had ended, and what was refused and why', () => {
    const [late] = told(['TRADE', { ...whole, status: 'FILLED' }, { lateAfter: 'CANCELED' }]);
    expect(late?.data).toMatchObject({ status: 'FILLED', lateAfter: 'CANCELED', answers: null });
    const refusal = { answers: 'REPLACE', rejectReason: 'PRICE_EXCEEDS_BAND' } as const;
    const [refused] = told(['CANCEL_REJECTED', { status: 'REJECTED', rejectReason: 'EXCHANGE_CLOSED' }, refusal]);
    expect(refused?.data).toMatchObject({ answers: 'REPLACE', rejectReason: 'PRICE_EXCEEDS_BAND', lateAfter: null });
    const [rejected] = told(['REJECTED', { status: 'REJECTED', rejectReason: 'EXCHANGE_CLOSED' }]);
    expect(rejected?.data).toMatchObject({ rejectReason: 'EXCHANGE_CLOSED' });
  });

  it('is made of an event that was written before all this was told', () => {
    const { answers, lateAfter, rejectReason, ...written } = EVENT;
    const event = { ...written, execType: 'CANCEL_REJECTED' } as OrderEventView;
    const [old] = factsOf({ userId: userId('alice'), data: { order: ORDER, event } });
    expect(old?.data).toMatchObject({ answers, lateAfter, rejectReason });
  });

  it('has what words are made of, as text, and no account', () => {
    expect(fact?.data).toMatchObject({
      ...{ side: 'BUY', quantity: '100', lastQty: '40', lastPx: '190', cumQty: '40', leavesQty: '60', avgPx: '190' },
      ...{ venue: 'alpaca', assetClass: 'EQUITY', status: 'PARTIALLY_FILLED', version: 3 },
    });
    expect(JSON.stringify(fact)).not.toContain('12345678');
  });

  it('names no account, also where the venue does', () => {
    const text = 'account U1234567: insufficient funds';
    const [fact] = told(['REJECTED', { account: 'U1234567', status: 'REJECTED' }, { text, statusText: text }]);
    expect(fact?.data).toMatchObject({ text: 'account ••••4567: insufficient funds' });
    expect(JSON.stringify(fact)).not.toContain('U1234567');
  });
});
