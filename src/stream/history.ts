import type { Db, Tx } from '../db/client.ts';
import type { UserId } from '../kernel/brand.ts';
import type { Position } from '../kernel/position.ts';
import type { StreamEvent } from './event.ts';

export const HISTORY_PAGE_EVENTS_MAX = 500;

/** Where a user's stream begins and ends now. */
export interface Extent {
  readonly head: Position;
  /** The lowest offset that can still be resumed from. */
  readonly retainedFrom: number;
}

/** Whether everything after this position is in the log. */
export const reaches = ({ head, retainedFrom }: Extent, { epoch, offset }: Position): boolean =>
  epoch === head.epoch && offset >= retainedFrom && offset <= head.offset;

interface ExtentRow {
  readonly epoch: string;
  readonly offset: bigint | null;
  readonly retained_from: bigint | null;
}

/** The extent of a user's stream; a user who was never seen has an empty one. */
export async function readExtent(db: Db | Tx, user: UserId): Promise<Extent> {
  const [row] = await db.$queryRaw<ExtentRow[]>`
    SELECT epoch, "offset", retained_from FROM stream_epoch LEFT JOIN stream_heads ON user_id = ${user}`;
  if (!row) throw new Error('the log has no epoch');
  return {
    head: { epoch: row.epoch, offset: Number(row.offset ?? 0) },
    retainedFrom: Number(row.retained_from ?? 0),
  };
}

interface PageRow extends ExtentRow {
  readonly event_offset: bigint | null;
  readonly event_type: StreamEvent['type'];
  readonly event_data: StreamEvent['data'];
}

/** A page of the log with the extent that it was read under, in one statement, so that both are of one snapshot. */
export interface HistoryPage extends Extent {
  readonly events: readonly StreamEvent[];
}

/** Reads up to HISTORY_PAGE_EVENTS_MAX events after an offset, oldest first. */
export async function readHistory(db: Db, user: UserId, afterOffset: number): Promise<HistoryPage> {
  const rows = await db.$queryRaw<PageRow[]>`
    SELECT now.epoch, head."offset", head.retained_from,
      event."offset" AS event_offset, event.type AS event_type, event.data AS event_data
    FROM stream_epoch AS now
    LEFT JOIN stream_heads AS head ON head.user_id = ${user}
    LEFT JOIN LATERAL (
      SELECT * FROM stream_events WHERE user_id = ${user} AND "offset" > ${afterOffset}
      ORDER BY "offset" LIMIT ${HISTORY_PAGE_EVENTS_MAX}
    ) AS event ON true
    ORDER BY event."offset"`;
  const [first] = rows;
  if (!first) throw new Error('the log has no epoch');
  const { epoch } = first;
  return {
    head: { epoch, offset: Number(first.offset ?? 0) },
    retainedFrom: Number(first.retained_from ?? 0),
    events: rows.flatMap(({ event_offset: offset, event_type: type, event_data: data }) =>
      offset === null ? [] : [{ userId: user, position: { epoch, offset: Number(offset) }, type, data }],
    ),
  };
}

/** The heads of these users, for the check of all followed streams in one query. */
export async function readHeads(db: Db, users: readonly UserId[]): Promise<ReadonlyMap<string, Position>> {
  const rows = await db.$queryRaw<(ExtentRow & { user_id: string })[]>`
    SELECT user_id, "offset", epoch FROM stream_heads, stream_epoch WHERE user_id = ANY(${[...users]}::text[])`;
  return new Map(rows.map(({ user_id, epoch, offset }) => [user_id, { epoch, offset: Number(offset ?? 0) }]));
}
