import { decimal } from '../kernel/decimal.ts';
import type { OrderEventView, OrderUpdateView, OrderView } from '../orders/view.ts';
import type { OrderUpdated } from '../stream/event.ts';
import type { Fact, NotificationData } from './notification.ts';
import { maskKnown } from './templates/clean.ts';
import type { NotificationType } from './words.ts';

/** What an event of an order is worth telling: one fact, or none. */
export function factsOf({ userId, data }: Pick<OrderUpdated, 'userId' | 'data'>): readonly Fact[] {
  const type = typeOf(data);
  if (type === null) return [];
  const { event, order } = data;
  return [
    {
      userId,
      type,
      key: `event:${event.id}`,
      occurredAt: new Date(event.transactTime ?? event.receivedAt),
      receivedAt: new Date(event.committedAt),
      orderId: order.id,
      symbol: order.symbol,
      strategy: order.strategy ?? null,
      data: dataOf(event, order),
    },
  ];
}

function typeOf({ event, order }: OrderUpdateView): NotificationType | null {
  switch (event.execType) {
    case 'NEW':
      return isUntouched(order) ? 'ORDER_SUBMITTED' : null;
    case 'TRADE':
      return typeOfTrade(event, order);
    case 'CANCELED':
      return isEndedOtherwise(order, 'CANCELED') ? null : 'ORDER_CANCELED';
    case 'EXPIRED':
      return isEndedOtherwise(order, 'EXPIRED') ? null : 'ORDER_EXPIRED';
    case 'REJECTED':
      return 'ORDER_REJECTED';
    case 'CANCEL_REJECTED':
      return 'EXECUTION_FAILED';
    case 'TRADE_CANCEL':
      return 'EXECUTION_BUSTED';
    case 'TRADE_CORRECT':
      return 'EXECUTION_CORRECTED';
    default:
      // What the user has asked for themselves, and what changes neither what they hold nor whether the order works.
      return null;
  }
}

/** An acceptance that comes late, when fills or the end of the order were told already, is no news. */
const isUntouched = ({ status, cumQty }: OrderView): boolean =>
  cumQty === '0' && (status === 'NEW' || status === 'PENDING_CANCEL' || status === 'PENDING_REPLACE');

/** A second end, or one after the last fill, changes nothing. */
const isEndedOtherwise = ({ status }: OrderView, end: 'CANCELED' | 'EXPIRED'): boolean =>
  ['FILLED', 'CANCELED', 'EXPIRED', 'REJECTED'].some((other) => other !== end && other === status);

/**
 * The status alone does not tell: a pending request, or the end of the day, ranks before FILLED and before an end, and FILLED
 * before the end that the trader knew of. Nothing is open (LeavesQty 0) of what is filled, and of what had ended before this fill.
 */
function typeOfTrade({ lateAfter }: OrderEventView, order: OrderView): NotificationType {
  if (order.overfillQty !== null) return 'ORDER_OVERFILLED';
  if (lateAfter) return 'LATE_FILL';
  if (isFilled(order)) return 'ORDER_FILLED';
  return order.leavesQty === '0' ? 'LATE_FILL' : 'ORDER_PARTIALLY_FILLED';
}

function isFilled({ status, quantity, cumQty, leavesQty }: OrderView): boolean {
  if (status === 'FILLED') return true;
  if (quantity !== null) return decimal(cumQty).gte(decimal(quantity));
  // Of an order by amount nobody says what completes it but its venue, and that is hidden by a request that races with it.
  return leavesQty === '0' && (status === 'PENDING_CANCEL' || status === 'PENDING_REPLACE');
}

/** What words are made of. No account, also not in what the venue says: a push may be read by whoever holds the phone. */
function dataOf(event: OrderEventView, order: OrderView): NotificationData {
  const { venue, assetClass, side, orderType, timeInForce, quantity, notional, price, stopPx, clOrdId } = order;
  const { status, cumQty, leavesQty, avgPx, overfillQty, pendingAction, version } = order;
  const { execType, execId, execRefId, lastQty, lastPx } = event;
  const text = event.text && maskKnown(event.text, order.account);
  const statusText = event.statusText && maskKnown(event.statusText, order.account);
  const { answers = null, lateAfter = null } = event;
  const rejectReason = execType === 'CANCEL_REJECTED' ? (event.rejectReason ?? null) : order.rejectReason;
  return {
    ...{ venue, assetClass, side, orderType, timeInForce, quantity, notional, price, stopPx, clOrdId },
    ...{ status, cumQty, leavesQty, avgPx, overfillQty, rejectReason, pendingAction, version },
    ...{ execType, execId, execRefId, lastQty, lastPx, text, statusText, answers, lateAfter },
  };
}
