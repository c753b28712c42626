import { type Decimal, shownDecimal } from '../kernel/decimal.ts';
import { type FillChange, type KnownFill, standingOf } from './fills.ts';
import { type AssetClass, isSanePx } from './words.ts';

/** A bust or a correction with the numbers from then on. */
export type NumberedChange = FillChange & Pick<KnownFill, 'lastQty' | 'lastPx'>;

export interface Sum {
  readonly qty: Decimal;
  readonly amount: Decimal;
}

/** An order of which fills were derived, with the sums of what was reported of it. */
export interface PartlyDerived {
  /** The order's cumQty and the exact amount that they are worth. */
  readonly counted: Sum;
  /** Of the venue's own fills that were neither busted nor corrected. */
  readonly unchanged: Sum;
  /** LastQty of all derived fills, as they were derived. */
  readonly derivedQty: Decimal;
  /** The execId of the derived fill that was stated last. */
  readonly newest: string;
}

/** What the venue has stated of an order and no message of its own tells, by now. */
export interface Rest extends Sum {
  readonly newest: string;
  /** No message of its own tells any of it. */
  readonly isWhole: boolean;
}

/** `changes` are all busts and corrections of the order. */
export function restOf(order: PartlyDerived, changes: ReadonlyMap<string, NumberedChange>): Rest {
  let { qty, amount } = order.counted;
  const take = (told: Sum): void => {
    qty = qty.minus(told.qty);
    amount = amount.minus(told.amount);
  };
  take(order.unchanged);
  for (const change of changes.values()) {
    const { lastQty, lastPx } = change;
    if (lastQty && lastPx && standingOf(change, changes).counts) take({ qty: lastQty, amount: lastQty.times(lastPx) });
  }
  return { qty, amount, newest: order.newest, isWhole: qty.eq(order.derivedQty) };
}

interface Derived {
  readonly execId: string;
  readonly assetClass: AssetClass;
  readonly lastQty: Decimal | null;
  readonly lastPx: Decimal | null;
}

/** How a derived fill stands: with what numbers, and whether the venue's own messages have taken its place. */
export interface DerivedStanding extends Pick<Derived, 'lastQty' | 'lastPx'> {
  readonly counts: boolean;
  readonly superseded: boolean;
}

/**
 * A derived fill stands until late messages of the venue's own tell what it told. Which of several they tell can't be
 * said, so what they leave is all shown with the newest: below zero while they tell more than the venue has stated, since
 * the message of a bust is missing.
 */
export function derivedStanding({ execId, assetClass, lastQty, lastPx }: Derived, rest: Rest): DerivedStanding {
  const { qty, amount, newest, isWhole } = rest;
  if (isWhole) return { lastQty, lastPx, counts: true, superseded: false };
  if (execId !== newest || qty.isZero()) return { lastQty, lastPx, counts: false, superseded: true };
  const restPx = shownDecimal(amount.div(qty));
  // A rounded average, or a correction that is missing, may leave no sensible price.
  return { lastQty: qty, lastPx: isSanePx(restPx, assetClass) ? restPx : lastPx, counts: true, superseded: false };
}
