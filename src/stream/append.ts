import type { Tx } from '../db/client.ts';
import type { UserId } from '../kernel/brand.ts';
import type { Position } from '../kernel/position.ts';
import type { EventWithout, StreamEvent } from './event.ts';

/** An event that is to be written, not yet placed. `change` is what its feature's fold needs; apps never see it. */
export type NewEvent = EventWithout<'position'> & {
  readonly orderId: string | null;
  readonly change: string | null;
};

interface Head {
  readonly user_id: string;
  readonly offset: bigint;
  readonly epoch: string;
}

/** Makes the users that are seen for the first time, each with an empty stream. */
export async function ensureUsers(tx: Tx, users: readonly UserId[]): Promise<void> {
  const ids = [...new Set(users)].sort();
  await tx.$executeRaw`INSERT INTO users (id) SELECT unnest(${ids}::text[]) ON CONFLICT DO NOTHING`;
  await tx.$executeRaw`INSERT INTO stream_heads (user_id) SELECT unnest(${ids}::text[]) ON CONFLICT DO NOTHING`;
}

/**
 * Locks the heads of these users, sorted, until commit. With `skip` a head that another transaction holds is left out.
 * @returns the users whose heads are locked now
 */
export async function lockHeads(tx: Tx, users: readonly UserId[], mode: 'wait' | 'skip'): Promise<Set<string>> {
  const ids = [...new Set(users)];
  if (ids.length === 0) return new Set();
  const rows =
    mode === 'wait'
      ? await tx.$queryRaw<
          Head[]
        >`SELECT user_id FROM stream_heads WHERE user_id = ANY(${ids}::text[]) ORDER BY user_id FOR UPDATE`
      : await tx.$queryRaw<
          Head[]
        >`SELECT user_id FROM stream_heads WHERE user_id = ANY(${ids}::text[]) ORDER BY user_id FOR UPDATE SKIP LOCKED`;
  return new Set(rows.map((row) => row.user_id));
}

/**
 * Appends each user's events in the order given. The head's row is locked until commit, so a user's offsets have no
 * holes and are in the order of commits.
 * @returns the events in the order given, each with its position
 * @throws when a user has no stream (see ensureUsers)
 */
export async function append(tx: Tx, events: readonly NewEvent[], committedAt: Date): Promise<readonly StreamEvent[]> {
  if (events.length === 0) return [];
  const next = await advanceHeads(tx, events);
  const placed = events.map((event): { event: NewEvent; position: Position } => {
    const at = next.get(event.userId);
    if (!at) throw new Error(`user ${event.userId} has no stream`);
    at.offset += 1;
    return { event, position: { epoch: at.epoch, offset: at.offset } };
  });
  await insertEvents(tx, placed, committedAt);
  return placed.map(({ event: { userId, type, data }, position }) => ({ userId, position, type, data }) as StreamEvent);
}

async function advanceHeads(
  tx: Tx,
  events: readonly NewEvent[],
): Promise<Map<string, { epoch: string; offset: number }>> {
  const counts = new Map<string, number>();
  for (const { userId } of events) counts.set(userId, (counts.get(userId) ?? 0) + 1);
  const heads = await tx.$queryRaw<Head[]>`
    UPDATE stream_heads AS head SET "offset" = head."offset" + added.count
    FROM unnest(${[...counts.keys()]}::text[], ${[...counts.values()]}::int[]) AS added (user_id, count)
    WHERE head.user_id = added.user_id
    RETURNING head.user_id, head."offset", (SELECT epoch FROM stream_epoch) AS epoch`;
  return new Map(
    heads.map(({ user_id, offset, epoch }) => [
      user_id,
      { epoch, offset: Number(offset) - (counts.get(user_id) ?? 0) },
    ]),
  );
}

async function insertEvents(
  tx: Tx,
  placed: readonly { event: NewEvent; position: Position }[],
  committedAt: Date,
): Promise<void> {
  const rows = placed.map(({ event, position }) => ({
    user_id: event.userId,
    offset: position.offset,
    epoch: position.epoch,
    type: event.type,
    order_id: event.orderId,
    data: event.data,
    change: event.change,
  }));
  await tx.$executeRaw`
    INSERT INTO stream_events (user_id, "offset", epoch, type, order_id, data, change, committed_at)
    SELECT user_id, "offset", epoch, type, order_id, data, change::json, ${committedAt}
    FROM json_to_recordset(${JSON.stringify(rows)}::json)
      AS t (user_id text, "offset" bigint, epoch uuid, type text, order_id uuid, data json, change text)`;
}
