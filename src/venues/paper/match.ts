import { DECIMAL_FRACTION_DIGITS_MAX, Decimal, ZERO } from '../../kernel/decimal.ts';
import type { PaperOrder } from './order.ts';
import { priceAt } from './price.ts';
import { randomFor } from './random.ts';
import { andThen, quietly, tell, type Outcome } from './report.ts';
import { splitQuantity } from './split.ts';

/** What makes one exchange's results its own. */
export interface Venue {
  readonly seed: number;
  readonly run: string;
}

/** How an order ends unasked, in the words of the exchange. */
export interface Ending {
  readonly phase: 'CANCELED' | 'EXPIRED';
  readonly text: string;
}

const TOO_SMALL: Ending = { phase: 'CANCELED', text: 'the amount does not buy the smallest quantity' };
const PARTS_MIN = 2;
const PARTS_MAX = 4;
const AMOUNT_QUANTITY_DECIMALS = 6;
const AMOUNT_QUANTITY_DECIMALS_CRYPTO = 8;

/** One step of the market for an order that works or rests: it triggers, fills its next part, closes or goes on resting. */
export function match(venue: Venue, order: PaperOrder): Outcome {
  const { order: stepped, px } = nextPrice(venue, order);
  const seen = { ...stepped, triggered: isTriggered(stepped, px) };
  if (!seen.triggered) return quietly({ ...seen, phase: 'RESTING' });
  const limited = seen.terms.price !== null;
  const { timeInForce } = seen.terms;
  if (!isMarketable(seen, px)) {
    if (timeInForce === 'IOC')
      return close(venue, seen, { phase: 'CANCELED', text: 'immediate or cancel: not to be had at the limit' });
    if (timeInForce === 'FOK')
      return close(venue, seen, { phase: 'EXPIRED', text: 'fill or kill: not to be had at the limit' });
    return quietly({ ...seen, phase: 'RESTING' });
  }
  const ready = plan(venue, seen, px);
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

function nextPrice({ seed }: Venue, order: PaperOrder): { order: PaperOrder; px: Decimal } {
  const step = order.step + 1;
  return { order: { ...order, step }, px: priceAt({ seed, symbol: order.terms.symbol }, order.anchor + step) };
}

function isTriggered({ triggered, terms: { orderType, side, stopPx } }: PaperOrder, px: Decimal): boolean {
  if (triggered || stopPx === null || (orderType !== 'STOP' && orderType !== 'STOP_LIMIT')) return true;
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
  const rest = quantity ? quantity.minus(order.cumQty) : boughtBy(order, px);
  const random = randomFor(seed, 'parts', order.clOrdId);
  const parts = splitQuantity(rest, random.int(PARTS_MIN, PARTS_MAX), random);
  return { ...order, parts, amountPx: quantity ? null : px };
}

/** What the rest of the amount buys, rounded down to the usual decimals, or to all there are when that leaves nothing. */
function boughtBy({ terms, cumAmount }: PaperOrder, px: Decimal): Decimal {
  const bought = (terms.notional ?? ZERO).minus(cumAmount).div(px);
  const digits = terms.assetClass === 'CRYPTO' ? AMOUNT_QUANTITY_DECIMALS_CRYPTO : AMOUNT_QUANTITY_DECIMALS;
  const usual = bought.toDecimalPlaces(digits, Decimal.ROUND_DOWN);
  return usual.isZero() ? bought.toDecimalPlaces(DECIMAL_FRACTION_DIGITS_MAX, Decimal.ROUND_DOWN) : usual;
}

/** Immediate or cancel takes what the book holds at the moment, a drawn number of the parts, and cancels the rest. */
function fillImmediate(venue: Venue, order: PaperOrder, px: Decimal): Outcome {
  const count = randomFor(venue.seed, 'depth', order.clOrdId).int(1, order.parts.length);
  return andThen(fillParts(venue, { order, px, count }), (filled) =>
    filled.phase === 'FILLED'
      ? quietly(filled)
      : close(venue, filled, { phase: 'CANCELED', text: 'immediate or cancel: the rest is canceled' }),
  );
}

function fillParts(venue: Venue, { order, px, count }: { order: PaperOrder; px: Decimal; count: number }): Outcome {
  const lastPx = order.amountPx ?? px;
  return order.parts.slice(0, count).reduce(
    (outcome, lastQty) =>
      andThen(outcome, (open) => {
        const parts = open.parts.slice(1);
        const filled: PaperOrder = {
          ...open,
          parts,
          phase: parts.length === 0 ? 'FILLED' : 'WORKING',
          cumQty: open.cumQty.plus(lastQty),
          cumAmount: open.cumAmount.plus(lastQty.times(lastPx)),
        };
        return tell(venue.run, filled, { execType: 'TRADE', lastQty, lastPx });
      }),
    quietly(order),
  );
}
