import { DECIMAL_FRACTION_DIGITS_MAX, Decimal, ZERO } from '../../kernel/decimal.ts';
import type { PaperOrder } from './order.ts';

const AMOUNT_QUANTITY_DECIMALS = 6;
const AMOUNT_QUANTITY_DECIMALS_CRYPTO = 8;

/** What is still to be filled at this price; never below zero. */
export function openQtyAt(order: Pick<PaperOrder, 'terms' | 'cumQty' | 'cumAmount'>, px: Decimal): Decimal {
  const { quantity } = order.terms;
  return Decimal.max(quantity ? quantity.minus(order.cumQty) : boughtBy(order, px), ZERO);
}

/** What the rest of the amount buys, rounded down to the usual decimals, or to all there are when that leaves nothing. */
function boughtBy({ terms, cumAmount }: Pick<PaperOrder, 'terms' | 'cumAmount'>, px: Decimal): Decimal {
  const bought = (terms.notional ?? ZERO).minus(cumAmount).div(px);
  const digits = terms.assetClass === 'CRYPTO' ? AMOUNT_QUANTITY_DECIMALS_CRYPTO : AMOUNT_QUANTITY_DECIMALS;
  const usual = bought.toDecimalPlaces(digits, Decimal.ROUND_DOWN);
  return usual.isZero() ? bought.toDecimalPlaces(DECIMAL_FRACTION_DIGITS_MAX, Decimal.ROUND_DOWN) : usual;
}
