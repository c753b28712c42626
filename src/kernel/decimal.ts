import { Decimal as DecimalJs } from 'decimal.js';

/** Exact decimal. 100 significant digits, so no sum of products of two bounded decimals is ever rounded. */
export const Decimal = DecimalJs.clone({ precision: 100, rounding: DecimalJs.ROUND_HALF_EVEN, defaults: true });
export type Decimal = DecimalJs;

export const DECIMAL_INTEGER_DIGITS_MAX = 20;
export const DECIMAL_FRACTION_DIGITS_MAX = 18;

export const ZERO: Decimal = new Decimal(0);

const PLAIN = /^-?(\d+)(?:\.(\d+))?$/;

/**
 * Parses a plain decimal string: ASCII digits with an optional minus and fraction, no exponent, no sign but minus.
 * Returns null for anything else, for NaN and infinity, and for more than 20 digits before or 18 after the point.
 */
export function parseDecimal(text: string): Decimal | null {
  const match = PLAIN.exec(text);
  if (!match) return null;
  const integer = (match[1] ?? '').replace(/^0+(?=\d)/, '');
  const fraction = (match[2] ?? '').replace(/0+$/, '');
  if (integer.length > DECIMAL_INTEGER_DIGITS_MAX || fraction.length > DECIMAL_FRACTION_DIGITS_MAX) return null;
  return new Decimal(text);
}

/** Reads a decimal that this service has written itself (a database column, a stored event). */
export function decimal(text: string | number): Decimal {
  return new Decimal(text);
}

/** Prints without exponent, trailing zeros or minus zero. */
export function printDecimal(value: Decimal): string {
  return value.isZero() ? '0' : value.toFixed();
}

/** Rounds half-even to the 18 decimals that are shown. */
export function shownDecimal(value: Decimal): Decimal {
  return value.toDecimalPlaces(DECIMAL_FRACTION_DIGITS_MAX, DecimalJs.ROUND_HALF_EVEN);
}
