import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { developmentSecrets } from '../../src/auth/dev-secret.ts';
import { readConfig } from '../../src/config.ts';
import { type Db, openDb } from '../../src/db/client.ts';
import { systemIds } from '../../src/kernel/clock.ts';
import { decimal } from '../../src/kernel/decimal.ts';
import { globalId } from '../../src/kernel/global-id.ts';
import { modifyOrder, placeOrder } from '../../src/orders/commands.ts';
import type { Terms } from '../../src/orders/event.ts';
import { CLAIM_MS, owedRequests } from '../../src/orders/owed.ts';
import { openLocalBus } from '../../src/stream/bus.ts';
import { ensureEpoch } from '../../src/stream/epoch.ts';
import { openVenueOutbox, type VenueOutbox } from '../../src/venues/outbox.ts';
import { type Owed, openSubmitWorker, REQUEST_AGE_MS_MAX, type SubmitWorker } from '../../src/venues/submit.ts';
import type { VenueAnswer, VenuePort } from '../../src/venues/venue.ts';
import { venuesOf } from '../../src/venues/venues.ts';
import { openSession, type Session } from '../ingest/rows.ts';
import { ANN, silent } from '../stream/fakes.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import { testEnvironment } from '../support/env.ts';
import { until } from '../support/until.ts';

const SOON = { withinMs: 20_000 };
const START = new Date('2026-01-31T15:04:05.678Z');
const VIEWER = { id: ANN, scopes: new Set(['trade', 'read'] as const), expiresAt: new Date('2030-01-01') };
const TAKEN: VenueAnswer = { status: 'taken' };

let database: TestDatabase;
let session: Session;
let db: Db;
let now: Date;
const clock = { now: () => now };
let outboxes: VenueOutbox[];
let workers: SubmitWorker[];
let refusals: string[];
let outbox: VenueOutbox;
beforeEach(async () => {
  [now, outboxes, workers, refusals] = [START, [], [], []];
  database = await cloneDatabase();
  session = await openSession(database.url);
  db = openDb({ url: database.url });
  await ensureEpoch(db, systemIds);
  await db.venueAccount.create({ data: { venue: 'paper', account: 'ACC-1', userId: ANN } });
  outbox = await openOutbox();
});
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.stop()));
  await Promise.all(outboxes.map((each) => each.close()));
  await db.$disconnect();
  await session.end();
  await database.drop();
});

async function openOutbox(): Promise<VenueOutbox> {
  const opened = await openVenueOutbox({ url: database.url, log: silent });
  outboxes.push(opened);
  return opened;
}

function commandDeps() {
  const config = readConfig(testEnvironment(database.url, { PAPER_URL: 'http://127.0.0.1:1' }), developmentSecrets);
  return { config, db, clock, outbox, ids: systemIds, bus: openLocalBus(silent), venues: venuesOf(config) };
}

async function place(clOrdId: string): Promise<string> {
  const terms: Terms = {
    ...{ quantity: decimal('100'), price: decimal('10'), notional: null, stopPx: null },
    orderType: 'LIMIT',
    timeInForce: 'DAY',
  };
  const what = { symbol: 'AAPL', assetClass: 'EQUITY', side: 'BUY', platform: 'WEB', venue: null } as const;
  const { order } = await placeOrder(commandDeps(), VIEWER, { ...what, account: null, clOrdId, terms });
  return order!.id;
}

async function modify(id: string, clOrdId: string, quantity: string): Promise<void> {
  const change = { clOrdId, quantity: decimal(quantity), price: null, stopPx: null };
  const { refusal } = await modifyOrder(commandDeps(), VIEWER, { ...change, orderId: globalId('Order', id) });
  expect(refusal).toBeNull();
}

/** A venue that takes what it is sent, unless `answer` says otherwise. */
function openPort(answer: (clOrdId: string, signal: AbortSignal) => VenueAnswer | Promise<VenueAnswer> = () => TAKEN) {
  const tried: string[] = [];
  const taken: string[] = [];
  const port: VenuePort = {
    async send(request, signal) {
      tried.push(request.clOrdId);
      const answered = await answer(request.clOrdId, signal);
      const quantity = request.kind === 'REPLACE' ? ` ${String(request.quantity)}` : '';
      if (answered.status === 'taken') taken.push(`${request.kind} ${request.clOrdId}${quantity}`);
      return answered;
    },
  };
  return { port, tried, taken };
}

function openGate() {
  let release = (): void => undefined;
  const opened = new Promise<VenueAnswer>((resolve) => (release = () => resolve(TAKEN)));
  return { opened, release };
}

function work(port: VenuePort, { jobs = outbox, owed = {} }: { jobs?: VenueOutbox; owed?: Partial<Owed> } = {}) {
  const applyRefusal: Owed['applyRefusal'] = ({ request }, text) =>
    Promise.resolve(refusals.push(`${request.clOrdId}: ${text}`));
  const deps = { clock, log: silent, outbox: jobs, owed: { ...owedRequests({ db, clock }), applyRefusal, ...owed } };
  const worker = openSubmitWorker(deps, new Map([['paper', port]]));
  workers.push(worker);
  return worker;
}

const away = (): never => {
  throw new Error('the venue is away');
};
const unsettled = (): Promise<number> =>
  session.count("SELECT count(*) FROM pgboss.job WHERE name = 'venue-requests' AND state <> 'completed'");
const settled = () => until(async () => (await unsettled()) === 0, SOON);

describe('the submit worker', () => {
  it('sends the requests of an order in their order, though the venue is away at first', async () => {
    let isAway = true;
    const { port, tried, taken } = openPort(() => (isAway ? away() : TAKEN));
    const id = await place('C1');
    await modify(id, 'C2', '200');
    work(port);
    await until(() => tried.length > 0, SOON);
    await modify(id, 'C3', '300');
    isAway = false;
    await settled();
    expect(taken).toEqual(['NEW C1', 'REPLACE C2 200', 'REPLACE C3 300']);
  });

  it('sends each request once beside another one, which takes over what failed', async () => {
    const gate = openGate();
    let isFull = false;
    const one = openPort((clOrdId) => {
      if (clOrdId === 'hangs') return gate.opened;
      isFull = true;
      return away();
    });
    const two = openPort();
    const jobs: VenueOutbox = { ...outbox, take: async (count) => (isFull ? [] : await outbox.take(count)) };
    work(one.port, { jobs });
    const hanging = await place('hangs');
    await until(() => one.tried.includes('hangs'), SOON);
    await place('fails');
    await until(() => isFull, SOON);
    work(two.port, { jobs: await openOutbox() });
    await modify(hanging, 'after', '200');
    for (const name of ['A', 'B', 'C']) await modify(await place(name), `${name}2`, '200');
    await until(() => two.taken.length === 7, SOON);
    expect(one.taken).toEqual([]);
    gate.release();
    await settled();
    const all = ['A', 'B', 'C'].flatMap((name) => [`NEW ${name}`, `REPLACE ${name}2 200`]);
    expect([...one.taken, ...two.taken].sort()).toEqual([...all, 'NEW fails', 'NEW hangs', 'REPLACE after 200'].sort());
  });

  it('passes a refusal on once, and does not send the request again', async () => {
    const { port, tried } = openPort(() => ({ status: 'refused', text: 'no' }));
    const id = await place('C1');
    work(port);
    await settled();
    await modify(id, 'C2', '200');
    await settled();
    expect(tried).toEqual(['C1', 'C2']);
    expect(refusals).toEqual(['C1: no', 'C2: no']);
  });

  it('gives a request up that is older than a day, and no younger one', async () => {
    await place('old');
    now = new Date(START.getTime() + 1);
    await place('young');
    now = new Date(START.getTime() + REQUEST_AGE_MS_MAX + 1);
    const { port, tried } = openPort();
    work(port);
    await settled();
    expect(tried).toEqual(['young']);
    expect(refusals).toEqual(['old: the venue could not be reached for a day']);
  });

  it('outlives its jobs connections being ended while it settles', async () => {
    const gate = openGate();
    const { port, tried, taken } = openPort((clOrdId) => (clOrdId === 'C1' ? gate.opened : TAKEN));
    await place('C1');
    work(port);
    await until(() => tried.length === 1, SOON);
    await session.rows('BEGIN');
    await session.rows("SELECT 1 FROM pgboss.job WHERE name = 'venue-requests' FOR UPDATE");
    gate.release();
    const JOBS = "datname = current_database() AND application_name = 'fillstream-jobs'";
    const blocked = `SELECT count(*) FROM pg_stat_activity WHERE ${JOBS} AND wait_event_type = 'Lock'`;
    await until(async () => (await session.count(blocked)) > 0, SOON);
    await session.rows(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${JOBS}`);
    await session.rows('ROLLBACK');
    await place('C2');
    await until(() => taken.length === 2, SOON);
    expect(taken).toEqual(['NEW C1', 'NEW C2']);
    // The job that could not be settled stays with its lease; the other one is settled a moment after its request was taken.
    const active = "SELECT count(*) FROM pgboss.job WHERE state = 'active' AND data IS NOT NULL";
    await until(async () => (await session.count(active)) === 1, SOON);
  });

  it('stops while a send hangs, and the next one sends it again', async () => {
    const hung = openPort(
      (_clOrdId, signal) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('cut off')))),
    );
    await place('C1');
    const worker = work(hung.port);
    await until(() => hung.tried.length === 1, SOON);
    await worker.stop();
    expect(hung.taken).toEqual([]);
    const next = openPort();
    work(next.port);
    await settled();
    expect(next.taken).toEqual(['NEW C1']);
  });

  it('sends what a killed process held, once its hold is over', async () => {
    const id = await place('C1');
    const owed = owedRequests({ db, clock });
    expect(await owed.claim(id)).toMatchObject({ request: { clOrdId: 'C1' } });
    now = new Date(START.getTime() + CLAIM_MS);
    expect(await owed.claim(id)).toBe('busy');
    now = new Date(now.getTime() + 1);
    const { port, taken } = openPort();
    work(port);
    await settled();
    expect(taken).toEqual(['NEW C1']);
  });

  it('comes back to what it could not mark as sent, once its own hold is over', async () => {
    const { port, taken } = openPort();
    const owed = owedRequests({ db, clock });
    let failures = 1;
    await modify(await place('C1'), 'C2', '200');
    work(port, {
      owed: { markSent: (claimed) => (failures-- > 0 ? Promise.reject(new Error('no')) : owed.markSent(claimed)) },
    });
    const open = "state <> 'completed' AND retry_count < 2";
    const sql = `SELECT count(*) FROM pgboss.job WHERE name = 'venue-requests' AND ${open}`;
    await until(async () => (await session.count(sql)) === 0, SOON);
    now = new Date(START.getTime() + CLAIM_MS + 1);
    await until(() => taken.includes('REPLACE C2 200'), SOON);
    await settled();
    expect(taken).toEqual(['NEW C1', 'NEW C1', 'REPLACE C2 200']);
  });
});
