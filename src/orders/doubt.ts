import type { ExecutionReport } from '../ingest/execution-report.ts';
import type { Decimal } from '../kernel/decimal.ts';
import type { Order } from './order.ts';
import { isOpen } from './status.ts';

/** What a venue's reports say of an order's sum, beside what we have counted. */
export interface Said {
  /** CumQty (14), the greatest that was said. */
  readonly cumQty: Decimal;
  /** Whether one of the reports may have brought what an earlier doubt was about. */
  readonly mayEndDoubt: boolean;
}

/**
 * The sums that a report adds to those said before it. Null where the venue says none: it may count each order of a chain
 * of replacements for itself.
 */
export function saidBy(
  report: ExecutionReport,
  { before, after, said }: { before: Order | null; after: Order; said: Said | undefined },
): Said | null {
  const { cumQty } = report;
  if (cumQty === null) return said ?? null;
  return {
    cumQty: said?.cumQty.gt(cumQty) ? said.cumQty : cumQty,
    mayEndDoubt: (said?.mayEndDoubt ?? false) || isLate(report, before, after),
  };
}

/** In the ordinary course of an order no report is late, so that doubts are looked up for few. */
function isLate({ execType, cumQty }: ExecutionReport, before: Order | null, after: Order): boolean {
  const isAfterEnd = before !== null && !isOpen(before);
  const isRepair = execType === 'ORDER_STATUS' && before !== null && before.derivedQty.isZero();
  return isAfterEnd || isRepair || (cumQty?.lt(after.cumQty) ?? false);
}

/** The venue has said that more is filled than we know of: a message is on its way, or was lost. */
export const isDoubtful = (order: Pick<Order, 'cumQty'>, { cumQty }: Said): boolean => cumQty.gt(order.cumQty);
