import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Db, openDb } from '../../src/db/client.ts';
import { inTransaction } from '../../src/db/transaction.ts';
import { openLogReader } from '../../src/stream/log-reader.ts';
import { userId } from '../../src/kernel/brand.ts';
import { systemIds } from '../../src/kernel/clock.ts';
import { ensureUsers } from '../../src/stream/append.ts';
import { ensureEpoch } from '../../src/stream/epoch.ts';
import { ResumeExpiredError } from '../../src/stream/follow.ts';
import { readExtent } from '../../src/stream/history.ts';
import { BadCursorError, cursorOf, startAfter } from '../../src/stream/resume.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';

const ANN = userId('ann');
const config = { cursorSecret: 'a secret of thirty-two bytes or more' } as never;

let database: TestDatabase;
beforeAll(async () => {
  database = await cloneDatabase();
});
afterAll(() => database.drop());

/** As a start of the service does: opens the database and makes sure of its epoch. */
async function start<T>(url: string, use: (db: Db) => Promise<T>): Promise<T> {
  const db = openDb({ url });
  try {
    await ensureEpoch(db, systemIds);
    return await use(db);
  } finally {
    await db.$disconnect();
  }
}
const epochOf = async (db: Db): Promise<string> => (await readExtent(db, ANN)).head.epoch;

/** Another database with the same rows, as a restore or a clone makes it. */
async function copyOf(url: string): Promise<TestDatabase> {
  const name = `${inject('templateName')}_${randomUUID().slice(0, 8)}`;
  const admin = async (sql: string): Promise<void> => {
    const client = new pg.Client({ connectionString: inject('databaseAdminUrl') });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  await admin(`CREATE DATABASE ${name} TEMPLATE ${new URL(url).pathname.slice(1)}`);
  const copy = new URL(url);
  copy.pathname = `/${name}`;
  return { url: copy.href, drop: () => admin(`DROP DATABASE ${name} WITH (FORCE)`) };
}

describe('the epoch of the log', () => {
  it('stays when the service starts again', async () => {
    const first = await start(database.url, epochOf);
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    expect(await start(database.url, epochOf)).toBe(first);
  });

  it('is one, however many processes start at once', async () => {
    const epochs = await Promise.all(Array.from({ length: 5 }, () => start(database.url, epochOf)));
    expect(new Set(epochs).size).toBe(1);
  });

  it('is another one in a copy, where no cursor from before can be resumed', async () => {
    const cursor = await start(database.url, async (db) => {
      await inTransaction(db, (tx) => ensureUsers(tx, [ANN]));
      await db.streamHead.update({ where: { userId: ANN }, data: { offset: 7 } });
      const { head } = await readExtent(db, ANN);
      expect(await startAfter({ reader: openLogReader(db), config }, ANN, cursorOf({ config }, ANN, head))).toEqual(
        head,
      );
      return cursorOf({ config }, ANN, head);
    });
    const copy = await copyOf(database.url);
    await start(copy.url, async (db) => {
      expect(await epochOf(db)).not.toBe(await start(database.url, epochOf));
      await expect(startAfter({ reader: openLogReader(db), config }, ANN, cursor)).rejects.toBeInstanceOf(
        ResumeExpiredError,
      );
      expect((await startAfter({ reader: openLogReader(db), config }, ANN, null)).offset).toBe(7);
    });
    await copy.drop();
  });
});

describe('where to follow from', () => {
  const at = (db: Db, offset: number) =>
    epochOf(db).then((epoch) =>
      startAfter({ reader: openLogReader(db), config }, ANN, cursorOf({ config }, ANN, { epoch, offset })),
    );

  it('is after the cursor, from what is retained to the head, and nowhere else', async () => {
    await start(database.url, async (db) => {
      await inTransaction(db, (tx) => ensureUsers(tx, [ANN]));
      await db.streamHead.update({ where: { userId: ANN }, data: { offset: 7, retainedFrom: 3 } });
      expect((await at(db, 3)).offset).toBe(3);
      expect((await at(db, 7)).offset).toBe(7);
      await expect(at(db, 2)).rejects.toBeInstanceOf(ResumeExpiredError);
      await expect(at(db, 8)).rejects.toBeInstanceOf(ResumeExpiredError);
    });
  });

  it('is the head without a cursor, and the beginning of an empty stream for a user who was never seen', async () => {
    await start(database.url, async (db) => {
      expect((await startAfter({ reader: openLogReader(db), config }, userId('nobody'), null)).offset).toBe(0);
    });
  });

  it('is nowhere for a cursor of another user, a forged or an unreadable one, all alike', async () => {
    await start(database.url, async (db) => {
      const own = cursorOf({ config }, ANN, (await readExtent(db, ANN)).head);
      for (const [user, cursor] of [
        [userId('bob'), own],
        [ANN, `${own.slice(0, -1)}${own.endsWith('A') ? 'B' : 'A'}`],
        [ANN, 'nonsense'],
        [ANN, ''],
      ] as const) {
        const refused = startAfter({ reader: openLogReader(db), config }, user, cursor);
        await expect(refused).rejects.toEqual(new BadCursorError('the cursor is not one of this user'));
      }
    });
  });
});
