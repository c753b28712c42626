import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PlaceOrderDocument, PositionDocument } from '../generated/graphql.ts';
import { request } from '../support/graphql.ts';
import { openPostgresServer, type PostgresServer } from '../support/postgres-server.ts';
import { startService, type TestService } from '../support/service.ts';
import { marketOrder, openTrader } from '../support/trader.ts';
import { until } from '../support/until.ts';
import { offsetOf, watchSocket } from '../support/watch.ts';
import { openSession, type Session } from './rows.ts';
import { expectOnce, expectTakenOrAsked, openStubbornVenue } from './stubborn.ts';

const SOON = { withinMs: 10_000 };
/** Before the lock time-out, so that PostgreSQL finds the deadlock first. */
const DEADLOCK_TIMEOUT = 'deadlock_timeout=250ms';

let server: PostgresServer;
let session: Session;
const services: TestService[] = [];
beforeAll(async () => {
  server = await openPostgresServer([DEADLOCK_TIMEOUT, 'max_connections=120']);
});
afterAll(async () => {
  for (const service of services) await service.stop();
  await session.end();
  await server.stop();
});

async function query(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

async function openDatabase(name: string): Promise<string> {
  await query(`CREATE DATABASE ${name}`);
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  return url.href;
}

async function startOn(databaseUrl: string): Promise<TestService> {
  const service = await startService({ databaseUrl, env: { LOG_LEVEL: 'silent' } });
  services.push(service);
  return service;
}

it('a deadlock with a foreign writer is one more try', async () => {
  const service = await startOn(await openDatabase('deadlock'));
  const { url, databaseUrl } = service;
  await openTrader(url, 'ann', { account: 'a1' });
  const venue = openStubbornVenue(url);
  await venue.send('a1');
  session = await openSession(databaseUrl);
  const foreign = await openSession(databaseUrl);
  await foreign.rows(`SET deadlock_timeout = '1min'`);
  await foreign.rows('BEGIN');
  await foreign.rows('SELECT 1 FROM stream_heads FOR UPDATE');
  const sending = venue.send('a1');
  const waits = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  await until(async () => (await session.rows(waits)).length === 1, SOON);
  // It holds the order and waits for the head; now it is waited for as well, and PostgreSQL ends it.
  await foreign.rows('SELECT 1 FROM orders FOR UPDATE');
  await foreign.rows('COMMIT');
  await foreign.end();
  expect((await sending).status).toBe(200);
  // PostgreSQL counts when a session ends, or some time later.
  await service.stop();
  const deadlocks = 'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()';
  await until(async () => (await session.count(deadlocks)) === 1, SOON);
  await expectOnce(databaseUrl, venue);
});

it('serialization failures between two processes are tried again or asked for again, and nothing is done twice', async () => {
  const shared = await openDatabase('serial');
  await query(`ALTER DATABASE serial SET default_transaction_isolation = 'serializable'`);
  const [one, other] = [await startOn(shared), await startOn(shared)];
  const accounts = ['a1', 'a2', 'a3', 'a4'];
  const trader = await openTrader(one.url, 'ann', { account: 'a1' });
  for (const account of accounts.slice(1)) await openTrader(one.url, 'ann', { account });
  const watch = watchSocket(trader, { after: (await request(trader, PositionDocument, {})).position });
  const venues = [openStubbornVenue(one.url), openStubbornVenue(other.url)];
  const before = await rollbacks(shared);
  for (let wave = 0; wave < 10; wave += 1)
    await Promise.all(venues.flatMap(({ send }) => accounts.map((account) => send(account))));
  for (const venue of venues) await venue.settle();
  const input = marketOrder({ account: 'a1' });
  const { placeOrder } = await request(trader, PlaceOrderDocument, { input });
  expect(placeOrder.refusal).toBeNull();
  await until(async () => (await rollbacks(shared)) > before, SOON);
  const sent = venues.flatMap((venue) => venue.sent);
  expectTakenOrAsked(
    venues.flatMap(({ answers }) => answers),
    10_000,
  );
  await expectOnce(shared, { sent });
  const seen = await watch.until(({ length }) => length === sent.length + 1);
  expect(seen.map(({ cursor }) => offsetOf(cursor))).toEqual(seen.map((_, i) => i + 1));
  watch.stop();
});

async function rollbacks(databaseUrl: string): Promise<number> {
  const { count, end } = await openSession(databaseUrl);
  return await count('SELECT xact_rollback FROM pg_stat_database WHERE datname = current_database()').finally(end);
}
