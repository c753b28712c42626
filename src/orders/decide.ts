import type { ExecutionReport } from '../ingest/execution-report.ts';
import type { OrderId, UserId } from '../kernel/brand.ts';
import { given, pendingRequest, replaced, requestRejected } from './answers.ts';
import type { Fills } from './counted.ts';
import { COVERED, type Decision, type Facts, type Known, quarantine } from './decision.ts';
import type { Opening, Terms } from './event.ts';
import { type Order, replacementOf } from './order.ts';
import { compareStamps, stampOf } from './registers.ts';
import { isLateOriginal, stated } from './stated.ts';
import { changedFill, fill } from './trades.ts';

/** Why a report could not be applied. It waits in quarantine, whole. */
export const QUARANTINE_REASONS = [
  'UNREADABLE_ENVELOPE',
  'UNREADABLE_REPORT',
  'UNCONFIRMED',
  'UNMAPPED_ACCOUNT',
  'UNKNOWN_ORDER',
  'UNKNOWN_EXECUTION',
  'ORDER_MISMATCH',
  'EXEC_ID_CONFLICT',
  'INVALID_REPORT',
  'UNSUPPORTED_EXEC_TYPE',
  'INTERNAL',
] as const;
export type QuarantineReason = (typeof QUARANTINE_REASONS)[number];

export interface ReportContext {
  readonly venue: string;
  readonly userId: UserId;
  /** The id that the order gets when the report opens one. */
  readonly newOrderId: OrderId;
  readonly now: Date;
  /** The order's fills, busts and corrections so far, by execId, in the order in which they came. */
  readonly fills: Fills;
  /** The report's venueOrderId is a name of the order already: the one in force, or one of before a replace. */
  readonly isNamed?: boolean;
}

/** What a venue's report means for the order it is about (null: none is known by its ids). */
export function decideReport(order: Order | null, report: ExecutionReport, context: ReportContext): Decision {
  const opening = order ? null : openingOf(report, context);
  if (!order && !opening) {
    return quarantine(
      'UNKNOWN_ORDER',
      'no order is known by its ids, and its terms are not complete enough to open one',
    );
  }
  if (order && isAnotherOrder(order, report, context)) {
    return quarantine('ORDER_MISMATCH', `clOrdId names the order that the venue calls ${String(order.venueOrderId)}`);
  }
  return eventOf(order, report, {
    fills: context.fills,
    facts: {
      orderId: order?.id ?? context.newOrderId,
      opening,
      execId: report.execId,
      execRefId: report.execRefId,
      venueOrderId: toldVenueOrderId(order, report),
      text: report.text,
      transactTime: report.transactTime,
      // Nobody knows the quantity of an order by amount until its venue tells.
      ...(order?.terms.quantity === null &&
        report.quantity &&
        report.execType !== 'PENDING_REPLACE' && { toldQuantity: report.quantity }),
      ...(report.execType === 'ORDER_STATUS' && { stated: true }),
      receivedAt: context.now,
    },
  });
}

/**
 * Some venues give a replaced order a new id; otherwise an order keeps the id that it has. What is said of its
 * replacement before that is in force, and of its predecessors later, is about the same order.
 */
function isAnotherOrder(order: Order, report: ExecutionReport, { isNamed = false }: ReportContext): boolean {
  if (report.execType === 'REPLACED' || report.replacesVenueOrderId !== null || isNamed) return false;
  if (order.venueOrderId === null || report.venueOrderId === null) return false;
  const mayHaveHadOthers = order.settled.includes(replacementOf(order.venueOrderId));
  return order.venueOrderId !== report.venueOrderId && !mayHaveHadOthers;
}

/** The id that the order has from now on; null where it is no news. The id of a replacement comes with REPLACED. */
function toldVenueOrderId(order: Order | null, report: ExecutionReport): string | null {
  const { execType, venueOrderId, replacesVenueOrderId } = report;
  if (!order) return venueOrderId;
  if (execType === 'REPLACED') return venueOrderId === order.venueOrderId ? null : venueOrderId;
  return order.venueOrderId === null && replacesVenueOrderId === null ? venueOrderId : null;
}

function openingOf(report: ExecutionReport, { venue, userId }: ReportContext): Opening | null {
  const { account, symbol, side, assetClass, orderType, timeInForce } = report;
  if (!symbol || !side || !assetClass || !orderType || !timeInForce || !(report.quantity ?? report.notional))
    return null;
  if (report.execType === 'CANCEL_REJECTED') return null;
  // Its terms are those that were asked for, which the order may never have.
  if (report.execType === 'PENDING_REPLACE') return null;
  return {
    ...{ userId, venue, account, symbol, side, assetClass },
    clOrdId: ownClOrdId(report),
    platform: 'API',
    terms: termsOf(report, { orderType, timeInForce }),
  };
}

/** What came of a request is reported under the clOrdId of the request, with the order's own as origClOrdId. */
function ownClOrdId({ execType, clOrdId, origClOrdId }: ExecutionReport): string | null {
  const isOfRequest = execType === 'CANCELED' || execType === 'PENDING_CANCEL';
  return isOfRequest ? (origClOrdId ?? clOrdId) : clOrdId;
}

function termsOf(report: ExecutionReport, kind: Pick<Terms, 'orderType' | 'timeInForce'>): Terms {
  const { quantity, notional, price, stopPx } = report;
  return { ...kind, quantity, notional, price, stopPx };
}

function eventOf(order: Order | null, report: ExecutionReport, known: Known): Decision {
  const { facts } = known;
  const isNew = order === null || facts.venueOrderId !== null;
  const { clOrdId } = report;
  if (!hasSaneTerms(report)) return quarantine('INVALID_REPORT', 'quantity and notional must be above zero');
  if (order && isLateOriginal(order, report, facts)) return COVERED;
  switch (report.execType) {
    case 'PENDING_NEW':
      return { event: isNew ? { ...facts, type: 'OrderSubmitted' } : null };
    case 'NEW':
      return { event: isNew || !order.accepted || renews(order, facts) ? { ...facts, type: 'OrderAccepted' } : null };
    case 'TRADE':
      return fill(order, report, known);
    case 'CANCELED':
      return { event: { ...facts, type: 'OrderCanceled', clOrdId } };
    case 'EXPIRED':
      return { event: { ...facts, type: 'OrderExpired' } };
    case 'REJECTED':
      // Of another order under the same clOrdId: the status is how this one is.
      if (report.status !== null && report.status !== 'REJECTED') return { event: null };
      return { event: { ...facts, type: 'OrderRejected', rejectReason: report.rejectReason ?? 'OTHER' } };
    case 'REPLACED':
      return replaced(order, report, facts);
    case 'CANCEL_REJECTED':
      return requestRejected(order, report, facts);
    case 'PENDING_CANCEL':
    case 'PENDING_REPLACE':
      return pendingRequest(order, report, facts);
    case 'TRADE_CANCEL':
    case 'TRADE_CORRECT':
      return changedFill(order, report, known);
    case 'RESTATED':
      return { event: { ...facts, type: 'OrderRestated', terms: given(report) } };
    case 'DONE_FOR_DAY':
      return { event: { ...facts, type: 'OrderDoneForDay' } };
    case 'SUSPENDED':
      return { event: { ...facts, type: 'OrderSuspended' } };
    case 'STOPPED':
      return { event: { ...facts, type: 'OrderStopped' } };
    case 'ORDER_STATUS':
      return stated(order, report, known);
  }
}

/** A NEW may say that the order is worked again, as on another day; one that arrives late says it of then. */
const renews = ({ stamps }: Order, facts: Facts): boolean =>
  facts.transactTime !== null &&
  [stamps.session, stamps.stopped].some((said) => said === undefined || compareStamps(stampOf(facts), said) > 0);

function hasSaneTerms({ quantity, notional }: ExecutionReport): boolean {
  return (quantity?.gt(0) ?? true) && (notional?.gt(0) ?? true);
}
