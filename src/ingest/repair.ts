import type { Db, Tx } from '../db/client.ts';
import { inTransaction } from '../db/transaction.ts';
import type { Deps } from '../deps.ts';
import { printDecimal } from '../kernel/decimal.ts';
import { readAskedOrders } from '../orders/asked.ts';
import { noteDoubtsAsked, removeDoubts, writeBelow } from '../orders/doubts.ts';
import { type FillsByOrder, readExecutions, readFillsAround, rememberFill } from '../orders/executions.ts';
import type { Order } from '../orders/order.ts';
import { orderOfRow } from '../orders/row.ts';
import { isOpen } from '../orders/status.ts';
import type { Answered } from '../venues/asking.ts';
import type { Books, Compared, KnownOrder } from '../venues/reconcile.ts';
import { receive } from './delivery.ts';
import { agrees, type Below, belowIn, type Known, type News, newsIn, reportsOf, type Statement } from './difference.ts';
import { toldDeliveries } from './told.ts';

type RepairDeps = Pick<Deps, 'db' | 'clock' | 'ingest' | 'log'>;

/** The orders that venues are asked about, and what is done with the answers: what is news goes through ingest. */
export function openBooks(deps: RepairDeps): Books {
  return {
    readAsked: (venue, page) => readAskedOrders(deps.db, venue, { ...page, now: deps.clock.now() }),
    compare: (venue, answered, options) => compare(deps, { venue, answered, isFirst: options?.isFirst ?? false }),
    noteAsked: (venue, orders) => noteAsked(deps, venue, orders),
  };
}

async function noteAsked({ db, clock, log }: RepairDeps, venue: string, orders: readonly KnownOrder[]): Promise<void> {
  const doubted = orders.flatMap(({ id, doubt }) => (doubt ? [id] : []));
  for (const orderId of await noteDoubtsAsked(db, doubted, clock.now()))
    log.warn({ venue, orderId }, 'an order stays in doubt: its venue was asked for a day in vain, and is no longer');
}

interface Comparison {
  readonly venue: string;
  readonly answered: readonly Answered[];
  readonly isFirst: boolean;
}

async function compare(deps: RepairDeps, { venue, answered, isFirst }: Comparison): Promise<Compared> {
  const statements = answered.map(({ order: asked, statement }): Statement => {
    // It is about the order that was asked about, whose account is known here.
    const { account } = asked.asked;
    return { asked, received: (statement ?? []).map((raw) => receive({ ...raw, account })) };
  });
  // Read after the venue has answered: what arrived by itself meanwhile is no difference. Both of one snapshot: an execution that
  // is known and not in its order yet would look like a difference that nothing can mend.
  const { orders, known } = await inTransaction(
    deps.db,
    async (tx) => ({ orders: await readOrders(tx, statements), known: await readKnown(tx, venue, statements) }),
    'RepeatableRead',
  );
  const differing = statements.flatMap((statement) => {
    const order = orders.get(statement.asked.id);
    const found = order ? newsIn(order, statement.received, known) : null;
    return order && found ? [{ statement, order, ...found }] : [];
  });
  const behind = differing.filter(({ mayComeYet }) => isFirst && mayComeYet);
  const lost = differing.filter((difference) => !behind.includes(difference));
  const counts = await Promise.all(lost.map((difference) => repair(deps, venue, difference)));
  const after = lost.length === 0 ? orders : await readOrders(deps.db, statements);
  await forgetDoubts(deps, statements, after);
  const same = statements.filter((each) => !differing.some(({ statement }) => statement === each));
  await noteBelow(deps, belowIn(same, { orders, known }));
  const isBehind = (statement: Statement): boolean => behind.some((each) => each.statement === statement);
  const isStill = (each: Statement): boolean => !isBehind(each) && !agrees(after.get(each.asked.id), each.received);
  return {
    repaired: counts.filter(Boolean).length,
    differing: statements.filter(isStill).length,
    ...(behind.length > 0 && { behind: behind.map(({ statement }) => statement.asked) }),
  };
}

async function readOrders(db: Db | Tx, statements: readonly Statement[]): Promise<ReadonlyMap<string, Order>> {
  const rows = await db.order.findMany({ where: { id: { in: statements.map(({ asked }) => asked.id) } } });
  return new Map(rows.map((row) => [row.id, orderOfRow(row)]));
}

async function readKnown(tx: Tx, venue: string, statements: readonly Statement[]): Promise<Known> {
  const reports = statements.flatMap(({ received }) => reportsOf(received));
  const told = reports.map(({ execId }) => ({ venue, execId }));
  const ids = statements.map(({ asked }) => asked.id);
  const fills: FillsByOrder = new Map();
  for (const execution of (await readFillsAround(tx, [], ids)).values()) rememberFill(fills, execution);
  return { executions: await readExecutions(tx, told), fills };
}

interface Difference extends Pick<News, 'news'> {
  readonly statement: Statement;
  readonly order: Order;
}

/** @returns whether anything was applied; an order that can't be repaired now is found again by the next sweep */
async function repair(
  { ingest, clock, log }: RepairDeps,
  venue: string,
  { order: { id, version }, news }: Difference,
): Promise<boolean> {
  let accepted = 0;
  try {
    const told = { venue, about: `reconcile:${id}`, received: news, receivedAt: clock.now(), version };
    for (const delivery of toldDeliveries(told)) {
      const outcome = await ingest.submit(delivery);
      if (outcome.status === 'applied') accepted += outcome.accepted;
    }
  } catch (error) {
    log.info({ reason: String(error), venue, orderId: id }, 'an order could not be repaired now');
  }
  return accepted > 0;
}

async function forgetDoubts(
  { db }: RepairDeps,
  statements: readonly Statement[],
  orders: ReadonlyMap<string, Order>,
): Promise<void> {
  const settled = statements.flatMap(({ asked: { id, doubt }, received }) => {
    const order = orders.get(id);
    const isOwed = order !== undefined && !isOpen(order) && order.pending.length > 0;
    return doubt && agrees(order, received) && !isOwed ? [{ orderId: id, cumQty: doubt.cumQty }] : [];
  });
  await removeDoubts(db, settled);
}

async function noteBelow({ db, clock, log }: RepairDeps, below: readonly Below[]): Promise<void> {
  const news = await writeBelow(db, below, clock.now());
  for (const { order, cumQty } of below.filter(({ order: { id } }) => news.includes(id))) {
    const sums = { ours: printDecimal(order.cumQty), theirs: printDecimal(cumQty) };
    log.warn({ venue: order.venue, orderId: order.id, ...sums }, 'more is counted of an order than its venue states');
  }
}
