import { type Decimal, ZERO } from '../kernel/decimal.ts';
import { changesOf, type KnownFill } from './fills.ts';
import type { Order } from './order.ts';
import { compareStamps, isVenueTime, saidAfter, saidBy, type Stamp } from './registers.ts';
import { avgPx } from './status.ts';
import { isSanePx } from './words.ts';

/**
 * What a venue's fills count for beside what it has stated of their sum. A statement covers the fills up to its cumQty;
 * a fill that comes late is told apart by its own cumQty. Busts and corrections move the venue's sums: the quantities
 * are compared as they would be without them, by the venue's clock.
 */

/** A venue's word that so many are filled. */
export interface Statement {
  readonly cumQty: Decimal;
  readonly stamp: Stamp;
  /** The execIds that were known when it came. */
  readonly known: ReadonlySet<string>;
}

/** The one that a fill was derived from last. */
interface Derived extends Statement {
  /** Null of those that an earlier version derived. */
  readonly avgPx: Decimal | null;
}

export type Fills = ReadonlyMap<string, KnownFill>;

export interface Sums {
  readonly qty: Decimal;
  readonly amount: Decimal;
}
const NOTHING: Sums = { qty: ZERO, amount: ZERO };
const plus = (a: Sums, b: Sums): Sums => ({ qty: a.qty.plus(b.qty), amount: a.amount.plus(b.amount) });
const minus = (a: Sums, b: Sums): Sums => ({ qty: a.qty.minus(b.qty), amount: a.amount.minus(b.amount) });

function statementOf({ derivedQty, stamps, createdAt }: Order, fills: Fills): Derived | null {
  if (derivedQty.isZero()) return null;
  const all = [...fills.values()];
  const stamp = stamps.derivedQty ?? `${createdAt.toISOString()} `;
  const last = lastDerived(all, derivedQty, stamp);
  const known = new Set(all.slice(0, last ? all.indexOf(last) + 1 : 0).map(({ execId }) => execId));
  return { cumQty: derivedQty, stamp, known, avgPx: last?.avgPx ?? null };
}

/** By the sum and the stamp that it has left on the order, so that it is found in whatever order the fills are read. */
function lastDerived(all: readonly KnownFill[], sum: Decimal, stamp: Stamp): KnownFill | undefined {
  const derived = all.filter((fill) => fill.derived);
  // Those that an earlier version derived have no sum.
  const ofSum = derived.filter(({ cumQty }) => cumQty?.eq(sum));
  return ofSum.findLast((fill) => fill.stamp === stamp) ?? ofSum.at(-1) ?? derived.at(-1);
}

/** A fill and what has become of it, each step with the numbers from then on. */
interface Life {
  readonly fill: KnownFill;
  readonly steps: readonly { readonly stamp: Stamp; readonly delta: Sums }[];
}

const numbersOf = ({ lastQty, lastPx }: KnownFill): Sums =>
  lastQty && lastPx ? { qty: lastQty, amount: lastQty.times(lastPx) } : NOTHING;

function livesOf(fills: Fills): readonly Life[] {
  return [...fills.values()].flatMap((fill) => (fill.execType === 'TRADE' ? [lifeOf(fill, fills)] : []));
}

function lifeOf(fill: KnownFill, fills: Fills): Life {
  let now = numbersOf(fill);
  let isBusted = false;
  const steps = changesOf(fill, fills)
    .sort((a, b) => compareStamps(a.stamp, b.stamp))
    .map((change) => {
      const before = now;
      if (change.execType === 'TRADE_CANCEL') isBusted = true;
      now = isBusted ? NOTHING : numbersOf(change);
      return { stamp: change.stamp, delta: minus(now, before) };
    });
  return { fill, steps };
}

const sumUpTo = ({ fill, steps }: Life, isThen: (stamp: Stamp) => boolean): Sums =>
  steps.filter(({ stamp }) => isThen(stamp)).reduce((sum, { delta }) => plus(sum, delta), numbersOf(fill));

/** By how much busts and corrections had moved the venue's sum then. */
const movedBy = (lives: readonly Life[], isThen: (stamp: Stamp) => boolean): Decimal =>
  lives
    .flatMap(({ steps }) => steps.filter(({ stamp }) => isThen(stamp)))
    .reduce((sum, { delta }) => sum.plus(delta.qty), ZERO);

/** Whether the fill is in the statement's sum. */
function isIn(fill: KnownFill, { cumQty, stamp, known }: Statement, lives: readonly Life[]): boolean {
  if (fill.derived) return true;
  if (fill.cumQty) {
    const asStated = cumQty.minus(movedBy(lives, (change) => saidBy(change, stamp)));
    return fill.cumQty.minus(movedBy(lives, (change) => compareStamps(change, fill.stamp) < 0)).lte(asStated);
  }
  if (isVenueTime(fill.stamp) && isVenueTime(stamp)) return saidBy(fill.stamp, stamp);
  return fill.covered || known.has(fill.execId);
}

/** What has to be added to the statement's sum: fills that it does not hold, and later changes of those that it does. */
export function beside(statement: Statement, fills: Fills): Sums {
  const lives = livesOf(fills);
  return lives.reduce((sum, life) => {
    const now = sumUpTo(life, () => true);
    const then = isIn(life.fill, statement, lives)
      ? sumUpTo(life, (change) => saidBy(change, statement.stamp))
      : NOTHING;
    return plus(sum, minus(now, then));
  }, NOTHING);
}

/**
 * False where the statement is less than was filled by then: it was overtaken, or tells of a bust that is not known yet.
 * A fill that it does not hold must have come after it by the venue's clock.
 */
export function isTrustworthy(statement: Statement, fills: Fills): boolean {
  const lives = livesOf(fills);
  return lives.every(({ fill }) => isIn(fill, statement, lives) || saidAfter(fill.stamp, statement.stamp));
}

/**
 * Whether a new fill is the late original of what was derived. Where a venue gives neither the sum nor its clock, fills
 * are taken for originals until they make up what was derived.
 */
export function isCovered(order: Order, fill: KnownFill, fills: Fills): boolean {
  const statement = statementOf(order, fills);
  if (!statement) return false;
  const isTold = fill.cumQty !== null || (isVenueTime(fill.stamp) && isVenueTime(statement.stamp));
  if (isTold) return isIn(fill, statement, livesOf(new Map([...fills, [fill.execId, fill]])));
  const sumOf = (which: (known: KnownFill) => boolean): Decimal =>
    [...fills.values()].filter(which).reduce((sum, { lastQty }) => sum.plus(lastQty ?? 0), ZERO);
  return sumOf(({ covered }) => covered)
    .plus(fill.lastQty ?? 0)
    .lte(sumOf(({ derived }) => derived));
}

/** By how much a bust or correction changes the sums of an order of which fills were derived; null of any other. */
export function changedBy(order: Order, change: KnownFill, fills: Fills): Sums | null {
  const statement = statementOf(order, fills);
  if (!statement) return null;
  const after = beside(statement, new Map([...fills, [change.execId, change]]));
  const { cumQty, avgPx: statedPx } = statement;
  if (!statedPx) return settled(order, minus(after, beside(statement, fills)));
  const total = plus(after, { qty: cumQty, amount: cumQty.times(statedPx) });
  return settled(order, minus(total, { qty: order.cumQty, amount: order.cumAmount }));
}

/** A rounded average must leave neither an amount without a quantity nor a senseless price. */
function settled(order: Order, { qty, amount }: Sums): Sums {
  const rest = { qty: order.cumQty.plus(qty), amount: order.cumAmount.plus(amount) };
  if (!rest.qty.gt(0)) return { qty: order.cumQty.negated(), amount: order.cumAmount.negated() };
  if (isSanePx(rest.amount, order.assetClass)) return { qty, amount };
  return { qty, amount: qty.times(avgPx(order) ?? ZERO) };
}
