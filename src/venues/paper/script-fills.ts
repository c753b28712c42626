import type { Decimal } from '../../kernel/decimal.ts';
import { openQtyAt } from './amount.ts';
import { nextPrice, type Venue } from './match.ts';
import type { Fill, PaperOrder, Phase } from './order.ts';
import { nextExecId, tell, type Outcome } from './report.ts';
import type { Action, FillRef } from './step.ts';
import { trade } from './trade.ts';

// What a script does with fills. A fill may come after a cancel that it raced, and be busted or corrected on any later day.

const CORRECTIONS_PER_FILL_MAX = 10;

export function fill(venue: Venue, order: PaperOrder, step: Extract<Action, { do: 'fill' }>): Outcome | string {
  const { order: stepped, px } = pricedBy(venue, order, step.px);
  const open = openQtyAt(order, px);
  const qty = step.qty ?? open;
  if (order.phase === 'REJECTED') return 'the order is rejected';
  if (qty.isZero()) return 'nothing is open';
  if (qty.gt(open)) return 'less is open than that; overfill fills more';
  return trade(venue.run, stepped, { lastQty: qty, lastPx: px, phase: filledPhase(order, qty.eq(open)) });
}

export function overfill(venue: Venue, order: PaperOrder, step: Extract<Action, { do: 'overfill' }>): Outcome | string {
  const { order: stepped, px } = pricedBy(venue, order, step.px);
  if (order.phase === 'REJECTED') return 'the order is rejected';
  if (step.qty.lte(openQtyAt(order, px))) return 'so much is open; fill fills it';
  return trade(venue.run, stepped, { lastQty: step.qty, lastPx: px, phase: filledPhase(order, true) });
}

/** A busted fill is open again, unless the order has ended otherwise. */
export function bust({ run }: Venue, order: PaperOrder, { fill: ref }: { readonly fill: FillRef }): Outcome | string {
  const found = findFill(order, ref);
  if (typeof found === 'string') return found;
  const { lastQty, lastPx } = found;
  const cumQty = order.cumQty.minus(lastQty);
  const busted: PaperOrder = {
    ...order,
    cumQty,
    cumAmount: order.cumAmount.minus(lastQty.times(lastPx)),
    phase: order.phase === 'FILLED' && order.terms.quantity === null ? 'HELD' : phaseAt(order, cumQty),
    fills: order.fills.map((each) => (each === found ? { ...found, isBusted: true } : each)),
  };
  return tell(run, busted, { execType: 'TRADE_CANCEL', execRefId: newestId(found), lastQty, lastPx });
}

export function correct({ run }: Venue, order: PaperOrder, step: Extract<Action, { do: 'correct' }>): Outcome | string {
  const { qty: lastQty, px: lastPx } = step;
  const found = findFill(order, step.fill);
  if (typeof found === 'string') return found;
  if (found.execIds.length > CORRECTIONS_PER_FILL_MAX) return 'the fill was corrected too often';
  const cumQty = order.cumQty.minus(found.lastQty).plus(lastQty);
  const execIds = [...found.execIds, nextExecId(run, order)];
  const corrected: PaperOrder = {
    ...order,
    cumQty,
    cumAmount: order.cumAmount.minus(found.lastQty.times(found.lastPx)).plus(lastQty.times(lastPx)),
    phase: phaseAt(order, cumQty),
    fills: order.fills.map((each) => (each === found ? { ...found, lastQty, lastPx, execIds } : each)),
  };
  return tell(run, corrected, { execType: 'TRADE_CORRECT', execRefId: newestId(found), lastQty, lastPx });
}

function findFill({ fills }: PaperOrder, ref: FillRef): Fill | string {
  const found = fills.find(({ nth, execIds }) => (typeof ref === 'number' ? nth === ref : execIds.includes(ref)));
  if (!found) return 'there is no such fill';
  return found.isBusted ? 'the fill is busted' : found;
}

const newestId = ({ execIds }: Fill): string => execIds.at(-1) ?? '';

/** At the price given, at the limit, or at the market's next price. */
function pricedBy(venue: Venue, order: PaperOrder, px: Decimal | null): { order: PaperOrder; px: Decimal } {
  const given = px ?? order.terms.price;
  return given ? { order, px: given } : nextPrice(venue, order);
}

function filledPhase({ phase }: PaperOrder, isAll: boolean): Phase {
  if (phase === 'CANCELED' || phase === 'EXPIRED') return phase;
  return isAll ? 'FILLED' : 'HELD';
}

/** An amount is not measured by quantity: where it was filled, a correction leaves it filled. */
function phaseAt({ phase, terms }: PaperOrder, cumQty: Decimal): Phase {
  if (phase === 'CANCELED' || phase === 'EXPIRED' || phase === 'REJECTED') return phase;
  if (terms.quantity === null) return phase;
  return cumQty.gte(terms.quantity) ? 'FILLED' : 'HELD';
}
