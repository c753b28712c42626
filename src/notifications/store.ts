import type { Db, Tx } from '../db/client.ts';
import { CONNECTION_WAIT_MS } from '../db/transaction.ts';
import { type UserId, userId } from '../kernel/brand.ts';
import { type Told, versionOf } from './digest.ts';
import type { Notification } from './notification.ts';
import type { Counts } from './caps.ts';
import type { Situation } from './route.ts';
import type { FeedEntry } from './in-app.ts';
import { collapseKey, heldUntil, storedNotification } from './told.ts';
import type { Channel, DeliveryReason, DeliveryState, NotificationType } from './words.ts';

/** A delivery as it begins. */
export interface NewDelivery {
  readonly notification: Notification;
  readonly channel: Channel;
  readonly state: DeliveryState;
  readonly reason: DeliveryReason;
  readonly releaseAt: Date | null;
}

/** Of the count of all deliveries. */
const COUNT_MS_MAX = 60_000;
/** Whoever has just made an IN_APP delivery puts it into the feed itself; when it dies first, a worker does so after this. */
export const IN_APP_GRACE_MS = 5_000;

/** One row for each notification and channel, in one statement; the notification is kept with those that are owed. */
export async function insertDeliveries(tx: Tx, deliveries: readonly NewDelivery[], now: Date): Promise<void> {
  if (deliveries.length === 0) return;
  const rows = deliveries.map(({ notification, channel, state, reason, releaseAt }) => ({
    ...{ notification_id: notification.id, channel, user_id: notification.userId, type: notification.type },
    ...{ key: notification.key, state, reason, release_at: releaseAt, collapse: collapseKey(notification) },
    grace: state !== 'PENDING' ? null : `${channel === 'IN_APP' ? IN_APP_GRACE_MS : 0} milliseconds`,
    version: versionOf(notification),
    notification:
      state === 'PENDING' || state === 'HELD'
        ? storedNotification(releaseAt ? heldUntil(notification, releaseAt) : notification)
        : null,
  }));
  await tx.$executeRaw`
    INSERT INTO notification_deliveries
      (notification_id, channel, user_id, type, key, state, reason, created_at, at, release_at, due_at, collapse, version, notification)
    SELECT notification_id, channel, user_id, type, key, state, reason, ${now}, ${now}, release_at,
      now() + grace::interval, collapse, version, notification::json
    FROM json_to_recordset(${JSON.stringify(rows)}::json) AS t (notification_id uuid, channel text, user_id text, type text,
      key text, state text, reason text, release_at timestamptz, grace text, collapse text, version int, notification text)
    ON CONFLICT DO NOTHING`;
}

/**
 * All that was told of the same orders and strategies since the oldest of these, which waited: everything has a row for
 * IN_APP, whatever became of it elsewhere.
 */
export async function readToldSince(tx: Tx, user: UserId, held: readonly Notification[]): Promise<readonly Told[]> {
  const alike = new Map(held.flatMap((one): [string, Notification][] => [[collapseKey(one) ?? '', one]]));
  alike.delete('');
  if (alike.size === 0) return [];
  const since = new Date(Math.min(...held.map(({ createdAt }) => createdAt.getTime())));
  const rows = await tx.$queryRaw<ToldRow[]>`
    SELECT notification_id::text AS id, type, collapse, version, created_at FROM notification_deliveries
    WHERE user_id = ${user} AND channel = 'IN_APP' AND at >= ${since} AND collapse = ANY(${[...alike.keys()]}::text[])`;
  return rows.map(({ collapse, created_at, version, ...row }) => {
    const { orderId = null, strategy = null } = alike.get(collapse) ?? {};
    return { ...row, orderId, strategy, createdAt: created_at, data: { version } };
  });
}

interface ToldRow {
  readonly id: string;
  readonly type: NotificationType;
  readonly collapse: string;
  readonly version: number | null;
  readonly created_at: Date;
}

/** Those of these that have been told before: everything that is told has a row for IN_APP. */
export async function readTold(tx: Tx, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT notification_id::text AS id FROM notification_deliveries
    WHERE notification_id = ANY(${[...ids]}::uuid[]) AND channel = 'IN_APP'`;
  return new Set(rows.map(({ id }) => id));
}

/** With the words in which they are told. */
export async function insertCritical(tx: Tx, entries: readonly FeedEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const rows = entries.map(({ notification, view: { title, body, locale } }) => ({
    ...{ title, body, locale },
    ...{ id: notification.id, user_id: notification.userId, type: notification.type, key: notification.key },
    ...{ order_id: notification.orderId, symbol: notification.symbol, strategy: notification.strategy },
    ...{ data: notification.data, occurred_at: notification.occurredAt },
    ...{ created_at: notification.createdAt, expires_at: notification.expiresAt },
  }));
  await tx.$executeRaw`
    INSERT INTO critical_notifications
      (id, user_id, type, key, order_id, symbol, strategy, data, occurred_at, created_at, expires_at, title, body, locale)
    SELECT id, user_id, type, key, order_id, symbol, strategy, data, occurred_at, created_at, expires_at, title, body, locale
    FROM json_to_recordset(${JSON.stringify(rows)}::json) AS t (id uuid, user_id text, type text, key text,
      order_id text, symbol text, strategy text, data json, occurred_at timestamptz, created_at timestamptz,
      expires_at timestamptz, title text, body text, locale text)
    ON CONFLICT DO NOTHING`;
}

type CountRow = Counts & { readonly user_id: string; readonly channel: Channel };

/** What went out, or is owed, to each of these users within the last minute, hour and day. The feed is not capped. */
export async function readCounts(
  tx: Tx,
  users: readonly UserId[],
  now: Date,
): Promise<ReadonlyMap<UserId, Situation['counts']>> {
  const since = (ms: number): Date => new Date(now.getTime() - ms);
  const rows = await tx.$queryRaw<CountRow[]>`
    SELECT user_id, channel, count(*) FILTER (WHERE at > ${since(60_000)})::int AS minute,
      count(*) FILTER (WHERE at > ${since(3_600_000)})::int AS hour, count(*)::int AS day
    FROM notification_deliveries
    WHERE user_id = ANY(${[...users]}::text[]) AND channel = ANY('{PUSH,EMAIL,SMS,WEBHOOK}')
      AND at > ${since(24 * 3_600_000)} AND state IN ('SENT', 'PENDING') AND digest_id IS NULL
    GROUP BY user_id, channel`;
  const counts = new Map<UserId, Partial<Record<Channel, Counts>>>();
  for (const { user_id, channel, minute, hour, day } of rows) {
    const own = counts.get(userId(user_id)) ?? {};
    counts.set(userId(user_id), { ...own, [channel]: { minute, hour, day } });
  }
  return counts;
}

/** Each delivery is in exactly one state: `generated` is their sum, whatever happens to the processes. */
export interface DeliveryCounts {
  readonly generated: number;
  readonly states: Readonly<Record<DeliveryState, number>>;
  /** Tries of which nobody knows whether the provider took them: so many messages may have been shown once more. */
  readonly unknown: number;
}

/** Of one channel, or of all: reads every delivery that is kept, which may take longer than any other request. */
export async function readDeliveryCounts(db: Db, channel: Channel | null = null): Promise<DeliveryCounts> {
  const rows = await db.$transaction((tx) => countStates(tx, channel), {
    maxWait: CONNECTION_WAIT_MS,
    timeout: COUNT_MS_MAX,
  });
  const states = { PENDING: 0, HELD: 0, SENT: 0, SUPPRESSED: 0, FAILED: 0 };
  for (const { state, count } of rows) states[state] = count;
  const sum = (of: (row: CountedState) => number): number => rows.reduce((total, row) => total + of(row), 0);
  return { generated: sum(({ count }) => count), states, unknown: sum(({ unknown }) => unknown) };
}

interface CountedState {
  readonly state: DeliveryState;
  readonly count: number;
  readonly unknown: number;
}

async function countStates(tx: Tx, channel: Channel | null): Promise<readonly CountedState[]> {
  await tx.$executeRaw`SELECT set_config('statement_timeout', ${String(COUNT_MS_MAX)}, true)`;
  return tx.$queryRaw<CountedState[]>`
    SELECT state, count(*)::int AS count, sum("unknown")::int AS "unknown" FROM notification_deliveries
    WHERE ${channel}::text IS NULL OR channel = ${channel} GROUP BY state`;
}
