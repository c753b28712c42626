import type { Db, Tx } from '../db/client.ts';
import { type UserId, userId } from '../kernel/brand.ts';
import type { StreamEvent } from './event.ts';

/** How far a consumer has come in one user's stream. */
export interface Checkpoint {
  readonly user: UserId;
  readonly offset: number;
}

/** Makes the rows that are missing, each at the beginning of its stream, so that there is something to lock. */
export async function ensureCheckpoints(db: Db | Tx, consumer: string, users: readonly UserId[]): Promise<void> {
  await db.$executeRaw`
    INSERT INTO consumer_checkpoints (consumer, user_id, "offset")
    SELECT ${consumer}, user_id, 0 FROM unnest(${[...users]}::text[]) AS asked (user_id) ORDER BY user_id
    ON CONFLICT DO NOTHING`;
}

/** Locks the checkpoints of these users until commit; one that another process holds is left to it. */
export async function lockCheckpoints(
  tx: Tx,
  consumer: string,
  users: readonly UserId[],
): Promise<readonly Checkpoint[]> {
  const rows = await tx.$queryRaw<{ user_id: string; offset: bigint }[]>`
    SELECT user_id, "offset" FROM consumer_checkpoints
    WHERE consumer = ${consumer} AND user_id = ANY(${[...users]}::text[])
    ORDER BY user_id FOR UPDATE SKIP LOCKED`;
  return rows.map(({ user_id, offset }) => ({ user: userId(user_id), offset: Number(offset) }));
}

export async function moveCheckpoints(tx: Tx, consumer: string, to: readonly Checkpoint[]): Promise<void> {
  if (to.length === 0) return;
  await tx.$executeRaw`
    UPDATE consumer_checkpoints AS kept SET "offset" = moved."offset"
    FROM unnest(${to.map(({ user }) => user)}::text[], ${to.map(({ offset }) => offset)}::bigint[]) AS moved (user_id, "offset")
    WHERE kept.consumer = ${consumer} AND kept.user_id = moved.user_id`;
}

interface EventRow {
  readonly user_id: string;
  readonly offset: bigint;
  readonly epoch: string;
  readonly type: StreamEvent['type'];
  readonly data: StreamEvent['data'];
}

/** Up to `limit` events of each user after their checkpoint, oldest first. */
export async function readAfter(
  tx: Tx,
  checkpoints: readonly Checkpoint[],
  limit: number,
): Promise<ReadonlyMap<UserId, readonly StreamEvent[]>> {
  const rows = await tx.$queryRaw<EventRow[]>`
    SELECT event.user_id, event."offset", event.epoch::text, event.type, event.data
    FROM unnest(${checkpoints.map(({ user }) => user)}::text[], ${checkpoints.map(({ offset }) => offset)}::bigint[])
      AS asked (user_id, after)
    CROSS JOIN LATERAL (
      SELECT * FROM stream_events WHERE user_id = asked.user_id AND "offset" > asked.after
      ORDER BY "offset" LIMIT ${limit}
    ) AS event
    ORDER BY event.user_id, event."offset"`;
  const events = new Map<UserId, StreamEvent[]>(checkpoints.map(({ user }) => [user, []]));
  for (const { user_id, offset, epoch, type, data } of rows) {
    const position = { epoch, offset: Number(offset) };
    events.get(userId(user_id))?.push({ userId: userId(user_id), position, type, data } as StreamEvent);
  }
  return events;
}

/**
 * The users of one range of the primary key whose stream goes on behind their checkpoint.
 * @returns with the user after whom the next range begins; null behind the last one
 */
export async function findBehind(
  db: Db,
  consumer: string,
  { after, heads }: { readonly after: string; readonly heads: number },
): Promise<{ readonly users: readonly UserId[]; readonly next: string | null }> {
  const [found] = await db.$queryRaw<{ users: string[] | null; seen: bigint; last: string | null }[]>`
    SELECT array_agg(head.user_id) FILTER (WHERE head."offset" > coalesce(kept."offset", 0)) AS users,
      count(*) AS seen, max(head.user_id) AS last
    FROM (
      SELECT user_id, "offset" FROM stream_heads WHERE user_id > ${after} ORDER BY user_id LIMIT ${heads}
    ) AS head
    LEFT JOIN consumer_checkpoints AS kept ON kept.consumer = ${consumer} AND kept.user_id = head.user_id`;
  const isLast = Number(found?.seen ?? 0) < heads;
  return { users: (found?.users ?? []).map(userId), next: isLast ? null : (found?.last ?? null) };
}
