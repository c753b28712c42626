import type { OrderId, UserId } from '../kernel/brand.ts';
import { type Decimal, ZERO } from '../kernel/decimal.ts';
import { unreachable } from '../kernel/unreachable.ts';
import type { Opening, OrderEvent, Terms } from './event.ts';
import type { AssetClass, PendingAction, Platform, RejectReason, Side } from './words.ts';

/** A cancel or replace that the venue has not answered yet. */
export interface PendingRequest {
  readonly action: PendingAction;
  readonly clOrdId: string;
  readonly quantity: Decimal | null;
  readonly price: Decimal | null;
  readonly stopPx: Decimal | null;
}

/** Why no more fills are expected. FILLED is said only of an order by amount: elsewhere the quantities say it. */
export type Closed = 'FILLED' | 'CANCELED' | 'REJECTED' | 'EXPIRED';

/** An order, as the fold of its events. Status, leaves and average are computed from it (status.ts), not kept. */
export interface Order {
  readonly id: OrderId;
  readonly userId: UserId;
  readonly venue: string;
  readonly account: string;
  /** ClOrdID of the terms in force: the last one of the replace chain. */
  readonly clOrdId: string | null;
  readonly venueOrderId: string | null;
  readonly symbol: string;
  readonly assetClass: AssetClass;
  readonly side: Side;
  readonly terms: Terms;
  readonly accepted: boolean;
  readonly closed: Closed | null;
  /** In the order in which they were asked. */
  readonly pending: readonly PendingRequest[];
  readonly cumQty: Decimal;
  /** Sum of lastQty x lastPx, exact. */
  readonly cumAmount: Decimal;
  readonly text: string | null;
  readonly rejectReason: RejectReason | null;
  readonly platform: Platform;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** The count of its events. */
  readonly version: number;
}

function opened(opening: Opening, event: OrderEvent): Order {
  const { userId, venue, account, clOrdId, symbol, assetClass, side, platform, terms } = opening;
  return {
    ...{ userId, venue, account, clOrdId, symbol, assetClass, side, platform, terms },
    id: event.orderId,
    venueOrderId: null,
    accepted: false,
    closed: null,
    pending: [],
    cumQty: ZERO,
    cumAmount: ZERO,
    text: null,
    rejectReason: null,
    createdAt: event.receivedAt,
    updatedAt: event.receivedAt,
    version: 0,
  };
}

/** The order after the event. The first event of an order carries its opening. */
export function evolve(before: Order | null, event: OrderEvent): Order {
  const order = before ?? (event.opening && opened(event.opening, event));
  if (!order) throw new Error(`${event.type} of order ${event.orderId} has no order and no opening`);
  return {
    ...order,
    venueOrderId: event.venueOrderId ?? order.venueOrderId,
    text: event.text ?? order.text,
    updatedAt: event.receivedAt,
    version: order.version + 1,
    ...changed(order, event),
  };
}

function changed(order: Order, event: OrderEvent): Partial<Order> {
  switch (event.type) {
    case 'OrderSubmitted':
      return {};
    case 'OrderAccepted':
      return { accepted: true };
    case 'OrderFilled':
      return {
        accepted: true,
        cumQty: order.cumQty.plus(event.lastQty),
        cumAmount: order.cumAmount.plus(event.lastQty.times(event.lastPx)),
        closed: event.complete ? (order.closed ?? 'FILLED') : order.closed,
      };
    case 'OrderCanceled':
      return { closed: order.closed ?? 'CANCELED', pending: [] };
    case 'OrderExpired':
      return { closed: order.closed ?? 'EXPIRED', pending: [] };
    case 'OrderRejected':
      return { closed: order.closed ?? 'REJECTED', pending: [], rejectReason: event.rejectReason };
    case 'OrderReplaced':
      return {
        accepted: true,
        clOrdId: event.clOrdId ?? order.clOrdId,
        terms: event.terms,
        pending: without(order.pending, event.clOrdId, 'REPLACE'),
      };
    case 'CancelRequested': {
      const { clOrdId } = event;
      const none = { quantity: null, price: null, stopPx: null };
      return { pending: [...order.pending, { action: 'CANCEL', clOrdId, ...none }] };
    }
    case 'ReplaceRequested': {
      const { clOrdId, quantity, price, stopPx } = event;
      return { pending: [...order.pending, { action: 'REPLACE', clOrdId, quantity, price, stopPx }] };
    }
    case 'RequestRejected':
      return { pending: without(order.pending, event.clOrdId, null) };
    default:
      return unreachable(event);
  }
}

/** The request that a report answers. A venue that names none answers the oldest of its kind. */
export function answered(
  pending: readonly PendingRequest[],
  clOrdId: string | null,
  action: PendingAction | null,
): PendingRequest | undefined {
  return pending.find((request) =>
    clOrdId === null ? action === null || request.action === action : request.clOrdId === clOrdId,
  );
}

function without(
  pending: readonly PendingRequest[],
  clOrdId: string | null,
  action: PendingAction | null,
): readonly PendingRequest[] {
  const request = answered(pending, clOrdId, action);
  return request ? pending.filter((each) => each !== request) : pending;
}
