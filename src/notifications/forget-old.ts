import type { Db } from '../db/client.ts';
import type { Deps } from '../deps.ts';
import { POLICIES } from './policy.ts';
import { NOTIFICATION_TYPES } from './words.ts';

/** Of everyday notifications what came of them is kept so long; of critical ones for good. */
export const KEPT_DAYS = 30;
const BATCH_ROWS = 1_000;
const DAY_MS = 24 * 3_600_000;

const EVERYDAY = NOTIFICATION_TYPES.filter((type) => !POLICIES[type].critical);

/** Removes what is over and old: deliveries of everyday notifications, facts that became notifications, counts of codes. */
export async function forgetOld(
  { db, clock }: Pick<Deps, 'clock'> & { readonly db: Db },
  signal: AbortSignal,
): Promise<void> {
  const before = new Date(clock.now().getTime() - KEPT_DAYS * DAY_MS);
  await inBatches(signal, () => forgetDeliveries(db, before));
  await inBatches(signal, () => forgetFacts(db, before));
  await inBatches(signal, () => forgetCodes(db, new Date(clock.now().getTime() - DAY_MS)));
}

async function inBatches(signal: AbortSignal, forget: () => Promise<number>): Promise<void> {
  while (!signal.aborted && (await forget()) === BATCH_ROWS);
}

const forgetDeliveries = (db: Db, before: Date): Promise<number> => db.$executeRaw`
  DELETE FROM notification_deliveries WHERE (notification_id, channel) IN (
    SELECT notification_id, channel FROM notification_deliveries
    WHERE at < ${before} AND state IN ('SENT', 'SUPPRESSED', 'FAILED') AND type = ANY(${EVERYDAY}::text[])
    LIMIT ${BATCH_ROWS} FOR UPDATE SKIP LOCKED)`;

const forgetFacts = (db: Db, before: Date): Promise<number> => db.$executeRaw`
  DELETE FROM notification_facts WHERE id IN (
    SELECT id FROM notification_facts WHERE routed_at < ${before} LIMIT ${BATCH_ROWS} FOR UPDATE SKIP LOCKED)`;

const forgetCodes = (db: Db, before: Date): Promise<number> => db.$executeRaw`
  DELETE FROM contact_codes WHERE id IN (
    SELECT id FROM contact_codes WHERE sent_at < ${before} LIMIT ${BATCH_ROWS} FOR UPDATE SKIP LOCKED)`;
