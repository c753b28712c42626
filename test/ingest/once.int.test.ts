import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linkAccount, type Report } from '../support/client.ts';
import { counted, fillOf, openDesk, opening } from './desk.ts';
import { stored } from './rows.ts';

let desk: Awaited<ReturnType<typeof openDesk>>;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.close());

describe('an execution', () => {
  it('that comes again, in another delivery, is a duplicate', async () => {
    const order = opening();
    const fill = fillOf(order);
    expect(await desk.post([order, fill])).toEqual(counted(2));
    const before = await stored(desk.session);
    expect(await desk.post([fill, order])).toEqual(counted(0, 2));
    expect(await stored(desk.session)).toEqual({ ...before, deliveries: before.deliveries + 1 });
    expect(await desk.orderRow(order)).toMatchObject({ status: 'PARTIALLY_FILLED', version: 2 });
  });

  it('that comes twice in one delivery is a duplicate', async () => {
    const order = opening();
    const fill = fillOf(order);
    expect(await desk.post([order, fill, fill])).toEqual(counted(2, 1));
  });

  it('that comes a thousand times, in parallel, counts once', async () => {
    const order = opening();
    await desk.post(order);
    const fill = fillOf(order, { lastQty: '1' });
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => desk.post(Array.from({ length: 10 }, () => fill))),
    );
    const total = (name: string) => answers.reduce<number>((sum, each) => sum + Number((each as Report)[name]), 0);
    expect([total('accepted'), total('duplicates'), total('quarantined')]).toEqual([1, 999, 0]);
    expect(Number((await desk.orderRow(order))?.['cum_qty'])).toBe(1);
  });

  it('that comes again without the numbers that it had, or with the same ones spelled otherwise, is a duplicate', async () => {
    const order = opening();
    const fill = fillOf(order);
    await desk.post([order, fill]);
    expect(await desk.post({ ...fill, lastPx: undefined })).toEqual(counted(0, 1));
    expect(await desk.post({ ...fill, lastQty: '40.000', lastPx: '010' })).toEqual(counted(0, 1));
  });

  it.each([
    ['another quantity', { lastQty: '41' }],
    ['another price', { lastPx: '10.01' }],
    ['another type', { execType: 'CANCELED' }],
  ])('that comes again with %s is neither a duplicate nor a fill', async (_name, other) => {
    const order = opening();
    const fill = fillOf(order);
    await desk.post([order, fill]);
    expect(await desk.post({ ...fill, ...other })).toEqual(counted(0, 0, 1));
    expect(await desk.lastQuarantined()).toMatchObject({ reason: 'EXEC_ID_CONFLICT' });
    expect(await desk.orderRow(order)).toMatchObject({ status: 'PARTIALLY_FILLED', version: 2 });
  });

  it('under the execId of another order’s is set aside, also when it would open an order', async () => {
    const [one, two] = [opening(), opening()];
    const fill = fillOf(one);
    await desk.post([one, two, fill]);
    expect(await desk.post(fillOf(two, { execId: fill['execId'] }))).toEqual(counted(0, 0, 1));
    expect(await desk.lastQuarantined()).toMatchObject({ reason: 'EXEC_ID_CONFLICT' });
    expect(await desk.post(opening({ execId: one['execId'] }))).toEqual(counted(0, 0, 1));
    expect(await desk.lastQuarantined()).toMatchObject({ reason: 'EXEC_ID_CONFLICT' });
  });
});

describe('names of orders', () => {
  it('of two orders in one report are set aside, and the orders stay what they are', async () => {
    const [one, two] = [opening(), opening()];
    await desk.post([one, two]);
    const mixed = fillOf({ ...one, clOrdId: two['clOrdId'] });
    expect(await desk.post([mixed, fillOf(two)])).toEqual(counted(1, 0, 1));
    expect(await desk.lastQuarantined()).toMatchObject({ reason: 'ORDER_MISMATCH' });
    expect(await desk.orderRow(one)).toMatchObject({ status: 'NEW', version: 1 });
  });

  it('a replace to the clOrdId of another order is set aside', async () => {
    const [one, two] = [opening(), opening()];
    expect(await desk.post([one, two])).toEqual(counted(2));
    const { venueOrderId, account } = one;
    const replace = { venueOrderId, account, execId: randomUUID(), execType: 'REPLACED', clOrdId: two['clOrdId'] };
    expect(await desk.post([replace])).toEqual(counted(0, 0, 1));
    expect(await desk.lastQuarantined()).toMatchObject({ reason: 'ORDER_MISMATCH' });
  });

  it('another account’s order under the same names is another order', async () => {
    const order = opening();
    await linkAccount(desk.ops, 'bob', { account: 'ACC-2' });
    expect(await desk.post([order, { ...order, account: 'ACC-2', execId: randomUUID() }])).toEqual(counted(2));
    const owners = await desk.session.rows('SELECT user_id FROM orders WHERE cl_ord_id = $1 ORDER BY 1', [
      order['clOrdId'],
    ]);
    expect(owners).toEqual([{ user_id: 'ann' }, { user_id: 'bob' }]);
  });

  it('the whole chain of replaces finds the order, also when it was first seen by its replace or cancel', async () => {
    const order = opening();
    const next = `C-${randomUUID()}`;
    const replace = {
      ...order,
      execId: randomUUID(),
      execType: 'REPLACED',
      clOrdId: next,
      origClOrdId: order['clOrdId'],
    };
    await desk.post(replace);
    expect(await desk.post({ ...fillOf(order), venueOrderId: undefined })).toEqual(counted(1));
    expect(
      await desk.session.count('SELECT count(*) FROM orders WHERE venue_order_id = $1', [order['venueOrderId']]),
    ).toBe(1);
    expect(await desk.session.count('SELECT cum_qty FROM orders WHERE cl_ord_id = $1', [next])).toBe(40);
  });
});
