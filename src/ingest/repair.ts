import type { Deps } from '../deps.ts';
import { orderId } from '../kernel/brand.ts';
import { type Decimal, printDecimal } from '../kernel/decimal.ts';
import { decideReport } from '../orders/decide.ts';
import { readAskedOrders } from '../orders/asked.ts';
import type { Fills } from '../orders/counted.ts';
import { isBelow } from '../orders/doubt.ts';
import { noteDoubtsAsked, removeDoubts, writeBelow } from '../orders/doubts.ts';
import type { OrderEvent } from '../orders/event.ts';
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
import { isOpen } from '../orders/status.ts';
import type { Answered } from '../venues/asking.ts';
import type { Books, Compared, KnownOrder } from '../venues/reconcile.ts';
import { receive, type Received } from './delivery.ts';
import { claimOf, contradicts, type ExecutionReport } from './execution-report.ts';
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

/** What a venue says of an order that we have. */
interface Statement {
  readonly asked: Answered['order'];
  readonly received: readonly Received[];
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
  // Read after the venue has answered: what arrived by itself meanwhile is no difference.
  const orders = await readOrders(deps, statements);
  const known = await readKnown(deps, venue, statements);
  const differing = statements.flatMap((statement) => {
    const order = orders.get(statement.asked.id);
    const found = order ? newsIn(order, statement.received, known) : null;
    return order && found ? [{ statement, order, ...found }] : [];
  });
  const behind = differing.filter(({ mayComeYet }) => isFirst && mayComeYet);
  const lost = differing.filter((difference) => !behind.includes(difference));
  const counts = await Promise.all(lost.map((difference) => repair(deps, venue, difference)));
  const after = lost.length === 0 ? orders : await readOrders(deps, statements);
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

interface News {
  readonly news: readonly Received[];
  /** No execution is among it: the venue's own message of what it states may be on its way. */
  readonly mayComeYet: boolean;
}

/** The reports that tell anything new: executions that are not known or known otherwise, and words that change the order. */
function newsIn(order: Order, received: readonly Received[], known: Known): News | null {
  const told = received.map((each) => ({ each, tells: tellsOf(order, each, known) }));
  const news = told.filter(({ tells }) => tells !== 'NOTHING');
  if (news.length === 0) return null;
  // Behind executions the statement says whether they were all.
  const isNeeded = ({ each, tells }: (typeof told)[number]): boolean =>
    tells !== 'NOTHING' || ('report' in each && each.report.execType === 'ORDER_STATUS');
  return {
    news: told.filter(isNeeded).map(({ each }) => each),
    mayComeYet: news.every(({ tells }) => tells === 'CONCLUSION'),
  };
}

/** What a statement tells for want of the message itself. */
const CONCLUDED: readonly OrderEvent['type'][] = ['OrderFilled', 'RequestRejected'];

function tellsOf(order: Order, received: Received, known: Known): 'NOTHING' | 'CONCLUSION' | 'NEWS' {
  if (!('report' in received)) return 'NEWS';
  const { venue, userId } = order;
  const { report } = received;
  if (report.execType !== 'ORDER_STATUS') {
    const execution = known.executions.get(executionKey(venue, report.execId));
    return !execution || contradicts(execution.claim, claimOf(report)) ? 'NEWS' : 'NOTHING';
  }
  const fills = fillsOf(known, order);
  const decision = decideReport(order, report, {
    ...{ venue, userId, fills },
    ...{ newOrderId: orderId(order.id), now: order.updatedAt },
  });
  if ('quarantine' in decision) return 'NEWS';
  if (decision.event === null) return 'NOTHING';
  return CONCLUDED.includes(decision.event.type) ? 'CONCLUSION' : 'NEWS';
}

const fillsOf = ({ fills }: Known, { id }: Order): Fills => fills.get(id) ?? new Map<string, never>();

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

const statementIn = (received: readonly Received[]): ExecutionReport | undefined =>
  reportsOf(received).findLast(({ execType }) => execType === 'ORDER_STATUS');

/** Whether the sum that the venue states is ours; a venue that states none is taken at its executions. */
function agrees(order: Order | undefined, received: readonly Received[]): boolean {
  const stated = statementIn(received)?.cumQty ?? null;
  return order !== undefined && (stated === null || stated.eq(order.cumQty));
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

interface Below {
  readonly order: Order;
  readonly cumQty: Decimal;
}

/** The orders of which more is counted here than the venue states, and nothing that it says explains that. */
function belowIn(
  statements: readonly Statement[],
  { orders, known }: { readonly orders: ReadonlyMap<string, Order>; readonly known: Known },
): readonly Below[] {
  return statements.flatMap(({ asked: { id }, received }) => {
    const order = orders.get(id);
    const statement = statementIn(received);
    return order && statement?.cumQty && isBelow(order, statement, fillsOf(known, order))
      ? [{ order, cumQty: statement.cumQty }]
      : [];
  });
}

async function noteBelow({ db, clock, log }: RepairDeps, below: readonly Below[]): Promise<void> {
  const news = await writeBelow(db, below, clock.now());
  for (const { order, cumQty } of below.filter(({ order: { id } }) => news.includes(id))) {
    const sums = { ours: printDecimal(order.cumQty), theirs: printDecimal(cumQty) };
    log.warn({ venue: order.venue, orderId: order.id, ...sums }, 'more is counted of an order than its venue states');
  }
}
