import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Db, openDb, type Tx } from '../../src/db/client.ts';
import { userId } from '../../src/kernel/brand.ts';
import { systemClock, systemIds } from '../../src/kernel/clock.ts';
import { append, ensureUsers, type NewEvent } from '../../src/stream/append.ts';
import { ensureEpoch } from '../../src/stream/epoch.ts';
import { readExtent, readPages } from '../../src/stream/history.ts';
import { openSession, type Session } from '../ingest/rows.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import type { OrderUpdated } from '../../src/stream/event.ts';
import { until } from '../support/until.ts';

let database: TestDatabase;
let db: Db;
let session: Session;
beforeAll(async () => {
  database = await cloneDatabase();
  db = openDb({ url: database.url });
  session = await openSession(database.url);
  await ensureEpoch(db, systemIds);
});
afterAll(async () => {
  await session.end();
  await db.$disconnect();
  await database.drop();
});

let user = userId('nobody');
beforeEach(async () => {
  user = userId(systemIds.uuid());
  await db.$transaction((tx) => ensureUsers(tx, [user]));
});

const eventsOf = (count: number): NewEvent[] =>
  Array.from({ length: count }, () => ({
    ...{ userId: user, type: 'orderUpdated', orderId: null, change: null },
    data: { event: {}, order: {} } as OrderUpdated['data'],
  }));

/** Appends so many events, and resolves to their offsets; it may wait for others as long as it takes. */
async function offsetsOf(tx: Tx, count: number): Promise<readonly number[]> {
  await tx.$executeRaw`SET LOCAL lock_timeout = 0`;
  const events = await append(tx, eventsOf(count), systemClock.now());
  return events.map(({ position }) => position.offset);
}

/** A transaction that has appended and neither commits nor rolls back until it is told to. */
async function openAppended(count: number) {
  let finish = (_how: 'commit' | 'roll back'): void => undefined;
  const told = new Promise<string>((resolve) => (finish = resolve));
  let placed = (_offsets: readonly number[]): void => undefined;
  const appended = new Promise<readonly number[]>((resolve) => (placed = resolve));
  const done = db.$transaction(async (tx) => {
    placed(await offsetsOf(tx, count));
    if ((await told) === 'roll back') throw new Error('rolled back');
  });
  const ended = done.catch(() => undefined);
  const offsets = await Promise.race([appended, done.then(() => [])]);
  return { offsets, finish: async (how: 'commit' | 'roll back') => (finish(how), ended) };
}

const somebodyWaits = (): Promise<boolean> =>
  until(async () => (await session.count('SELECT count(*) FROM pg_locks WHERE NOT granted')) > 0, {
    withinMs: 10_000,
  });

describe('two transactions that append to one stream at once', () => {
  it('are placed one behind the other: the second waits for the first', async () => {
    const first = await openAppended(2);
    expect(first.offsets).toEqual([1, 2]);
    const second = db.$transaction((tx) => offsetsOf(tx, 3));
    await somebodyWaits();
    expect((await readExtent(db, user)).head.offset).toBe(0);
    await first.finish('commit');
    expect(await second).toEqual([3, 4, 5]);
    const [page] = await readPages(db, [{ user, after: 0 }], 10);
    expect(page?.events.map(({ position }) => position.offset)).toEqual([1, 2, 3, 4, 5]);
    expect(page?.head.offset).toBe(5);
  });

  it('leave no hole when the first is rolled back', async () => {
    const first = await openAppended(2);
    const second = db.$transaction((tx) => offsetsOf(tx, 1));
    await somebodyWaits();
    await first.finish('roll back');
    expect(await second).toEqual([1]);
    expect((await readExtent(db, user)).head.offset).toBe(1);
  });

  it('of other users do not wait for each other', async () => {
    const first = await openAppended(1);
    const other = userId(systemIds.uuid());
    await db.$transaction((tx) => ensureUsers(tx, [other]));
    const events = eventsOf(1).map((event) => ({ ...event, userId: other }));
    const placed = await db.$transaction((tx) => append(tx, events, systemClock.now()));
    expect(placed.map(({ position }) => position.offset)).toEqual([1]);
    await first.finish('commit');
  });
});
