import type { ExecutionReport } from '../ingest/execution-report.ts';
import { type Decimal, printDecimal, shownDecimal } from '../kernel/decimal.ts';
import { isWorkedAgain, requestConcluded, termsConcluded } from './concluded.ts';
import { beside, type Fills, isTrustworthy } from './counted.ts';
import type { Decision, Facts, Known } from './decision.ts';
import type { OrderEvent } from './event.ts';
import { derivedExecId } from './fills.ts';
import type { Order } from './order.ts';
import { isEarliest, isLatest, saidAfter, stampOf } from './registers.ts';
import { isSanePx, type OrderStatus } from './words.ts';

/**
 * What an order is like by its venue: the first thing that we don't know yet. A sum that is more than what we have
 * counted is a fill: of a venue that gives its fills no ids, or one whose own message was lost. Its id follows from the
 * order and the sum, so that a restart or another path makes the same. Sums never go back.
 */
export function stated(order: Order | null, report: ExecutionReport, { facts, fills }: Known): Decision {
  const { status, clOrdId, cumQty, avgPx } = report;
  if (!order) return { event: { ...facts, type: status === 'PENDING_NEW' ? 'OrderSubmitted' : 'OrderAccepted' } };
  const fill = cumQty?.gt(0) && avgPx ? grown(order, { cumQty, avgPx, status }, { facts, fills }) : null;
  const concluded = fill ?? requestConcluded(order, report, facts) ?? termsConcluded(order, report, facts);
  if (concluded) return { event: concluded };
  const isOpenStill = order.closed === null;
  switch (status) {
    case 'CANCELED':
      return { event: isOpenStill ? { ...facts, type: 'OrderCanceled', clOrdId } : null };
    case 'EXPIRED':
      return { event: isOpenStill ? { ...facts, type: 'OrderExpired' } : null };
    case 'REJECTED':
      return rejectedAsStated(order, report, facts);
    case 'DONE_FOR_DAY':
      return { event: isNewWord(order, facts, 'DONE_FOR_DAY') ? { ...facts, type: 'OrderDoneForDay' } : null };
    case 'SUSPENDED':
      return { event: isNewWord(order, facts, 'SUSPENDED') ? { ...facts, type: 'OrderSuspended' } : null };
    case 'STOPPED':
      return { event: order.stopped ? null : { ...facts, type: 'OrderStopped' } };
    case 'NEW':
    case 'PARTIALLY_FILLED':
      return { event: order.accepted && !isWorkedAgain(order, facts) ? null : { ...facts, type: 'OrderAccepted' } };
    case 'FILLED':
      return { event: order.accepted ? null : { ...facts, type: 'OrderAccepted' } };
    case 'PENDING_NEW':
    case 'PENDING_CANCEL':
    case 'PENDING_REPLACE':
    case null:
      return { event: null };
  }
}

const isNewWord = (order: Order, facts: Facts, session: Order['session']): boolean =>
  order.session !== session && isLatest(stampOf(facts), order.stamps.session);

function rejectedAsStated(order: Order, { rejectReason }: ExecutionReport, facts: Facts): Decision {
  if (order.closed !== null) return { event: null };
  return { event: { ...facts, type: 'OrderRejected', rejectReason: rejectReason ?? 'OTHER' } };
}

interface Sums {
  readonly cumQty: Decimal;
  readonly avgPx: Decimal;
  readonly status: OrderStatus | null;
}

function grown(order: Order, { cumQty, avgPx, status }: Sums, { facts, fills }: Known): OrderEvent | null {
  const statement = { cumQty, stamp: stampOf(facts), known: new Set(fills.keys()) };
  if (!isTrustworthy(statement, fills)) return null;
  const others = beside(statement, fills);
  const lastQty = cumQty.plus(others.qty).minus(order.cumQty);
  if (!lastQty.gt(0)) return null;
  const total = cumQty.times(avgPx).plus(others.amount);
  const amount = total.minus(order.cumAmount);
  // A rounded average, or a correction that is not known yet, may leave nothing for the fill: it is shown at the average.
  const lastPx = isSanePx(amount, order.assetClass) ? shownDecimal(amount.div(lastQty)) : avgPx;
  const derivedAmount = isSanePx(total, order.assetClass) ? amount : lastQty.times(avgPx);
  const complete = order.terms.notional !== null && status === 'FILLED';
  const sums = { lastQty, lastPx, derivedAmount, derivedQty: cumQty };
  return { ...facts, execId: freeExecId(order, cumQty, fills), type: 'OrderFilled', ...sums, complete };
}

/** After a bust the venue may come to the same sum again. */
function freeExecId({ id }: Order, cumQty: Decimal, fills: Fills): string {
  const sum = printDecimal(cumQty);
  const taken = (nth: number): string => derivedExecId(id, nth === 1 ? sum : `${sum}:${nth}`);
  let nth = 1;
  while (fills.has(taken(nth))) nth += 1;
  return taken(nth);
}

/**
 * Whether the venue's own message is of what its statement has told already, and tells nothing more. It does where it
 * answers a request, gives a text where there is none, or names another end, or a better reason, of before.
 */
export function isLateOriginal(order: Order, report: ExecutionReport, facts: Facts): boolean {
  const { stated: told } = order.stamps;
  if (told === undefined || facts.venueOrderId !== null) return false;
  switch (report.execType) {
    case 'NEW':
      return order.accepted && !saidAfter(stampOf(facts), told);
    case 'DONE_FOR_DAY':
    case 'SUSPENDED':
      return order.session === report.execType && !saidAfter(stampOf(facts), told) && !tellsMore(order, report);
    case 'CANCELED':
    case 'EXPIRED':
      return order.closed === report.execType && order.pending.length === 0 && !tellsMore(order, report);
    case 'REJECTED':
      return (
        order.closed === 'REJECTED' &&
        order.pending.length === 0 &&
        !tellsMore(order, report) &&
        !isBetter(order, report, facts)
      );
    default:
      return false;
  }
}

const tellsMore = (order: Order, { text }: ExecutionReport): boolean => order.text === null && text !== null;

/** Of two ends the earlier one counts, and its reason. */
const isBetter = ({ rejectReason: known, stamps }: Order, { rejectReason }: ExecutionReport, facts: Facts): boolean =>
  rejectReason !== null &&
  rejectReason !== 'OTHER' &&
  rejectReason !== known &&
  isEarliest(stampOf(facts), stamps.closed);
