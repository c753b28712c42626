import type { Db, Tx } from '../db/client.ts';
import { Prisma } from '../generated/prisma/client.ts';
import type { Page } from '../graphql/paging.ts';
import type { UserId } from '../kernel/brand.ts';
import { type ExecutionRow, executionView, type ExecutionView } from './execution-view.ts';
import { isDerivedExecId } from './fills.ts';
import { NO_CHANGES, readChanges, readRests } from './standings.ts';
import type { SortDirection } from './words.ts';

/** What a list of executions is narrowed to; an absent member narrows nothing. */
export interface ExecutionFilter {
  readonly symbols?: readonly string[] | null | undefined;
  readonly assetClasses?: readonly string[] | null | undefined;
  readonly side?: string | null | undefined;
  readonly venues?: readonly string[] | null | undefined;
  readonly platforms?: readonly string[] | null | undefined;
  readonly clients?: readonly string[] | null | undefined;
  /** The UUID of an order. */
  readonly order?: string | null | undefined;
  /** By TransactTime, else by when it was received: at or after. */
  readonly from?: Date | null | undefined;
  /** The same: before. */
  readonly to?: Date | null | undefined;
  /** Of those that were received by then. */
  readonly receivedBy?: Date | undefined;
  /**
   * By the time of `from`: fills that were traded before, all busts and corrections, and all fills of orders of which some were
   * derived. Without these it can't be said what the earlier ones count for.
   */
  readonly tradedBefore?: Date | undefined;
}

/** A place in a list of executions, which is sorted by their time, then by their identity: [time, venue, execId]. */
export type ExecutionKey = readonly [string, string, string];

export interface ExecutionList {
  readonly filter: ExecutionFilter;
  readonly direction: SortDirection;
  readonly page: Page<ExecutionKey>;
}

/** TransactTime (60), else when we received it: when it happened, as well as we know. Both never change. */
const TIME = Prisma.sql`COALESCE(e.transact_time, e.received_at)`;
const KEY = Prisma.sql`(${TIME}, e.venue, e.exec_id)`;

/** What is an execution for people, of all the reports that were applied. */
const LISTED = Prisma.sql`e.exec_type IN ('TRADE', 'TRADE_CANCEL', 'TRADE_CORRECT')`;

/** A page of a user's executions, by the index `executions_of_user_idx`: it reads what it answers, however many there are. */
export function executionPageSql(user: UserId, { filter, direction, page }: ExecutionList): Prisma.Sql {
  const isDescending = direction === 'DESC';
  const [beyond, short] = isDescending ? [Prisma.sql`<`, Prisma.sql`>`] : [Prisma.sql`>`, Prisma.sql`<`];
  const order = isDescending === page.inverted ? Prisma.sql`ASC` : Prisma.sql`DESC`;
  const conditions = [
    Prisma.sql`e.user_id = ${user}`,
    LISTED,
    ...conditionsOf(filter),
    ...(page.after ? [Prisma.sql`${KEY} ${beyond} ${keySql(page.after)}`] : []),
    ...(page.before ? [Prisma.sql`${KEY} ${short} ${keySql(page.before)}`] : []),
  ];
  return Prisma.sql`
    SELECT e.venue, e.exec_id AS "execId", e.exec_type AS "execType", e.exec_ref_id AS "execRefId",
      e.order_id AS "orderId", e.last_qty::text AS "lastQty", e.last_px::text AS "lastPx",
      e.transact_time AS "transactTime", e.received_at AS "receivedAt",
      COALESCE(e.committed_at, e.received_at) AS "committedAt", COALESCE(e.covered, false) AS covered,
      o.cl_ord_id AS "clOrdId", o.account, o.symbol, o.asset_class AS "assetClass", o.side, o.platform, o.client
    FROM executions e JOIN orders o ON o.id = e.order_id
    WHERE ${Prisma.join(conditions, ' AND ')}
    ORDER BY ${TIME} ${order}, e.venue ${order}, e.exec_id ${order} LIMIT ${page.limit}`;
}

const keySql = ([time, venue, execId]: ExecutionKey): Prisma.Sql =>
  Prisma.sql`(${time}::timestamptz, ${venue}, ${execId})`;

function conditionsOf(filter: ExecutionFilter): readonly Prisma.Sql[] {
  const { symbols, assetClasses, side, venues, platforms, clients, order, from, to, receivedBy, tradedBefore } = filter;
  const among = (values: readonly string[]): Prisma.Sql => Prisma.sql`ANY(${[...values]}::text[])`;
  const conditions: (Prisma.Sql | false)[] = [
    !!symbols && Prisma.sql`o.symbol = ${among(symbols)}`,
    !!assetClasses && Prisma.sql`o.asset_class = ${among(assetClasses)}`,
    !!side && Prisma.sql`o.side = ${side}`,
    !!venues && Prisma.sql`e.venue = ${among(venues)}`,
    !!platforms && Prisma.sql`o.platform = ${among(platforms)}`,
    !!clients && Prisma.sql`o.client = ${among(clients)}`,
    !!order && Prisma.sql`e.order_id = ${order}::uuid`,
    !!from && Prisma.sql`${TIME} >= ${from}`,
    !!to && Prisma.sql`${TIME} < ${to}`,
    !!receivedBy && Prisma.sql`e.received_at <= ${receivedBy}`,
    !!tradedBefore &&
      Prisma.sql`(LEAST(e.transact_time, e.received_at) < ${tradedBefore} OR e.exec_type <> 'TRADE' OR o.derived_qty <> 0)`,
  ];
  return conditions.filter((condition) => condition !== false);
}

export const executionKeyOf = ({ transactTime, receivedAt, venue, execId }: ExecutionView): ExecutionKey => [
  transactTime ?? receivedAt,
  venue,
  execId,
];

/** An execution as it is stored, and how it stands now. */
export interface StandingExecution {
  readonly row: ExecutionRow;
  readonly view: ExecutionView;
}

/** Executions with how each stands now. */
export async function readExecutionViews(db: Db, user: UserId, list: ExecutionList): Promise<readonly ExecutionView[]> {
  return (await readStandingExecutions(db, user, list)).map(({ view }) => view);
}

export async function readStandingExecutions(
  db: Db | Tx,
  user: UserId,
  list: ExecutionList,
): Promise<readonly StandingExecution[]> {
  const rows = await db.$queryRaw<ExecutionRow[]>(executionPageSql(user, list));
  const changes = await readChanges(db, [...new Set(rows.map(({ orderId }) => orderId))]);
  const derived = rows.filter(({ execId, orderId }) => isDerivedExecId(execId, orderId));
  const rests = await readRests(db, [...new Set(derived.map(({ orderId }) => orderId))], changes);
  return rows.map((row) => ({
    row,
    view: executionView(row, changes.get(row.orderId) ?? NO_CHANGES, rests.get(row.orderId)),
  }));
}
