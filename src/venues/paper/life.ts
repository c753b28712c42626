import type { CancelRequest, ReplaceRequest } from '../venue.ts';
import { close, fillRest, match, type Venue } from './match.ts';
import { NO_DEPTH, type Depth } from './meet.ts';
import { closedPhase, type ChangeRequest, type PaperOrder, type Scenario } from './order.ts';
import { andThen, quietly, tell, type Outcome } from './report.ts';
import { playStep } from './script.ts';
import type { Step } from './step.ts';
import { atWork } from './trade.ts';

/** What an order does when its moment has come: its script's next step, its acknowledgement or the market's next step. */
export function wake(venue: Venue, order: PaperOrder, depth: Depth = NO_DEPTH): Outcome {
  if (order.script.length > 0) return andThen(playStep(venue, order), (played) => answerAsked(venue, played));
  switch (order.phase) {
    case 'ARRIVED':
      return acknowledge(venue, order);
    case 'WORKING':
    case 'RESTING':
      return order.scenario ? perform(venue, { ...order, scenario: null }, order.scenario) : match(venue, order, depth);
    case 'HELD':
    case 'FILLED':
    case 'CANCELED':
    case 'REJECTED':
    case 'EXPIRED':
      return quietly(order);
  }
}

/** Replaces or cancels. An order that can't be changed any more, or not like this, gives a CANCEL_REJECTED report. */
export function change(venue: Venue, order: PaperOrder, request: ChangeRequest): Outcome {
  if (order.script.length > 0) return quietly({ ...order, asked: [...order.asked, request] });
  if (order.phase === 'ARRIVED') return andThen(acknowledge(venue, order), (known) => change(venue, known, request));
  const ids = { clOrdId: request.clOrdId, origClOrdId: order.clOrdId };
  const fault = request.kind === 'REPLACE' ? replaceFault(order, request) : cancelFault(order);
  if (fault) return tell(venue.run, order, { execType: 'CANCEL_REJECTED', ...ids, text: fault });
  if (request.kind === 'CANCEL') return cancel(venue, order, request);
  return replace(venue, order, request);
}

/**
 * Does with an order what was asked for outside of its terms: now, or with its acknowledgement when that is still to
 * come. Null when it is too late for it.
 */
export function instruct(venue: Venue, order: PaperOrder, scenario: Scenario): Outcome | null {
  if (order.phase === 'ARRIVED') return quietly({ ...order, scenario });
  if (closedPhase(order) || scenario.kind === 'reject') return null;
  return perform(venue, { ...order, scenario: null }, scenario);
}

/** Begins a script in place of what is left of another one. Null: the first of its steps can be done, as far as can be told. */
export function direct(
  venue: Venue,
  order: PaperOrder,
  script: readonly Step[],
): { readonly order: PaperOrder; readonly fault: string | null } {
  const isTraded = order.phase === 'WORKING' || order.phase === 'RESTING';
  const directed: PaperOrder = {
    ...order,
    script,
    ...(isTraded && { phase: 'HELD', parts: [] }),
    scenario: null,
  };
  return { order: directed, fault: rehearse(venue, directed) };
}

/** The first step that can't be done, in words. What comes after the trader was asked can't be told beforehand. */
function rehearse(venue: Venue, order: PaperOrder): string | null {
  let played: PaperOrder = { ...order };
  while (played.script[0] && played.script[0].do !== 'await_request') {
    const { order: next, skipped } = playStep(venue, played);
    if (skipped[0] !== undefined) return skipped[0];
    played = next;
  }
  return null;
}

/** What was asked during a script is answered as usual at its end. */
function answerAsked(venue: Venue, order: PaperOrder): Outcome {
  if (order.script.length > 0) return quietly(order);
  return order.asked.reduce<Outcome>(
    (outcome, request) => andThen(outcome, (each) => change(venue, each, request)),
    quietly({ ...order, asked: [] }),
  );
}

/** How long until an order is to be woken; null when only the price, a request or an instruction wakes it. */
export function pauseMs(order: PaperOrder, partDelayMs: number): number | null {
  const [step] = order.script;
  if (!step) return order.phase === 'WORKING' || order.phase === 'ARRIVED' ? partDelayMs : null;
  if (step.do !== 'await_request') return step.afterMs ?? partDelayMs;
  return order.asked.length === 0 ? null : (step.afterMs ?? 0);
}

function acknowledge(venue: Venue, order: PaperOrder): Outcome {
  if (order.scenario?.kind === 'reject') {
    const text = order.scenario.text ?? 'rejected on request';
    const rejected: PaperOrder = { ...order, phase: 'REJECTED', scenario: null };
    return tell(venue.run, rejected, { execType: 'REJECTED', text, rejectReason: 'OTHER' });
  }
  const held = order.scenario?.kind === 'hold';
  const known: PaperOrder = held ? { ...order, phase: 'HELD', scenario: null } : { ...order, phase: 'WORKING' };
  return tell(venue.run, known, { execType: 'NEW' });
}

function perform(venue: Venue, order: PaperOrder, { kind, text }: Scenario): Outcome {
  switch (kind) {
    case 'fill':
      return fillRest(venue, order);
    case 'cancel':
      return close(venue, order, { phase: 'CANCELED', text: text ?? 'canceled by the exchange' });
    case 'expire':
      return close(venue, order, { phase: 'EXPIRED', text: text ?? 'expired' });
    case 'hold':
      return quietly({ ...order, phase: 'HELD' });
    case 'reject':
      return quietly(order);
  }
}

function cancel(venue: Venue, order: PaperOrder, { clOrdId }: CancelRequest): Outcome {
  const canceled: PaperOrder = { ...order, phase: 'CANCELED', parts: [], scenario: null, pending: null };
  return tell(venue.run, canceled, { execType: 'CANCELED', clOrdId, origClOrdId: order.clOrdId });
}

function replace(venue: Venue, order: PaperOrder, request: ReplaceRequest): Outcome {
  const { terms } = order;
  const replaced: PaperOrder = {
    ...order,
    clOrdId: request.clOrdId,
    terms: {
      ...terms,
      quantity: request.quantity ?? terms.quantity,
      price: request.price ?? terms.price,
      stopPx: request.stopPx ?? terms.stopPx,
    },
    parts: [],
    pending: null,
    session: atWork(order.session),
    phase: order.phase === 'HELD' || keepsPlace(order, request) ? order.phase : 'WORKING',
  };
  return tell(venue.run, replaced, { execType: 'REPLACED', origClOrdId: order.clOrdId });
}

/** Who only asks for less at the same price keeps the place in the book. */
function keepsPlace({ phase, terms }: PaperOrder, { quantity, price, stopPx }: ReplaceRequest): boolean {
  if (phase !== 'RESTING' || stopPx !== null || terms.quantity === null) return false;
  return (price === null || (terms.price?.eq(price) ?? false)) && (quantity?.lte(terms.quantity) ?? true);
}

function cancelFault(order: PaperOrder): string | null {
  const closed = closedPhase(order);
  return closed && `too late: the order is ${closed.toLowerCase()}`;
}

function replaceFault(order: PaperOrder, { quantity, price, stopPx }: ReplaceRequest): string | null {
  const { terms, cumQty } = order;
  // An increase opens a filled order again (FIX 4.4 appendix D, C.1.c).
  const isReopened = order.phase === 'FILLED' && (quantity?.gt(cumQty) ?? false);
  if (closedPhase(order) && !isReopened) return cancelFault(order);
  if (quantity && terms.quantity === null) return 'an order by amount has no quantity to change';
  if (quantity?.lte(cumQty)) return 'the new quantity must be above what is filled already';
  if (price && terms.price === null) return `an order of type ${terms.orderType} has no price to change`;
  if (stopPx && terms.stopPx === null) return `an order of type ${terms.orderType} has no stop price to change`;
  return null;
}
