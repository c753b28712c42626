import { type Decimal, ZERO } from '../kernel/decimal.ts';
import type { Order } from './order.ts';
import type { OrderStatus, PendingAction } from './words.ts';

/** CumQty has reached OrderQty, or the venue has said that an order by amount is complete. */
export function isFilled(order: Order): boolean {
  const { quantity } = order.terms;
  return order.complete || (quantity !== null && order.cumQty.gte(quantity));
}

/** Over for good with the day that it was good for. */
export const isOverWithDay = ({ session, terms: { timeInForce } }: Order): boolean =>
  session === 'DONE_FOR_DAY' && timeInForce !== 'GTC' && timeInForce !== 'GTD';

/** May still be filled. */
export function isOpen(order: Order): boolean {
  return order.closed === null && !isFilled(order) && !isOverWithDay(order);
}

/** The pending request that FIX ranks first: a cancel before a replace. It outlasts a racing fill: the venue answers it. */
export function pendingAction(order: Order): PendingAction | null {
  if (order.pending.some((request) => request.action === 'CANCEL')) return 'CANCEL';
  return order.pending.length > 0 ? 'REPLACE' : null;
}

/** OrdStatus (39) by FIX precedence (FIX 4.4, vol. 4, OrdStatus precedence table). */
export function status(order: Order): OrderStatus {
  const action = pendingAction(order);
  if (action === 'CANCEL') return 'PENDING_CANCEL';
  if (action === 'REPLACE') return 'PENDING_REPLACE';
  if (order.session === 'DONE_FOR_DAY' && order.closed === null) return 'DONE_FOR_DAY';
  if (isFilled(order)) return 'FILLED';
  if (order.closed !== null) return order.closed;
  if (order.stopped) return 'STOPPED';
  if (order.session === 'SUSPENDED') return 'SUSPENDED';
  if (order.cumQty.gt(0)) return 'PARTIALLY_FILLED';
  return order.accepted ? 'NEW' : 'PENDING_NEW';
}

/** LeavesQty (151): 0 once closed; null while an order by amount is open, since nobody knows it. */
export function leavesQty(order: Order): Decimal | null {
  if (!isOpen(order)) return ZERO;
  return order.terms.quantity === null ? null : order.terms.quantity.minus(order.cumQty);
}

/** AvgPx (6): the exact quotient to 100 digits; null before the first fill. */
export function avgPx(order: Order): Decimal | null {
  return order.cumQty.isZero() ? null : order.cumAmount.div(order.cumQty);
}

/** What was filled beyond OrderQty; null when nothing was. */
export function overfillQty(order: Order): Decimal | null {
  const { quantity } = order.terms;
  return quantity !== null && order.cumQty.gt(quantity) ? order.cumQty.minus(quantity) : null;
}

/** @throws when the order breaks an invariant of FIX: a bug of ours, never bad input. */
export function assertInvariants(order: Order): void {
  const leaves = leavesQty(order);
  const { quantity } = order.terms;
  const faults = [
    order.cumQty.isNegative() && 'cumQty is negative',
    leaves?.isNegative() && 'leavesQty is negative',
    isOpen(order) && quantity && leaves && !order.cumQty.plus(leaves).eq(quantity) && 'cumQty + leavesQty != quantity',
    order.cumQty.isZero() && !order.cumAmount.isZero() && 'an amount without a quantity',
    !order.cumQty.isFinite() && 'cumQty is not finite',
  ].filter(Boolean);
  if (faults.length > 0) throw new Error(`order ${order.id}: ${faults.join(', ')}`);
}
