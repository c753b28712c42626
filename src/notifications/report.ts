import { type Decimal, decimal, printDecimal, shownDecimal, ZERO } from '../kernel/decimal.ts';
import type { OrderView } from '../orders/view.ts';
import type * as orderWords from '../orders/words.ts';
import { type Closed, matchFills } from './fifo.ts';
import {
  type ChangeFigures,
  CHANGES_LISTED_MAX,
  OPEN_ORDERS_LISTED_MAX,
  type ReportFigures,
  type SymbolFigures,
  SYMBOLS_LISTED_MAX,
  type TotalFigures,
} from './report-figures.ts';
import {
  compare,
  type Days,
  type Fill,
  groupBy,
  isTold,
  type ReportedExecution,
  type RootOf,
  rootsOf,
  sum,
  sumKnown,
  timeOf,
} from './report-fills.ts';
import { fillsOf } from './report-orders.ts';
import type { Report } from './words.ts';

export type ReportedOrder = Pick<OrderView, 'symbol' | 'side' | 'quantity' | 'notional' | 'leavesQty' | 'price'>;

export interface ReportInput {
  readonly report: Report;
  /** The days that it is about: from this moment, and before that one. */
  readonly from: Date;
  readonly to: Date;
  /** Where the first report of this kind began: what was traded earlier is of none. Null: it is not known. */
  readonly since?: Date | null;
  /** Of these days, and as far back as is known: without earlier purchases, sales stay unmatched. In any order. */
  readonly executions: readonly ReportedExecution[];
  /** False: these are but the latest ones. */
  readonly complete?: boolean;
  /** As of now, newest first. `openOrdersCount` is how many there are if these are not all. */
  readonly openOrders: readonly ReportedOrder[];
  readonly openOrdersCount?: number;
}

/**
 * The figures of a report: what was filled in its days, by symbol, as the venue's word stands now.
 *
 * - A fill counts if it is neither busted nor corrected; a correction counts in place of its fill, at the fill's own time. So
 *   busts and corrections change the days of the fill; those that came in these days are listed beside it.
 * - What was traded before these days and was told since the report before was read is of this one, and counted as `late`.
 * - The realised result is what all fills closed, each sale matched with the earliest purchases among the given executions
 *   (fifo.ts), before fees, less what those that earlier reports told had closed by themselves: the results of all reports add
 *   up, also where a purchase is told after its sale. Sales without a known purchase are in no result; their quantity is named.
 *   Where only the latest executions are given there is none: an earlier purchase that is missing would shift every match.
 * - Money is summed per venue, since an order has no currency and a venue trades in its own. Of a pair such as BTC/USD the
 *   second part is the currency. Options and futures (whose contracts have a size that is not known), and pairs written
 *   without a stroke, are in no sum.
 */
export function reportFigures({ report, from, to, since = null, ...input }: ReportInput): ReportFigures {
  const days = { from: from.toISOString(), to: to.toISOString(), since: since?.toISOString() ?? '' };
  const { executions, complete = true, openOrders, openOrdersCount = openOrders.length } = input;
  const rootOf = rootsOf(executions);
  // A correction of a fill that is not among the latest ones is no later fill than those that are left out.
  const counted = complete ? executions : executions.filter((each) => rootOf(each) !== null);
  const all = fillsOf(counted, days);
  const symbols = [...groupBy(all, ({ of }) => JSON.stringify([of.venue, of.account, of.symbol])).values()]
    .map((fills) => symbolFigures(fills, complete))
    .filter(({ fills }) => fills > 0)
    .sort((a, b) => b.fills - a.fills || compare(a.venue, b.venue) || compare(a.symbol, b.symbol));
  const changes = changesOf(executions, { days, rootOf });
  return {
    ...{ report, from: days.from, to: days.to, openOrdersCount },
    latestCounted: complete ? null : executions.length,
    fills: all.filter(({ told }) => !told).length,
    late: all.filter(({ told, at }) => !told && at < days.from).length,
    busted: changes.filter(({ kind }) => kind === 'BUST').length,
    corrected: changes.filter(({ kind }) => kind === 'CORRECTION').length,
    symbols: symbols.slice(0, SYMBOLS_LISTED_MAX),
    symbolsCount: symbols.length,
    unsummed: symbols.filter(({ summed }) => !summed).length,
    totals: totalsOf(symbols),
    changes: changes.slice(0, CHANGES_LISTED_MAX),
    openOrders: openOrders
      .slice(0, OPEN_ORDERS_LISTED_MAX)
      .map(({ symbol, side, quantity, notional, leavesQty, price }) => ({
        symbol,
        side,
        quantity,
        notional,
        leavesQty,
        price,
      })),
  };
}

const print = (value: Decimal): string => printDecimal(shownDecimal(value));

/** `fills` are all that are known of one symbol in one account; only when they are complete they are matched. */
function symbolFigures(fills: readonly Fill[], complete: boolean): SymbolFigures {
  const within = fills.filter(({ told }) => !told);
  const bought = within.filter(({ of }) => of.side === 'BUY');
  const sold = within.filter(({ of }) => of.side !== 'BUY');
  const { realised, unmatched } = complete ? closedSince(fills) : { realised: null, unmatched: ZERO };
  const [first] = fills;
  const { venue = '', account = null, symbol = '', assetClass = 'EQUITY' } = first?.of ?? {};
  return {
    ...{ venue, account, symbol, fills: within.length },
    ...moneyOf(assetClass, symbol),
    boughtQty: print(sum(bought.map(({ qty }) => qty))),
    bought: print(sum(bought.map(({ qty, px }) => qty.times(px)))),
    soldQty: print(sum(sold.map(({ qty }) => qty))),
    sold: print(sum(sold.map(({ qty, px }) => qty.times(px)))),
    realised: realised && print(realised),
    unmatchedQty: unmatched.gt(0) ? print(unmatched) : null,
  };
}

/** What the fills that were told before closed is left out; below zero, `unmatched` is what has found its purchase since. */
function closedSince(fills: readonly Fill[]): Closed {
  const [now, before] = [closedBy(fills), closedBy(fills.filter(({ told }) => told))];
  const gained = (now.realised ?? ZERO).minus(before.realised ?? ZERO);
  const isNew = now.closings !== before.closings || !gained.isZero();
  return { realised: isNew ? gained : null, unmatched: now.unmatched.minus(before.unmatched) };
}

function closedBy(fills: readonly Fill[]): Closed & { readonly closings: number } {
  const closed = matchFills(fills.map(({ of, qty, px }) => ({ side: of.side, qty, px })));
  return {
    closings: closed.filter(({ realised }) => realised !== null).length,
    realised: sumKnown(closed.map(({ realised }) => realised)),
    unmatched: sum(closed.map(({ unmatched }) => unmatched)),
  };
}

/** In which sum the money of a symbol is. */
function moneyOf(assetClass: orderWords.AssetClass, symbol: string): Pick<SymbolFigures, 'summed' | 'currency'> {
  switch (assetClass) {
    case 'EQUITY':
    case 'ETF':
    case 'MUTUAL_FUND':
      return { summed: true, currency: null };
    case 'CRYPTO':
    case 'FX': {
      const currency = /^[^/]+\/([A-Z0-9]{2,10})$/.exec(symbol)?.[1] ?? null;
      return { summed: currency !== null, currency };
    }
    case 'OPTION':
    case 'FUTURE':
      return { summed: false, currency: null };
  }
}

function totalsOf(symbols: readonly SymbolFigures[]): TotalFigures[] {
  const groups = groupBy(
    symbols.filter(({ summed }) => summed),
    ({ venue, currency }) => JSON.stringify([venue, currency]),
  );
  return [...groups.values()]
    .flatMap((group) => group.slice(0, 1).map(({ venue, currency }) => ({ venue, currency, group })))
    .map(({ venue, currency, group }) => {
      const realised = sumKnown(group.map((one) => (one.realised === null ? null : decimal(one.realised))));
      return {
        ...{ venue, currency },
        bought: print(sum(group.map(({ bought }) => decimal(bought)))),
        sold: print(sum(group.map(({ sold }) => decimal(sold)))),
        realised: realised && print(realised),
      };
    })
    .sort((a, b) => compare(a.venue, b.venue) || compare(a.currency ?? '', b.currency ?? ''));
}

/** The busts and corrections that came in these days, or later of earlier ones, newest first. */
function changesOf(
  executions: readonly ReportedExecution[],
  { days, rootOf }: { readonly days: Days; readonly rootOf: RootOf },
): ChangeFigures[] {
  return executions
    .filter((each) => each.execType !== 'TRADE' && timeOf(each) < days.to && !isTold(each, days))
    .sort((a, b) => compare(timeOf(b), timeOf(a)) || compare(a.execId, b.execId))
    .map((each) => {
      const root = rootOf(each);
      return {
        kind: each.execType === 'TRADE_CANCEL' ? 'BUST' : 'CORRECTION',
        ...{ venue: each.venue, symbol: each.symbol },
        lastQty: each.lastQty ?? root?.lastQty ?? null,
        lastPx: each.lastPx ?? root?.lastPx ?? null,
        // One that is not among those given was before them.
        earlier: root === null || timeOf(root) < days.from,
      };
    });
}
