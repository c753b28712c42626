import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listMigrations, migrateDeploy } from '../../src/db/migrate.ts';
import { emptyDatabase, type TestDatabase } from '../support/database.ts';

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

it('gives the executions of before their user and the time of their commit', async () => {
  await db.query(
    `INSERT INTO orders (id, user_id, venue, account, symbol, asset_class, side, order_type, time_in_force, accepted,
       pending, cum_qty, cum_amount, status, open, platform, created_at, updated_at, version)
     VALUES ($1, 'ann', 'standard', '', 'AAPL', 'EQUITY', 'BUY', 'MARKET', 'DAY', true, '[]', 0, 0, 'NEW', true, 'API',
       now(), now(), 1)`,
    [ORDER],
  );
  const execution = `INSERT INTO executions (venue, exec_id, order_id, exec_type, claim, received_at)
    VALUES ('standard', $1, $2, 'TRADE', '{}', '2026-01-31T10:00:00Z')`;
  for (const execId of ['told', 'untold', 'orphan'])
    await db.query(execution, [execId, execId === 'orphan' ? ORDER.replace('0b', '0c') : ORDER]);
  await db.query(
    `INSERT INTO stream_events (user_id, "offset", epoch, type, order_id, data, committed_at)
     VALUES ('ann', 1, $1, 'orderUpdated', $1, '{"event":{"execId":"told"}}', '2026-01-31T10:00:01Z')`,
    [ORDER],
  );
  await cp(path.join(OURS, HISTORY), path.join(dir, HISTORY), { recursive: true });
  await migrateDeploy(database.url, dir);
  const { rows } = await db.query('SELECT exec_id, user_id, committed_at FROM executions ORDER BY exec_id');
  expect(rows).toEqual([
    { exec_id: 'orphan', user_id: null, committed_at: null },
    { exec_id: 'told', user_id: 'ann', committed_at: new Date('2026-01-31T10:00:01Z') },
    { exec_id: 'untold', user_id: 'ann', committed_at: new Date('2026-01-31T10:00:00Z') },
  ]);
});
