import type { Db, Tx } from '../db/client.ts';
import { type UserId, userId } from '../kernel/brand.ts';
import type { Notification } from './notification.ts';
import { FALLBACK_CHANNELS } from './policy.ts';
import { readNotification } from './told.ts';
import type { Channel, DeliveryReason, DeliveryState } from './words.ts';

/** Longer than a try takes at most, with its mark; then its process is taken for dead, and another one tries again. */
export const LEASE_SECONDS = 60;

/** What came of one device so far. */
export interface TargetState {
  readonly deviceId: string;
  readonly state: 'SENT' | 'LATER' | 'GONE' | 'REFUSED';
  readonly text: string | null;
  readonly at: string;
  readonly providerId: string | null;
}

/** A delivery that this process tries. */
export interface Claim {
  readonly notification: Notification;
  readonly channel: Channel;
  readonly user: UserId;
  readonly reason: DeliveryReason;
  readonly tries: number;
  /** Of this try; with `tries` the proof that nobody has taken it over. */
  readonly sendingSince: Date;
  readonly targets: readonly TargetState[];
  /** An update of what is shown on this channel already. A digest is news, though it takes the place of an earlier one. */
  readonly replaces: boolean;
  /** Another channel stands by, and none has it yet. */
  readonly hasStandby: boolean;
}

interface ClaimRow {
  readonly channel: Channel;
  readonly user_id: string;
  readonly reason: DeliveryReason;
  readonly tries: number;
  readonly sending_since: Date;
  readonly targets: readonly TargetState[] | null;
  readonly notification: unknown;
  readonly replaces: boolean;
  readonly standby: boolean;
}

/** The channels on which something is due, by PostgreSQL's clock: processes whose clocks differ agree. */
export async function readDueChannels(db: Db): Promise<readonly Channel[]> {
  const rows = await db.$queryRaw<{ channel: Channel }[]>`
    SELECT channel FROM unnest('{IN_APP,PUSH,EMAIL,SMS,WEBHOOK}'::text[]) AS asked (channel)
    WHERE EXISTS (
      SELECT FROM notification_deliveries AS owed WHERE owed.channel = asked.channel AND state = 'PENDING' AND due_at <= now()
    )`;
  return rows.map(({ channel }) => channel);
}

const lease = `${LEASE_SECONDS} seconds`;

/**
 * Takes up to so many deliveries that are due. One whose try was never marked is taken again, and that is counted: its
 * process has died, and nobody knows whether the provider has it.
 */
export async function claimDue(db: Db | Tx, channel: Channel, count: number): Promise<readonly Claim[]> {
  const rows = await db.$queryRaw<ClaimRow[]>`
    UPDATE notification_deliveries AS owed
    SET tries = tries + 1, "unknown" = "unknown" + (sending_since IS NOT NULL)::int, sending_since = now(),
      due_at = now() + ${lease}::interval
    FROM (
      SELECT notification_id, channel FROM notification_deliveries
      WHERE state = 'PENDING' AND channel = ${channel} AND due_at <= now()
      ORDER BY due_at LIMIT ${count} FOR UPDATE SKIP LOCKED
    ) AS due
    WHERE owed.notification_id = due.notification_id AND owed.channel = due.channel
    RETURNING owed.channel, user_id, reason, tries, sending_since, targets, notification,
      (owed.channel = 'PUSH' AND collapse IS NOT NULL AND type <> 'DIGEST' AND EXISTS (
        SELECT FROM notification_deliveries AS shown
        WHERE shown.user_id = owed.user_id AND shown.channel = owed.channel AND shown.at > now() - interval '1 day'
          AND shown.state = 'SENT' AND shown.collapse = owed.collapse
      )) AS replaces,
      owed.channel <> 'IN_APP' AND EXISTS (
        SELECT FROM notification_deliveries AS other
        WHERE other.notification_id = owed.notification_id AND other.reason = 'STANDBY'
      ) AND NOT EXISTS (
        SELECT FROM notification_deliveries AS other
        WHERE other.notification_id = owed.notification_id AND other.channel <> 'IN_APP' AND other.state = 'SENT'
      ) AS standby`;
  return rows.map(({ user_id, sending_since, notification, targets, standby, ...row }) => ({
    ...{ channel: row.channel, reason: row.reason, tries: row.tries, replaces: row.replaces, hasStandby: standby },
    ...{ user: userId(user_id), sendingSince: sending_since, targets: targets ?? [] },
    notification: readNotification(notification),
  }));
}

/** What a try has made of a delivery. */
export interface Mark {
  readonly claim: Claim;
  readonly state: DeliveryState;
  /** Null: as it was. */
  readonly reason: DeliveryReason | null;
  readonly retryMs: number | null;
  /** False: no provider was asked, so it was no try. */
  readonly isTry: boolean;
  readonly isUnknown: boolean;
  readonly targets: readonly TargetState[] | null;
  readonly providerId: string | null;
  readonly text: string | null;
  readonly at: Date;
}

/**
 * Ends the tries. One whose claim has passed to another process stays as that one has it. Of what can be sent again the
 * notification is kept. Only what is pending has a try under way; to ask for its state too would have PostgreSQL read all that
 * is pending for each of them.
 * @returns how many were marked
 */
export async function markAll(db: Db | Tx, marks: readonly Mark[]): Promise<number> {
  const rows = marks.map(({ claim, ...mark }) => ({
    ...{
      notification_id: claim.notification.id,
      channel: claim.channel,
      tries: claim.tries,
      since: claim.sendingSince,
    },
    ...{ state: mark.state, reason: mark.reason, retry: mark.retryMs === null ? null : `${mark.retryMs} milliseconds` },
    ...{ tried: Number(mark.isTry), lost: Number(mark.isUnknown), text: mark.text, provider_id: mark.providerId },
    ...{ at: mark.at, targets: mark.targets && JSON.stringify(mark.targets) },
  }));
  return await db.$executeRaw`
    UPDATE notification_deliveries AS owed
    SET state = mark.state, reason = coalesce(mark.reason, owed.reason), at = CASE WHEN mark.state = 'PENDING' THEN owed.at ELSE mark.at END,
      tries = owed.tries - 1 + mark.tried, "unknown" = owed."unknown" + mark.lost, sending_since = NULL,
      due_at = now() + mark.retry::interval, targets = coalesce(mark.targets::json, owed.targets),
      provider_id = coalesce(mark.provider_id, owed.provider_id), text = coalesce(mark.text, owed.text),
      notification = CASE WHEN mark.state IN ('PENDING', 'FAILED') THEN owed.notification END
    FROM json_to_recordset(${JSON.stringify(rows)}::json) AS mark (notification_id uuid, channel text, tries int,
      since timestamptz, state text, reason text, retry text, tried int, lost int, text text, provider_id text,
      at timestamptz, targets text)
    WHERE owed.notification_id = mark.notification_id AND owed.channel = mark.channel
      AND owed.tries = mark.tries AND owed.sending_since = mark.since`;
}

/** Keeps what is known of some devices while others are still waited for: a kill then repeats nothing to them. */
export async function markTargets(
  db: Db | Tx,
  { notification, channel, tries, sendingSince }: Claim,
  targets: readonly TargetState[],
): Promise<void> {
  await db.$executeRaw`
    UPDATE notification_deliveries SET targets = ${JSON.stringify(targets)}::json
    WHERE notification_id = ${notification.id}::uuid AND channel = ${channel}
      AND tries = ${tries} AND sending_since = ${sendingSince}`;
}

interface LinkedRow {
  readonly channel: Channel;
  readonly state: DeliveryState;
  readonly reason: DeliveryReason;
  readonly tries: number;
  readonly sending_since: Date | null;
}

/**
 * Lets the next channel stand in for one that has failed, unless another one has it or is on its way. The rows are locked
 * first: of two that fail at once the later one sees the other.
 */
export async function fallBack(tx: Tx, mark: Mark): Promise<Channel | null> {
  const { claim } = mark;
  const { id } = claim.notification;
  const rows = await tx.$queryRaw<LinkedRow[]>`
    SELECT channel, state, reason, tries, sending_since FROM notification_deliveries
    WHERE notification_id = ${id}::uuid ORDER BY channel FOR UPDATE`;
  const own = rows.find(({ channel }) => channel === claim.channel);
  // The claim has passed to another process, which knows better whether it has failed.
  if (own?.state !== 'PENDING' || own.tries !== claim.tries || +(own.sending_since ?? 0) !== +claim.sendingSince)
    return null;
  const others = rows.filter(({ channel }) => channel !== claim.channel && FALLBACK_CHANNELS.includes(channel));
  if (others.some(({ state }) => state === 'SENT' || state === 'PENDING')) return null;
  const next = FALLBACK_CHANNELS.find((channel) =>
    others.some((other) => other.channel === channel && other.reason === 'STANDBY'),
  );
  if (next === undefined) return null;
  await tx.$executeRaw`
    UPDATE notification_deliveries AS next
    SET state = 'PENDING', reason = 'FALLBACK', at = ${mark.at}, due_at = now(), notification = failed.notification
    FROM notification_deliveries AS failed
    WHERE next.notification_id = ${id}::uuid AND next.channel = ${next} AND next.reason = 'STANDBY'
      AND failed.notification_id = ${id}::uuid AND failed.channel = ${claim.channel}
      AND failed.notification IS NOT NULL`;
  return next;
}
