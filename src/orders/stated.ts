import type { ExecutionReport } from '../ingest/execution-report.ts';
import { type Decimal, printDecimal, shownDecimal } from '../kernel/decimal.ts';
import type { Decision, Facts } from './decide.ts';
import type { Order } from './order.ts';
import { isLatest, stampOf } from './registers.ts';
import { isSanePx, type OrderStatus } from './words.ts';

/**
 * What an order is like by its venue: the first thing that we don't know yet. Where the venue gives its fills no ids, a
 * sum that has grown is a fill, with an id that a restart or another path makes as well. Sums never go back.
 */
export function stated(order: Order | null, report: ExecutionReport, facts: Facts): Decision {
  const { status, clOrdId, cumQty, avgPx } = report;
  if (!order) return { event: { ...facts, type: status === 'PENDING_NEW' ? 'OrderSubmitted' : 'OrderAccepted' } };
  if (cumQty?.gt(order.cumQty) && avgPx && order.fills !== 'OWN') return grown(order, { cumQty, avgPx, status }, facts);
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

function grown(order: Order, { cumQty, avgPx, status }: Sums, facts: Facts): Decision {
  const lastQty = cumQty.minus(order.cumQty);
  const amount = cumQty.times(avgPx).minus(order.cumAmount);
  // A rounded average may leave nothing for the last fill: then it counts at that average.
  const isSane = isSanePx(amount, order.assetClass);
  const derivedAmount = isSane ? amount : lastQty.times(avgPx);
  const lastPx = isSane ? shownDecimal(amount.div(lastQty)) : avgPx;
  const complete = order.terms.notional !== null && status === 'FILLED';
  const execId = `${order.id}:${printDecimal(cumQty)}`;
  return { event: { ...facts, execId, type: 'OrderFilled', lastQty, lastPx, derivedAmount, complete } };
}
