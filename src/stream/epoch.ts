import type { ClientBase } from 'pg';
import type { Db } from '../db/client.ts';
import type { Deps } from '../deps.ts';
import type { Ids } from '../kernel/clock.ts';

/** One statement over one connection. */
type Ask = (sql: string, values: readonly unknown[]) => Promise<readonly unknown[]>;

interface Origins {
  /** Where the database is now; null while it only follows another one. */
  readonly now: string | null;
  /** Where the epoch was made. */
  readonly known: string | null;
}

/**
 * Cluster, timeline, database and table: a failover, a restore and a copy each change one of them. The timeline is of the log
 * as it is written, since the control file tells of a promotion only after the next checkpoint.
 */
const READ_ORIGINS = `
  SELECT (SELECT origin FROM stream_epoch) AS known, CASE WHEN NOT pg_is_in_recovery() THEN concat_ws('/',
    (SELECT system_identifier FROM pg_control_system()),
    ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int,
    (SELECT oid FROM pg_database WHERE datname = current_database()),
    'stream_epoch'::regclass::oid) END AS now`;

/** Of several that find the same change, the first one makes the epoch; the others wait for it and find it made. */
const CHANGE_EPOCH = `
  INSERT INTO stream_epoch (id, epoch, origin) VALUES (1, $1::uuid, $2)
  ON CONFLICT (id) DO UPDATE SET epoch = EXCLUDED.epoch, origin = EXCLUDED.origin, created_at = now()`;

/** As PostgreSQL says it of a server that takes no sessions now. */
const CANNOT_CONNECT_NOW = { code: '57P03', severity: 'FATAL' };

/**
 * Makes a new epoch when the database is not the one that the epoch was made in: it may lack events that were already
 * seen, so no cursor from before may be resumed.
 * @returns whether it did
 * @throws when the database only follows another one: what is read there may be old
 */
async function checkEpoch(ask: Ask, ids: Ids): Promise<boolean> {
  const { now, known } = await readOrigins(ask);
  if (now === known) return false;
  await ask(`${CHANGE_EPOCH} WHERE stream_epoch.origin <> EXCLUDED.origin`, [ids.uuid(), now]);
  return known !== null;
}

async function readOrigins(ask: Ask): Promise<Origins & { readonly now: string }> {
  const [origins] = (await ask(READ_ORIGINS, [])) as readonly Origins[];
  const now = origins?.now;
  if (!now) throw Object.assign(new Error('the database is a standby'), CANNOT_CONNECT_NOW);
  return { now, known: origins.known };
}

const over =
  (client: ClientBase): Ask =>
  async (sql, values) =>
    (await client.query<Record<string, unknown>>(sql, [...values])).rows;

/** The check at the start. */
export async function ensureEpoch(db: Db, ids: Ids): Promise<void> {
  await checkEpoch((sql, values) => db.$queryRawUnsafe(sql, ...values), ids);
}

/** The check on every new connection, before anything else goes over it: the database may have become another one. */
export function epochCheck({ ids, log }: Pick<Deps, 'ids' | 'log'>): (client: ClientBase) => Promise<void> {
  return async (client) => {
    const isNew = await checkEpoch(over(client), ids);
    if (isNew)
      log.warn('the database is another one than before: a new epoch has begun, no cursor from before resumes');
  };
}

/** A new epoch, for a copy that can't be told from what it was made of. @returns it */
export async function makeEpoch(client: ClientBase, ids: Ids): Promise<string> {
  const { now } = await readOrigins(over(client));
  const epoch = ids.uuid();
  await over(client)(CHANGE_EPOCH, [epoch, now]);
  return epoch;
}
