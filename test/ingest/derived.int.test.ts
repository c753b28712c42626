import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../support/client.ts';
import { counted, fillOf, openDesk, opening } from './desk.ts';

let desk: Awaited<ReturnType<typeof openDesk>>;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.close());

const at = (second: number): Report => ({ transactTime: `2026-01-30T10:00:0${second}Z` });
const statedOf = ({ venueOrderId, clOrdId, account }: Report, overrides: Report): Report => ({
  ...{ venueOrderId, clOrdId, account },
  ...{ execId: `S-${randomUUID()}`, execType: 'ORDER_STATUS', status: 'PARTIALLY_FILLED' },
  ...overrides,
});
const bustOf = (fill: Report, overrides: Report = {}): Report => ({
  ...{ venueOrderId: fill['venueOrderId'], clOrdId: fill['clOrdId'], account: fill['account'] },
  ...{ execId: randomUUID(), execType: 'TRADE_CANCEL', execRefId: fill['execId'] },
  ...overrides,
});
const executionsOf = async ({ clOrdId }: Report) =>
  await desk.session.rows(
    `SELECT executions.exec_type AS type, executions.last_qty::int AS qty, covered FROM executions
     JOIN orders ON orders.id = order_id WHERE cl_ord_id = $1 ORDER BY executions.received_at, covered`,
    [clOrdId],
  );

describe('a fill whose message was lost', () => {
  it('is repaired by what the venue states, once, and its late original is a repeat that can be busted', async () => {
    const order = opening({ quantity: '100', ...at(0) });
    const first = fillOf(order, { lastQty: '10', cumQty: '10', ...at(1) });
    const lost = fillOf(order, { lastQty: '20', cumQty: '30', ...at(2) });
    const next = fillOf(order, { lastQty: '5', cumQty: '35', ...at(4) });
    const status = statedOf(order, { cumQty: '30', avgPx: '10', ...at(3) });
    expect(await desk.post([order, first])).toEqual(counted(2));
    expect(await desk.post(next)).toEqual(counted(1));
    expect(await desk.post(status)).toEqual(counted(1));
    expect(await desk.orderRow(order)).toMatchObject({ cum_qty: '35.000000000000000000', version: 4 });
    expect(await desk.post([status, lost])).toEqual(counted(0, 2));
    expect(await desk.post(lost)).toEqual(counted(0, 1));
    expect(await desk.post({ ...lost, lastQty: '21' })).toEqual(counted(0, 0, 1));
    expect(await desk.lastQuarantined()).toMatchObject({ reason: 'EXEC_ID_CONFLICT' });
    expect(await desk.post(bustOf(lost, at(5)))).toEqual(counted(1));
    expect(await desk.orderRow(order)).toMatchObject({ cum_qty: '15.000000000000000000', version: 5 });
    expect(await executionsOf(order)).toEqual(
      expect.arrayContaining([
        { type: 'TRADE', qty: 20, covered: false },
        { type: 'TRADE', qty: 20, covered: true },
      ]),
    );
    // The same sum comes again: 15 + 15 = 30, by a fill that was lost as well.
    expect(await desk.post(statedOf(order, { cumQty: '30', avgPx: '10', ...at(7) }))).toEqual(counted(1));
    expect(await desk.orderRow(order)).toMatchObject({ cum_qty: '30.000000000000000000', version: 6 });
  });

  it('is counted once where the name of the order, the sum and the original come in one delivery', async () => {
    const order = opening({ quantity: '100', ...at(0) });
    const placed = { ...order, venueOrderId: null };
    const first = fillOf(placed, { lastQty: '10', cumQty: '10', ...at(1) });
    expect(await desk.post([placed, first])).toEqual(counted(2));
    const named = { ...order, execId: randomUUID(), clOrdId: order['clOrdId'] };
    const status = statedOf({ ...order, clOrdId: null }, { cumQty: '30', avgPx: '10', ...at(3) });
    const lost = fillOf(order, { lastQty: '20', cumQty: '30', ...at(2) });
    expect(await desk.post([named, status, lost])).toEqual(counted(2, 1));
    expect(await desk.orderRow(order)).toMatchObject({ cum_qty: '30.000000000000000000' });
  });

  it('and two statements in one delivery leave it as in two: the bust of the original takes its price along', async () => {
    const order = opening({ quantity: '100', ...at(0) });
    const nine = statedOf(order, { cumQty: '9', avgPx: '10', ...at(1) });
    const ten = statedOf(order, { cumQty: '10', avgPx: '11', ...at(3) });
    const original = fillOf(order, { lastQty: '1', lastPx: '20', cumQty: '10', ...at(2) });
    expect(await desk.post([order, nine, ten, original])).toEqual(counted(3, 1));
    expect(await desk.post(bustOf(original, at(4)))).toEqual(counted(1));
    const sums = 'SELECT cum_qty::float AS qty, cum_amount::float AS amount FROM orders WHERE cl_ord_id = $1';
    expect(await desk.session.rows(sums, [order['clOrdId']])).toEqual([{ qty: 9, amount: 90 }]);
  });

  it('an end that was stated is told once, and the venue’s own message of it is known from then on', async () => {
    const order = opening(at(0));
    const canceled = { ...fillOf(order), execType: 'CANCELED', lastQty: null, lastPx: null, ...at(1) };
    expect(await desk.post([order, statedOf(order, { status: 'CANCELED', ...at(2) }), canceled])).toEqual(
      counted(2, 1),
    );
    expect(await desk.orderRow(order)).toMatchObject({ status: 'CANCELED', version: 2 });
    expect(await desk.post({ ...canceled, execType: 'EXPIRED' })).toEqual(counted(0, 0, 1));
    expect(await executionsOf(order)).toContainEqual({ type: 'CANCELED', qty: null, covered: true });
  });

  it('a sum of the venue that is not ours never stops a report', async () => {
    const order = opening({ quantity: '100' });
    const odd = ['0', '7', '1000000'].map((cumQty) => fillOf(order, { lastQty: '10', cumQty }));
    const sums = ['0', '3', '-5'].map((cumQty) => statedOf(order, { cumQty, avgPx: '10' }));
    const [first, second, third] = odd;
    const reports = [order, ...odd, ...sums, bustOf(first!), bustOf(second!), bustOf(third!)];
    expect(await desk.post(reports)).toMatchObject({ quarantined: 0 });
    expect(await desk.orderRow(order)).toMatchObject({ cum_qty: '0.000000000000000000' });
  });
});
