import type { Db, Tx } from '../db/client.ts';
import { CONNECTION_WAIT_MS } from '../db/transaction.ts';
import type { UserId } from '../kernel/brand.ts';
import { readExtent } from '../stream/history.ts';
import {
  executionKeyOf,
  type ExecutionKey,
  readStandingExecutions,
  type StandingExecution,
} from './execution-queries.ts';
import type { ExecutionRow, ExecutionView } from './execution-view.ts';
import { isDerivedExecId } from './fills.ts';
import { NEWEST_FIRST, readOrders } from './queries.ts';
import { type OrderView, orderView } from './view.ts';

/** Of one report: the latest ones. A user who has more gets no realised result, whose lots would be wrong ones. */
const EXECUTIONS_MAX = 20_000;
const PAGE_EXECUTIONS = 1_000;
const OPEN_ORDERS_MAX = 100;
/** Of all that one report reads; it takes a second or two. */
const SNAPSHOT_MS = 60_000;

/** What a report goes on from. */
export interface LastReport {
  /** Where the one before ended; of the first one, where it begins. */
  readonly to: Date;
  /** The end of the user's stream in the snapshot that the one before was read from; null: there was none. */
  readonly offset: number | null;
  /** Where the first one began: what was traded earlier is of none. Null: it is not known. */
  readonly since: Date | null;
}

export interface ReportedExecution extends ExecutionView {
  /** It came when what it tells was derived already: its order did not grow by it. */
  readonly covered: boolean;
  /** Of a derived fill: what the order grew by, whatever messages of the venue's own have told of it since. */
  readonly derived: { readonly lastQty: string; readonly lastPx: string } | null;
  /** The report before could read it. Also true of all where there was none. */
  readonly known: boolean;
}

/** What a report is made of. */
export interface Reported {
  /** Newest first. */
  readonly executions: readonly ReportedExecution[];
  /** False: there are older ones, too many to be read. */
  readonly complete: boolean;
  /** Newest first; `openOrdersCount` is how many there are. */
  readonly openOrders: readonly OrderView[];
  readonly openOrdersCount: number;
  /** The end of the user's stream: these are of its events up to there, and of no later one. */
  readonly offset: number;
}

interface Asked {
  readonly to: Date;
  readonly last: LastReport | null;
  readonly executionsMax?: number;
}

/**
 * What a user has traded before this time, and what is open now, in one snapshot: a fill that commits meanwhile is not in it,
 * and its event is behind the offset.
 */
export function readReported(db: Db, user: UserId, asked: Asked): Promise<Reported> {
  const options = { isolationLevel: 'RepeatableRead', maxWait: CONNECTION_WAIT_MS, timeout: SNAPSHOT_MS } as const;
  return db.$transaction((tx) => readSnapshot(tx, user, asked), options);
}

async function readSnapshot(
  tx: Tx,
  user: UserId,
  { to, last, executionsMax = EXECUTIONS_MAX }: Asked,
): Promise<Reported> {
  const { head } = await readExtent(tx, user);
  // One more than are counted says whether these are all.
  const read = await readLatest(tx, user, { to, count: executionsMax + 1 });
  const executions = read.slice(0, executionsMax);
  const unknown = last?.offset == null ? new Set<string>() : await readUnknown(tx, user, { ...last, executions });
  const page = { after: null, before: null, limit: OPEN_ORDERS_MAX, inverted: false };
  const openOrders = await readOrders(tx, user, { filter: { open: true }, sort: NEWEST_FIRST, page });
  const openOrdersCount = await tx.order.count({ where: { userId: user, open: true } });
  return {
    executions: executions.map(({ row, view }) => ({
      ...{ ...view, covered: row.covered, derived: derivedOf(row), known: !unknown.has(keyOf(row)) },
    })),
    ...{ complete: read.length <= executionsMax, offset: head.offset },
    ...{ openOrders: openOrders.map(orderView), openOrdersCount },
  };
}

const keyOf = ({ orderId, execId }: Pick<ExecutionRow, 'orderId' | 'execId'>): string => `${orderId} ${execId}`;

function derivedOf({ execId, orderId, lastQty, lastPx }: ExecutionRow): ReportedExecution['derived'] {
  return isDerivedExecId(execId, orderId) && lastQty !== null && lastPx !== null ? { lastQty, lastPx } : null;
}

/**
 * Which of these were traded in earlier days and told since. An execution commits with its event, and offsets are in the order
 * of commits, as no clock is. A covered one has no event; nothing is counted by it alone.
 */
async function readUnknown(
  tx: Tx,
  user: UserId,
  { to, offset, executions }: Pick<LastReport, 'to' | 'offset'> & { executions: readonly StandingExecution[] },
): Promise<ReadonlySet<string>> {
  // Nothing is traded after it was received, whatever the venue's clock says.
  const earlier = executions.filter(({ row }) => (row.transactTime ?? to) < to || row.receivedAt < to);
  const orders = [...new Set(earlier.map(({ row }) => row.orderId))];
  const told = await tx.$queryRaw<{ orderId: string; execId: string }[]>`
    SELECT order_id AS "orderId", data->'event'->>'execId' AS "execId" FROM stream_events
    WHERE order_id = ANY(${orders}::uuid[]) AND "offset" > ${offset} AND user_id = ${user}`;
  return new Set(told.map(keyOf));
}

async function readLatest(
  tx: Tx,
  user: UserId,
  { to, count }: { readonly to: Date; readonly count: number },
): Promise<readonly StandingExecution[]> {
  const latest: StandingExecution[] = [];
  for (let after: ExecutionKey | null = null; latest.length < count;) {
    const limit = Math.min(PAGE_EXECUTIONS, count - latest.length);
    const page = { after, before: null, limit, inverted: false };
    const list = { filter: { tradedBefore: to }, direction: 'DESC', page } as const;
    const read: readonly StandingExecution[] = await readStandingExecutions(tx, user, list);
    latest.push(...read);
    const last = read.at(-1);
    if (read.length < limit || !last) break;
    after = executionKeyOf(last.view);
  }
  return latest;
}
