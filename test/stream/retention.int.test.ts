import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Db, openDb } from '../../src/db/client.ts';
import { userId } from '../../src/kernel/brand.ts';
import { systemIds } from '../../src/kernel/clock.ts';
import { ensureEpoch } from '../../src/stream/epoch.ts';
import { ResumeExpiredError } from '../../src/stream/follow.ts';
import { readExtent } from '../../src/stream/history.ts';
import { openLogReader } from '../../src/stream/log-reader.ts';
import { cursorOf, startAfter } from '../../src/stream/resume.ts';
import { type Retention, SWEEP_HEADS_MAX, sweepRetention } from '../../src/stream/retention.ts';
import { openSession, type Session } from '../ingest/rows.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';

const DAY_MS = 24 * 3_600_000;
const NOW = new Date('2026-11-20T12:00:00Z');
const clock = { now: () => NOW };
const config = { cursorSecret: 'a secret of thirty-two bytes or more' } as never;
const GENEROUS: Retention = { days: 30, eventsPerUser: 1_000 };

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
beforeEach(async () => {
  await session.rows('TRUNCATE users, stream_heads, stream_events');
});

/** A stream whose events are so many days old, the first one first. */
async function given(user: string, agesInDays: readonly number[]): Promise<void> {
  await session.rows('INSERT INTO stream_heads (user_id, "offset") VALUES ($1, $2)', [user, agesInDays.length]);
  const times = agesInDays.map((days) => new Date(NOW.getTime() - days * DAY_MS).toISOString());
  await session.rows(
    `INSERT INTO stream_events (user_id, "offset", epoch, type, data, committed_at)
     SELECT $1, n, epoch, 'orderUpdated', '{}', at FROM stream_epoch, unnest($2::timestamptz[]) WITH ORDINALITY AS t (at, n)`,
    [user, times],
  );
}

const retainedFrom = async (user: string): Promise<number> => (await readExtent(db, userId(user))).retainedFrom;
const sweep = (retention: Retention = GENEROUS): Promise<number> => sweepRetention({ db, clock }, retention);

async function resume(user: string, offset: number): Promise<readonly number[]> {
  const { head } = await readExtent(db, userId(user));
  const cursor = cursorOf({ config }, userId(user), { epoch: head.epoch, offset });
  const reader = openLogReader(db);
  const from = await startAfter({ reader, config }, userId(user), cursor);
  return (await reader.page(userId(user), from.offset)).events.map(({ position }) => position.offset);
}

describe('retention', () => {
  it('by age ends before the first event that is young enough', async () => {
    await given('ann', [40, 35, 31, 29, 1]);
    expect(await sweep()).toBe(1);
    expect(await retainedFrom('ann')).toBe(3);
    expect(await resume('ann', 3)).toEqual([4, 5]);
    await expect(resume('ann', 2)).rejects.toBeInstanceOf(ResumeExpiredError);
  });

  it('by count keeps so many events', async () => {
    await given('ann', [5, 4, 3, 2, 1]);
    await sweep({ days: 30, eventsPerUser: 2 });
    expect(await resume('ann', 3)).toEqual([4, 5]);
    await expect(resume('ann', 2)).rejects.toBeInstanceOf(ResumeExpiredError);
  });

  it('by both ends where the stricter one does', async () => {
    await given('age', [40, 40, 40, 1, 1]);
    await given('count', [40, 1, 1, 1, 1]);
    await sweep({ days: 30, eventsPerUser: 3 });
    expect([await retainedFrom('age'), await retainedFrom('count')]).toEqual([3, 2]);
  });

  it('finds the cut of any stream', async () => {
    const shapes = [0, 1, 2, 3, 7, 8, 100].flatMap((count) =>
      [0, 1, 2, 50, 99, 100].filter((old) => old <= count).map((old) => ({ count, old })),
    );
    for (const { count, old } of shapes)
      await given(`${count}-${old}`, [...Array<number>(old).fill(31), ...Array<number>(count - old).fill(29)]);
    await sweep();
    for (const { count, old } of shapes)
      expect([count, old, await retainedFrom(`${count}-${old}`)]).toEqual([count, old, old]);
  });

  it('lets whoever is at the head go on, also when everything is old', async () => {
    await given('ann', [50, 40, 31]);
    await sweep();
    expect(await retainedFrom('ann')).toBe(3);
    expect(await resume('ann', 3)).toEqual([]);
  });

  it('never goes back, and does nothing where nothing is due', async () => {
    await given('ann', [40, 35, 31, 29, 1]);
    await given('bob', []);
    await given('cy', [2, 1]);
    expect(await sweep()).toBe(1);
    expect(await sweep()).toBe(0);
    expect(await sweep({ days: 365, eventsPerUser: 1_000 })).toBe(0);
    expect([await retainedFrom('ann'), await retainedFrom('bob'), await retainedFrom('cy')]).toEqual([3, 0, 0]);
  });

  it('deletes nothing', async () => {
    await given('ann', [40, 35, 31, 29, 1]);
    await sweep();
    expect(await session.count('SELECT count(*) FROM stream_events')).toBe(5);
  });

  it('reaches every user, batch by batch', async () => {
    const users = Array.from({ length: 2 * SWEEP_HEADS_MAX + 3 }, (_, i) => `user-${i}`);
    await session.rows('INSERT INTO stream_heads (user_id, "offset") SELECT unnest($1::text[]), 7', [users]);
    expect(await sweep({ days: 30, eventsPerUser: 5 })).toBe(users.length);
    expect(await session.count('SELECT count(*) FROM stream_heads WHERE retained_from = 2')).toBe(users.length);
  });
});

describe('a sweep', () => {
  it('does not wait for a head that a commit holds: it moves the others now and this one next time', async () => {
    await given('ann', [40, 1]);
    await given('bob', [40, 1]);
    await session.rows('BEGIN');
    await session.rows(`SELECT 1 FROM stream_heads WHERE user_id = 'ann' FOR UPDATE`);
    expect(await sweep()).toBe(1);
    await session.rows('COMMIT');
    expect([await retainedFrom('ann'), await retainedFrom('bob')]).toEqual([0, 1]);
    expect(await sweep()).toBe(1);
    expect(await retainedFrom('ann')).toBe(1);
  });

  it('is done by one of the processes that begin it at once', async () => {
    await given('ann', [40, 1]);
    const moved = await Promise.all([sweep(), sweep(), sweep(), sweep()]);
    expect(moved.reduce((sum, each) => sum + each)).toBe(1);
    expect(await retainedFrom('ann')).toBe(1);
  });
});
