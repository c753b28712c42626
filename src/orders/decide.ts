import type { ExecutionReport } from '../ingest/execution-report.ts';
import type { OrderId, UserId } from '../kernel/brand.ts';
import { ZERO } from '../kernel/decimal.ts';
import type { ChangedTerms, Opening, OrderEvent, Terms } from './event.ts';
import { type Fill, supersedes } from './fills.ts';
import { compareStamps, stampOf } from './registers.ts';
import { stated } from './stated.ts';
import { answered, type Order } from './order.ts';
import { isSanePx } from './words.ts';

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

/** No event means that the report tells nothing new. */
export type Decision =
  { readonly event: OrderEvent | null } | { readonly quarantine: QuarantineReason; readonly detail: string };

export interface ReportContext {
  readonly venue: string;
  readonly userId: UserId;
  /** The id that the order gets when the report opens one. */
  readonly newOrderId: OrderId;
  readonly now: Date;
  /** The fill that the report's execRefId means; null while it is not known. */
  readonly fill: Fill | null;
}

const quarantine = (reason: QuarantineReason, detail: string): Decision => ({ quarantine: reason, detail });

/** What a venue's report means for the order it is about (null: none is known by its ids). */
export function decideReport(order: Order | null, report: ExecutionReport, context: ReportContext): Decision {
  const opening = order ? null : openingOf(report, context);
  if (!order && !opening) {
    return quarantine(
      'UNKNOWN_ORDER',
      'no order is known by its ids, and its terms are not complete enough to open one',
    );
  }
  if (order && isAnotherOrder(order, report)) {
    return quarantine('ORDER_MISMATCH', `clOrdId names the order that the venue calls ${String(order.venueOrderId)}`);
  }
  return eventOf(order, report, {
    filled: context.fill,
    facts: {
      orderId: order?.id ?? context.newOrderId,
      opening,
      execId: report.execId,
      execRefId: report.execRefId,
      venueOrderId: report.venueOrderId === order?.venueOrderId ? null : report.venueOrderId,
      text: report.text,
      transactTime: report.transactTime,
      // Nobody knows the quantity of an order by amount until its venue tells.
      ...(order?.terms.quantity === null &&
        report.quantity &&
        report.execType !== 'PENDING_REPLACE' && { toldQuantity: report.quantity }),
      receivedAt: context.now,
    },
  });
}

/** Some venues give a replaced order a new id; otherwise an order keeps the id that it has. */
function isAnotherOrder(order: Order, report: ExecutionReport): boolean {
  if (report.execType === 'REPLACED') return false;
  return order.venueOrderId !== null && report.venueOrderId !== null && order.venueOrderId !== report.venueOrderId;
}

function openingOf(report: ExecutionReport, { venue, userId }: ReportContext): Opening | null {
  const { account, symbol, side, assetClass, orderType, timeInForce } = report;
  if (!symbol || !side || !assetClass || !orderType || !timeInForce || !(report.quantity ?? report.notional))
    return null;
  if (report.execType === 'CANCEL_REJECTED') return null;
  return {
    ...{ userId, venue, account, symbol, side, assetClass },
    clOrdId: ownClOrdId(report),
    platform: 'API',
    terms: termsOf(report, { orderType, timeInForce }),
  };
}

/** What came of a request is reported under the clOrdId of the request, with the order's own as origClOrdId. */
function ownClOrdId({ execType, clOrdId, origClOrdId }: ExecutionReport): string | null {
  const isOfRequest = execType === 'CANCELED' || execType === 'PENDING_CANCEL' || execType === 'PENDING_REPLACE';
  return isOfRequest ? (origClOrdId ?? clOrdId) : clOrdId;
}

function termsOf(report: ExecutionReport, kind: Pick<Terms, 'orderType' | 'timeInForce'>): Terms {
  const { quantity, notional, price, stopPx } = report;
  return { ...kind, quantity, notional, price, stopPx };
}

/** What every event of a report has. */
export type Facts = Omit<Extract<OrderEvent, { type: 'OrderAccepted' }>, 'type'>;

interface Known {
  readonly facts: Facts;
  readonly filled: Fill | null;
}

function eventOf(order: Order | null, report: ExecutionReport, { facts, filled }: Known): Decision {
  const isNew = order === null || facts.venueOrderId !== null;
  const { clOrdId } = report;
  if (!hasSaneTerms(report)) return quarantine('INVALID_REPORT', 'quantity and notional must be above zero');
  switch (report.execType) {
    case 'PENDING_NEW':
      return { event: isNew ? { ...facts, type: 'OrderSubmitted' } : null };
    case 'NEW':
      return { event: isNew || !order.accepted || renews(order, facts) ? { ...facts, type: 'OrderAccepted' } : null };
    case 'TRADE':
      return fill(order, report, facts);
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
      return { event: { ...facts, type: 'RequestRejected', clOrdId, rejectReason: report.rejectReason } };
    case 'PENDING_CANCEL':
    case 'PENDING_REPLACE':
      return pendingRequest(order, report, facts);
    case 'TRADE_CANCEL':
    case 'TRADE_CORRECT':
      return changedFill(order, report, { facts, filled });
    case 'RESTATED':
      return { event: { ...facts, type: 'OrderRestated', terms: given(report) } };
    case 'DONE_FOR_DAY':
      return { event: { ...facts, type: 'OrderDoneForDay' } };
    case 'SUSPENDED':
      return { event: { ...facts, type: 'OrderSuspended' } };
    case 'STOPPED':
      return { event: { ...facts, type: 'OrderStopped' } };
    case 'ORDER_STATUS':
      return stated(order, report, facts);
  }
}

/** A NEW may say that the order is worked again, as on another day; one that arrives late says it of then. */
const renews = ({ stamps }: Order, facts: Facts): boolean =>
  facts.transactTime !== null &&
  [stamps.session, stamps.stopped].some((said) => said === undefined || compareStamps(stampOf(facts), said) > 0);

function hasSaneTerms({ quantity, notional }: ExecutionReport): boolean {
  return (quantity?.gt(0) ?? true) && (notional?.gt(0) ?? true);
}

function fill(order: Order | null, report: ExecutionReport, facts: Facts): Decision {
  const { lastQty, lastPx } = report;
  if (!lastQty?.gt(0)) return quarantine('INVALID_REPORT', 'a TRADE needs a lastQty above zero');
  const assetClass = order?.assetClass ?? facts.opening?.assetClass;
  if (!isSanePx(lastPx, assetClass)) return quarantine('INVALID_REPORT', 'a TRADE needs a lastPx above zero');
  // Its share of the venue's sum is counted already.
  if (order?.fills === 'DERIVED' && report.cumQty?.lte(order.cumQty)) return { event: null };
  const byAmount = ((order?.terms ?? facts.opening?.terms)?.notional ?? null) !== null;
  const complete = byAmount && (report.status === 'FILLED' || (report.leavesQty?.isZero() ?? false));
  return { event: { ...facts, type: 'OrderFilled', lastQty, lastPx, complete } };
}

/** A bust or a correction of a fill, of whatever day. What comes after a bust, or is older, changes nothing any more. */
function changedFill(order: Order | null, report: ExecutionReport, { facts, filled: fill }: Known): Decision {
  const { execType, lastQty, lastPx, leavesQty, status } = report;
  if (!order || !fill) return quarantine('UNKNOWN_EXECUTION', 'the execution that execRefId names is not known');
  const amount = fill.lastQty.times(fill.lastPx);
  if (execType === 'TRADE_CANCEL') {
    if (fill.busted) return { event: null };
    const ended = (leavesQty?.isZero() ?? false) && status !== 'FILLED';
    const removed = { removedQty: fill.lastQty, removedAmount: amount };
    return { event: { ...facts, type: 'FillBusted', lastQty: fill.lastQty, lastPx: fill.lastPx, ...removed, ended } };
  }
  if (!lastQty?.gt(0) || !isSanePx(lastPx, order.assetClass))
    return quarantine('INVALID_REPORT', 'a TRADE_CORRECT needs a lastQty and a lastPx above zero');
  const counts = !fill.busted && supersedes(stampOf(facts), fill);
  const added = counts
    ? { addedQty: lastQty.minus(fill.lastQty), addedAmount: lastQty.times(lastPx).minus(amount) }
    : { addedQty: ZERO, addedAmount: ZERO };
  return { event: { ...facts, type: 'FillCorrected', lastQty, lastPx, ...added } };
}

/** A term that the venue leaves out is as it was asked, else it stays. */
function replaced(order: Order | null, report: ExecutionReport, facts: Facts): Decision {
  const asked = order && answered(order.pending, report.clOrdId, 'REPLACE');
  const terms = { ...given(asked ?? {}), ...given(report) };
  return { event: { ...facts, type: 'OrderReplaced', clOrdId: report.clOrdId, terms } };
}

type SaidTerms = { readonly [T in keyof Terms]?: Terms[T] | null };

/** The terms that are said. */
function given({ orderType, timeInForce, quantity, notional, price, stopPx }: SaidTerms): ChangedTerms {
  return Object.fromEntries(
    Object.entries({ orderType, timeInForce, quantity, notional, price, stopPx }).filter(([, value]) => value != null),
  );
}

function pendingRequest(order: Order | null, report: ExecutionReport, facts: Facts): Decision {
  const { clOrdId, quantity, price, stopPx } = report;
  if (clOrdId === null) return quarantine('INVALID_REPORT', `${report.execType} needs the clOrdId of the request`);
  // Late: the request is known, or was answered: by what closed the order, by the terms now in force, or else.
  const isKnown = order?.pending.some((request) => request.clOrdId === clOrdId) ?? false;
  const isOver = order && (order.closed !== null || order.clOrdId === clOrdId || order.settled.includes(clOrdId));
  if (isKnown || isOver) return { event: null };
  return report.execType === 'PENDING_CANCEL'
    ? { event: { ...facts, type: 'CancelRequested', clOrdId } }
    : { event: { ...facts, type: 'ReplaceRequested', clOrdId, quantity, price, stopPx } };
}
