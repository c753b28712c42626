import { Decimal } from '../../kernel/decimal.ts';
import { openQtyAt } from './amount.ts';
import { meetingOf, take, type Depth } from './meet.ts';
import type { PaperOrder } from './order.ts';
import { priceAt } from './price.ts';
import { randomFor } from './random.ts';
import { andThen, quietly, tell, type Outcome } from './report.ts';
import { splitQuantity } from './split.ts';
import { trade } from './trade.ts';

/** Whom an order meets: a market with a price of its own and no bottom, the other orders, or these and then the market. */
export const MATCHINGS = ['market', 'book', 'both'] as const;
export type Matching = (typeof MATCHINGS)[number];

/** What makes one exchange's results its own. */
export interface Venue {
  readonly seed: number;
  readonly run: string;
  readonly matching: Matching;
}

/** How an order ends unasked, in the words of the exchange. */
export interface Ending {
  readonly phase: 'CANCELED' | 'EXPIRED';
  readonly text: string;
}

const TOO_SMALL: Ending = { phase: 'CANCELED', text: 'the amount does not buy the smallest quantity' };
const NOT_AT_ONCE: Ending = { phase: 'CANCELED', text: 'immediate or cancel: not to be had at the limit' };
const NOT_ALL: Ending = { phase: 'EXPIRED', text: 'fill or kill: not to be had at the limit' };
const REST_CANCELED: Ending = { phase: 'CANCELED', text: 'immediate or cancel: the rest is canceled' };
const BOOK_EMPTY: Ending = { phase: 'CANCELED', text: 'nothing more is to be had in the book' };
const PARTS_MIN = 2;
const PARTS_MAX = 4;

/** One step of the market for an order that works or rests: it triggers, is filled, closes or goes on resting. */
export function match(venue: Venue, order: PaperOrder, depth: Depth): Outcome {
  if (venue.matching === 'book') {
    const seen = { ...order, triggered: isTriggered(order, depth.lastPx(order.terms.symbol)) };
    if (!seen.triggered) return quietly({ ...seen, phase: 'RESTING' });
    return andThen(meet(venue, seen, { depth, px: null }), (left) => restOrEnd(venue, left));
  }
  const { order: stepped, px } = nextPrice(venue, order);
  const seen = { ...stepped, triggered: isTriggered(stepped, px) };
  if (!seen.triggered) return quietly({ ...seen, phase: 'RESTING' });
  if (venue.matching === 'market') return fillAtMarket(venue, seen, px);
  return andThen(meet(venue, seen, { depth, px }), (left) =>
    left.phase === 'FILLED' ? quietly(left) : fillAtMarket(venue, left, px),
  );
}

/** Takes what the book holds, with a market behind it (`px`) at its price or better. */
function meet(venue: Venue, order: PaperOrder, { depth, px }: { depth: Depth; px: Decimal | null }): Outcome {
  const { price, side, timeInForce } = order.terms;
  // An amount that the market has begun to fill is filled at that price.
  if (order.amountPx !== null) return quietly(order);
  const bound = price && px ? (side === 'BUY' ? Decimal.min(price, px) : Decimal.max(price, px)) : (price ?? px);
  const meeting = meetingOf(order, depth, bound);
  const isBacked = px !== null && isMarketable(order, px);
  if (timeInForce === 'FOK' && !meeting.isComplete && !isBacked) return quietly(order);
  return take(venue.run, order, meeting);
}

/** What becomes of the rest, where there is nothing but the book. */
function restOrEnd(venue: Venue, order: PaperOrder): Outcome {
  const { price, timeInForce } = order.terms;
  if (order.phase === 'FILLED') return quietly(order);
  if (timeInForce === 'FOK') return close(venue, order, NOT_ALL);
  if (timeInForce === 'IOC') return close(venue, order, order.cumQty.isZero() ? NOT_AT_ONCE : REST_CANCELED);
  return price === null ? close(venue, order, BOOK_EMPTY) : quietly({ ...order, phase: 'RESTING' });
}

function fillAtMarket(venue: Venue, order: PaperOrder, px: Decimal): Outcome {
  const limited = order.terms.price !== null;
  const { timeInForce } = order.terms;
  if (!isMarketable(order, px)) {
    if (timeInForce === 'IOC') return close(venue, order, NOT_AT_ONCE);
    if (timeInForce === 'FOK') return close(venue, order, NOT_ALL);
    return quietly({ ...order, phase: 'RESTING' });
  }
  const ready = plan(venue, order, px);
  if (ready.parts.length === 0) return close(venue, ready, TOO_SMALL);
  if (limited && timeInForce === 'FOK') return fillParts(venue, { order: ready, px, count: ready.parts.length });
  if (limited && timeInForce === 'IOC') return fillImmediate(venue, ready, px);
  return fillParts(venue, { order: ready, px, count: 1 });
}

/** Fills all that is open at once, in one part: at the market's price, or at the limit where that is not to be had. */
export function fillRest(venue: Venue, order: PaperOrder): Outcome {
  const { order: stepped, px: market } = nextPrice(venue, order);
  const px = isMarketable(stepped, market) ? market : (stepped.terms.price ?? market);
  const ready = plan(venue, { ...stepped, triggered: true }, px);
  if (ready.parts.length === 0) return close(venue, ready, TOO_SMALL);
  const rest = ready.parts.reduce((sum, part) => sum.plus(part));
  return fillParts(venue, { order: { ...ready, parts: [rest] }, px, count: 1 });
}

/** Ends an order unasked. */
export function close(venue: Venue, order: PaperOrder, { phase, text }: Ending): Outcome {
  return tell(venue.run, { ...order, phase, parts: [] }, { execType: phase, text });
}

/** The market's next price for this order. */
export function nextPrice({ seed }: Venue, order: PaperOrder): { order: PaperOrder; px: Decimal } {
  const step = order.step + 1;
  return { order: { ...order, step }, px: priceAt({ seed, symbol: order.terms.symbol }, order.anchor + step) };
}

function isTriggered({ triggered, terms: { orderType, side, stopPx } }: PaperOrder, px: Decimal | null): boolean {
  if (triggered || stopPx === null || (orderType !== 'STOP' && orderType !== 'STOP_LIMIT')) return true;
  if (px === null) return false;
  return side === 'BUY' ? px.gte(stopPx) : px.lte(stopPx);
}

function isMarketable({ amountPx, terms: { price, side } }: PaperOrder, px: Decimal): boolean {
  if (price === null || amountPx !== null) return true;
  return side === 'BUY' ? px.lte(price) : px.gte(price);
}

/** Decides into which parts the rest is filled. Drawn from the newest clOrdId: a replacement is planned anew. */
function plan({ seed }: Venue, order: PaperOrder, px: Decimal): PaperOrder {
  if (order.parts.length > 0) return order;
  const { quantity } = order.terms;
  const random = randomFor(seed, 'parts', order.clOrdId);
  const parts = splitQuantity(openQtyAt(order, px), random.int(PARTS_MIN, PARTS_MAX), random);
  return { ...order, parts, amountPx: quantity ? null : px };
}

/** Immediate or cancel takes what the book holds at the moment, a drawn number of the parts, and cancels the rest. */
function fillImmediate(venue: Venue, order: PaperOrder, px: Decimal): Outcome {
  const count = randomFor(venue.seed, 'depth', order.clOrdId).int(1, order.parts.length);
  return andThen(fillParts(venue, { order, px, count }), (filled) =>
    filled.phase === 'FILLED' ? quietly(filled) : close(venue, filled, REST_CANCELED),
  );
}

function fillParts(venue: Venue, { order, px, count }: { order: PaperOrder; px: Decimal; count: number }): Outcome {
  const lastPx = order.amountPx ?? px;
  return order.parts.slice(0, count).reduce(
    (outcome, lastQty) =>
      andThen(outcome, (open) => {
        const parts = open.parts.slice(1);
        const phase = parts.length === 0 ? 'FILLED' : 'WORKING';
        return trade(venue.run, { ...open, parts }, { lastQty, lastPx, phase });
      }),
    quietly(order),
  );
}
