import { type Decimal, printDecimal, shownDecimal } from '../kernel/decimal.ts';
import { globalId } from '../kernel/global-id.ts';
import { EXEC_TYPE_OF, type OrderEvent } from './event.ts';
import { answered, type Order } from './order.ts';
import { eventStatusText, orderStatusText } from './reasons.ts';
import { avgPx, leavesQty, overfillQty, pendingAction, status } from './status.ts';
import type * as words from './words.ts';

/** An order as apps see it: the names and JSON values of the GraphQL type `Order`, the same on every transport. */
export interface OrderView {
  readonly id: string;
  readonly clOrdId: string | null;
  readonly venue: string;
  readonly venueOrderId: string | null;
  readonly account: string | null;
  readonly symbol: string;
  readonly assetClass: words.AssetClass;
  readonly side: words.Side;
  readonly orderType: words.OrderType;
  readonly timeInForce: words.TimeInForce;
  readonly quantity: string | null;
  readonly notional: string | null;
  readonly price: string | null;
  readonly stopPx: string | null;
  readonly status: words.OrderStatus;
  readonly pendingAction: words.PendingAction | null;
  readonly cumQty: string;
  readonly leavesQty: string | null;
  readonly avgPx: string | null;
  readonly overfillQty: string | null;
  readonly text: string | null;
  readonly rejectReason: words.RejectReason | null;
  readonly statusText: string;
  readonly platform: words.Platform;
  readonly client: string | null;
  /** Absent from what was written before it was recorded. */
  readonly strategy?: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly version: number;
}

/** The GraphQL type `OrderEvent`. */
export interface OrderEventView {
  readonly id: string;
  readonly execType: words.ExecType;
  readonly status: words.OrderStatus;
  readonly execId: string | null;
  readonly execRefId: string | null;
  readonly lastQty: string | null;
  readonly lastPx: string | null;
  readonly cumQty: string;
  readonly leavesQty: string | null;
  readonly avgPx: string | null;
  readonly text: string | null;
  readonly statusText: string;
  /** This and the next two are absent from what was written before they were told. */
  readonly rejectReason?: words.RejectReason | null;
  readonly answers?: words.PendingAction | null;
  readonly lateAfter?: words.OrderStatus | null;
  readonly transactTime: string | null;
  readonly receivedAt: string;
  readonly committedAt: string;
}

/** What `orderUpdated` carries: the event and the order as of it. */
export interface OrderUpdateView {
  readonly event: OrderEventView;
  readonly order: OrderView;
}

const print = (value: Decimal | null): string | null => (value ? printDecimal(value) : null);
const printShown = (value: Decimal | null): string | null => (value ? printDecimal(shownDecimal(value)) : null);

export function orderView(order: Order): OrderView {
  const { clOrdId, venue, venueOrderId, symbol, assetClass, side, text, rejectReason, platform, client } = order;
  const { version, terms, strategy } = order;
  const view = {
    id: globalId('Order', order.id),
    ...{ clOrdId, venue, venueOrderId, symbol, assetClass, side, text, rejectReason },
    ...{ platform, client, strategy, version },
    account: order.account === '' ? null : order.account,
    orderType: terms.orderType,
    timeInForce: terms.timeInForce,
    quantity: print(terms.quantity),
    notional: print(terms.notional),
    price: print(terms.price),
    stopPx: print(terms.stopPx),
    status: status(order),
    pendingAction: pendingAction(order),
    cumQty: printDecimal(order.cumQty),
    leavesQty: print(leavesQty(order)),
    avgPx: printShown(avgPx(order)),
    overfillQty: print(overfillQty(order)),
    createdAt: order.createdAt.toISOString(),
    updatedAt: order.updatedAt.toISOString(),
  };
  return { ...view, statusText: orderStatusText(view) };
}

/** An event with the order before it (null: it opened it) and after it. */
export interface Change {
  readonly before: Order | null;
  readonly order: Order;
  readonly event: OrderEvent;
}

/** The event as it left the order. */
export function orderUpdateView({ before, order, event }: Change, committedAt: Date): OrderUpdateView {
  const view = orderView(order);
  const { execId, execRefId, text } = event;
  const { status, cumQty, leavesQty, avgPx } = view;
  const execType = EXEC_TYPE_OF[event.type];
  const lastQty = 'lastQty' in event ? printDecimal(event.lastQty) : null;
  const lastPx = 'lastPx' in event ? printDecimal(event.lastPx) : null;
  const rejectReason = 'rejectReason' in event ? event.rejectReason : null;
  const answers = answeredAction(before, event);
  const lateAfter = (event.type === 'OrderFilled' && before?.closed) || null;
  const told = { execType, lastQty, lastPx, text, rejectReason, answers, lateAfter };
  return {
    event: {
      id: globalId('OrderEvent', `${order.id}:${order.version}`),
      ...{ execType, status, execId, execRefId, lastQty, lastPx, cumQty, leavesQty, avgPx, text },
      statusText: eventStatusText(told, view),
      ...{ rejectReason, answers, lateAfter },
      transactTime: event.transactTime?.toISOString() ?? null,
      receivedAt: event.receivedAt.toISOString(),
      committedAt: committedAt.toISOString(),
    },
    order: view,
  };
}

/** The action that was asked for and that the event answers; null when nobody had asked, as far as we know. */
function answeredAction(before: Order | null, event: OrderEvent): words.PendingAction | null {
  const pending = before?.pending ?? [];
  switch (event.type) {
    case 'OrderCanceled':
      // Some venues tell what came of a cancel under the order's own id, others under the request's.
      return pending.some(({ action }) => action === 'CANCEL') || isOfRequest(before, event.clOrdId) ? 'CANCEL' : null;
    case 'OrderReplaced':
      return answered(pending, event.answers ?? event.clOrdId, 'REPLACE') || isOfRequest(before, event.clOrdId)
        ? 'REPLACE'
        : null;
    case 'RequestRejected':
      return answered(pending, event.answers ?? event.clOrdId, null)?.action ?? null;
    default:
      return null;
  }
}

const isOfRequest = (before: Order | null, clOrdId: string | null): boolean =>
  before !== null && clOrdId !== null && before.clOrdId !== null && clOrdId !== before.clOrdId;
