import { unreachable } from '../../kernel/unreachable.ts';
import type { Venue } from './match.ts';
import { closedPhase, type PaperOrder, type Session } from './order.ts';
import { quietly, tell, type ExecType, type Happening, type Outcome } from './report.ts';
import { answerReject, cancel, pend, replace } from './script-requests.ts';
import { bust, correct, fill, overfill } from './script-fills.ts';
import type { Action } from './step.ts';

/** What a step comes to, or in words why it can't be done. */
export type Played = Outcome | string;

/** Takes the next step of an order's script. One that can't be done any more is left out. */
export function playStep(venue: Venue, order: PaperOrder): Outcome {
  const [step, ...script] = order.script;
  if (!step || (step.do === 'await_request' && order.asked.length === 0)) return quietly(order);
  const played = act(venue, { ...order, script }, step);
  if (typeof played !== 'string') return played;
  return { ...quietly({ ...order, script }), skipped: [`${step.do}: ${played}`] };
}

function act(venue: Venue, order: PaperOrder, step: Action): Played {
  switch (step.do) {
    case 'fill':
      return fill(venue, order, step);
    case 'overfill':
      return overfill(venue, order, step);
    case 'bust':
      return bust(venue, order, step);
    case 'correct':
      return correct(venue, order, step);
    case 'await_request':
      return quietly(order);
    case 'restate':
      return restate(venue, order, step);
    case 'replace':
      return replace(venue, order, step);
    default:
      return closedFault(order) ?? actOnOpen(venue, order, step);
  }
}

type OnOpen = Exclude<
  Action,
  { do: 'fill' | 'overfill' | 'bust' | 'correct' | 'await_request' | 'restate' | 'replace' }
>;

function actOnOpen({ run }: Venue, order: PaperOrder, step: OnOpen): Played {
  switch (step.do) {
    case 'accept':
      return tell(run, inHand(order, 'LIVE'), { execType: 'NEW' });
    case 'reject': {
      if (order.cumQty.gt(0)) return 'the order is filled in part';
      const { text, rejectReason } = step;
      const told = { text: text ?? 'rejected on request', rejectReason: rejectReason ?? 'OTHER' };
      return tell(run, { ...order, phase: 'REJECTED', pending: null }, { execType: 'REJECTED', ...told });
    }
    case 'cancel':
      return cancel(run, order, step);
    case 'expire':
      return tell(run, { ...order, phase: 'EXPIRED', pending: null }, said('EXPIRED', step.text ?? 'expired'));
    case 'done_for_day':
      return tell(run, inHand(order, 'DONE_FOR_DAY'), said('DONE_FOR_DAY', step.text));
    case 'suspend':
      return tell(run, inHand(order, 'SUSPENDED'), said('SUSPENDED', step.text));
    case 'stop':
      return tell(run, inHand(order, 'STOPPED'), said('STOPPED', step.text));
    case 'pending_cancel':
    case 'pending_replace':
      return pend(run, order, step);
    case 'reject_request':
      return answerReject(run, order, step);
    case 'release':
      return quietly({ ...order, ...(order.phase === 'HELD' && { phase: 'WORKING' }) });
    default:
      return unreachable(step);
  }
}

const said = (execType: ExecType, text: string | null): Happening => ({ execType, ...(text !== null && { text }) });

const inHand = (order: PaperOrder, session: Session): PaperOrder => ({ ...order, phase: 'HELD', session });

/** Other terms without a request. More than was ordered may open a filled order again (FIX 4.4 appendix D, C.1.c). */
function restate({ run }: Venue, order: PaperOrder, { quantity, price }: Extract<Action, { do: 'restate' }>): Played {
  if (order.phase !== 'FILLED' || !quantity?.gt(order.cumQty)) {
    const fault = closedFault(order);
    if (fault !== null) return fault;
  }
  if (quantity && order.terms.quantity === null) return 'an order by amount has no quantity';
  if (price && order.terms.price === null) return `an order of type ${order.terms.orderType} has no price`;
  if (quantity?.lt(order.cumQty)) return 'more is filled already';
  const restated: PaperOrder = {
    ...order,
    phase: quantity?.eq(order.cumQty) ? 'FILLED' : 'HELD',
    session: 'LIVE',
    terms: { ...order.terms, quantity: quantity ?? order.terms.quantity, price: price ?? order.terms.price },
  };
  return tell(run, restated, { execType: 'RESTATED' });
}

function closedFault(order: PaperOrder): string | null {
  const closed = closedPhase(order);
  return closed && `the order is ${closed.toLowerCase()}`;
}
