import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { linkAccount, postReports, report, type Report, type WebhookAnswer } from '../support/client.ts';
import { tokenOf } from '../support/env.ts';
import { startService, type TestService } from '../support/service.ts';
import { until } from '../support/until.ts';
import { openSession, type Session } from './rows.ts';

const IN_FLIGHT = 200;
/** The one that waits comes in the middle, where a batch has taken many others along with it. */
const BLOCKED = 100;
const ACCOUNTS = Array.from({ length: 10 }, (_, n) => `ACC-${n}`);

let service: TestService;
let session: Session;
/** Holds locks while `session` looks on. */
let holder: Session;
beforeAll(async () => {
  service = await startService({ env: { LOG_LEVEL: 'silent' } });
  session = await openSession(service.databaseUrl);
  holder = await openSession(service.databaseUrl);
  const ops = { url: service.url, token: await tokenOf('ops', { scopes: ['admin'] }) };
  for (const account of ACCOUNTS) await linkAccount(ops, `user-${account}`, { account });
});
afterAll(async () => {
  await holder.end();
  await session.end();
  await service.stop();
});

const opening = (n: number, overrides: Report = {}): Report => {
  const name = randomUUID();
  const account = ACCOUNTS[n % ACCOUNTS.length];
  return report({ account, venueOrderId: `V-${name}`, clOrdId: `C-${name}`, ...overrides });
};
const fillOf = ({ venueOrderId, account }: Report): Report => ({
  ...{ venueOrderId, account, execId: randomUUID() },
  ...{ execType: 'TRADE', lastQty: '1', lastPx: '10' },
});
/** The same bytes each time, as a venue sends a delivery again. */
const bodyOf = (data: unknown): string =>
  JSON.stringify({ type: 'execution.reported', timestamp: '2026-01-31T15:04:05Z', data });
const post = (reports: Report | readonly Report[], id = randomUUID()): Promise<WebhookAnswer> =>
  postReports(service.url, [], { id, body: bodyOf(reports) });
const many = <T>(make: (n: number) => T): T[] => Array.from({ length: IN_FLIGHT }, (_, n) => make(n));
const statuses = (answers: readonly WebhookAnswer[]): readonly number[] => answers.map(({ status }) => status);
const TAKEN = { status: 200, body: { accepted: 1, duplicates: 0, quarantined: 0 } };

function expectUnavailable({ status, body, headers }: WebhookAnswer): void {
  expect({ status, body }).toMatchObject({ status: 503, body: { error: { code: 'UNAVAILABLE' } } });
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
}

const fills = ({ venueOrderId }: Report): Promise<number> =>
  session.count('SELECT cum_qty FROM orders WHERE venue_order_id = $1', [venueOrderId]);
/** Resolves once the service waits for a row that the holder has locked. */
const somebodyWaits = (): Promise<true> =>
  until(async () => (await session.count(`SELECT count(*) FROM pg_locks WHERE NOT granted`)) > 0, {
    withinMs: 10_000,
  }).then(() => true);

describe(`${IN_FLIGHT} webhooks in flight`, () => {
  it('commit in at most 40 transactions', async () => {
    expect(statuses(await Promise.all(many((n) => post(opening(n)))))).toEqual(many(() => 200));
    const transactions = (table: string): Promise<number> =>
      session.count(`SELECT count(DISTINCT xmin::text) FROM ${table}`);
    expect(await session.count('SELECT count(*) FROM webhook_inbox')).toBe(IN_FLIGHT);
    expect(await transactions('webhook_inbox')).toBeLessThanOrEqual(40);
    expect(await session.count('SELECT count(*) FROM stream_events')).toBe(IN_FLIGHT);
    expect(await transactions('stream_events')).toBeLessThanOrEqual(40);
  });

  it('are answered though one of them is poisoned, which fails alone', async () => {
    await session.rows(`CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN IF NEW.symbol = 'POISON' THEN RAISE EXCEPTION 'poisoned'; END IF; RETURN NEW; END $$`);
    await session.rows('CREATE TRIGGER poison BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION poison()');
    const id = randomUUID();
    const poisoned = [opening(77), opening(77, { symbol: 'POISON' })];
    const answers = await Promise.all(many((n) => (n === 77 ? post(poisoned, id) : post(opening(n)))));
    expectUnavailable(answers[77]!);
    expect(answers.filter((_, n) => n !== 77).map(({ status, body }) => ({ status, body }))).toEqual(
      many(() => TAKEN).slice(1),
    );
    // It is one unit: nothing of it was stored, not even the report that was fine, and it may come again.
    const venueOrderIds = poisoned.map(({ venueOrderId }) => venueOrderId);
    const ordersOfIt = 'SELECT count(*) FROM orders WHERE venue_order_id = ANY($1)';
    expect(await session.count(ordersOfIt, [venueOrderIds])).toBe(0);
    expect(await session.count('SELECT count(*) FROM webhook_inbox WHERE delivery_id = $1', [id])).toBe(0);
    await session.rows('DROP TRIGGER poison ON orders');
    expect(await post(poisoned, id)).toMatchObject({ status: 200, body: { accepted: 2 } });
    expect(await session.count(ordersOfIt, [venueOrderIds])).toBe(2);
  });
});

const lockOrder = ({ venueOrderId }: Report): Promise<unknown> =>
  holder.rows('SELECT 1 FROM orders WHERE venue_order_id = $1 FOR UPDATE', [venueOrderId]);
const lockHead = ({ account }: Report): Promise<unknown> =>
  holder.rows('SELECT 1 FROM stream_heads WHERE user_id = $1 FOR UPDATE', [`user-${String(account)}`]);

describe.each([
  // All are of one user, since it is the order alone that is held.
  { row: 'an order', lock: lockOrder, account: () => 0 },
  // The user whose head is held has one delivery, the others share the rest.
  {
    row: 'the head of a stream',
    lock: lockHead,
    account: (n: number) => (n === BLOCKED ? 0 : 1 + (n % (ACCOUNTS.length - 1))),
  },
])('while another transaction holds $row', ({ lock, account }) => {
  let orders: readonly Report[];
  beforeEach(async () => {
    orders = many((n) => opening(account(n)));
    expect(await post(orders)).toMatchObject({ status: 200, body: { accepted: IN_FLIGHT } });
    await holder.rows('BEGIN');
    await lock(orders[BLOCKED]!);
  });

  it('only the delivery that needs it waits; it is told to come again, and then applied once', async () => {
    const deliveries = orders.map((order) => ({ id: randomUUID(), fill: fillOf(order) }));
    const answers = deliveries.map(({ id, fill }) => post(fill, id));
    const others = answers.filter((_, n) => n !== BLOCKED);
    expect(statuses(await Promise.all(others))).toEqual(others.map(() => 200));
    expectUnavailable(await answers[BLOCKED]!);
    expect(await fills(orders[BLOCKED]!)).toBe(0);
    await holder.rows('COMMIT');
    const { id, fill } = deliveries[BLOCKED]!;
    expect(await post(fill, id)).toMatchObject(TAKEN);
    expect(await post(fill, id)).toMatchObject({ status: 200, body: { accepted: 0, duplicates: 1 } });
    expect(await fills(orders[BLOCKED]!)).toBe(1);
  });

  it('a delivery that needs it is applied when it is let go in time', async () => {
    const blocked = post(fillOf(orders[BLOCKED]!));
    await somebodyWaits();
    await holder.rows('COMMIT');
    expect(await blocked).toMatchObject(TAKEN);
  });

  it('a delivery that needs it among others is never split', async () => {
    const own = [orders[1]!, orders[BLOCKED]!, orders[2]!];
    const delivery = own.map(fillOf);
    expectUnavailable(await post(delivery));
    for (const order of own) expect(await fills(order)).toBe(0);
    await holder.rows('COMMIT');
    expect(await post(delivery)).toMatchObject({ status: 200, body: { accepted: 3 } });
    const transactions = 'SELECT count(DISTINCT xmin::text) FROM executions WHERE exec_id = ANY($1)';
    expect(await session.count(transactions, [delivery.map(({ execId }) => execId)])).toBe(1);
  });
});
