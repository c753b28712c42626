import type { Decimal } from '../../kernel/decimal.ts';
import { openQtyAt } from './amount.ts';
import type { PaperOrder } from './order.ts';
import { andThen, quietly, type Outcome, type Take } from './report.ts';
import { trade } from './trade.ts';

/** An order that rests in the book, at its limit. */
export interface Resting {
  readonly number: number;
  readonly px: Decimal;
  readonly qty: Decimal;
}

/** The book of one symbol as an order meets it. */
export interface Depth {
  /** What rests on the other side: best price first, and at one price the oldest first. */
  against(order: PaperOrder): Iterable<Resting>;
  /** The price at which two orders met last; null before that. */
  lastPx(symbol: string): Decimal | null;
}

export const NO_DEPTH: Depth = { against: () => [], lastPx: () => null };

/** What an order can take out of the book, and whether that is all it wants. */
export interface Meeting {
  readonly takes: readonly Take[];
  readonly isComplete: boolean;
}

/**
 * Price, then time: the best price first, at one price who came first, each at the price of who was there. `bound` is the
 * worst price that is taken; null takes any. Orders of one account meet like any others, as on most exchanges.
 */
export function meetingOf(order: PaperOrder, depth: Depth, bound: Decimal | null): Meeting {
  const takes: Take[] = [];
  let left = order;
  for (const { number, px, qty: offered } of depth.against(order)) {
    if (bound && isWorse(order.terms.side, px, bound)) break;
    const wanted = openQtyAt(left, px);
    if (wanted.isZero()) break;
    const qty = wanted.lt(offered) ? wanted : offered;
    takes.push({ number, qty, px });
    if (qty.gte(wanted)) return { takes, isComplete: true };
    left = { ...left, cumQty: left.cumQty.plus(qty), cumAmount: left.cumAmount.plus(qty.times(px)) };
  }
  return { takes, isComplete: false };
}

/** The side of the order that comes. What is left of it is planned anew. */
export function take(run: string, order: PaperOrder, { takes, isComplete }: Meeting): Outcome {
  const last = takes.at(-1);
  return takes.reduce(
    (outcome, each) =>
      andThen(outcome, (open) => {
        const phase = isComplete && each === last ? 'FILLED' : 'WORKING';
        return { ...trade(run, open, { lastQty: each.qty, lastPx: each.px, phase }), takes: [each] };
      }),
    quietly(last ? { ...order, parts: [] } : order),
  );
}

/** The side of the order that rested: it keeps its place with what is left. */
export function give(run: string, order: PaperOrder, { qty, px }: Take): Outcome {
  const phase = qty.gte(openQtyAt(order, px)) ? 'FILLED' : 'RESTING';
  return trade(run, { ...order, parts: [] }, { lastQty: qty, lastPx: px, phase });
}

function isWorse(side: PaperOrder['terms']['side'], px: Decimal, bound: Decimal): boolean {
  return side === 'BUY' ? px.gt(bound) : px.lt(bound);
}
