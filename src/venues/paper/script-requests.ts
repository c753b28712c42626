import type { ReplaceRequest } from '../venue.ts';
import type { ChangeRequest, PaperOrder, Pending } from './order.ts';
import { nextExecId, tell, type Outcome } from './report.ts';
import type { Action } from './step.ts';
import { atWork } from './trade.ts';

// How a script answers what the trader asked for, or does the same unasked.

/** Says that a request is looked at. */
export function pend(
  run: string,
  order: PaperOrder,
  step: Extract<Action, { do: 'pending_cancel' | 'pending_replace' }>,
): Outcome {
  const kind = step.do === 'pending_cancel' ? 'CANCEL' : 'REPLACE';
  const asked = order.asked.find((each) => each.kind === kind && each.clOrdId !== order.pending?.clOrdId);
  const clOrdId = step.clOrdId ?? asked?.clOrdId ?? `${nextExecId(run, order)}-r`;
  const known: PaperOrder = { ...order, phase: 'HELD', pending: { kind, clOrdId } };
  return tell(run, known, { execType: `PENDING_${kind}`, clOrdId, origClOrdId: order.clOrdId });
}

export function cancel(run: string, order: PaperOrder, { text }: { readonly text: string | null }): Outcome {
  const answered = answeredBy(order, 'CANCEL');
  const canceled: PaperOrder = { ...without(order, answered?.clOrdId), phase: 'CANCELED', pending: null };
  const ids = answered && { clOrdId: answered.clOrdId, origClOrdId: order.clOrdId };
  const words = ids ? text : (text ?? 'canceled by the exchange');
  return tell(run, canceled, { execType: 'CANCELED', ...ids, ...(words !== null && { text: words }) });
}

/** With the terms of the step, else of the request. One below what is filled ends the order, one above opens it again. */
export function replace(
  { run }: { readonly run: string },
  order: PaperOrder,
  step: Extract<Action, { do: 'replace' }>,
): Outcome | string {
  const { terms, cumQty, phase } = order;
  if (phase === 'CANCELED' || phase === 'REJECTED' || phase === 'EXPIRED') return `the order is ${phase.toLowerCase()}`;
  const answered = answeredBy(order, 'REPLACE');
  const request = order.asked.find((each): each is ReplaceRequest => each === answered);
  const quantity = step.quantity ?? request?.quantity ?? terms.quantity;
  if (terms.quantity === null && quantity) return 'an order by amount has no quantity';
  if (phase === 'FILLED' && !quantity?.gt(cumQty)) return 'the order is filled';
  if (quantity?.lt(cumQty)) return 'more is filled already';
  const clOrdId = answered?.clOrdId ?? order.clOrdId;
  const replaced: PaperOrder = {
    ...without(order, answered?.clOrdId),
    clOrdId,
    phase: quantity?.eq(cumQty) ? 'FILLED' : 'HELD',
    session: atWork(order.session),
    terms: {
      ...terms,
      quantity,
      price: terms.price && (step.price ?? request?.price ?? terms.price),
      stopPx: terms.stopPx && (step.stopPx ?? request?.stopPx ?? terms.stopPx),
    },
  };
  return tell(run, replaced, { execType: 'REPLACED', origClOrdId: order.clOrdId });
}

export function answerReject(
  run: string,
  order: PaperOrder,
  { text }: Extract<Action, { do: 'reject_request' }>,
): Outcome | string {
  const answered = order.asked[0] ?? order.pending;
  if (!answered) return 'nothing was asked';
  const ids = { clOrdId: answered.clOrdId, origClOrdId: order.clOrdId };
  const told = { execType: 'CANCEL_REJECTED', ...ids, text: text ?? 'refused on request' } as const;
  return tell(run, without(order, answered.clOrdId), told);
}

/** The request that was said to be looked at, or the oldest one of the kind. */
function answeredBy({ pending, asked }: PaperOrder, kind: Pending['kind']): ChangeRequest | Pending | null {
  const looked = pending?.kind === kind ? pending : null;
  return (
    asked.find((each) => each.clOrdId === looked?.clOrdId) ?? looked ?? asked.find((each) => each.kind === kind) ?? null
  );
}

function without(order: PaperOrder, clOrdId: string | undefined): PaperOrder {
  return {
    ...order,
    asked: order.asked.filter((each) => each.clOrdId !== clOrdId),
    pending: order.pending?.clOrdId === clOrdId ? null : order.pending,
  };
}
