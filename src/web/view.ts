import type { AssetClass, OrderFilter, OrderStatus, Side } from '../client/generated/schema.ts';

/** What the list shows. */
export interface View {
  readonly tab: 'open' | 'history';
  readonly symbol: string;
  readonly side: Side | '';
  readonly status: OrderStatus | '';
  readonly assetClass: AssetClass | '';
}

export const FIRST_VIEW: View = { tab: 'open', symbol: '', side: '', status: '', assetClass: '' };

export const isNarrowed = ({ symbol, side, status, assetClass }: View): boolean =>
  symbol.trim() !== '' || side !== '' || status !== '' || assetClass !== '';

const SYMBOLS_MAX = 50;

/** The service knows whole symbols alone: what is typed stands for each known one that begins so, or else for itself. */
export function filterOf(
  { tab, symbol, side, status, assetClass }: View,
  knownSymbols: ReadonlySet<string>,
): OrderFilter {
  const known = [...knownSymbols].sort();
  const symbols = symbol
    .toUpperCase()
    .split(/[\s,]+/)
    .filter(Boolean)
    .flatMap((typed) => {
      const begun = known.filter((each) => each.toUpperCase().startsWith(typed));
      return begun.length > 0 ? begun : [typed];
    })
    .slice(0, SYMBOLS_MAX);
  return {
    ...(tab === 'open' && { open: true }),
    ...(symbols.length > 0 && { symbols }),
    ...(side !== '' && { side }),
    ...(status !== '' && { statuses: [status] }),
    ...(assetClass !== '' && { assetClasses: [assetClass] }),
  };
}
