import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Db, openDb } from '../../src/db/client.ts';
import { openSession, type Session } from '../ingest/rows.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';

let database: TestDatabase;
let db: Db;
let others: Session;
beforeAll(async () => {
  database = await cloneDatabase();
  db = openDb({ url: database.url, connectionsMax: 1 });
  others = await openSession(database.url);
});
afterAll(async () => {
  await others.end();
  await db.$disconnect();
  await database.drop();
});

it(
  'a transaction that its process leaves idle, as when it is frozen, lets go of its locks',
  { timeout: 30_000 },
  async () => {
    let locked = (): void => undefined;
    const holds = new Promise<void>((resolve) => (locked = resolve));
    let thaw = (): void => undefined;
    const frozen = new Promise<void>((resolve) => (thaw = resolve));
    const work = db.$transaction(
      async (tx) => {
        await tx.$executeRaw`LOCK TABLE users IN ACCESS EXCLUSIVE MODE`;
        locked();
        await frozen;
        await tx.$executeRaw`SELECT 1`;
      },
      { timeout: 60_000 },
    );
    const failed = expect(work).rejects.toThrow();
    await holds;
    expect(
      await others.rows(`SELECT 1 FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND relation = 'users'::regclass`),
    ).toHaveLength(1);
    await until(
      async () =>
        (
          await others.rows(
            `SELECT 1 FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND relation = 'users'::regclass`,
          )
        ).length === 0,
      { withinMs: 20_000 },
    );
    thaw();
    await failed;
    expect(await db.$queryRaw`SELECT 1 AS one`).toEqual([{ one: 1 }]);
  },
);
