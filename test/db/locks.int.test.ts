import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listMigrations } from '../../src/db/migrate.ts';
import { emptyDatabase, type TestDatabase } from '../support/database.ts';

const OURS = path.resolve(import.meta.dirname, '../../prisma/migrations');
const isOfOneTransaction = (sql: string): boolean => !/concurrently|commit;/i.test(sql);

let database: TestDatabase;
let db: pg.Client;
beforeAll(async () => {
  database = await emptyDatabase();
  db = new pg.Client({ connectionString: database.url });
  await db.connect();
});
afterAll(async () => {
  await db.end();
  await database.drop();
});

const names = async (sql: string): Promise<readonly string[]> =>
  (await db.query<{ name: string }>(sql)).rows.map(({ name }) => name);

const TABLES = `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`;
/** Tables that nobody can write to until this transaction ends. */
const HELD = `SELECT DISTINCT relation::regclass::text AS name FROM pg_locks WHERE pid = pg_backend_pid()
  AND mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')`;
/** How often the rows of these tables were read, which takes the longer the more there are. */
async function scansOf(tables: readonly string[]): Promise<number> {
  const { rows } = await db.query<{ scans: number }>(
    `SELECT COALESCE(sum(seq_scan + COALESCE(idx_scan, 0)), 0)::int AS scans FROM pg_stat_xact_user_tables
     WHERE relname = ANY($1)`,
    [tables],
  );
  return rows[0]!.scans;
}

it('no migration holds a table while it reads rows: a venue’s reports would be refused for as long', async () => {
  const [first, ...rest] = await listMigrations(OURS);
  await db.query(first!.sql);
  for (const { name, sql } of rest) {
    if (!isOfOneTransaction(sql)) {
      await db.query(sql);
      continue;
    }
    const before = await names(TABLES);
    await db.query('BEGIN');
    const scans = await scansOf(before);
    await db.query(sql);
    const isLong = (await scansOf(before)) > scans;
    const held = await names(HELD);
    await db.query('COMMIT');
    expect([name, isLong ? held.filter((table) => before.includes(table)) : []]).toEqual([name, []]);
  }
});
