import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type GroupCommit, UnavailableError } from '../../src/ingest/group-commit.ts';
import { openBooks } from '../../src/ingest/repair.ts';
import type { Compared, KnownOrder } from '../../src/venues/reconcile.ts';
import type { VenueStatement } from '../../src/venues/venue.ts';
import { linkAccount, postReports, type Report, report } from '../support/client.ts';
import { tokenOf } from '../support/env.ts';
import { startService, type TestService } from '../support/service.ts';
import { openSession, type Session, stored } from './rows.ts';

let service: TestService;
let session: Session;
let account: string;
beforeAll(async () => {
  service = await startService({ env: { LOG_LEVEL: 'silent' } });
  session = await openSession(service.databaseUrl);
});
afterAll(async () => {
  await session.end();
  await service.stop();
});
beforeEach(async () => {
  await session.rows('TRUNCATE orders, order_refs, order_requests, order_doubts, venue_sweeps');
  account = randomUUID();
  const ops = { url: service.url, token: await tokenOf('ops', { scopes: ['admin'] }) };
  await linkAccount(ops, 'ann', { account });
});

/** Orders of 100 that the venue has accepted, by id here. */
async function given(count: number): Promise<readonly KnownOrder[]> {
  const names = Array.from({ length: count }, () => randomUUID());
  const reports = names.map((name) =>
    report({ execId: randomUUID(), clOrdId: `C${name}`, venueOrderId: `V${name}`, account }),
  );
  expect((await postReports(service.url, reports)).status).toBe(200);
  return (await books().readAsked('standard', { after: null, limit: 100 })).orders;
}

const books = (ingest: Pick<GroupCommit, 'submit'> = service.app.deps.ingest) =>
  openBooks({ ...service.app.deps, ingest: { ...service.app.deps.ingest, ...ingest } });
const fill = ({ asked }: KnownOrder, fields: Report = {}) => ({
  ...{ execId: `T-${String(asked.venueOrderId)}`, execType: 'TRADE' as const, venueOrderId: asked.venueOrderId },
  ...{ lastQty: '40', lastPx: '10', cumQty: '40', ...fields },
});
const status = ({ asked }: KnownOrder, fields: Report = {}) => ({
  ...{ execId: randomUUID(), execType: 'ORDER_STATUS' as const, venueOrderId: asked.venueOrderId, ...fields },
});
const compare = (said: readonly [KnownOrder, VenueStatement][], at = books()): Promise<Compared> =>
  at.compare(
    'standard',
    said.map(([order, statement]) => ({ order, statement })),
  );
const cumOf = async ({ id }: KnownOrder): Promise<number> =>
  session.count('SELECT cum_qty FROM orders WHERE id = $1', [id]);

describe('what a venue says of orders when asked', () => {
  it('is applied where it is news, as one delivery however often it is found', async () => {
    const [one, two] = (await given(2)) as [KnownOrder, KnownOrder];
    const said: [KnownOrder, VenueStatement][] = [
      [one, [fill(one), status(one, { cumQty: '40' })]],
      [two, [status(two, { status: 'NEW', cumQty: '0' })]],
    ];
    const before = await stored(session);
    const both = await Promise.all([compare(said), compare(said)]);
    expect(both.map(({ differing }) => differing)).toEqual([0, 0]);
    expect([await cumOf(one), await cumOf(two)]).toEqual([40, 0]);
    const after = await stored(session);
    expect(after).toEqual({
      ...before,
      events: before.events + 1,
      executions: before.executions + 1,
      deliveries: before.deliveries + 1,
    });
    expect(await compare(said)).toEqual({ repaired: 0, differing: 0 });
    expect(await stored(session)).toEqual(after);
  });

  it('and can’t be read or applied is quarantined once, and holds up no other order', async () => {
    const [bad, worse, good] = (await given(3)) as [KnownOrder, KnownOrder, KnownOrder];
    const said: [KnownOrder, VenueStatement][] = [
      [bad, [fill(bad, { lastQty: '-1' })]],
      [worse, [fill(worse, { lastPx: 'ten' })]],
      [good, [fill(good)]],
    ];
    const before = await stored(session);
    expect((await compare(said)).repaired).toBe(1);
    expect(await cumOf(good)).toBe(40);
    expect((await stored(session)).quarantined).toBe(before.quarantined + 2);
    await compare(said);
    expect((await stored(session)).quarantined).toBe(before.quarantined + 2);
  });

  it('and can’t be taken now is found again, while the others are repaired', async () => {
    const [one, two] = (await given(2)) as [KnownOrder, KnownOrder];
    const { ingest } = service.app.deps;
    const busy = books({
      submit: (delivery) =>
        delivery.deliveryId.includes(one.id) ? Promise.reject(new UnavailableError('busy')) : ingest.submit(delivery),
    });
    const said: [KnownOrder, VenueStatement][] = [
      [one, [fill(one), status(one, { cumQty: '40' })]],
      [two, [fill(two), status(two, { cumQty: '40' })]],
    ];
    expect(await compare(said, busy)).toEqual({ repaired: 1, differing: 1 });
    expect(await compare(said)).toEqual({ repaired: 1, differing: 0 });
    expect([await cumOf(one), await cumOf(two)]).toEqual([40, 40]);
  });

  it('contradicts an execution that we have: that is quarantined, and the order stays', async () => {
    const [order] = (await given(1)) as [KnownOrder];
    await compare([[order, [fill(order)]]]);
    await compare([[order, [fill(order, { lastQty: '50', cumQty: '50' })]]]);
    expect(await cumOf(order)).toBe(40);
    const [row] = await session.rows('SELECT reason FROM quarantined_reports WHERE account = $1', [account]);
    expect(row).toEqual({ reason: 'EXEC_ID_CONFLICT' });
  });

  it('is in more reports than a delivery holds', async () => {
    const [order] = (await given(1)) as [KnownOrder];
    const fills = Array.from({ length: 1_001 }, (_, at) =>
      fill(order, { execId: `${order.id}-${at}`, lastQty: '0.05', cumQty: null }),
    );
    const { repaired, differing } = await compare([[order, [...fills, status(order, { cumQty: '50.05' })]]]);
    expect([repaired, differing, await cumOf(order)]).toEqual([1, 0, 50.05]);
  });
});

describe('the orders that a venue is asked about', () => {
  const asked = async () =>
    (await books().readAsked('standard', { after: null, limit: 10 })).orders.map(({ id, doubt }) => [
      id,
      doubt?.cumQty?.toFixed(),
    ]);
  const say = (order: KnownOrder, what: Report) =>
    postReports(service.url, { execId: randomUUID(), account, venueOrderId: order.asked.venueOrderId, ...what });

  it('are the open ones and those in doubt, by id and in pages', async () => {
    const [one, two, three, four] = (await given(4)) as [KnownOrder, KnownOrder, KnownOrder, KnownOrder];
    await say(two, { execType: 'CANCELED', cumQty: '0' });
    await say(three, { execType: 'CANCELED', cumQty: '30' });
    expect(await asked()).toEqual([[one.id], [three.id, '30'], [four.id]].map(([id, doubt]) => [id, doubt]));
    const first = await books().readAsked('standard', { after: null, limit: 2 });
    expect(first).toMatchObject({ last: three.id, orders: [{ id: one.id }, { id: three.id }] });
    expect(await books().readAsked('standard', { after: first.last, limit: 2 })).toMatchObject({
      last: null,
      orders: [{ id: four.id }],
    });
  });

  it('are none whose request has not reached the venue yet', async () => {
    const [order] = (await given(1)) as [KnownOrder];
    const request = async (columns: string): Promise<void> => {
      await session.rows('DELETE FROM order_requests');
      await session.rows(
        `INSERT INTO order_requests (user_id, cl_ord_id, kind, order_id, input_hash, created_at, venue, version, request, sent_at)
         SELECT 'ann', 'R1', 'NEW', $1::uuid, '', now(), 'standard', 1, ${columns}`,
        [order.id],
      );
    };
    await request(`'{}'::json, NULL`);
    expect(await asked()).toEqual([]);
    // The venue knows the order all the same.
    await session.rows("UPDATE order_requests SET kind = 'CANCEL'");
    expect(await asked()).toEqual([[order.id, undefined]]);
    await request(`'{}'::json, now()`);
    expect(await asked()).toEqual([[order.id, undefined]]);
    // A venue that is not sent to: its orders are placed otherwise.
    await request(`NULL, NULL`);
    expect(await asked()).toEqual([[order.id, undefined]]);
  });

  it('stay in doubt while the venue knows more of them, and no longer', async () => {
    const [order] = (await given(1)) as [KnownOrder];
    await say(order, { execType: 'CANCELED', cumQty: '30' });
    const doubtful = async () => (await books().readAsked('standard', { after: null, limit: 10 })).orders[0]!;
    const state = async (cumQty: string) => {
      const known = await doubtful();
      return await compare([[known, [status(known, { status: 'CANCELED', cumQty })]]]);
    };
    // It names no price, so that nothing can be counted.
    expect(await state('30')).toEqual({ repaired: 0, differing: 1 });
    expect(await asked()).toEqual([[order.id, '30']]);
    expect(await state('0')).toEqual({ repaired: 0, differing: 0 });
    expect(await asked()).toEqual([]);
  });

  it('are those that ended without a sum, until the venue has answered once', async () => {
    const [lost, whole] = (await given(2)) as [KnownOrder, KnownOrder];
    await session.rows("INSERT INTO venue_sweeps (venue, next_at) VALUES ('standard', now())");
    await say(lost, { execType: 'CANCELED' });
    await say(whole, { execType: 'EXPIRED' });
    expect(await asked()).toEqual([
      [lost.id, undefined],
      [whole.id, undefined],
    ]);
    const [first, second] = (await books().readAsked('standard', { after: null, limit: 10 })).orders as [
      KnownOrder,
      KnownOrder,
    ];
    const said: [KnownOrder, VenueStatement][] = [
      [first, [status(first, { status: 'CANCELED', cumQty: '30', avgPx: '10' })]],
      [second, [status(second, { status: 'EXPIRED', cumQty: '0' })]],
    ];
    expect(await compare(said)).toEqual({ repaired: 1, differing: 0 });
    expect(await cumOf(lost)).toBe(30);
    expect(await asked()).toEqual([]);
  });

  it('are those that were filled while their trader’s request was not answered, until it is', async () => {
    const [order] = (await given(1)) as [KnownOrder];
    await session.rows("INSERT INTO venue_sweeps (venue, next_at) VALUES ('standard', now())");
    await say(order, { execType: 'PENDING_CANCEL', clOrdId: `R${order.id}`, origClOrdId: order.asked.clOrdId });
    await say(order, { execType: 'TRADE', lastQty: '100', lastPx: '10', cumQty: '100' });
    expect(await asked()).toEqual([[order.id, undefined]]);
    const [known] = (await books().readAsked('standard', { after: null, limit: 10 })).orders as [KnownOrder];
    const statement = status(known, { status: 'FILLED', cumQty: '100', avgPx: '10' });
    const first = await books().compare('standard', [{ order: known, statement: [statement] }], { isFirst: true });
    expect(first).toMatchObject({ repaired: 0, behind: [known] });
    expect(await compare([[known, [statement]]])).toEqual({ repaired: 1, differing: 0 });
    expect(await session.rows('SELECT status FROM orders')).toEqual([{ status: 'FILLED' }]);
    expect(await asked()).toEqual([]);
  });

  it('in doubt are asked about ever less often, and after a day no more', async () => {
    const [order] = (await given(1)) as [KnownOrder];
    await say(order, { execType: 'CANCELED', cumQty: '30' });
    const since = Date.parse('2026-01-30T10:00:00Z');
    const logged: unknown[] = [];
    const log = service.app.deps.log.child({});
    log.warn = (fields: unknown) => logged.push(fields);
    await session.rows('UPDATE order_doubts SET since = $1', [new Date(since)]);
    const askedAt: number[] = [];
    for (let minute = 0; minute < 4 * 24 * 60; minute += minute < 64 ? 1 : 64) {
      const clock = { now: () => new Date(since + minute * 60_000) };
      const at = openBooks({ ...service.app.deps, clock, log });
      const { orders } = await at.readAsked('standard', { after: null, limit: 10 });
      if (orders.length === 0) continue;
      askedAt.push(minute);
      await at.noteAsked('standard', orders);
    }
    expect(askedAt).toEqual([0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 2_048]);
    expect(logged).toEqual([{ venue: 'standard', orderId: order.id }]);
    // It stays where operators see it, and is asked about again when the venue tells more.
    expect(await session.count('SELECT count(*) FROM order_doubts')).toBe(1);
    await say(order, { execType: 'CANCELED', cumQty: '35' });
    expect(await asked()).toEqual([[order.id, '35']]);
  });

  it('are those of which the venue states less than is counted, which changes nothing here', async () => {
    const [order] = (await given(1)) as [KnownOrder];
    const at = (second: number) => ({ transactTime: `2026-01-30T10:00:0${second}Z` });
    await say(order, { execType: 'TRADE', lastQty: '40', lastPx: '10', cumQty: '40', ...at(1) });
    const logged: unknown[] = [];
    const log = service.app.deps.log.child({});
    log.warn = (fields: unknown) => logged.push(fields);
    const state = async (cumQty: string, second: number) => {
      const known = (await books().readAsked('standard', { after: null, limit: 10 })).orders[0]!;
      const statement = [status(known, { status: 'PARTIALLY_FILLED', cumQty, avgPx: '10', ...at(second) })];
      return await openBooks({ ...service.app.deps, log }).compare('standard', [{ order: known, statement }]);
    };
    const doubts = () => session.rows('SELECT order_id AS id, below_qty::float AS below FROM order_doubts');
    expect(await state('30', 1)).toEqual({ repaired: 0, differing: 1 });
    expect(await doubts()).toEqual([]);
    expect(await state('30', 2)).toEqual({ repaired: 0, differing: 1 });
    expect(await state('30', 3)).toEqual({ repaired: 0, differing: 1 });
    expect(await doubts()).toEqual([{ id: order.id, below: 30 }]);
    expect(logged).toEqual([{ venue: 'standard', orderId: order.id, ours: '40', theirs: '30' }]);
    expect(await cumOf(order)).toBe(40);
    expect(await state('40', 4)).toEqual({ repaired: 0, differing: 0 });
    expect(await doubts()).toEqual([]);
  });
});

describe('a fill that no message has told yet', () => {
  it('counts as lost only when the venue was asked once more; one that came meanwhile is no difference', async () => {
    const [late, lost] = (await given(2)) as [KnownOrder, KnownOrder];
    const answered = [late, lost].map((order) => ({
      order,
      statement: [status(order, { status: 'PARTIALLY_FILLED', cumQty: '40', avgPx: '10' })],
    }));
    const first = await books().compare('standard', answered, { isFirst: true });
    expect(first).toEqual({ repaired: 0, differing: 0, behind: [late, lost] });
    expect([await cumOf(late), await cumOf(lost)]).toEqual([0, 0]);
    await postReports(service.url, { ...fill(late), account });
    expect(await books().compare('standard', answered, { isFirst: false })).toEqual({ repaired: 1, differing: 0 });
    expect([await cumOf(late), await cumOf(lost)]).toEqual([40, 40]);
    const ids = await session.rows("SELECT exec_id AS id FROM executions WHERE order_id = $1 AND exec_type = 'TRADE'", [
      late.id,
    ]);
    expect(ids).toEqual([{ id: `T-${String(late.asked.venueOrderId)}` }]);
  });

  it('is applied at once where the venue lists it', async () => {
    const [order] = (await given(1)) as [KnownOrder];
    const statement = [fill(order), status(order, { cumQty: '40', avgPx: '10' })];
    const compared = await books().compare('standard', [{ order, statement }], { isFirst: true });
    expect(compared).toEqual({ repaired: 1, differing: 0 });
  });
});
