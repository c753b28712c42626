import type { ExecutionReport } from '../ingest/execution-report.ts';
import type { Decimal } from '../kernel/decimal.ts';
import type { Fills } from './counted.ts';
import type { Order } from './order.ts';
import { saidAfter, stampOf } from './registers.ts';
import { isFilled, isOpen } from './status.ts';

/** What a venue's reports say of an order's sum, beside what we have counted. */
export interface Said {
  /** CumQty (14), the greatest that was said; null where none was. */
  readonly cumQty: Decimal | null;
  /** Whether one of the reports may have brought what an earlier doubt was about. */
  readonly mayEndDoubt: boolean;
  /** One of them has ended the order. */
  readonly ended: boolean;
  /** It did so below the quantity, and did not say how many were filled. */
  readonly endedUntold: boolean;
}

/**
 * The sums that a report adds to those said before it. Null where the venue says none that matters: it may count each order
 * of a chain of replacements for itself.
 */
export function saidBy(
  report: ExecutionReport,
  { before, after, said }: { before: Order | null; after: Order; said: Said | undefined },
): Said | null {
  const { cumQty } = report;
  const ended = ends(report, before, after);
  if (cumQty === null && !ended) return said ?? null;
  const known = said?.cumQty ?? null;
  return {
    cumQty: cumQty === null || known?.gt(cumQty) ? known : cumQty,
    mayEndDoubt: (said?.mayEndDoubt ?? false) || (cumQty !== null && isLate(report, before, after)),
    ended: (said?.ended ?? false) || ended,
    endedUntold: (said?.endedUntold ?? false) || (ended && cumQty === null && mayLackFills(before, after)),
  };
}

/** Of a statement the venue has just been asked, or says all that it would say then. */
const ends = ({ execType }: ExecutionReport, before: Order | null, after: Order): boolean =>
  execType !== 'ORDER_STATUS' && (before === null || isOpen(before)) && !isOpen(after);

/** An order that was never worked has no fills to lose. */
const mayLackFills = (before: Order | null, after: Order): boolean =>
  !isFilled(after) && (after.closed !== 'REJECTED' || (before?.accepted ?? false));

/** In the ordinary course of an order no report is late, so that doubts are looked up for few. */
function isLate({ execType, cumQty }: ExecutionReport, before: Order | null, after: Order): boolean {
  const isAfterEnd = before !== null && !isOpen(before);
  const isRepair = execType === 'ORDER_STATUS' && before !== null && before.derivedQty.isZero();
  return isAfterEnd || isRepair || (cumQty?.lt(after.cumQty) ?? false);
}

/**
 * A message is on its way, or was lost: the venue has said that more is filled than we know of, or has ended the order without
 * a word of what was filled or of what its trader had asked.
 */
export const isDoubtful = (order: Pick<Order, 'cumQty' | 'pending'>, { cumQty, ended, endedUntold }: Said): boolean =>
  (cumQty?.gt(order.cumQty) ?? false) || endedUntold || (ended && order.pending.length > 0);

/**
 * The venue states less than we have counted, later than all that we know of: a bust or a correction must be missing. Whose
 * it is can't be told from a sum, so that nothing follows from it here.
 */
export function isBelow(order: Order, statement: ExecutionReport, fills: Fills): boolean {
  const { execType, cumQty, transactTime } = statement;
  if (execType !== 'ORDER_STATUS' || transactTime === null || !cumQty?.lt(order.cumQty)) return false;
  const stamp = stampOf({ ...statement, receivedAt: transactTime });
  return [...fills.values()].every((fill) => saidAfter(stamp, fill.stamp));
}
