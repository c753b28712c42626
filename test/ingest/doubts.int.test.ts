import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Report } from '../support/client.ts';
import { counted, fillOf, openDesk, opening } from './desk.ts';

let desk: Awaited<ReturnType<typeof openDesk>>;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.close());

const doubtOf = async ({ clOrdId }: Report): Promise<unknown> =>
  (
    await desk.session.rows(
      `SELECT doubt.cum_qty::float AS cum FROM order_doubts AS doubt JOIN orders ON orders.id = doubt.order_id
       WHERE cl_ord_id = $1`,
      [clOrdId],
    )
  )[0]?.['cum'];
const upTo = (order: Report, cumQty: string, more: Report = {}): Report =>
  fillOf(order, { lastQty: '10', cumQty, ...more });
const canceled = ({ venueOrderId, clOrdId }: Report, cumQty: string): Report => ({
  ...{ venueOrderId, clOrdId, account: 'ACC-1', execType: 'CANCELED' },
  execId: `${String(venueOrderId)}-X`,
  cumQty,
});

it('an order whose venue has filled more than we know is in doubt, until the missing fill comes', async () => {
  const order = opening();
  expect(await desk.post([order, upTo(order, '10')])).toEqual(counted(2));
  expect(await doubtOf(order)).toBeUndefined();
  await desk.post(upTo(order, '30'));
  expect(await doubtOf(order)).toBe(30);
  await desk.post(upTo(order, '40'));
  expect(await doubtOf(order)).toBe(40);
  await desk.post(upTo(order, '20'));
  expect(await doubtOf(order)).toBeUndefined();
});

it('a closed order is in doubt as well', async () => {
  const order = opening();
  await desk.post([order, canceled(order, '10')]);
  expect(await doubtOf(order)).toBe(10);
  await desk.post(upTo(order, '10'));
  expect(await doubtOf(order)).toBeUndefined();
  expect(await desk.orderRow(order)).toMatchObject({ status: 'CANCELED' });
});

it('reports of one delivery in another order leave no doubt', async () => {
  const order = opening();
  await desk.post([
    upTo(order, '20', { ...order, execType: 'TRADE', execId: `${String(order['execId'])}-2` }),
    order,
    upTo(order, '10'),
  ]);
  expect(await doubtOf(order)).toBeUndefined();
  expect(Number((await desk.orderRow(order))?.['cum_qty'])).toBe(20);
});

it('a report that is set aside leaves none', async () => {
  const order = opening();
  await desk.post([order, upTo(order, '50', { lastQty: '0' })]);
  expect(await doubtOf(order)).toBeUndefined();
});

it('an end without a sum is asked about once, of a venue that is asked', async () => {
  const end = (order: Report): Report => ({ ...canceled(order, ''), cumQty: null });
  const doubts = ({ clOrdId }: Report): Promise<number> =>
    desk.session.count(
      'SELECT count(*) FROM order_doubts JOIN orders ON id = order_id WHERE cl_ord_id = $1 AND order_doubts.cum_qty IS NULL',
      [clOrdId],
    );
  const [unasked, asked] = [opening(), opening()];
  await desk.post([unasked, end(unasked)]);
  expect(await doubts(unasked)).toBe(0);
  await desk.session.rows("INSERT INTO venue_sweeps (venue, next_at) VALUES ('standard', now())");
  await desk.post([asked, upTo(asked, '10'), end(asked)]);
  expect(await doubts(asked)).toBe(1);
});
