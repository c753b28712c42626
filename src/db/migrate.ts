import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { delay, systemIds } from '../kernel/clock.ts';
import { StartupError } from '../kernel/startup-error.ts';

export interface Migration {
  /** The folder's name, which begins with its time and so gives the order. */
  name: string;
  sql: string;
  /** SHA-256 of the file, in hexadecimal. */
  checksum: string;
}

interface Recorded {
  migration_name: string;
  checksum: string;
  finished_at: Date | null;
}

/** The key that Prisma's engine locks, so that `prisma migrate deploy` and this wait for each other. */
const LOCK = 72707369;
const LOCK_LIMIT_MS = 5 * 60_000;
const LOCK_POLL_MS = 100;
/**
 * A migration that waits for a table, as for a backup that reads it, holds up everybody who comes after it. So it waits for less
 * than they do (LOCK_TIMEOUT_MS), lets them go first, and tries again.
 */
const TABLE_WAIT_MS = 200;
const TABLE_REST_MS = 500;
const TABLE_LIMIT_MS = 5 * 60_000;
/** Of PostgreSQL: lock_not_available. */
const NOT_FREE = '55P03';
/** As Prisma's engine makes it. */
const RECORD_TABLE = `
  CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
    "id" VARCHAR(36) PRIMARY KEY NOT NULL,
    "checksum" VARCHAR(64) NOT NULL,
    "finished_at" TIMESTAMPTZ,
    "migration_name" VARCHAR(255) NOT NULL,
    "logs" TEXT,
    "rolled_back_at" TIMESTAMPTZ,
    "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(),
    "applied_steps_count" INTEGER NOT NULL DEFAULT 0
  )`;

/** The migrations in `dir` (folders that hold a migration.sql), in the order they are applied. */
export async function listMigrations(dir: string): Promise<Migration[]> {
  const entries = await readdir(dir, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return await Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(path.join(dir, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

/**
 * Does what `prisma migrate deploy` does, without Prisma's engine, and keeps the same records, so that either may go first.
 * Each migration is applied whole or not at all, also when the process is killed; those that PostgreSQL takes only outside of
 * a transaction, one statement each that may be done again, are begun again by the next start. Any number of processes may call this at once.
 * Returns the names of the migrations it applied. `warn` is told of migrations that were edited after they were applied.
 * Throws a StartupError when the database can't be reached or when a migration fails or failed earlier.
 */
export async function migrateDeploy(
  connectionString: string,
  dir: string,
  warn: (message: string) => void = () => undefined,
): Promise<string[]> {
  const migrations = await listMigrations(dir);
  return await underMigrationLock(connectionString, async (db) => {
    await db.query(RECORD_TABLE);
    const pending = await findPending(db, migrations, warn);
    for (const migration of pending) await apply(db, migration);
    return pending.map(({ name }) => name);
  });
}

/** Does what no two processes may do to a database's tables at once, one process after the other. */
export async function underMigrationLock<T>(connectionString: string, work: (db: pg.Client) => Promise<T>): Promise<T> {
  const db = await connect(connectionString);
  try {
    await lock(db);
    return await work(db);
  } finally {
    // Ending the session gives the lock back.
    await db.end();
  }
}

async function connect(connectionString: string): Promise<pg.Client> {
  const db = new pg.Client({ connectionString });
  // A connection that breaks while a query runs rejects that query; this listener only keeps the event from being thrown.
  db.on('error', () => undefined);
  try {
    await db.connect();
    return db;
  } catch (cause) {
    const where = `${db.host}:${db.port}`;
    throw new StartupError(`The database at ${where} can't be opened: ${reason(cause)}. Check DATABASE_URL.`, {
      cause,
    });
  }
}

/** Asks again and again: a session that waits for the lock would hold up an index that is built concurrently by the holder. */
async function lock(db: pg.Client): Promise<void> {
  for (let waitedMs = 0; waitedMs < LOCK_LIMIT_MS; waitedMs += LOCK_POLL_MS) {
    const { rows } = await db.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [LOCK]);
    if (rows[0]?.locked) return;
    await delay(LOCK_POLL_MS);
  }
  throw new StartupError(`Another process has been migrating the database for ${LOCK_LIMIT_MS / 60_000} minutes.`);
}

async function findPending(db: pg.Client, all: Migration[], warn: (message: string) => void): Promise<Migration[]> {
  const recorded = await db.query<Recorded>(
    'SELECT migration_name, checksum, finished_at FROM "_prisma_migrations" WHERE rolled_back_at IS NULL',
  );
  const failed = recorded.rows.find((row) => row.finished_at === null);
  if (failed) throw failedEarlier(failed.migration_name);
  const checksums = new Map(recorded.rows.map((row) => [row.migration_name, row.checksum]));
  const edited = all.filter(({ name, checksum }) => checksums.has(name) && checksums.get(name) !== checksum);
  for (const { name } of edited) warn(`The migration ${name} was edited after it was applied.`);
  return all.filter(({ name }) => !checksums.has(name));
}

function failedEarlier(name: string): StartupError {
  const advice = `npm run prisma -- migrate resolve --rolled-back ${name}`;
  return new StartupError(
    `The migration ${name} failed earlier. Repair what it left, then run "${advice}" (or --applied) and start again.`,
  );
}

/** Of the migration and its record all or nothing stays. */
async function apply(db: pg.Client, migration: Migration): Promise<void> {
  // An index that is built concurrently can't be built in a transaction, and none can hold the COMMIT of a batch of its own.
  const whole = !/\bconcurrently\b|\bcommit;/i.test(migration.sql);
  const id = systemIds.uuid();
  try {
    if (!whole) await dropHalfBuilt(db, migration);
    if (whole) await begin(db, migration);
    else await db.query(migration.sql);
    await record(db, id, migration);
    await db.query('UPDATE "_prisma_migrations" SET finished_at = now(), applied_steps_count = 1 WHERE id = $1', [id]);
    if (whole) await db.query('COMMIT');
  } catch (cause) {
    if (cause instanceof StartupError) throw cause;
    // Without a connection this fails too, and then nothing is recorded: the next start begins it again.
    await recordFailure(db, id, { migration, cause }).catch(() => undefined);
    throw new StartupError(`The migration ${migration.name} failed: ${reason(cause)}.`, { cause });
  }
}

/** Does it in a transaction, which stays open. */
async function begin(db: pg.Client, { name, sql }: Migration): Promise<void> {
  for (const until = performance.now() + TABLE_LIMIT_MS; ;) {
    await db.query(`BEGIN; SET LOCAL lock_timeout = ${TABLE_WAIT_MS}`);
    try {
      await db.query(sql);
      return;
    } catch (cause) {
      if ((cause as { code?: string }).code !== NOT_FREE) throw cause;
      await db.query('ROLLBACK');
      // It has done nothing, so that nothing is to be repaired.
      if (performance.now() > until)
        throw new StartupError(
          `The migration ${name} can’t have a table that others hold. Start again when they are done.`,
          { cause },
        );
    }
    await delay(TABLE_REST_MS);
  }
}

/** Who is killed while an index is built concurrently leaves an invalid one, which IF NOT EXISTS would take for it. */
async function dropHalfBuilt(db: pg.Client, { sql }: Migration): Promise<void> {
  const [, index] = /\bcreate index concurrently if not exists "(\w+)"/i.exec(sql) ?? [];
  if (index === undefined) return;
  const invalid = await db.query(
    'SELECT FROM pg_index WHERE indexrelid = to_regclass(quote_ident($1)) AND NOT indisvalid',
    [index],
  );
  if (invalid.rows.length > 0) await db.query(`DROP INDEX CONCURRENTLY "${index}"`);
}

async function record(db: pg.Client, id: string, { name, checksum }: Migration): Promise<void> {
  const insert =
    'INSERT INTO "_prisma_migrations" (id, checksum, migration_name) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING';
  await db.query(insert, [id, checksum, name]);
}

/** Leaves an unfinished record, as Prisma does: nothing goes on before an operator has looked. */
async function recordFailure(
  db: pg.Client,
  id: string,
  { migration, cause }: { migration: Migration; cause: unknown },
): Promise<void> {
  await db.query('ROLLBACK');
  await record(db, id, migration);
  await db.query('UPDATE "_prisma_migrations" SET logs = $2 WHERE id = $1', [id, String(cause)]);
}

function reason(cause: unknown): string {
  const { code, message } = cause as { code?: string; message: string };
  return message || (code ?? 'unknown reason');
}
