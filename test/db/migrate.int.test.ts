import { execFile } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { listMigrations, migrateDeploy } from '../../src/db/migrate.ts';
import { StartupError } from '../../src/kernel/startup-error.ts';
import { emptyDatabase, type TestDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const OURS = path.join(ROOT, 'prisma/migrations');

let database: TestDatabase;
let dir: string;
let db: pg.Client;

beforeEach(async () => {
  database = await emptyDatabase();
  dir = await mkdtemp(path.join(tmpdir(), 'fillstream-migrations-'));
  db = new pg.Client({ connectionString: database.url });
  await db.connect();
});

afterEach(async () => {
  await db.end();
  await database.drop();
  await rm(dir, { recursive: true, force: true });
});

async function given(migrations: Record<string, string>): Promise<void> {
  await writeFile(path.join(dir, 'migration_lock.toml'), 'provider = "postgresql"\n');
  for (const [name, sql] of Object.entries(migrations)) {
    await mkdir(path.join(dir, name), { recursive: true });
    await writeFile(path.join(dir, name, 'migration.sql'), sql);
  }
}

async function tables(): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE '\\_%' ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

async function prisma(...args: string[]): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [path.join(ROOT, 'tools/prisma.mjs'), ...args],
    {
      env: { ...process.env, DATABASE_URL: database.url },
    },
  );
  return stdout + stderr;
}

describe('migrateDeploy', () => {
  it('applies all migrations in order, once', async () => {
    await given({
      '20260102000000_second': 'ALTER TABLE a ADD m int; CREATE TABLE b ();',
      '20260101000000_first': 'CREATE TABLE a (n int);',
    });
    expect(await migrateDeploy(database.url, dir)).toEqual(['20260101000000_first', '20260102000000_second']);
    expect(await migrateDeploy(database.url, dir)).toEqual([]);
    expect(await tables()).toEqual(['a', 'b']);
  });

  it('applies those that were added later', async () => {
    await given({ '1_a': 'CREATE TABLE a ();' });
    await migrateDeploy(database.url, dir);
    await given({ '2_b': 'CREATE TABLE b ();' });
    expect(await migrateDeploy(database.url, dir)).toEqual(['2_b']);
  });

  it('lets one of several that start at once do the work', async () => {
    await given({ '1_a': 'CREATE TABLE a (); SELECT pg_sleep(0.2);', '2_b': 'CREATE TABLE b ();' });
    const applied = await Promise.all([1, 2, 3].map(() => migrateDeploy(database.url, dir)));
    expect(applied.sort((a, b) => a.length - b.length)).toEqual([[], [], ['1_a', '2_b']]);
  });

  it('sends a migration whole, with bodies between dollars', async () => {
    await given({ '1_f': 'CREATE FUNCTION f() RETURNS int AS $$ BEGIN PERFORM 1; RETURN 2; END $$ LANGUAGE plpgsql;' });
    await migrateDeploy(database.url, dir);
    expect((await db.query('SELECT f()')).rows).toEqual([{ f: 2 }]);
  });

  it('builds an index concurrently, also while another process waits for its turn', async () => {
    await given({ '1_a': 'CREATE TABLE a (n int);', '2_index': 'CREATE INDEX CONCURRENTLY a_n ON a (n);' });
    const applied = await Promise.all([1, 2, 3].map(() => migrateDeploy(database.url, dir)));
    expect(applied.sort((a, b) => a.length - b.length)).toEqual([[], [], ['1_a', '2_index']]);
  });

  it('holds up nobody while it waits for a table that somebody reads', async () => {
    await given({ '1_a': 'CREATE TABLE a (n int);' });
    await migrateDeploy(database.url, dir);
    await given({ '2_m': 'ALTER TABLE a ADD COLUMN m int;' });
    const writer = new pg.Client({ connectionString: database.url, lock_timeout: 500 });
    await writer.connect();
    await db.query('BEGIN; SELECT FROM a');
    const migrated = migrateDeploy(database.url, dir);
    const isWaiting = async (): Promise<boolean> =>
      (await writer.query('SELECT FROM pg_locks WHERE NOT granted AND relation = $1::regclass', ['a'])).rows.length > 0;
    // Each time it comes back to the table, those who come after it pass.
    for (let n = 0; n < 2; n++) {
      await until(isWaiting, { withinMs: 10_000 });
      await writer.query('INSERT INTO a VALUES (1)');
      await until(async () => !(await isWaiting()), { withinMs: 10_000 });
    }
    await db.query('COMMIT');
    expect(await migrated).toEqual(['2_m']);
    expect((await writer.query('SELECT m FROM a')).rows).toEqual([{ m: null }, { m: null }]);
    await writer.end();
  });

  it('gives up when a table is held for long, and begins it again at the next start', async () => {
    await given({ '1_a': 'CREATE TABLE a (n int);' });
    await migrateDeploy(database.url, dir);
    await given({ '2_m': 'ALTER TABLE a ADD COLUMN m int;' });
    await db.query('BEGIN; SELECT FROM a');
    const [now, later] = [performance.now.bind(performance), { ms: 0 }];
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => now() + later.ms);
    const held = migrateDeploy(database.url, dir);
    const isGivenUp = expect(held).rejects.toThrow(/^The migration 2_m can’t have a table that others hold/);
    const waiting = async (): Promise<boolean> =>
      (await db.query('SELECT FROM pg_locks WHERE NOT granted AND relation = $1::regclass', ['a'])).rows.length > 0;
    await until(waiting, { withinMs: 10_000 });
    later.ms = 600_000;
    await isGivenUp;
    clock.mockRestore();
    await db.query('COMMIT');
    expect(await migrateDeploy(database.url, dir)).toEqual(['2_m']);
  });

  it('undoes a migration that fails, and goes no further until somebody has looked at it', async () => {
    await given({
      '1_a': 'CREATE TABLE a ();',
      '2_bad': 'CREATE TABLE b (); SELECT 1 / 0;',
      '3_c': 'CREATE TABLE c ();',
    });
    await expect(migrateDeploy(database.url, dir)).rejects.toThrow(
      new StartupError('The migration 2_bad failed: division by zero.'),
    );
    expect(await tables()).toEqual(['a']);
    const again = migrateDeploy(database.url, dir);
    await expect(again).rejects.toThrow(StartupError);
    await expect(again).rejects.toThrow(/2_bad failed earlier.*migrate resolve --rolled-back 2_bad/);
    const { rows } = await db.query('SELECT logs FROM _prisma_migrations WHERE finished_at IS NULL');
    expect(rows).toEqual([{ logs: 'error: division by zero' }]);
  });

  it('leaves nothing of a migration during which its process is killed', async () => {
    await given({ '1_a': 'CREATE TABLE a (); SELECT pg_terminate_backend(pg_backend_pid());' });
    await expect(migrateDeploy(database.url, dir)).rejects.toThrow(StartupError);
    expect(await tables()).toEqual([]);
    await given({ '1_a': 'CREATE TABLE a ();' });
    expect(await migrateDeploy(database.url, dir)).toEqual(['1_a']);
  });

  it('begins an index again whose builder was killed', async () => {
    const name = '2_index';
    await given({ '1_a': 'CREATE TABLE a (n int);' });
    const isValid = async (): Promise<boolean | undefined> => {
      const { rows } = await db.query<{ indisvalid: boolean }>(
        `SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('a_n')`,
      );
      return rows[0]?.indisvalid;
    };
    const writer = new pg.Client({ connectionString: database.url });
    await writer.connect();
    await migrateDeploy(database.url, dir);
    await given({ [name]: 'CREATE INDEX CONCURRENTLY IF NOT EXISTS "a_n" ON a (n);' });
    // The build waits for whoever is writing.
    await writer.query('BEGIN');
    await writer.query('INSERT INTO a VALUES (1)');
    const killed = expect(migrateDeploy(database.url, dir)).rejects.toThrow(StartupError);
    await until(async () => (await isValid()) === false, { withinMs: 10_000 });
    await db.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'CREATE INDEX%'`,
    );
    await killed;
    await writer.end();
    expect(await isValid()).toBe(false);
    expect(await migrateDeploy(database.url, dir)).toEqual([name]);
    expect(await isValid()).toBe(true);
  });

  it('warns of a migration that was edited after it was applied', async () => {
    await given({ '1_a': 'CREATE TABLE a ();' });
    await migrateDeploy(database.url, dir);
    await appendFile(path.join(dir, '1_a', 'migration.sql'), '-- edited');
    const warnings: string[] = [];
    expect(await migrateDeploy(database.url, dir, (message) => warnings.push(message))).toEqual([]);
    expect(warnings).toEqual(['The migration 1_a was edited after it was applied.']);
  });

  it('says when the database cannot be opened, without its password', async () => {
    const opening = migrateDeploy('postgresql://somebody:secret@127.0.0.1:1/none', dir);
    await expect(opening).rejects.toThrow(StartupError);
    await expect(opening).rejects.toThrow(/^The database at 127\.0\.0\.1:1 can't be opened: .*ECONNREFUSED/);
    await expect(opening).rejects.not.toThrow(/secret/);
  });
});

describe('migrateDeploy and Prisma agree', () => {
  it('when we went first', async () => {
    const names = (await listMigrations(OURS)).map(({ name }) => name);
    expect(await migrateDeploy(database.url, OURS)).toEqual(names);
    expect(await prisma('migrate', 'status')).toContain('Database schema is up to date');
    expect(await prisma('migrate', 'deploy')).toContain('No pending migrations to apply');
  });

  it('when Prisma went first', async () => {
    await prisma('migrate', 'deploy');
    const warnings: string[] = [];
    expect(await migrateDeploy(database.url, OURS, (message) => warnings.push(message))).toEqual([]);
    expect(warnings).toEqual([]);
  });

  it('on the tables, which are those of the schema', async () => {
    await migrateDeploy(database.url, OURS);
    await prisma('migrate', 'diff', '--from-config-datasource', '--to-schema', 'prisma/schema.prisma', '--exit-code');
  });
});
