import type { Db } from '../db/client.ts';
import { inTransaction } from '../db/transaction.ts';
import type { UserId } from '../kernel/brand.ts';
import { executionKeyOf, type ExecutionKey, readExecutionViews } from './execution-queries.ts';
import type { ExecutionView } from './execution-view.ts';
import { NEWEST_FIRST, readOrders } from './queries.ts';
import { type OrderView, orderView } from './view.ts';

/** Of one report: the latest ones. Sales whose purchase is older than them stay unmatched, and are named so. */
const EXECUTIONS_MAX = 20_000;
const PAGE_EXECUTIONS = 1_000;
const OPEN_ORDERS_MAX = 100;

/** What a report is made of. */
export interface Reported {
  readonly executions: readonly ExecutionView[];
  /** Newest first; `openOrdersCount` is how many there are. */
  readonly openOrders: readonly OrderView[];
  readonly openOrdersCount: number;
}

/** What a user has traded before this time, and what is open now. */
export async function readReported(db: Db, user: UserId, to: Date): Promise<Reported> {
  const executions: ExecutionView[] = [];
  for (let after: ExecutionKey | null = null; executions.length < EXECUTIONS_MAX;) {
    const page = { after, before: null, limit: PAGE_EXECUTIONS, inverted: false };
    const read: readonly ExecutionView[] = await readExecutionViews(db, user, {
      filter: { to },
      direction: 'DESC',
      page,
    });
    executions.push(...read);
    const last = read.at(-1);
    if (read.length < PAGE_EXECUTIONS || !last) break;
    after = executionKeyOf(last);
  }
  const page = { after: null, before: null, limit: OPEN_ORDERS_MAX, inverted: false };
  const openOrders = await inTransaction(db, (tx) =>
    readOrders(tx, user, { filter: { open: true }, sort: NEWEST_FIRST, page }),
  );
  const openOrdersCount = await db.order.count({ where: { userId: user, open: true } });
  return { executions, openOrders: openOrders.map(orderView), openOrdersCount };
}
