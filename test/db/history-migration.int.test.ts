import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listMigrations, migrateDeploy } from '../../src/db/migrate.ts';
import { emptyDatabase, type TestDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';

const OURS = path.resolve(import.meta.dirname, '../../prisma/migrations');
const HISTORY = '20261121130000_history';

let database: TestDatabase;
let dir: string;
let db: pg.Client;
beforeAll(async () => {
  database = await emptyDatabase();
  dir = await mkdtemp(path.join(tmpdir(), 'migrations-'));
  const before = (await listMigrations(OURS)).map(({ name }) => name).filter((name) => name < HISTORY);
  for (const name of before) await cp(path.join(OURS, name), path.join(dir, name), { recursive: true });
  await migrateDeploy(database.url, dir);
  db = new pg.Client({ connectionString: database.url });
  await db.connect();
});
afterAll(async () => {
  await db.end();
  await database.drop();
  await rm(dir, { recursive: true });
});

const ORDER = '0b0e7a52-6d8a-4c7e-9a51-0f2b6f1d3c44';
/** More than two batches of the backfill. */
const MANY = 12_000;
const SOON = { withinMs: 10_000 };

/** Adds the migrations up to this one to those that the next start applies. */
async function addMigrations(last: string): Promise<void> {
  const names = (await listMigrations(OURS)).map(({ name }) => name);
  for (const name of names.filter((each) => each >= HISTORY && each <= last))
    await cp(path.join(OURS, name), path.join(dir, name), { recursive: true });
}

async function openSession(): Promise<pg.Client> {
  const session = new pg.Client({ connectionString: database.url });
  await session.connect();
  return session;
}

const EXECUTION = `INSERT INTO executions (venue, exec_id, order_id, exec_type, claim, received_at)
  VALUES ('standard', $1, $2, 'TRADE', '{}', '2026-01-31T10:00:00Z')`;

it('gives the executions of before their user, while others go on writing', async () => {
  await db.query(
    `INSERT INTO orders (id, user_id, venue, account, symbol, asset_class, side, order_type, time_in_force, accepted,
       pending, cum_qty, cum_amount, status, open, platform, created_at, updated_at, version)
     VALUES ($1, 'ann', 'standard', '', 'AAPL', 'EQUITY', 'BUY', 'MARKET', 'DAY', true, '[]', 0, 0, 'NEW', true, 'API',
       now(), now(), 1)`,
    [ORDER],
  );
  await db.query(EXECUTION, ['orphan', ORDER.replace('0b', '0c')]);
  await db.query(
    `INSERT INTO executions (venue, exec_id, order_id, exec_type, claim, received_at)
     SELECT 'standard', to_char(n, 'FM00000'), $1, 'TRADE', '{}', now() FROM generate_series(1, $2::int) AS n`,
    [ORDER, MANY],
  );
  await addMigrations(HISTORY);
  await migrateDeploy(database.url, dir);

  // Somebody holds the last row, so that the backfill is met at work.
  const holder = await openSession();
  await holder.query('BEGIN');
  await holder.query('SELECT FROM executions WHERE exec_id = $1 FOR UPDATE', [String(MANY)]);
  await addMigrations('~');
  const migrated = migrateDeploy(database.url, dir);
  await until(async () => {
    const { rows } = await db.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return rows.length === 1;
  }, SOON);
  await db.query(`SET lock_timeout = '500ms'`);
  await db.query(EXECUTION, ['meanwhile', ORDER]);
  await db.query('UPDATE orders SET version = version + 1 WHERE id = $1', [ORDER]);
  const named = await db.query<{ count: number }>(`SELECT count(*)::int FROM executions WHERE user_id = 'ann'`);
  expect(named.rows[0]?.count).toBeGreaterThan(MANY / 2);
  await holder.query('COMMIT');
  await holder.end();
  await migrated;

  const { rows } = await db.query(
    'SELECT user_id, count(*)::int FROM executions GROUP BY user_id ORDER BY user_id NULLS FIRST',
  );
  expect(rows).toEqual([
    { user_id: null, count: 1 },
    { user_id: 'ann', count: MANY + 1 },
  ]);
  const invalid = await db.query('SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid');
  expect(invalid.rows).toEqual([]);
});
