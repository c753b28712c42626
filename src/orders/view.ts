import { type Decimal, printDecimal, shownDecimal } from '../kernel/decimal.ts';
import { globalId } from '../kernel/global-id.ts';
import { EXEC_TYPE_OF, type OrderEvent } from './event.ts';
import type { Order } from './order.ts';
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
  readonly platform: words.Platform;
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
  const { clOrdId, venue, venueOrderId, symbol, assetClass, side, text, rejectReason, platform, version, terms } =
    order;
  return {
    id: globalId('Order', order.id),
    ...{ clOrdId, venue, venueOrderId, symbol, assetClass, side, text, rejectReason, platform, version },
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
}

/** The event as it left the order, which is the order after it. */
export function orderUpdateView(order: Order, event: OrderEvent, committedAt: Date): OrderUpdateView {
  const view = orderView(order);
  const { execId, execRefId, text } = event;
  const { status, cumQty, leavesQty, avgPx } = view;
  const isFill = 'lastQty' in event;
  return {
    event: {
      id: globalId('OrderEvent', `${order.id}:${order.version}`),
      execType: EXEC_TYPE_OF[event.type],
      ...{ status, execId, execRefId },
      lastQty: isFill ? printDecimal(event.lastQty) : null,
      lastPx: isFill ? printDecimal(event.lastPx) : null,
      ...{ cumQty, leavesQty, avgPx, text },
      transactTime: event.transactTime?.toISOString() ?? null,
      receivedAt: event.receivedAt.toISOString(),
      committedAt: committedAt.toISOString(),
    },
    order: view,
  };
}
