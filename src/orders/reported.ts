import type { Db } from '../db/client.ts';
import { inTransaction } from '../db/transaction.ts';
import type { UserId } from '../kernel/brand.ts';
import { executionKeyOf, type ExecutionKey, readExecutionViews } from './execution-queries.ts';
import type { ExecutionView } from './execution-view.ts';
import { NEWEST_FIRST, readOrders } from './queries.ts';
import { type OrderView, orderView } from './view.ts';

/** Of one report: the latest ones. A user who has more gets no realised result, whose lots would be wrong ones. */
const EXECUTIONS_MAX = 20_000;
const PAGE_EXECUTIONS = 1_000;
const OPEN_ORDERS_MAX = 100;

/** What a report is made of. */
export interface Reported {
  /** Newest first. */
  readonly executions: readonly ExecutionView[];
  /** False: there are older ones, too many to be read. */
  readonly complete: boolean;
  /** Newest first; `openOrdersCount` is how many there are. */
  readonly openOrders: readonly OrderView[];
  readonly openOrdersCount: number;
}

/** What a user has traded before this time, and what is open now. */
export async function readReported(
  db: Db,
  user: UserId,
  { to, executionsMax = EXECUTIONS_MAX }: { readonly to: Date; readonly executionsMax?: number },
): Promise<Reported> {
  // One more than are counted says whether these are all.
  const read = await readLatest(db, user, { to, count: executionsMax + 1 });
  const page = { after: null, before: null, limit: OPEN_ORDERS_MAX, inverted: false };
  const openOrders = await inTransaction(db, (tx) =>
    readOrders(tx, user, { filter: { open: true }, sort: NEWEST_FIRST, page }),
  );
  const openOrdersCount = await db.order.count({ where: { userId: user, open: true } });
  return {
    ...{ executions: read.slice(0, executionsMax), complete: read.length <= executionsMax },
    ...{ openOrders: openOrders.map(orderView), openOrdersCount },
  };
}

async function readLatest(
  db: Db,
  user: UserId,
  { to, count }: { readonly to: Date; readonly count: number },
): Promise<readonly ExecutionView[]> {
  const latest: ExecutionView[] = [];
  for (let after: ExecutionKey | null = null; latest.length < count;) {
    const limit = Math.min(PAGE_EXECUTIONS, count - latest.length);
    const page = { after, before: null, limit, inverted: false };
    const list = { filter: { to }, direction: 'DESC', page } as const;
    const read: readonly ExecutionView[] = await readExecutionViews(db, user, list);
    latest.push(...read);
    const last = read.at(-1);
    if (read.length < limit || !last) break;
    after = executionKeyOf(last);
  }
  return latest;
}
