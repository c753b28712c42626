import type { ExecutionReport } from '../ingest/execution-report.ts';
import type { Facts } from './decision.ts';
import type { ChangedTerms, OrderEvent } from './event.ts';
import type { Order, PendingRequest } from './order.ts';
import { isVenueTime, saidAfter, stampOf } from './registers.ts';
import { isFilled } from './status.ts';

/** What follows from a statement where the venue's own message was lost. */

/**
 * A filled order can be neither canceled nor changed, but for an increase. While the venue works an order nothing follows: it
 * may not have got the request yet, and its statements need not show that one is pending.
 */
export function requestConcluded(order: Order, { status }: ExecutionReport, facts: Facts): OrderEvent | null {
  if (status !== 'FILLED' || !isFilled(order)) return null;
  const request = order.pending.find((each) => !mayIncrease(order, each));
  if (!request) return null;
  const text = facts.text ?? 'the venue states that the order is filled';
  return { ...facts, type: 'RequestRejected', clOrdId: request.clOrdId, rejectReason: null, text };
}

const mayIncrease = ({ cumQty }: Order, { action, quantity }: PendingRequest): boolean =>
  action === 'REPLACE' && (quantity?.gt(cumQty) ?? false);

/** Stated as worked, later than the word that it is not for now. */
export const isWorkedAgain = ({ closed, session, stamps }: Order, facts: Facts): boolean =>
  closed === null && session !== 'LIVE' && stamps.session !== undefined && saidAfter(stampOf(facts), stamps.session);

const RESTATED = ['quantity', 'price', 'stopPx'] as const;

/**
 * Terms that differ from ours, stated later than we have learnt ours. Not while a change is asked for, which would end as
 * something else, nor under another name, which may be that of another order of its chain. A term that the order does not
 * have is none: some venues show what an order by market was filled at as its price.
 */
export function termsConcluded(order: Order, report: ExecutionReport, facts: Facts): OrderEvent | null {
  if (order.closed !== null || order.pending.some(({ action }) => action === 'REPLACE')) return null;
  if (isOther(report.venueOrderId, order.venueOrderId) || isOther(report.clOrdId, order.clOrdId)) return null;
  const stamp = stampOf(facts);
  const changed = RESTATED.filter((term) => {
    const [ours, theirs, known] = [order.terms[term], report[term], order.stamps[term]];
    const isNews = known === undefined ? isVenueTime(stamp) : saidAfter(stamp, known);
    return ours && theirs && isNews && !theirs.eq(ours);
  });
  if (changed.length === 0 || report.quantity?.lt(order.cumQty)) return null;
  const terms = Object.fromEntries(changed.map((term) => [term, report[term]])) as ChangedTerms;
  return { ...facts, type: 'OrderRestated', terms };
}

const isOther = (theirs: string | null, ours: string | null): boolean =>
  theirs !== null && ours !== null && theirs !== ours;
