import type { Deps } from '../deps.ts';
import { orderId } from '../kernel/brand.ts';
import { decideReport } from '../orders/decide.ts';
import { readAskedOrders } from '../orders/asked.ts';
import { removeDoubts } from '../orders/doubts.ts';
import {
  executionKey,
  type FillsByOrder,
  type KnownExecution,
  readFillsAround,
  rememberFill,
  readExecutions,
} from '../orders/executions.ts';
import type { Order } from '../orders/order.ts';
import { orderOfRow } from '../orders/row.ts';
import type { Answered } from '../venues/asking.ts';
import type { Books, Compared } from '../venues/reconcile.ts';
import { receive, type Received } from './delivery.ts';
import { claimOf, contradicts } from './execution-report.ts';
import { toldDeliveries } from './told.ts';

type RepairDeps = Pick<Deps, 'db' | 'clock' | 'ingest' | 'log'>;

/** The orders that venues are asked about, and what is done with the answers: what is news goes through ingest. */
export function openBooks(deps: RepairDeps): Books {
  return {
    readAsked: (venue, page) => readAskedOrders(deps.db, venue, page),
    compare: (venue, answered) => compare(deps, venue, answered),
  };
}

/** What a venue says of an order that we have. */
interface Statement {
  readonly asked: Answered['order'];
  readonly received: readonly Received[];
}

async function compare(deps: RepairDeps, venue: string, answered: readonly Answered[]): Promise<Compared> {
  const statements = answered.map(({ order: asked, statement }): Statement => {
    // It is about the order that was asked about, whose account is known here.
    const { account } = asked.asked;
    return { asked, received: (statement ?? []).map((raw) => receive({ ...raw, account })) };
  });
  // Read after the venue has answered: what arrived by itself meanwhile is no difference.
  const orders = await readOrders(deps, statements);
  const known = await readKnown(deps, venue, statements);
  const differing = statements.flatMap((statement) => {
    const order = orders.get(statement.asked.id);
    const news = order ? newsIn(order, statement.received, known) : [];
    return order && news.length > 0 ? [{ statement, order, news }] : [];
  });
  const counts = await Promise.all(differing.map((difference) => repair(deps, venue, difference)));
  const after = differing.length === 0 ? orders : await readOrders(deps, statements);
  await forgetDoubts(deps, statements, after);
  const isStill = ({ asked, received }: Statement): boolean => !agrees(after.get(asked.id), received);
  return { repaired: counts.filter(Boolean).length, differing: statements.filter(isStill).length };
}

async function readOrders({ db }: RepairDeps, statements: readonly Statement[]): Promise<ReadonlyMap<string, Order>> {
  const rows = await db.order.findMany({ where: { id: { in: statements.map(({ asked }) => asked.id) } } });
  return new Map(rows.map((row) => [row.id, orderOfRow(row)]));
}

const reportsOf = (received: readonly Received[]) =>
  received.flatMap((each) => ('report' in each ? [each.report] : []));

/** What is known of the executions that a venue tells of, and of the fills of the orders that it states. */
interface Known {
  readonly executions: ReadonlyMap<string, KnownExecution>;
  readonly fills: FillsByOrder;
}

async function readKnown({ db }: RepairDeps, venue: string, statements: readonly Statement[]): Promise<Known> {
  const reports = statements.flatMap(({ received }) => reportsOf(received));
  const told = reports.map(({ execId }) => ({ venue, execId }));
  const ids = statements.map(({ asked }) => asked.id);
  const fills: FillsByOrder = new Map();
  for (const execution of (await readFillsAround(db, [], ids)).values()) rememberFill(fills, execution);
  return { executions: await readExecutions(db, told), fills };
}

/** The reports that tell anything new: executions that are not known or known otherwise, and words that change the order. */
function newsIn(order: Order, received: readonly Received[], known: Known): readonly Received[] {
  const { venue, userId } = order;
  const fills = known.fills.get(order.id) ?? new Map<string, never>();
  const news = received.filter((each) => {
    if (!('report' in each)) return true;
    const { report } = each;
    const execution = known.executions.get(executionKey(venue, report.execId));
    if (report.execType !== 'ORDER_STATUS') return !execution || contradicts(execution.claim, claimOf(report));
    const context = { venue, userId, newOrderId: orderId(order.id), now: order.updatedAt, fills };
    const decision = decideReport(order, report, context);
    return 'quarantine' in decision || decision.event !== null;
  });
  if (news.length === 0) return [];
  // Behind executions the statement says whether they were all.
  return received.filter(
    (each) => news.includes(each) || ('report' in each && each.report.execType === 'ORDER_STATUS'),
  );
}

interface Difference {
  readonly statement: Statement;
  readonly order: Order;
  readonly news: readonly Received[];
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

/** Whether the sum that the venue states is ours; a venue that states none is taken at its executions. */
function agrees(order: Order | undefined, received: readonly Received[]): boolean {
  const stated = reportsOf(received).findLast(({ execType }) => execType === 'ORDER_STATUS')?.cumQty ?? null;
  return order !== undefined && (stated === null || stated.eq(order.cumQty));
}

async function forgetDoubts(
  { db }: RepairDeps,
  statements: readonly Statement[],
  orders: ReadonlyMap<string, Order>,
): Promise<void> {
  const settled = statements.flatMap(({ asked: { id, doubt }, received }) =>
    doubt && agrees(orders.get(id), received) ? [{ orderId: id, cumQty: doubt }] : [],
  );
  await removeDoubts(db, settled);
}
