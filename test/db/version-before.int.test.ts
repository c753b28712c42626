import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Db, openDb } from '../../src/db/client.ts';
import { readHeard } from '../../src/ingest/heard.ts';
import { deliveryKey, readInbox } from '../../src/ingest/store.ts';
import { userId } from '../../src/kernel/brand.ts';
import { printDecimal } from '../../src/kernel/decimal.ts';
import { readExecutionViews } from '../../src/orders/execution-queries.ts';
import { readFillsAround } from '../../src/orders/executions.ts';
import { findOrderById } from '../../src/orders/queries.ts';
import { lockOrders } from '../../src/orders/store.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';

// While a new version is rolled out, processes of the one before go on writing to the migrated database. These are their
// own statements, word for word; `$1` is what they have written there as JSON.

/** src/orders/store.ts of the version of 2026-11-20, on the migration `spine` alone. */
const ORDERS_OF_SPINE = `
    INSERT INTO orders SELECT * FROM jsonb_populate_recordset(NULL::orders, $1::jsonb)
    ON CONFLICT (id) DO UPDATE SET cl_ord_id = EXCLUDED.cl_ord_id, venue_order_id = EXCLUDED.venue_order_id,
      order_type = EXCLUDED.order_type, time_in_force = EXCLUDED.time_in_force, quantity = EXCLUDED.quantity,
      notional = EXCLUDED.notional, price = EXCLUDED.price, stop_px = EXCLUDED.stop_px, accepted = EXCLUDED.accepted,
      closed = EXCLUDED.closed, pending = EXCLUDED.pending, cum_qty = EXCLUDED.cum_qty,
      cum_amount = EXCLUDED.cum_amount, status = EXCLUDED.status, open = EXCLUDED.open, text = EXCLUDED.text,
      reject_reason = EXCLUDED.reject_reason, updated_at = EXCLUDED.updated_at, version = EXCLUDED.version`;

/** The same at e1efef8, on the migration `life_cycle`. */
const ORDERS_OF_LIFE_CYCLE = `
    INSERT INTO orders SELECT * FROM jsonb_populate_recordset(NULL::orders, $1::jsonb)
    ON CONFLICT (id) DO UPDATE SET cl_ord_id = EXCLUDED.cl_ord_id, venue_order_id = EXCLUDED.venue_order_id,
      order_type = EXCLUDED.order_type, time_in_force = EXCLUDED.time_in_force, quantity = EXCLUDED.quantity,
      notional = EXCLUDED.notional, price = EXCLUDED.price, stop_px = EXCLUDED.stop_px, accepted = EXCLUDED.accepted,
      closed = EXCLUDED.closed, session = EXCLUDED.session, stopped = EXCLUDED.stopped, complete = EXCLUDED.complete, fills = EXCLUDED.fills,
      stamps = EXCLUDED.stamps, settled = EXCLUDED.settled, pending = EXCLUDED.pending, cum_qty = EXCLUDED.cum_qty,
      cum_amount = EXCLUDED.cum_amount, status = EXCLUDED.status, open = EXCLUDED.open, text = EXCLUDED.text,
      reject_reason = EXCLUDED.reject_reason, updated_at = EXCLUDED.updated_at, version = EXCLUDED.version`;

/** src/orders/executions.ts and src/ingest/store.ts of both. */
const EXECUTIONS = `
    INSERT INTO executions SELECT * FROM json_populate_recordset(NULL::executions, $1::json)
    ORDER BY venue, exec_id ON CONFLICT DO NOTHING`;
const INBOX = `
    INSERT INTO webhook_inbox SELECT * FROM json_populate_recordset(NULL::webhook_inbox, $1::json)
    ORDER BY venue, delivery_id ON CONFLICT DO NOTHING`;

let database: TestDatabase;
let session: pg.Client;
let db: Db;
beforeAll(async () => {
  database = await cloneDatabase();
  session = new pg.Client({ connectionString: database.url });
  await session.connect();
  db = openDb({ url: database.url });
});
afterAll(async () => {
  await db.$disconnect();
  await session.end();
  await database.drop();
});

const write = (sql: string, row: object): Promise<unknown> => session.query(sql, [JSON.stringify([row])]);

const AT = '2026-11-20T10:00:00.000Z';
/** The columns of `rowOfOrder` at `spine`. */
const spineOrder = (fields: object = {}) => ({
  ...{ id: randomUUID(), user_id: 'ann', venue: 'v', account: '', cl_ord_id: randomUUID(), venue_order_id: null },
  ...{ symbol: 'BTCUSD', asset_class: 'CRYPTO', side: 'BUY', order_type: 'LIMIT', time_in_force: 'DAY' },
  ...{ quantity: '100', notional: null, price: '10', stop_px: null, accepted: true, closed: null, pending: [] },
  ...{ cum_qty: '40', cum_amount: '400', status: 'PARTIALLY_FILLED', open: true, text: null, reject_reason: null },
  ...{ platform: 'API', created_at: AT, updated_at: AT, version: 2 },
  ...fields,
});
const lifeCycleOrder = () => ({
  ...spineOrder({ closed: 'CANCELED', status: 'CANCELED', open: false }),
  ...{ session: 'SUSPENDED', stopped: true, complete: false, fills: 'OWN', stamps: { closed: 'x ' }, settled: ['C2'] },
});
const executionOf = (order: { id: string }) => ({
  ...{ venue: 'v', exec_id: randomUUID(), order_id: order.id, exec_type: 'TRADE', exec_ref_id: null },
  ...{ last_qty: '40', last_px: '10', transact_time: null, received_at: AT },
  claim: { execType: 'TRADE', lastQty: '40', lastPx: '10' },
});

/** An order as both ways of reading it see it: what is the same, once. */
async function read(id: string) {
  const [locked] = await db.$transaction((tx) => lockOrders(tx, [id], 'wait'));
  const found = await findOrderById(db, userId('ann'), id);
  expect(found).toEqual(locked);
  const { closed, session: word, stopped, complete, settled, stamps, cumQty, derivedQty, client } = found!;
  return {
    ...{ closed, session: word, stopped, complete, settled, stamps, client },
    ...{ cumQty: printDecimal(cumQty), derivedQty: printDecimal(derivedQty) },
  };
}
const UNSAID = { session: 'LIVE', stopped: false, complete: false, settled: [], stamps: {}, client: null };

describe('what a process of the version before writes beside this one', () => {
  it.each([
    ['an order', {}, { closed: null }],
    ['an order that has ended', { closed: 'CANCELED', status: 'CANCELED', open: false }, { closed: 'CANCELED' }],
    [
      'an order by amount that is complete, for which it had a word',
      { quantity: null, notional: '400', closed: 'FILLED', status: 'FILLED', open: false },
      { closed: null, complete: true },
    ],
  ])('of spine: %s, new and again', async (_what, fields, expected) => {
    const order = spineOrder(fields);
    await write(ORDERS_OF_SPINE, { ...order, cum_qty: '0', cum_amount: '0', closed: null, version: 1 });
    await write(ORDERS_OF_SPINE, order);
    expect(await read(order.id)).toEqual({ ...UNSAID, cumQty: '40', derivedQty: '0', ...expected });
  });

  it('of life_cycle: an order with its words', async () => {
    const order = lifeCycleOrder();
    await write(ORDERS_OF_LIFE_CYCLE, order);
    await write(ORDERS_OF_LIFE_CYCLE, { ...order, cum_qty: '50' });
    const words = {
      closed: 'CANCELED',
      session: 'SUSPENDED',
      stopped: true,
      settled: ['C2'],
      stamps: { closed: 'x ' },
    };
    expect(await read(order.id)).toEqual({ ...UNSAID, ...words, cumQty: '50', derivedQty: '0' });
  });

  it('an execution, which its user finds', async () => {
    const order = spineOrder({ user_id: 'eve' });
    await write(ORDERS_OF_SPINE, order);
    const execution = executionOf(order);
    await write(EXECUTIONS, execution);
    const known = await db.$transaction((tx) => readFillsAround(tx, [], [order.id]));
    expect([...known.values()]).toMatchObject([{ execId: execution.exec_id, covered: false, cumQty: null }]);
    const page = { after: null, before: null, limit: 10, inverted: false };
    const listed = await readExecutionViews(db, userId('eve'), { filter: {}, direction: 'ASC', page });
    expect(listed).toMatchObject([{ execId: execution.exec_id, lastQty: '40', counts: true }]);
  });

  it('a delivery, which is a repeat the next time, and a sign of life of its venue', async () => {
    const delivery = { venue: `venue-${randomUUID()}`, deliveryId: 'd' };
    const counts = { accepted: 1, duplicates: 2, quarantined: 3, unreadable: false };
    const row = { venue: delivery.venue, delivery_id: 'd', body_hash: 'h', received_at: AT, ...counts };
    await write(INBOX, row);
    const inbox = await db.$transaction((tx) => readInbox(tx, [delivery] as never));
    expect(inbox.get(deliveryKey(delivery))).toMatchObject({ bodyHash: 'h', ...counts });
    const deps = { db, clock: { now: () => new Date(AT) }, config: { venueStaleMs: 1 } } as never;
    expect(await readHeard(deps, [delivery.venue])).toMatchObject([{ lastEventAt: new Date(AT) }]);
  });
});
