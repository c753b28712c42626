import type { Db, Tx } from '../db/client.ts';
import { inTransaction } from '../db/transaction.ts';
import type { Deps } from '../deps.ts';
import { Prisma } from '../generated/prisma/client.ts';
import { POLICIES } from './policy.ts';
import { NOTIFICATION_TYPES } from './words.ts';

/** Of everyday notifications what came of them is kept so long; of critical ones for good. */
export const KEPT_DAYS = 30;
const BATCH_ROWS = 1_000;
const DAY_MS = 24 * 3_600_000;
/** Of several processes one sweeps a slice at a time: whoever finds the lock taken leaves it to the other. */
export const FORGET_LOCK = 1_718_775_663;

const EVERYDAY = NOTIFICATION_TYPES.filter((type) => !POLICIES[type].critical);

/** How much of the table of deliveries is looked at. */
interface Sweep {
  /** Of PostgreSQL, mostly 8 KiB each: some ten thousand rows, which take far less than a statement may. */
  readonly slicePages: number;
  /** In one round: 256 MiB, so that 50 GiB are looked through in 34 hours of rounds ten minutes apart. */
  readonly slicesMax: number;
}
const SWEEP: Sweep = { slicePages: 1_000, slicesMax: 32 };

/**
 * What removes, round by round, what is over and old: deliveries of everyday notifications, facts that became notifications,
 * counts of codes. Deliveries are looked through as they lie on the disk, a bounded part of them in each round: a pass costs
 * the same however many are kept, and no write of a delivery pays for an index by time.
 */
export function forgetterOf(
  { db, clock }: Pick<Deps, 'clock'> & { readonly db: Db },
  { slicePages, slicesMax }: Sweep = SWEEP,
): (signal: AbortSignal) => Promise<void> {
  /** Where the next slice begins; a process that starts begins a new pass. */
  let page = 0;
  const sweep = async (before: Date, signal: AbortSignal): Promise<void> => {
    for (let slices = 0; slices < slicesMax && !signal.aborted; slices++) {
      const slice = { from: page, to: page + slicePages, before };
      const swept = await inTransaction(db, (tx) => sweepSlice(tx, slice));
      if (swept === 'BUSY') return;
      page = swept === 'LAST' ? 0 : slice.to;
      if (swept === 'LAST') return;
    }
  };
  return async (signal) => {
    const before = new Date(clock.now().getTime() - KEPT_DAYS * DAY_MS);
    await sweep(before, signal);
    await inBatches(signal, () => forgetFacts(db, before));
    await inBatches(signal, () => forgetCodes(db, new Date(clock.now().getTime() - DAY_MS)));
  };
}

/** Pages of the table, from the first one and before the last one. */
interface Slice {
  readonly from: number;
  readonly to: number;
  readonly before: Date;
}

/** @returns BUSY: another process sweeps; LAST: there are no pages after these */
async function sweepSlice(tx: Tx, slice: Slice): Promise<'BUSY' | 'MORE' | 'LAST'> {
  const [table] = await tx.$queryRaw<{ taken: boolean; pages: number }[]>`
    SELECT pg_try_advisory_xact_lock(${FORGET_LOCK}) AS taken,
      (pg_relation_size('notification_deliveries') / current_setting('block_size')::int)::float8 AS pages`;
  if (!table?.taken) return 'BUSY';
  await tx.$executeRaw(forgetSliceSql(slice));
  return slice.to < table.pages ? 'MORE' : 'LAST';
}

/** What another transaction holds is left for the next pass. */
export const forgetSliceSql = ({ from, to, before }: Slice): Prisma.Sql => Prisma.sql`
  DELETE FROM notification_deliveries WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM notification_deliveries
    WHERE ctid >= ${`(${from},0)`}::tid AND ctid < ${`(${to},0)`}::tid
      AND at < ${before} AND state IN ('SENT', 'SUPPRESSED', 'FAILED') AND type = ANY(${EVERYDAY}::text[])
    FOR UPDATE SKIP LOCKED))`;

async function inBatches(signal: AbortSignal, forget: () => Promise<number>): Promise<void> {
  while (!signal.aborted && (await forget()) === BATCH_ROWS);
}

const forgetFacts = (db: Db, before: Date): Promise<number> => db.$executeRaw`
  DELETE FROM notification_facts WHERE id IN (
    SELECT id FROM notification_facts WHERE routed_at < ${before} LIMIT ${BATCH_ROWS} FOR UPDATE SKIP LOCKED)`;

const forgetCodes = (db: Db, before: Date): Promise<number> => db.$executeRaw`
  DELETE FROM contact_codes WHERE id IN (
    SELECT id FROM contact_codes WHERE sent_at < ${before} LIMIT ${BATCH_ROWS} FOR UPDATE SKIP LOCKED)`;
