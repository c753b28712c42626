import { type Decimal, ZERO } from '../kernel/decimal.ts';
import type * as words from '../orders/words.ts';

/** A fill that counts. */
export interface Traded {
  readonly side: words.Side;
  readonly qty: Decimal;
  readonly px: Decimal;
}

/** What one fill has closed: null where it has closed nothing. `unmatched` is what it sold without a known purchase. */
export interface Closed {
  readonly realised: Decimal | null;
  readonly unmatched: Decimal;
}

interface Lot {
  qty: Decimal;
  readonly px: Decimal;
}

/** Lots in the order in which they were opened; the first of them that is still open stands at `next`. */
interface Lots {
  readonly all: Lot[];
  next: number;
}

/**
 * Matches the fills of one symbol in one account, earliest lots first, and tells for each what it has closed. A purchase
 * closes short lots and opens a long one with the rest; a sale closes long lots; a short sale opens a short one. A plain sale
 * of more than is known to be held is no short sale: its purchase was before what we know, so the rest is unmatched.
 */
export function matchFills(fills: readonly Traded[]): readonly Closed[] {
  const long: Lots = { all: [], next: 0 };
  const short: Lots = { all: [], next: 0 };
  return fills.map(({ side, qty, px }) => {
    switch (side) {
      case 'BUY': {
        const { realised, rest } = close(short, qty, (lot) => lot.px.minus(px));
        if (rest.gt(0)) long.all.push({ qty: rest, px });
        return { realised, unmatched: ZERO };
      }
      case 'SELL': {
        const { realised, rest } = close(long, qty, (lot) => px.minus(lot.px));
        return { realised, unmatched: rest };
      }
      case 'SELL_SHORT':
        short.all.push({ qty, px });
        return { realised: null, unmatched: ZERO };
    }
  });
}

function close(
  lots: Lots,
  qty: Decimal,
  gainOf: (lot: Lot) => Decimal,
): { readonly realised: Decimal | null; readonly rest: Decimal } {
  let realised: Decimal | null = null;
  let rest = qty;
  for (let lot = lots.all[lots.next]; lot !== undefined && rest.gt(0); lot = lots.all[lots.next]) {
    const matched = rest.lt(lot.qty) ? rest : lot.qty;
    realised = (realised ?? ZERO).plus(gainOf(lot).times(matched));
    rest = rest.minus(matched);
    lot.qty = lot.qty.minus(matched);
    if (lot.qty.isZero()) lots.next += 1;
  }
  return { realised, rest };
}
