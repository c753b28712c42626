import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Db, openDb } from '../../src/db/client.ts';
import { openConfirming } from '../../src/ingest/confirm.ts';
import { systemClock, systemIds } from '../../src/kernel/clock.ts';
import { openLocalBus } from '../../src/stream/bus.ts';
import { linkedPortsOf } from '../../src/venues/venues.ts';
import { silent } from '../stream/fakes.ts';
import { linkAccount } from '../support/client.ts';
import { tokenOf } from '../support/env.ts';
import { startService, type TestService } from '../support/service.ts';
import { until } from '../support/until.ts';
import { counted } from './desk.ts';
import { API_SECRET, KITE_USER, type Kite, kiteOrder, openKite, postbackOf } from './kite.ts';
import { openSession, type Session } from './rows.ts';

const SOON = { withinMs: 30_000 };

let kite: Kite;
let service: TestService;
let session: Session;
beforeEach(async () => {
  kite = await openKite();
});
afterEach(async () => {
  await session.end();
  await service.stop();
  await kite.close();
});

async function start(env: Record<string, string> = kite.env): Promise<void> {
  service = await startService({ env: { RECONCILE_SECONDS: '0', LOG_LEVEL: 'silent', ...env } });
  session = await openSession(service.databaseUrl);
  await linkAccount(await operator(), 'kiran', { venue: 'zerodha', account: KITE_USER });
}

const operator = async () => ({ url: service.url, token: await tokenOf('ops', { scopes: ['admin'] }) });

async function post(body: string): Promise<unknown> {
  const response = await fetch(`${service.url}/webhooks/zerodha`, { method: 'POST', body });
  expect(response.status).toBe(200);
  return await response.json();
}

const orders = () =>
  session.rows(
    'SELECT venue_order_id AS id, user_id AS user, status, symbol, cum_qty::int AS cum, version FROM orders ORDER BY 1',
  );
const waiting = () => session.rows('SELECT reason, detail, tries FROM quarantined_reports WHERE resolved_at IS NULL');
const resolved = (count: number) =>
  until(
    async () =>
      (await session.count('SELECT count(*) FROM quarantined_reports WHERE resolved_at IS NOT NULL')) === count,
    SOON,
  );
const events = () => session.count('SELECT count(*) FROM stream_events');

describe('a postback', () => {
  it('is seen once its order was fetched, and says what the order says', async () => {
    await start();
    const order = kiteOrder('1');
    kite.orders.set('1', [kiteOrder('1', { status: 'OPEN', filled_quantity: 0 }), order]);
    expect(await post(postbackOf(order))).toEqual(counted(0, 0, 1));
    await resolved(1);
    expect(await orders()).toMatchObject([{ id: '1', user: 'kiran', status: 'FILLED', symbol: 'SBIN', cum: 10 }]);
    expect(kite.asked).toEqual(['/user/profile', '/orders/1']);
  });

  it('is fetched through the port that the sweeps use: what one was told the other knows', async () => {
    await start({ ...kite.env, RECONCILE_SECONDS: '1' });
    const order = kiteOrder('10', { status: 'OPEN', filled_quantity: 0, pending_quantity: 10, average_price: 0 });
    kite.orders.set('10', [order]);
    await post(postbackOf(order));
    await resolved(1);
    await until(() => kite.asked.filter((path) => path === '/orders/10').length >= 3, SOON);
    expect(kite.asked.filter((path) => path === '/user/profile')).toHaveLength(1);
  });

  it('that is forged shows nobody more than the venue says', async () => {
    await start();
    const order = kiteOrder('2', { status: 'OPEN', filled_quantity: 0, pending_quantity: 10, average_price: 0 });
    kite.orders.set('2', [order]);
    const forged = { status: 'COMPLETE', filled_quantity: 10, pending_quantity: 0, average_price: 1 };
    expect(await post(postbackOf(order, forged))).toEqual(counted(0, 0, 1));
    await resolved(1);
    expect(await orders()).toMatchObject([{ id: '2', status: 'NEW', cum: 0 }]);
    expect(await session.rows("SELECT data FROM stream_events WHERE data::text LIKE '%FILLED%'")).toEqual([]);
  });

  it('that names another user’s account shows that user nothing', async () => {
    await start();
    await linkAccount(await operator(), 'mallory', { venue: 'zerodha', account: 'ZZ9999' });
    const order = kiteOrder('3');
    kite.orders.set('3', [order]);
    await post(postbackOf(order, { user_id: 'ZZ9999' }));
    await until(async () => String((await waiting())[0]?.['detail']).startsWith('not confirmed:'), SOON);
    expect(await waiting()).toMatchObject([{ reason: 'UNCONFIRMED', tries: 1 }]);
    expect(await orders()).toEqual([]);
    expect(kite.asked).not.toContain('/orders/3');
  });

  it('of an order that the venue does not know stays in quarantine, with that reason', async () => {
    await start();
    await post(postbackOf(kiteOrder('4')));
    const detail = 'not confirmed: the venue knows no order 4 of this account';
    await until(async () => (await waiting())[0]?.['detail'] === detail, SOON);
    expect(await waiting()).toEqual([{ reason: 'UNCONFIRMED', detail, tries: 1 }]);
    expect(await orders()).toEqual([]);
  });

  it('and its repeats, and another of the same state, change the order once', async () => {
    await start();
    const order = kiteOrder('5');
    kite.orders.set('5', [order]);
    const body = postbackOf(order);
    expect(await post(body)).toEqual(counted(0, 0, 1));
    await resolved(1);
    const after = await events();
    expect(await post(body)).toEqual(counted(0, 0, 1));
    expect(await post(postbackOf(order, { status: 'UPDATE' }))).toEqual(counted(0, 0, 1));
    await resolved(2);
    expect(await events()).toBe(after);
    expect(await waiting()).toEqual([]);
  });

  it('of an account that nobody has linked waits for the link, confirmed', async () => {
    await start();
    await session.rows('DELETE FROM venue_accounts');
    const order = kiteOrder('6');
    kite.orders.set('6', [order]);
    await post(postbackOf(order));
    await resolved(1);
    expect(await waiting()).toMatchObject([{ reason: 'UNMAPPED_ACCOUNT' }]);
    await linkAccount(await operator(), 'kiran', { venue: 'zerodha', account: KITE_USER });
    expect(await orders()).toMatchObject([{ id: '6', user: 'kiran', status: 'FILLED' }]);
  });
});

describe('while the venue', () => {
  it.each([
    ['refuses the token', 403, 'answered 403 (the access token has run out'],
    ['has had too many requests', 429, 'answered 429'],
    ['is at fault', 500, 'answered 500'],
    ['gives no answer', 'silent', 'TimeoutError'],
  ] as const)(
    '%s, claims wait, and say why; then they are confirmed',
    { timeout: 60_000 },
    async (_name, mode, why) => {
      await start();
      kite.mode = mode;
      const order = kiteOrder('7');
      kite.orders.set('7', [order]);
      await post(postbackOf(order));
      await until(async () => String((await waiting())[0]?.['detail']).includes(why), SOON);
      expect(await waiting()).toMatchObject([{ reason: 'UNCONFIRMED' }]);
      expect(await orders()).toEqual([]);
      kite.mode = 'up';
      await resolved(1);
      expect(await orders()).toMatchObject([{ id: '7', status: 'FILLED', cum: 10 }]);
    },
  );

  it('is linked nowhere, a claim says which variables are missing; it is confirmed once they are there', async () => {
    await start({ WEBHOOK_SECRET_ZERODHA: API_SECRET });
    const order = kiteOrder('8');
    kite.orders.set('8', [order]);
    await post(postbackOf(order));
    const missing = 'VENUE_URL_ZERODHA and VENUE_CREDENTIALS_ZERODHA are missing';
    await until(async () => String((await waiting())[0]?.['detail']).includes(missing), SOON);
    expect(await orders()).toEqual([]);
    const { databaseUrl } = service;
    const linked = await startService({ databaseUrl, env: { ...kite.env, RECONCILE_SECONDS: '0' } });
    await resolved(1);
    await linked.stop();
    expect(await orders()).toMatchObject([{ id: '8', status: 'FILLED' }]);
  });
});

describe('a process that ends between the fetch and the commit', () => {
  let db: Db | undefined;
  afterEach(() => db?.$disconnect());

  it('leaves the claim to another one, which applies the order once', async () => {
    await start({ WEBHOOK_SECRET_ZERODHA: API_SECRET });
    const order = kiteOrder('9');
    kite.orders.set('9', [order]);
    await post(postbackOf(order));
    await until(async () => String((await waiting())[0]?.['detail']).includes('missing'), SOON);
    await service.app.stop();
    db = openDb({ url: service.databaseUrl });
    const { config } = service.app.deps;
    const link = { url: kite.url, keyId: 'key', secret: 'token' };
    const linkedConfig = { ...config, venueLinks: new Map([['zerodha', link]]) };
    const deps = { config, db, bus: openLocalBus(silent), clock: systemClock, ids: systemIds, log: silent };
    // The orders can't be written: the transaction is undone as a whole, as when its process ends.
    await session.rows('BEGIN');
    await session.rows('LOCK TABLE executions IN ACCESS EXCLUSIVE MODE');
    const first = openConfirming(deps, linkedPortsOf(linkedConfig));
    first.look();
    await until(() => kite.asked.includes('/orders/9'), SOON);
    await until(async () => String((await waiting())[0]?.['detail']).startsWith('not confirmed yet'), SOON);
    await first.stop();
    await session.rows('COMMIT');
    expect(await orders()).toEqual([]);
    expect(await session.count("SELECT count(*) FROM webhook_inbox WHERE delivery_id LIKE 'confirm:%'")).toBe(0);

    const [one, two] = [
      openConfirming(deps, linkedPortsOf(linkedConfig)),
      openConfirming(deps, linkedPortsOf(linkedConfig)),
    ];
    one.look();
    two.look();
    await resolved(1);
    await Promise.all([one.stop(), two.stop()]);
    expect(await orders()).toMatchObject([{ id: '9', status: 'FILLED', cum: 10 }]);
    expect(await session.count("SELECT count(*) FROM webhook_inbox WHERE delivery_id LIKE 'confirm:%'")).toBe(1);
  });
});
