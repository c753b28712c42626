import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { VenuesDocument, VenuesOfOperatorsDocument } from '../generated/graphql.ts';
import { type Asked, linkAccount, postReports } from '../support/client.ts';
import { tokenOf } from '../support/env.ts';
import { refusalCodes, request } from '../support/graphql.ts';
import { startService, type TestService } from '../support/service.ts';
import { until } from '../support/until.ts';
import { opening } from './desk.ts';
import { type Kite, kiteOrder, openKite } from './kite.ts';
import { openSession, type Session } from './rows.ts';

const DESK_SECRET = `whsec_${randomBytes(32).toString('base64')}`;
const SOON = { withinMs: 20_000 };

let kite: Kite;
let service: TestService;
let session: Session;
let ops: Asked;
let app: Asked;
beforeAll(async () => {
  kite = await openKite();
  const desk = { WEBHOOK_SECRET_DESK: DESK_SECRET, VENUE_FORMAT_DESK: 'kraken' };
  const env = { ...kite.env, ...desk, RECONCILE_SECONDS: '1', VENUE_STALE_SECONDS: '60', LOG_LEVEL: 'silent' };
  service = await startService({ env });
  session = await openSession(service.databaseUrl);
  ops = { url: service.url, token: await tokenOf('ops', { scopes: ['admin'] }) };
  app = { url: service.url, token: await tokenOf('ann') };
  await linkAccount(ops, 'ann');
  await linkAccount(ops, 'ann', { venue: 'desk', account: '' });
});
afterAll(async () => {
  await session.end();
  await service.stop();
  await kite.close();
});

const shown = async (name: string) => (await request(app, VenuesDocument, {})).venues.find((one) => one.name === name);
const known = async (name: string) =>
  (await request(ops, VenuesOfOperatorsDocument, {})).venues.find((one) => one.name === name);
const beat = () =>
  postReports(service.url, [], { venue: 'desk', secret: DESK_SECRET, body: '{"channel":"heartbeat"}' });
/** As if it had been so for two minutes. */
const age = (table: string, column: string, venue: string) =>
  session.rows(`UPDATE ${table} SET ${column} = ${column} - interval '2 minutes' WHERE venue = $1`, [venue]);

it('everybody with a token sees the venues, by name; without one nobody', async () => {
  const { venues } = await request(app, VenuesDocument, {});
  expect(venues.map(({ name }) => name)).toEqual(['desk', 'paper', 'standard', 'zerodha']);
  expect(await refusalCodes({ url: service.url }, VenuesDocument, {})).toEqual(['UNAUTHENTICATED']);
});

it('what concerns operators is for the scopes ingest and admin', async () => {
  expect(new Set(await refusalCodes(app, VenuesOfOperatorsDocument, {}))).toEqual(new Set(['FORBIDDEN']));
  const connector = { url: service.url, token: await tokenOf('connector', { scopes: ['ingest'] }) };
  const { venues } = await request(connector, VenuesOfOperatorsDocument, {});
  expect(venues.map(({ name, sends, asked }) => [name, sends, asked])).toEqual([
    ['desk', false, false],
    ['paper', false, false],
    ['standard', false, false],
    ['zerodha', false, true],
  ]);
});

it('an order that nothing is heard of makes its venue stale, a heartbeat makes it live', async () => {
  expect(await shown('standard')).toEqual({ name: 'standard', lastEventAt: null, stale: false });
  await postReports(service.url, opening());
  expect(await known('standard')).toMatchObject({ stale: false, openOrders: 1, doubtfulOrders: 0 });
  // Silent for long, but only since a moment with an order.
  await age('webhook_inbox', 'received_at', 'standard');
  expect(await shown('standard')).toMatchObject({ stale: false });
  await age('orders', 'created_at', 'standard');
  expect(await shown('standard')).toMatchObject({ stale: true });

  await session.rows(`UPDATE orders SET venue = 'desk' WHERE venue = 'standard'`);
  expect(await shown('standard')).toMatchObject({ stale: false });
  expect(await shown('desk')).toEqual({ name: 'desk', lastEventAt: null, stale: true });
  expect((await beat()).status).toBe(200);
  const live = await shown('desk');
  expect(live).toMatchObject({ stale: false });
  const [row] = await session.rows(`SELECT received_at AS at FROM webhook_inbox WHERE venue = 'desk'`);
  expect(live?.lastEventAt).toBe((row?.['at'] as Date).toISOString());
});

it('what the service says to itself is no sign of life', async () => {
  const before = (await shown('standard'))?.lastEventAt;
  const report = opening({ account: 'ACC-2' });
  await postReports(service.url, report);
  const received = (await shown('standard'))?.lastEventAt;
  expect(received).not.toBe(before);
  // The report that waited is applied as a delivery of our own.
  await linkAccount(ops, 'ben', { account: 'ACC-2' });
  expect(await session.count(`SELECT count(*) FROM webhook_inbox WHERE venue = 'standard' AND own`)).toBe(1);
  expect((await shown('standard'))?.lastEventAt).toBe(received);
});

it('the answer to a sweep is a sign of life; a venue that gives none is stale', async () => {
  const order = kiteOrder('11', { status: 'OPEN', filled_quantity: 4, pending_quantity: 6 });
  kite.mode = 500;
  await linkAccount(ops, 'ann', { venue: 'zerodha', account: 'AB1234' });
  const id = randomUUID();
  await session.rows(
    `INSERT INTO orders SELECT (jsonb_populate_record(orders, jsonb_build_object('id', $1::text, 'venue', 'zerodha',
       'account', 'AB1234', 'venue_order_id', '11', 'cl_ord_id', NULL))).* FROM orders WHERE venue = 'desk' LIMIT 1`,
    [id],
  );
  await session.rows(`INSERT INTO order_refs VALUES ('zerodha', 'AB1234', 'v:11', 'ann', $1)`, [id]);
  expect(await known('zerodha')).toMatchObject({ stale: true, lastSweepAt: null, openOrders: 1 });
  kite.orders.set('11', [order]);
  kite.mode = 'up';
  const venue = await until(async () => {
    const now = await known('zerodha');
    return now?.lastSweepAt !== null && now;
  }, SOON);
  expect(venue).toMatchObject({ stale: false, lastEventAt: null });
  await until(
    async () => (await session.rows('SELECT cum_qty::int AS cum FROM orders WHERE id = $1', [id]))[0]?.['cum'] === 4,
    SOON,
  );
});
