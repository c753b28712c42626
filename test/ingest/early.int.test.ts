import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linkAccount, type Report } from '../support/client.ts';
import { startService } from '../support/service.ts';
import { until } from '../support/until.ts';
import { counted, fillOf, openDesk, opening } from './desk.ts';

const SOON = { withinMs: 10_000 };

let desk: Awaited<ReturnType<typeof openDesk>>;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.close());

const bustOf = (fill: Report, overrides: Report = {}): Report => ({
  ...{ venueOrderId: fill['venueOrderId'], clOrdId: fill['clOrdId'], account: fill['account'] },
  ...{ execId: randomUUID(), execType: 'TRADE_CANCEL', execRefId: fill['execId'] },
  ...overrides,
});
const waiting = (): Promise<number> =>
  desk.session.count(`SELECT count(*) FROM quarantined_reports WHERE resolved_at IS NULL AND waits_for <> '{}'`);
const settled = (order: Report, expected: object): Promise<unknown> =>
  until(async () => {
    const row = await desk.orderRow(order);
    return row && Object.entries(expected).every(([name, value]) => row[name] === value);
  }, SOON);

describe('a report that comes too early', () => {
  it('a fill before its order waits, and counts once the order is known', async () => {
    const order = opening();
    expect(await desk.post([fillOf(order), fillOf(order, { lastQty: '5' })])).toEqual(counted(0, 0, 2));
    expect(await desk.lastQuarantined()).toMatchObject({ reason: 'UNKNOWN_ORDER' });
    expect(await desk.post(order)).toEqual(counted(1));
    await settled(order, { status: 'PARTIALLY_FILLED', cum_qty: '45.000000000000000000', version: 3 });
    expect(await waiting()).toBe(0);
  });

  it('a bust of a correction of a fill, each before what it is about, comes right', async () => {
    const order = opening();
    const fill = fillOf(order);
    const correction = bustOf(fill, { execType: 'TRADE_CORRECT', lastQty: '30', lastPx: '11' });
    const bust = bustOf({ ...fill, execId: correction['execId'] });
    expect(await desk.post(bust)).toEqual(counted(0, 0, 1));
    expect(await desk.post(order)).toEqual(counted(1));
    expect(await desk.post(correction)).toEqual(counted(0, 0, 1));
    expect(await desk.lastQuarantined()).toMatchObject({ reason: 'UNKNOWN_EXECUTION' });
    expect(await desk.post([fill, fillOf(order, { lastQty: '7' })])).toEqual(counted(2));
    await settled(order, { status: 'PARTIALLY_FILLED', cum_qty: '7.000000000000000000', version: 5 });
    expect(await waiting()).toBe(0);
    // And each of them again is a repeat.
    expect(await desk.post([bust, correction, fill])).toEqual(counted(0, 3));
  });

  it('is applied when another process has made its cause go', async () => {
    const other = await startService({ databaseUrl: desk.databaseUrl });
    const order = opening();
    expect(await desk.post(fillOf(order))).toEqual(counted(0, 0, 1));
    expect(await desk.post(order, { to: other.url })).toEqual(counted(1));
    await settled(order, { status: 'PARTIALLY_FILLED', version: 2 });
    await other.stop();
  });

  it('waits for an order of its own account, not for one of the same name elsewhere', async () => {
    const account = `ACC-${randomUUID()}`;
    await linkAccount(desk.ops, 'bob', { account });
    const order = opening();
    expect(await desk.post(fillOf(order))).toEqual(counted(0, 0, 1));
    expect(await desk.post({ ...order, account, execId: randomUUID() })).toEqual(counted(1));
    expect(await desk.post(order)).toEqual(counted(1));
    await until(async () => (await waiting()) === 0, SOON);
    const rows = await desk.session.rows('SELECT account, status FROM orders WHERE cl_ord_id = $1', [order['clOrdId']]);
    expect(new Map(rows.map((row) => [row['account'], row['status']]))).toEqual(
      new Map([
        ['ACC-1', 'PARTIALLY_FILLED'],
        [account, 'NEW'],
      ]),
    );
  });

  it('that names an execution of another order does not wait for ever', async () => {
    const [one, two] = [opening(), opening()];
    const fill = fillOf(one);
    expect(await desk.post([one, two, fill])).toEqual(counted(3));
    expect(await desk.post({ ...bustOf(fill), venueOrderId: two['venueOrderId'], clOrdId: two['clOrdId'] })).toEqual(
      counted(0, 0, 1),
    );
    expect(await desk.lastQuarantined()).toMatchObject({ reason: 'ORDER_MISMATCH', waits_for: [] });
    expect(await desk.orderRow(one)).toMatchObject({ cum_qty: '40.000000000000000000' });
  });
});
