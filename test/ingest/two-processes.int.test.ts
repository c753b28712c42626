import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Db, openDb } from '../../src/db/client.ts';
import { type Delivery, type Outcome, receive } from '../../src/ingest/delivery.ts';
import { createGroupCommit, type GroupCommit, UnavailableError } from '../../src/ingest/group-commit.ts';
import { linkVenueAccount } from '../../src/ingest/link.ts';
import { userId } from '../../src/kernel/brand.ts';
import { systemClock, systemIds } from '../../src/kernel/clock.ts';
import { type Bus, openLocalBus } from '../../src/stream/bus.ts';
import { ensureEpoch } from '../../src/stream/epoch.ts';
import { report, type Report } from '../support/client.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import { openSession, type Session } from './rows.ts';

const USERS = Array.from({ length: 6 }, (_, n) => userId(`user-${n}`));
const ORDERS_PER_USER = 10;
const FILLS = 5;

interface Process {
  readonly db: Db;
  readonly bus: Bus;
  readonly ingest: GroupCommit;
}

/** What of a process takes part: a pool, a bus and the group commit over them. */
function openProcess(url: string): Process {
  const log = pino({ level: 'silent' });
  const db = openDb({ url });
  const bus = openLocalBus(log);
  return {
    db,
    bus,
    ingest: createGroupCommit({
      db,
      bus,
      log,
      clock: systemClock,
      ids: systemIds,
      replay: { committed: () => undefined },
    }),
  };
}

let database: TestDatabase;
let session: Session;
let processes: readonly Process[];
beforeAll(async () => {
  database = await cloneDatabase();
  session = await openSession(database.url);
  processes = [openProcess(database.url), openProcess(database.url)];
  const { db, bus } = processes[0]!;
  const config = { venueFormats: new Map() };
  const deps = { config, db, bus, clock: systemClock, ids: systemIds, log: pino({ level: 'silent' }) };
  await ensureEpoch(db, systemIds);
  for (const user of USERS) {
    const key = { venue: 'standard', account: `ACC-${user}` };
    await linkVenueAccount(deps, key, user);
  }
});
afterAll(async () => {
  await session.end();
  for (const { db, bus } of processes) {
    await bus.close();
    await db.$disconnect();
  }
  await database.drop();
});

type OrderNames = Readonly<Record<'account' | 'venueOrderId' | 'clOrdId', string>>;

/** Half of the reports of an order, the acknowledgement among them or not, can open it. */
function reportsOf(names: OrderNames): readonly Report[] {
  const fills = Array.from({ length: FILLS }, () => ({
    ...report(names),
    ...{ execId: randomUUID(), execType: 'TRADE', lastQty: '1', lastPx: '10' },
  }));
  return [report({ ...names, execId: randomUUID() }), ...fills];
}

function deliveryOf(reports: readonly Report[]): Delivery {
  const received = reports.map(receive);
  const ids = { venue: 'standard', deliveryId: randomUUID(), bodyHash: '' };
  return { ...ids, receivedAt: systemClock.now(), content: { reports: received } };
}

const TRIES_MAX = 5;

/** As a venue does: on a busy machine a row may be held for longer than the lock time-out, and the same is sent again. */
async function send({ ingest }: Process, delivery: Delivery): Promise<Outcome> {
  for (let tries = 1; ; tries++) {
    try {
      return await ingest.submit(delivery);
    } catch (error) {
      if (!(error instanceof UnavailableError) || tries === TRIES_MAX) throw error;
    }
  }
}

/** In an order that looks random and is the same in each run. */
function shuffled<T>(items: readonly T[], salt: number): readonly T[] {
  const rank = (at: number): number => (Math.imul(at + 1, 2654435761) ^ Math.imul(salt, 40503)) >>> 0;
  return items
    .map((item, at) => ({ item, at: rank(at) }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

/** Deliveries of three reports of any orders, so that each meets rows that others hold. */
function chunks(reports: readonly Report[]): readonly Delivery[] {
  const size = 3;
  return Array.from({ length: Math.ceil(reports.length / size) }, (_, n) =>
    deliveryOf(reports.slice(n * size, n * size + size)),
  );
}

it('two processes that are sent the same reports at once apply each once, without a deadlock', async () => {
  const orders: readonly OrderNames[] = USERS.flatMap((user) =>
    Array.from({ length: ORDERS_PER_USER }, () => ({
      account: `ACC-${user}`,
      venueOrderId: `V-${randomUUID()}`,
      clOrdId: `C-${randomUUID()}`,
    })),
  );
  const reports = orders.flatMap(reportsOf);
  const outcomes = await Promise.all(
    processes.flatMap((process, n) => chunks(shuffled(reports, n)).map((delivery) => send(process, delivery))),
  );
  const counted = outcomes.map((outcome) => (outcome.status === 'applied' ? outcome : null));
  const total = (name: 'accepted' | 'duplicates' | 'quarantined'): number =>
    counted.reduce((sum, each) => sum + (each?.[name] ?? Number.NaN), 0);
  expect(total('quarantined')).toBe(0);
  expect(total('accepted') + total('duplicates')).toBe(2 * reports.length);

  const [{ executions, filled, versions, known } = {}] = await session.rows(`
    SELECT count(*)::int AS known, sum(cum_qty)::int AS filled, sum(version)::int AS versions,
      (SELECT count(*)::int FROM executions) AS executions FROM orders`);
  expect(known).toBe(orders.length);
  expect(filled).toBe(orders.length * FILLS);
  // An acknowledgement that comes after a fill tells nothing new, so it is no event and no execution.
  expect([executions, versions]).toEqual([total('accepted'), total('accepted')]);

  const streams = await session.rows(`
    SELECT user_id, count(*)::int AS events, min("offset")::int AS first, max("offset")::int AS last,
      (SELECT "offset"::int FROM stream_heads AS head WHERE head.user_id = event.user_id) AS head
    FROM stream_events AS event GROUP BY user_id ORDER BY user_id`);
  expect(streams).toHaveLength(USERS.length);
  for (const { events, first, last, head } of streams) expect([first, last, head]).toEqual([1, events, events]);
  const deadlocks = 'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()';
  expect(await session.count(deadlocks)).toBe(0);
});

it('two processes that see an order for the first time at once make it once', async () => {
  for (let round = 0; round < 30; round++) {
    const names = {
      account: `ACC-${USERS[round % USERS.length] ?? ''}`,
      venueOrderId: randomUUID(),
      clOrdId: randomUUID(),
    };
    const outcomes = await Promise.all(
      processes.map((process) => send(process, deliveryOf([report({ ...names, execId: randomUUID() })]))),
    );
    // The second one tells nothing new.
    expect(outcomes.map((outcome) => ('accepted' in outcome ? outcome.accepted : -1)).sort()).toEqual([0, 1]);
    const own = 'SELECT count(*) FROM orders WHERE venue_order_id = $1';
    expect(await session.count(own, [names.venueOrderId])).toBe(1);
  }
});

it('two processes that are sent one delivery at once answer alike and keep what is wrong with it once', async () => {
  for (let round = 0; round < 20; round++) {
    const delivery = deliveryOf([{ ...report(), execType: 'unreadable' }]);
    const outcomes = await Promise.all(processes.map((process) => send(process, delivery)));
    const answer = { status: 'applied', accepted: 0, duplicates: 0, quarantined: 1 };
    expect(outcomes).toEqual([answer, answer]);
    const own = 'SELECT count(*) FROM quarantined_reports WHERE delivery_id = $1';
    expect(await session.count(own, [delivery.deliveryId])).toBe(1);
  }
});

it('an execId that two accounts’ reports carry at once counts for one of them, the other is set aside', async () => {
  for (let round = 0; round < 20; round++) {
    const execId = randomUUID();
    const outcomes = await Promise.all(
      processes.map((process, n) => {
        const names = { account: `ACC-${USERS[n] ?? ''}`, venueOrderId: randomUUID(), clOrdId: randomUUID() };
        return send(process, deliveryOf([report({ ...names, execId })]));
      }),
    );
    const counted = outcomes.map((outcome) => ('accepted' in outcome ? [outcome.accepted, outcome.quarantined] : []));
    expect(counted.sort()).toEqual([
      [0, 1],
      [1, 0],
    ]);
  }
});
