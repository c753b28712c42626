import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Db, openDb } from '../../src/db/client.ts';
import { migrateDeploy } from '../../src/db/migrate.ts';
import { printDecimal } from '../../src/kernel/decimal.ts';
import { readFillsAround } from '../../src/orders/executions.ts';
import { lockOrders } from '../../src/orders/store.ts';
import { emptyDatabase, type TestDatabase } from '../support/database.ts';

const OURS = path.resolve(import.meta.dirname, '../../prisma/migrations');
const BEFORE = '20261121120000_derived';

let database: TestDatabase;
let session: pg.Client;
let db: Db;
beforeAll(async () => {
  database = await emptyDatabase();
  session = new pg.Client({ connectionString: database.url });
  await session.connect();
  db = openDb({ url: database.url });
});
afterAll(async () => {
  await db.$disconnect();
  await session.end();
  await database.drop();
});

const ids = [1, 2, 3].map((n) => `0b0e7a52-6d8a-4c7e-9a51-0f2b6f1d3c4${n}`);

/** As the version before wrote it: the columns that it knows, and no others. */
const writeAsBefore = (id: string, fills: string): Promise<unknown> =>
  session.query(`INSERT INTO orders SELECT * FROM jsonb_populate_recordset(NULL::orders, $1::jsonb)`, [
    JSON.stringify([
      {
        ...{ id, user_id: 'ann', venue: 'v', account: '', symbol: 'AAPL', asset_class: 'EQUITY', side: 'BUY' },
        ...{ order_type: 'LIMIT', time_in_force: 'DAY', quantity: '100', price: '10', accepted: true, pending: [] },
        ...{ cum_qty: '40', cum_amount: '400', status: 'PARTIALLY_FILLED', open: true, platform: 'API', version: 2 },
        ...{ session: 'LIVE', stopped: false, complete: false, fills, stamps: { closed: 'x ' }, settled: [] },
        ...{ created_at: '2026-11-20T10:00:00Z', updated_at: '2026-11-20T10:00:01.5Z' },
      },
    ]),
  ]);

it('what was derived before is carried over, and a process of the version before can go on writing', async () => {
  const old = await mkdtemp(path.join(tmpdir(), 'fillstream-upgrade-'));
  for (const name of await readdir(OURS))
    if (name < BEFORE || !name.startsWith('2'))
      await cp(path.join(OURS, name), path.join(old, name), { recursive: true });
  await migrateDeploy(database.url, old);
  await rm(old, { recursive: true });
  await writeAsBefore(ids[0]!, 'DERIVED');
  await writeAsBefore(ids[1]!, 'OWN');
  expect(await migrateDeploy(database.url, OURS)).toContain(BEFORE);
  await writeAsBefore(ids[2]!, 'DERIVED');
  await session.query(`INSERT INTO executions SELECT * FROM json_populate_recordset(NULL::executions, $1::json)`, [
    JSON.stringify([
      {
        ...{ venue: 'v', exec_id: 'F1', order_id: ids[2], exec_type: 'TRADE', received_at: '2026-11-20T10:00:00Z' },
        claim: { execType: 'TRADE', lastQty: '40', lastPx: '10' },
      },
    ]),
  ]);
  const [orders, known] = await db.$transaction(async (tx) => [
    await lockOrders(tx, ids, 'wait'),
    await readFillsAround(tx, [], ids),
  ]);
  expect(orders.map(({ derivedQty }) => printDecimal(derivedQty))).toEqual(['40', '0', '0']);
  expect(orders.map(({ stamps }) => stamps.derivedQty)).toEqual(['2026-11-20T10:00:01.500Z ', undefined, undefined]);
  expect([...known.values()]).toMatchObject([{ execId: 'F1', covered: false, cumQty: null }]);
});
