import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import { linkAccount } from '../support/client.ts';
import { testEnvironment, tokenOf } from '../support/env.ts';
import { build } from '../support/processes.ts';
import { type ServiceProcess, startProcess } from '../support/service.ts';
import { until } from '../support/until.ts';
import { type Kite, KITE_USER, kiteOrder, openKite, postbackOf } from '../ingest/kite.ts';
import { openSession, type Session } from '../ingest/rows.ts';

const SOON = { withinMs: 30_000 };
const ORDERS = 30;

let database: TestDatabase;
let session: Session;
let kite: Kite;
let running: ServiceProcess[] = [];
beforeAll(() => build());
beforeEach(async () => {
  database = await cloneDatabase();
  session = await openSession(database.url);
  kite = await openKite();
});
afterEach(async () => {
  await Promise.all(running.map((service) => service.end('SIGKILL')));
  running = [];
  await session.end();
  await kite.close();
  await database.drop();
});

/** Processes of one service, whose orders are at Zerodha. */
async function start(count: number): Promise<readonly ServiceProcess[]> {
  const env = { ...testEnvironment(database.url), ...kite.env, RECONCILE_SECONDS: '1', LOG_LEVEL: 'silent' };
  const started = await Promise.all(Array.from({ length: count }, () => startProcess(env)));
  running.push(...started);
  return started;
}

const open = (id: string, filled = 0) =>
  kiteOrder(id, {
    status: 'OPEN',
    filled_quantity: filled,
    pending_quantity: 10 - filled,
    average_price: filled ? 470 : 0,
  });
const ids = Array.from({ length: ORDERS }, (_, at) => String(at + 1));

/** Every order is known, as open; then a fill of each is told to nobody. */
async function given({ url }: ServiceProcess): Promise<void> {
  await linkAccount({ url, token: await tokenOf('ops', { scopes: ['admin'] }) }, 'kiran', {
    ...{ venue: 'zerodha', account: KITE_USER },
  });
  for (const id of ids) {
    kite.orders.set(id, [open(id)]);
    await fetch(`${url}/webhooks/zerodha`, { method: 'POST', body: postbackOf(open(id)) });
  }
  await until(async () => (await session.count('SELECT count(*) FROM orders')) === ORDERS, SOON);
  await until(async () => (await waiting()) === 0, SOON);
}

const waiting = () => session.count('SELECT count(*) FROM quarantined_reports WHERE resolved_at IS NULL');
const lose = (): void => ids.forEach((id) => kite.orders.set(id, [open(id), open(id, 4)]));
const repaired = () => session.count('SELECT count(*) FROM orders WHERE cum_qty = 4');
const sweep = async () =>
  (
    await session.rows(
      'SELECT holder::text, held_until > now() AS held, place::text, next_at <= now() AS due FROM venue_sweeps',
    )
  )[0];

it('of two processes one sweeps at a time, and each difference is repaired once', { timeout: 90_000 }, async () => {
  const [first] = await start(2);
  await given(first!);
  kite.openMax = 0;
  lose();
  await until(async () => (await repaired()) === ORDERS, SOON);
  // A sweep asks for one order after the other: two at once would be two sweeps.
  expect(kite.openMax).toBe(1);
  expect(await session.count("SELECT count(*) FROM executions WHERE exec_type = 'TRADE'")).toBe(ORDERS);
  expect(await session.count('SELECT max(version) FROM orders')).toBe(2);
});

it('the sweep of a process that was killed is taken over where it was', { timeout: 90_000 }, async () => {
  const [first] = await start(1);
  await given(first!);
  lose();
  // It asks, is not answered, and dies meanwhile.
  kite.mode = 'silent';
  const askedBefore = kite.asked.length;
  await until(async () => kite.asked.length > askedBefore && (await sweep())?.['held'] === true, SOON);
  await first!.end('SIGKILL');
  const dead = await sweep();
  expect(dead).toMatchObject({ held: true });
  kite.mode = 'up';
  const [second] = await start(1);
  // As long as its lease holds nobody else sweeps.
  const before = kite.asked.length;
  await until(() => fetch(`${second!.url}/readyz`).then(({ ok }) => ok), SOON);
  expect(kite.asked.length).toBe(before);
  expect(await sweep()).toMatchObject({ holder: dead?.['holder'] });
  // Its time is over.
  await session.rows('UPDATE venue_sweeps SET held_until = now()');
  await until(async () => (await repaired()) === ORDERS, SOON);
  expect(await session.count('SELECT max(version) FROM orders')).toBe(2);
});
