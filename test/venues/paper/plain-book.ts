/** A price-time book in the plainest way, in whole numbers: it shares nothing with the exchange that it checks. */

export type PlainOp =
  | {
      readonly op: 'place';
      readonly side: 'BUY' | 'SELL';
      /** Null at market. */
      readonly price: number | null;
      readonly quantity: number;
      readonly timeInForce: 'DAY' | 'IOC' | 'FOK';
    }
  | { readonly op: 'cancel' | 'lessen' | 'move'; readonly target: number };

export interface PlainFill {
  readonly order: number;
  readonly qty: number;
  readonly px: number;
}

interface Line {
  readonly order: number;
  readonly side: 'BUY' | 'SELL';
  price: number | null;
  open: number;
  cameAs: number;
}

/** Every fill of a course of operations, of both sides, the one that came first. */
export function plainFills(ops: readonly PlainOp[]): readonly PlainFill[] {
  const fills: PlainFill[] = [];
  let resting: Line[] = [];
  let came = 0;
  const better = (a: Line, b: Line): number => {
    const byPrice = a.side === 'BUY' ? b.price! - a.price! : a.price! - b.price!;
    return byPrice || a.cameAs - b.cameAs;
  };
  const enter = (line: Line, timeInForce: string): void => {
    const takes = (other: Line): boolean =>
      other.side !== line.side &&
      (line.price === null || (line.side === 'BUY' ? other.price! <= line.price : other.price! >= line.price));
    const others = resting.filter(takes).sort(better);
    const offered = others.reduce((sum, { open }) => sum + open, 0);
    if (timeInForce === 'FOK' && offered < line.open) return;
    for (const other of others) {
      const qty = Math.min(line.open, other.open);
      if (qty === 0) break;
      line.open -= qty;
      other.open -= qty;
      fills.push({ order: line.order, qty, px: other.price! }, { order: other.order, qty, px: other.price! });
    }
    resting = resting.filter(({ open }) => open > 0);
    if (line.open === 0 || line.price === null || timeInForce !== 'DAY') return;
    came += 1;
    resting.push({ ...line, cameAs: came });
  };
  ops.forEach((each, i) => {
    if (each.op === 'place') {
      const { side, price, quantity, timeInForce } = each;
      enter({ order: i, side, price, open: quantity, cameAs: 0 }, timeInForce);
      return;
    }
    const line = resting.find(({ order }) => order === each.target);
    if (!line) return;
    if (each.op === 'lessen') {
      if (line.open > 1) line.open -= 1;
      return;
    }
    resting = resting.filter((other) => other !== line);
    if (each.op === 'move') enter({ ...line, price: line.price! + (line.side === 'BUY' ? 1 : -1) }, 'DAY');
  });
  return fills;
}
