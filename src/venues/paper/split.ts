import { DECIMAL_FRACTION_DIGITS_MAX, Decimal, ZERO } from '../../kernel/decimal.ts';
import type { Random } from './random.ts';

const WEIGHT_MAX = 100;
/** Finer units are chosen while there are fewer than this many, so that the parts of "1" differ like those of "100". */
const FRACTION_UNITS_MIN = 100;

/**
 * Splits a quantity into parts that add up to it exactly. Whole quantities from 2 on give whole parts; others give
 * decimal parts, none below 1e-18. Fewer parts than asked for when there are not enough units; none for zero.
 */
export function splitQuantity(quantity: Decimal, partsMax: number, random: Random): readonly Decimal[] {
  if (quantity.lte(0)) return [];
  const unit = unitOf(quantity);
  const units = quantity.div(unit);
  const parts = Decimal.min(units, partsMax).toNumber();
  const weights = Array.from({ length: parts }, () => random.int(1, WEIGHT_MAX));
  const weightsSum = weights.reduce((sum, weight) => sum + weight, 0);
  // Each part has one unit for certain; the others are shared out by weight, and the last part takes what rounding left.
  const shared = weights
    .slice(1)
    .map((weight) =>
      units.minus(parts).times(weight).div(weightsSum).toDecimalPlaces(0, Decimal.ROUND_DOWN).plus(1).times(unit),
    );
  return [...shared, quantity.minus(shared.reduce((sum, part) => sum.plus(part), ZERO))];
}

function unitOf(quantity: Decimal): Decimal {
  if (quantity.isInteger() && quantity.gte(2)) return new Decimal(1);
  let digits = quantity.decimalPlaces();
  while (digits < DECIMAL_FRACTION_DIGITS_MAX && quantity.times(new Decimal(10).pow(digits)).lt(FRACTION_UNITS_MIN)) {
    digits += 1;
  }
  return new Decimal(10).pow(-digits);
}
