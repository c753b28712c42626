import type { Decimal } from '../kernel/decimal.ts';
import { orderId } from '../kernel/brand.ts';
import type { Fills } from '../orders/counted.ts';
import { decideReport } from '../orders/decide.ts';
import { isBelow } from '../orders/doubt.ts';
import type { OrderEvent } from '../orders/event.ts';
import { executionKey, type FillsByOrder, type KnownExecution } from '../orders/executions.ts';
import type { Order } from '../orders/order.ts';
import type { Answered } from '../venues/asking.ts';
import type { Received } from './delivery.ts';
import { claimOf, contradicts, type ExecutionReport } from './execution-report.ts';

/** How what a venue says of its orders, when asked, differs from what is known here. */

/** What a venue says of an order that we have. */
export interface Statement {
  readonly asked: Answered['order'];
  readonly received: readonly Received[];
}

export const reportsOf = (received: readonly Received[]) =>
  received.flatMap((each) => ('report' in each ? [each.report] : []));

/** What is known of the executions that a venue tells of, and of the fills of the orders that it states. */
export interface Known {
  readonly executions: ReadonlyMap<string, KnownExecution>;
  readonly fills: FillsByOrder;
}

export interface News {
  readonly news: readonly Received[];
  /** No execution is among it: the venue's own message of what it states may be on its way. */
  readonly mayComeYet: boolean;
}

/** The reports that tell anything new: executions that are not known or known otherwise, and words that change the order. */
export function newsIn(order: Order, received: readonly Received[], known: Known): News | null {
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

const statementIn = (received: readonly Received[]): ExecutionReport | undefined =>
  reportsOf(received).findLast(({ execType }) => execType === 'ORDER_STATUS');

/** Whether the sum that the venue states is ours; a venue that states none is taken at its executions. */
export function agrees(order: Order | undefined, received: readonly Received[]): boolean {
  const stated = statementIn(received)?.cumQty ?? null;
  return order !== undefined && (stated === null || stated.eq(order.cumQty));
}

export interface Below {
  readonly order: Order;
  readonly cumQty: Decimal;
}

/** The orders of which more is counted here than the venue states, and nothing that it says explains that. */
export function belowIn(
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
