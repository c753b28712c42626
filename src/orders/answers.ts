import type { ExecutionReport } from '../ingest/execution-report.ts';
import { COVERED, type Decision, type Facts, quarantine } from './decision.ts';
import type { ChangedTerms, Terms } from './event.ts';
import { answered, type Order, type PendingRequest, replacementOf } from './order.ts';

/** What a venue reports of the requests to change or cancel an order. */

/** A term that the venue leaves out is as it was asked, else it stays. */
export function replaced(order: Order | null, report: ExecutionReport, facts: Facts): Decision {
  const { clOrdId, venueOrderId } = report;
  const isTold = venueOrderId !== null && (order?.settled.includes(replacementOf(venueOrderId)) ?? false);
  // Its successor's own acknowledgement has told of it, with the terms.
  if (isTold && clOrdId === null) return COVERED;
  const asked = order && !isTold ? answeredReplace(order, report) : undefined;
  const terms = { ...given(asked ?? {}), ...given(report) };
  const answers = asked && asked.clOrdId !== clOrdId && { answers: asked.clOrdId };
  return { event: { ...facts, type: 'OrderReplaced', clOrdId, terms, ...answers } };
}

/**
 * Where a venue names no request, or the next order under a clOrdId of its own, the oldest one is answered that was not
 * the order's own request before.
 */
function answeredReplace({ pending, settled }: Order, report: ExecutionReport): PendingRequest | undefined {
  const { clOrdId, origClOrdId, replacesVenueOrderId } = report;
  if (clOrdId !== null) {
    const named = answered(pending, clOrdId, 'REPLACE');
    if (named || replacesVenueOrderId === null || settled.includes(clOrdId)) return named;
  }
  const before = pending.findIndex((request) => request.clOrdId === origClOrdId);
  return answered(pending.slice(before + 1), null, 'REPLACE');
}

export function requestRejected(order: Order | null, report: ExecutionReport, facts: Facts): Decision {
  const { clOrdId, rejectReason, cxlRejResponseTo } = report;
  const asked = clOrdId === null && order ? answered(order.pending, null, cxlRejResponseTo) : undefined;
  return {
    event: { ...facts, type: 'RequestRejected', clOrdId, rejectReason, ...(asked && { answers: asked.clOrdId }) },
  };
}

type SaidTerms = { readonly [T in keyof Terms]?: Terms[T] | null };

/** The terms that are said. */
export function given({ orderType, timeInForce, quantity, notional, price, stopPx }: SaidTerms): ChangedTerms {
  return Object.fromEntries(
    Object.entries({ orderType, timeInForce, quantity, notional, price, stopPx }).filter(([, value]) => value != null),
  );
}

export function pendingRequest(order: Order | null, report: ExecutionReport, facts: Facts): Decision {
  const { clOrdId, quantity, price, stopPx } = report;
  if (clOrdId === null) return quarantine('INVALID_REPORT', `${report.execType} needs the clOrdId of the request`);
  // Late: the request is known, or was answered: by what closed the order, by the terms now in force, or else.
  const isKnown =
    order?.pending.some(
      (request) =>
        request.clOrdId === clOrdId ||
        // The venue's next order, under a clOrdId of its own.
        (report.replacesVenueOrderId !== null && request.action === 'REPLACE'),
    ) ?? false;
  const isOver = order && (order.closed !== null || order.clOrdId === clOrdId || order.settled.includes(clOrdId));
  if (isKnown || isOver) return { event: null };
  return report.execType === 'PENDING_CANCEL'
    ? { event: { ...facts, type: 'CancelRequested', clOrdId } }
    : { event: { ...facts, type: 'ReplaceRequested', clOrdId, quantity, price, stopPx } };
}
