import type { Decimal } from '../../kernel/decimal.ts';
import type { PaperOrder } from './order.ts';

/** The orders that rest at a limit, by symbol and side: best price first, at one price in the order in which they came. */
export interface Ladder {
  /** Puts an order where it belongs. At the same price it keeps its place, at another it is the last one there. */
  put(order: PaperOrder): void;
  remove(number: number): void;
  /** The numbers of the orders on the other side, best first. Not to be changed while it is read. */
  against(order: PaperOrder): Iterable<number>;
}

interface Rung {
  readonly number: number;
  readonly px: Decimal;
  readonly cameAs: number;
  readonly side: 'BUY' | 'SELL';
  readonly key: string;
}

export function openLadder(): Ladder {
  const sides = new Map<string, Rung[]>();
  const rungs = new Map<number, Rung>();
  let cameCount = 0;
  const remove = (number: number): void => {
    const rung = rungs.get(number);
    const rest = rung && sides.get(rung.key);
    if (!rung || !rest) return;
    rest.splice(placeOf(rest, rung), 1);
    if (rest.length === 0) sides.delete(rung.key);
    rungs.delete(number);
  };
  return {
    put: ({ number, terms }) => {
      if (terms.price === null) return;
      const key = keyOf(terms.symbol, sideOf(terms.side));
      const known = rungs.get(number);
      if (known?.px.eq(terms.price) && known.key === key) return;
      remove(number);
      cameCount += 1;
      const rung: Rung = { number, px: terms.price, cameAs: cameCount, side: sideOf(terms.side), key };
      const rest = sides.get(key) ?? [];
      rest.splice(placeOf(rest, rung), 0, rung);
      sides.set(key, rest);
      rungs.set(number, rung);
    },
    remove,
    against: function* ({ terms }) {
      const other = sideOf(terms.side) === 'BUY' ? 'SELL' : 'BUY';
      for (const { number } of sides.get(keyOf(terms.symbol, other)) ?? []) yield number;
    },
  };
}

/** How many rungs come before this one. */
function placeOf(rest: readonly Rung[], rung: Rung): number {
  let [from, to] = [0, rest.length];
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    const other = rest[middle];
    if (other && compare(other, rung) < 0) from = middle + 1;
    else to = middle;
  }
  return from;
}

function compare(a: Rung, b: Rung): number {
  const byPrice = a.side === 'BUY' ? b.px.comparedTo(a.px) : a.px.comparedTo(b.px);
  return byPrice === 0 ? a.cameAs - b.cameAs : byPrice;
}

const sideOf = (side: PaperOrder['terms']['side']): 'BUY' | 'SELL' => (side === 'BUY' ? 'BUY' : 'SELL');
const keyOf = (symbol: string, side: 'BUY' | 'SELL'): string => JSON.stringify([symbol, side]);
