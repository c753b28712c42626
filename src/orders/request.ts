import type { OrderId } from '../kernel/brand.ts';
import type { Decimal } from '../kernel/decimal.ts';
import type { Opening, OrderEvent, Terms } from './event.ts';
import type { Order } from './order.ts';
import { isFilled, isOpen, isOverWithDay } from './status.ts';
import { type AssetClass, mayTradeBelowZero } from './words.ts';

export const REFUSAL_CODES = [
  'ORDER_CLOSED',
  'UNKNOWN_ORDER',
  'INVALID_TERMS',
  'NOT_SUPPORTED',
  'DUPLICATE_CL_ORD_ID',
  'ACCOUNT_REQUIRED',
] as const;
export type RefusalCode = (typeof REFUSAL_CODES)[number];

/** An expected outcome of a request: the order was not touched. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly message: string;
}

export const refuse = (code: RefusalCode, message: string): { readonly refusal: Refusal } => ({
  refusal: { code, message },
});

/** Requests of one order that its venue has not answered yet; each is carried by every event of the order. */
export const PENDING_REQUESTS_MAX = 10;

export type RequestDecision = { readonly event: OrderEvent } | { readonly refusal: Refusal };

interface Asked {
  readonly orderId: OrderId;
  readonly now: Date;
}

const nothingSaid = { execId: null, execRefId: null, venueOrderId: null, text: null, transactTime: null } as const;

export function decidePlace(opening: Opening, { orderId, now }: Asked): RequestDecision {
  const fault = faultOf(opening.terms, opening.assetClass);
  if (fault) return refuse('INVALID_TERMS', fault);
  return { event: { ...nothingSaid, type: 'OrderSubmitted', orderId, opening, receivedAt: now } };
}

/** What is wrong with the terms of a new order, in words for its trader; null when nothing is. */
function faultOf({ orderType, quantity, notional, price, stopPx }: Terms, assetClass: AssetClass): string | null {
  if (!quantity === !notional) return 'give either quantity or notional';
  if (quantity && !quantity.gt(0)) return 'quantity must be above zero';
  if (notional && !notional.gt(0)) return 'notional must be above zero';
  if (notional && orderType !== 'MARKET') return 'an order by amount must be a MARKET order';
  const needsPrice = orderType === 'LIMIT' || orderType === 'STOP_LIMIT';
  if (needsPrice !== (price !== null)) return `a ${orderType} order ${needsPrice ? 'needs a' : 'has no'} price`;
  const needsStop = orderType === 'STOP' || orderType === 'STOP_LIMIT';
  if (needsStop !== (stopPx !== null)) return `a ${orderType} order ${needsStop ? 'needs a' : 'has no'} stopPx`;
  if (price?.lte(0) && !mayTradeBelowZero(assetClass)) return 'price must be above zero';
  if (stopPx?.lte(0) && !mayTradeBelowZero(assetClass)) return 'stopPx must be above zero';
  return null;
}

export interface Modification {
  readonly clOrdId: string;
  /** Null leaves the term as it is. */
  readonly quantity: Decimal | null;
  readonly price: Decimal | null;
  readonly stopPx: Decimal | null;
}

export function decideModify(order: Order, change: Modification, now: Date): RequestDecision {
  const { clOrdId, quantity, price, stopPx } = change;
  const refused = refusalOfAny(order, { reopens: quantity?.gt(order.cumQty) ?? false });
  if (refused) return refused;
  if (!quantity && !price && !stopPx) return refuse('INVALID_TERMS', 'give a new quantity, price or stopPx');
  if (quantity && order.terms.notional !== null) return refuse('NOT_SUPPORTED', 'an order by amount has no quantity');
  if (quantity && !quantity.gt(order.cumQty)) return refuse('INVALID_TERMS', 'quantity must be above what is filled');
  const terms: Terms = {
    ...order.terms,
    quantity: quantity ?? order.terms.quantity,
    price: price ?? order.terms.price,
    stopPx: stopPx ?? order.terms.stopPx,
  };
  // The venue may have told how many an order by amount is for.
  const fault = faultOf({ ...terms, notional: terms.quantity ? null : terms.notional }, order.assetClass);
  if (fault) return refuse('INVALID_TERMS', fault);
  const asked = { orderId: order.id, opening: null, receivedAt: now };
  return { event: { ...nothingSaid, ...asked, type: 'ReplaceRequested', clOrdId, quantity, price, stopPx } };
}

/** Why no request can be made of the order. One that is filled can be increased (FIX 4.4 appendix D, C.1.c). */
function refusalOfAny(order: Order, { reopens }: { reopens: boolean }): { readonly refusal: Refusal } | null {
  const isWorkable = isOpen(order) || (reopens && order.closed === null && isFilled(order) && !isOverWithDay(order));
  if (!isWorkable) return refuse('ORDER_CLOSED', 'the order is closed');
  if (order.pending.length < PENDING_REQUESTS_MAX) return null;
  return refuse('NOT_SUPPORTED', `${PENDING_REQUESTS_MAX} requests of the order wait for the venue’s answer already`);
}

export function decideCancel(order: Order, clOrdId: string, now: Date): RequestDecision {
  const refused = refusalOfAny(order, { reopens: false });
  if (refused) return refused;
  const asked = { orderId: order.id, opening: null, receivedAt: now };
  return { event: { ...nothingSaid, ...asked, type: 'CancelRequested', clOrdId } };
}
