import type { Db, Tx } from '../db/client.ts';
import type { UserId } from '../kernel/brand.ts';
import type { Position } from '../kernel/position.ts';
import type { StreamEvent } from './event.ts';

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
  const [extent] = await readExtents(db, [user]);
  if (!extent) throw new Error('the log has no epoch');
  return extent;
}

/** The extents of these users' streams, in the order asked. */
export async function readExtents(db: Db | Tx, users: readonly UserId[]): Promise<readonly Extent[]> {
  const rows = await db.$queryRaw<ExtentRow[]>`
    SELECT epoch, "offset", retained_from
    FROM stream_epoch CROSS JOIN unnest(${[...users]}::text[]) WITH ORDINALITY AS asked (user_id, n)
    LEFT JOIN stream_heads AS head ON head.user_id = asked.user_id
    ORDER BY asked.n`;
  return rows.map(extentOf);
}

const extentOf = ({ epoch, offset, retained_from: retainedFrom }: ExtentRow): Extent => ({
  head: { epoch, offset: Number(offset ?? 0) },
  retainedFrom: Number(retainedFrom ?? 0),
});

interface PageRow extends ExtentRow {
  readonly n: bigint;
  readonly event_offset: bigint | null;
  readonly event_type: StreamEvent['type'];
  readonly event_data: StreamEvent['data'];
}

/** Which part of the log is asked for: a user's events after an offset. */
export interface PageAsked {
  readonly user: UserId;
  readonly after: number;
}

/** A page of the log, oldest event first, with the extent that it was read under: both are of one snapshot. */
export interface HistoryPage extends Extent {
  readonly events: readonly StreamEvent[];
  /** As many events as a page holds: there may be more. */
  readonly full: boolean;
}

/** Up to `limit` events after each place asked for, in the order asked, in one statement. */
export async function readPages(db: Db, asked: readonly PageAsked[], limit: number): Promise<readonly HistoryPage[]> {
  const users = asked.map(({ user }) => user);
  const rows = await db.$queryRaw<PageRow[]>`
    SELECT asked.n, now.epoch, head."offset", head.retained_from,
      event."offset" AS event_offset, event.type AS event_type, event.data AS event_data
    FROM stream_epoch AS now
    CROSS JOIN unnest(${users}::text[], ${asked.map(({ after }) => after)}::bigint[]) WITH ORDINALITY AS asked (user_id, after, n)
    LEFT JOIN stream_heads AS head ON head.user_id = asked.user_id
    LEFT JOIN LATERAL (
      SELECT * FROM stream_events WHERE user_id = asked.user_id AND "offset" > asked.after
      ORDER BY "offset" LIMIT ${limit}
    ) AS event ON true
    ORDER BY asked.n, event."offset"`;
  const pages: PageRow[][] = users.map(() => []);
  for (const row of rows) pages[Number(row.n) - 1]?.push(row);
  return users.map((user, at) => pageOf(user, pages[at] ?? [], limit));
}

function pageOf(user: UserId, rows: readonly PageRow[], limit: number): HistoryPage {
  const [first] = rows;
  if (!first) throw new Error('the log has no epoch');
  const { epoch } = first;
  const events = rows.flatMap(({ event_offset: offset, event_type: type, event_data: data }) =>
    offset === null ? [] : [{ userId: user, position: { epoch, offset: Number(offset) }, type, data } as StreamEvent],
  );
  return { ...extentOf(first), events, full: events.length === limit };
}

/** The heads of these users, for the check of all followed streams in one query. */
export async function readHeads(db: Db, users: readonly UserId[]): Promise<ReadonlyMap<string, Position>> {
  const rows = await db.$queryRaw<(ExtentRow & { user_id: string })[]>`
    SELECT user_id, "offset", epoch FROM stream_heads, stream_epoch WHERE user_id = ANY(${[...users]}::text[])`;
  return new Map(rows.map(({ user_id, epoch, offset }) => [user_id, { epoch, offset: Number(offset ?? 0) }]));
}

/** Whether a page begins right after the position: nothing of the log is missing in between. */
export function continues({ head, events: [first] }: HistoryPage, { offset }: Position): boolean {
  return (first?.position.offset ?? head.offset + 1) === offset + 1;
}
