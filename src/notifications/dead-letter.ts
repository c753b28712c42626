import type { Db } from '../db/client.ts';
import type { Clock } from '../kernel/clock.ts';
import { POLICIES } from './policy.ts';
import type { Channel, NotificationType } from './words.ts';

const CRITICAL = Object.entries(POLICIES)
  .filter(([, { critical }]) => critical)
  .map(([type]) => type as NotificationType);

/**
 * Makes deliveries that failed owed again, the newest first: those that are still worth telling. What a digest told follows
 * its digest.
 * @returns how many are owed again
 */
export async function replayDeliveries(
  { db, clock }: { readonly db: Db; readonly clock: Clock },
  { channel, limit }: { readonly channel: Channel | null; readonly limit: number },
): Promise<number> {
  return await db.$executeRaw`
    UPDATE notification_deliveries AS failed
    SET state = 'PENDING', at = ${clock.now()}, due_at = now(), tries = 0, sending_since = NULL, targets = NULL,
      reason = CASE WHEN type = 'DIGEST' THEN 'DIGEST' WHEN type = ANY(${CRITICAL}::text[]) THEN 'CRITICAL' ELSE 'DEFAULT' END
    FROM (
      SELECT notification_id, channel FROM notification_deliveries
      WHERE state = 'FAILED' AND digest_id IS NULL AND (${channel}::text IS NULL OR channel = ${channel})
        AND (notification->>'expiresAt')::timestamptz > ${clock.now()}
      ORDER BY at DESC LIMIT ${limit} FOR UPDATE SKIP LOCKED
    ) AS again
    WHERE failed.notification_id = again.notification_id AND failed.channel = again.channel`;
}
