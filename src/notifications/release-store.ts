import type { Tx } from '../db/client.ts';
import { type UserId, userId } from '../kernel/brand.ts';
import type { Mark } from './claims.ts';
import type { Notification } from './notification.ts';
import { readNotification } from './told.ts';
import type { Channel } from './words.ts';

/** Notifications that one digest tells at most; the others are in the next one, at once. */
export const DIGEST_MAX = 500;

/** What waits for one digest, and is due. */
export interface HeldBatch {
  readonly user: UserId;
  readonly channel: Channel;
  readonly held: readonly Notification[];
}

/** Of several processes one makes the digest of a user and channel: two would each tell a part of what waits. */
const RELEASE_LOCK = 1_718_775_662;
/** Rows among which whose digest is due is looked for. */
const CANDIDATES = 200;

/** The oldest batch that is due and that no other process has in hand, locked until commit; null when there is none. */
export async function lockDueBatch(tx: Tx, now: Date): Promise<HeldBatch | null> {
  const due = await tx.$queryRaw<Due[]>`
    SELECT user_id, channel FROM (
      SELECT user_id, channel, release_at FROM notification_deliveries
      WHERE state = 'HELD' AND release_at <= ${now} AND digest_id IS NULL ORDER BY release_at LIMIT ${CANDIDATES}
    ) AS oldest GROUP BY user_id, channel ORDER BY min(release_at)`;
  const first = await firstFree(tx, due);
  if (!first) return null;
  const rows = await tx.$queryRaw<{ notification: unknown }[]>`
    SELECT notification FROM notification_deliveries
    WHERE state = 'HELD' AND release_at <= ${now} AND digest_id IS NULL
      AND user_id = ${first.user_id} AND channel = ${first.channel}
    ORDER BY created_at, notification_id LIMIT ${DIGEST_MAX} FOR UPDATE SKIP LOCKED`;
  const held = rows.map(({ notification }) => readNotification(notification));
  return { user: userId(first.user_id), channel: first.channel, held };
}

interface Due {
  readonly user_id: string;
  readonly channel: Channel;
}

async function firstFree(tx: Tx, due: readonly Due[]): Promise<Due | null> {
  for (const one of due) {
    const [lock] = await tx.$queryRaw<{ taken: boolean }[]>`
      SELECT pg_try_advisory_xact_lock(${RELEASE_LOCK}::int, hashtext(${`${one.channel} ${one.user_id}`})) AS taken`;
    if (lock?.taken) return one;
  }
  return null;
}

interface Dropped {
  readonly channel: Channel;
  readonly dropped: readonly { readonly id: string; readonly reason: string }[];
  readonly at: Date;
}

/** What is no longer worth telling. */
export async function suppressHeld(tx: Tx, { channel, dropped, at }: Dropped): Promise<void> {
  if (dropped.length === 0) return;
  await tx.$executeRaw`
    UPDATE notification_deliveries AS held SET state = 'SUPPRESSED', reason = gone.reason, at = ${at}, notification = NULL
    FROM unnest(${dropped.map(({ id }) => id)}::uuid[], ${dropped.map(({ reason }) => reason)}::text[]) AS gone (id, reason)
    WHERE held.notification_id = gone.id AND held.channel = ${channel} AND held.state = 'HELD'`;
}

/** They wait for what becomes of this digest. */
export async function nameDigest(
  tx: Tx,
  { channel, ids, digestId }: { readonly channel: Channel; readonly ids: readonly string[]; readonly digestId: string },
): Promise<void> {
  await tx.$executeRaw`
    UPDATE notification_deliveries SET digest_id = ${digestId}::uuid, notification = NULL
    WHERE notification_id = ANY(${[...ids]}::uuid[]) AND channel = ${channel} AND state = 'HELD'`;
}

/** What a digest has told becomes what the digest has become. */
export async function settleHeld(tx: Tx, { claim, state, reason, at }: Mark): Promise<void> {
  const told = state === 'SENT' ? 'DIGEST' : reason;
  await tx.$executeRaw`
    UPDATE notification_deliveries SET state = ${state}, reason = coalesce(${told}, reason), at = ${at}
    WHERE digest_id = ${claim.notification.id}::uuid AND channel = ${claim.channel}`;
}

/** It is due again then. */
export async function postpone(tx: Tx, { user, channel, held }: HeldBatch, until: Date): Promise<void> {
  await tx.$executeRaw`
    UPDATE notification_deliveries SET release_at = ${until}
    WHERE notification_id = ANY(${held.map(({ id }) => id)}::uuid[]) AND channel = ${channel} AND user_id = ${user}
      AND state = 'HELD'`;
}
