import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReportedExecution } from '../../src/notifications/report-fills.ts';
import { readFigures, reportData, SYMBOLS_LISTED_MAX } from '../../src/notifications/report-figures.ts';
import { buy, daily, execution, sell } from './executions.ts';

describe('the figures of a report', () => {
  it('given a purchase before the days and a sale in them: the result of the sale', () => {
    const figures = daily([buy('10', '100', { at: -20 }), sell('4', '110.5', { at: 2 })]);
    expect(figures.symbols).toEqual([
      {
        ...{ venue: 'alpaca', account: null, symbol: 'AAPL', summed: true, currency: null, fills: 1 },
        ...{ boughtQty: '0', bought: '0', soldQty: '4', sold: '442', realised: '42', unmatchedQty: null },
      },
    ]);
    expect(figures.totals).toEqual([{ venue: 'alpaca', currency: null, bought: '0', sold: '442', realised: '42' }]);
  });

  it('given lots at two prices: the earliest are closed first', () => {
    const figures = daily([buy('2', '10', { at: 1 }), buy('2', '20', { at: 2 }), sell('3', '30', { at: 3 })]);
    expect(figures.symbols[0]).toMatchObject({ realised: '50', bought: '60', sold: '90', unmatchedQty: null });
  });

  it('given more sold than is known to be bought: the rest is named, and in no result', () => {
    const figures = daily([buy('1', '10', { at: 1 }), sell('3', '12', { at: 2 })]);
    expect(figures.symbols[0]).toMatchObject({ realised: '2', soldQty: '3', unmatchedQty: '2' });
    expect(daily([sell('3', '12')]).symbols[0]).toMatchObject({ realised: null, unmatchedQty: '3' });
  });

  it('given a short sale: the purchase after it closes it, a plain sale does not', () => {
    const short = execution({ side: 'SELL_SHORT', lastQty: '5', lastPx: '20', at: 1 });
    expect(daily([short, buy('5', '18', { at: 2 })]).symbols[0]).toMatchObject({ realised: '10' });
    expect(daily([short, sell('5', '18', { at: 2 })]).symbols[0]).toMatchObject({ realised: null, unmatchedQty: '5' });
  });

  it('a result belongs to the days in which it was made', () => {
    const all = [
      buy('1', '10', { at: -3 }),
      sell('1', '15', { at: -2 }),
      buy('1', '10', { at: 1 }),
      sell('1', '11', { at: 30 }),
    ];
    expect(daily(all).symbols[0]).toMatchObject({ fills: 1, realised: null, soldQty: '0' });
    // The first moment is in, the last one is not.
    expect(daily([buy('1', '1', { at: 0 }), buy('1', '1', { at: 24 })]).fills).toBe(1);
  });

  it('given a bust: its fill counts no more, and is listed as canceled', () => {
    const filled = buy('10', '100', { at: 1, execId: 'f', counts: false });
    const bust = execution({
      execType: 'TRADE_CANCEL',
      execRefId: 'f',
      at: 2,
      lastQty: null,
      lastPx: null,
      counts: false,
    });
    expect(daily([filled, bust, sell('1', '1', { at: 3 })])).toMatchObject({
      ...{ fills: 1, busted: 1, corrected: 0 },
      symbols: [{ boughtQty: '0', unmatchedQty: '1' }],
      changes: [{ kind: 'BUST', lastQty: '10', lastPx: '100', earlier: false }],
    });
  });

  it('given a correction of an earlier fill: the corrected numbers, at the time of the fill', () => {
    const filled = buy('10', '100', { at: -5, execId: 'f', counts: false });
    const correction = buy('10', '90', { execType: 'TRADE_CORRECT', execRefId: 'f', at: 3 });
    const figures = daily([correction, sell('10', '95', { at: 2 }), filled]);
    expect(figures).toMatchObject({ fills: 1, corrected: 1, symbols: [{ realised: '50', boughtQty: '0' }] });
    expect(figures.changes).toEqual([
      { kind: 'CORRECTION', venue: 'alpaca', symbol: 'AAPL', lastQty: '10', lastPx: '90', earlier: true },
    ]);
  });

  it('given a circle of corrections: no end is looked for', () => {
    const one = buy('1', '2', { execType: 'TRADE_CORRECT', execId: 'a', execRefId: 'b' });
    const other = buy('1', '2', { execType: 'TRADE_CORRECT', execId: 'b', execRefId: 'a', counts: false });
    expect(daily([one, other])).toMatchObject({ fills: 1, corrected: 2 });
  });

  it('given a venue’s sum that takes back a part of its fills: the order counts what is left', () => {
    const fills = [buy('10', '100', { orderId: 'o', at: 1 }), buy('-4', '100', { orderId: 'o', at: 2 })];
    expect(daily([...fills, sell('6', '101', { at: 3 })]).symbols[0]).toMatchObject({
      ...{ boughtQty: '6', bought: '600', realised: '6', unmatchedQty: null },
    });
  });

  it('adds up only what is in one currency', () => {
    const usd = { assetClass: 'CRYPTO', symbol: 'BTC/USD' } as const;
    const figures = daily([
      ...[buy('1', '10'), buy('1', '7', { venue: 'zerodha' }), buy('1', '5', usd)],
      ...[buy('1', '3', { assetClass: 'OPTION', symbol: 'O' }), buy('1', '3', { assetClass: 'FX', symbol: 'EURUSD' })],
      buy('1', '2', { symbol: 'BRK/B' }),
    ]);
    expect(figures.totals.map(({ venue, currency, bought }) => [venue, currency, bought])).toEqual([
      ['alpaca', null, '12'],
      ['alpaca', 'USD', '5'],
      ['zerodha', null, '7'],
    ]);
    expect(figures.unsummed).toBe(2);
    expect(reportData(figures)).toMatchObject({ realised: null, fills: 6 });
    expect(reportData(daily([buy('1', '2', { at: 1 }), sell('1', '3', { at: 2 })]))).toMatchObject({ realised: '1' });
  });

  it('lists so many symbols, and counts and sums them all', () => {
    const many = Array.from({ length: SYMBOLS_LISTED_MAX + 5 }, (_, nth) => buy('1', '1', { symbol: `S${nth}` }));
    const figures = daily(many);
    expect(figures.symbols).toHaveLength(SYMBOLS_LISTED_MAX);
    expect(figures).toMatchObject({
      symbolsCount: SYMBOLS_LISTED_MAX + 5,
      totals: [{ bought: String(SYMBOLS_LISTED_MAX + 5) }],
    });
  });

  it('given but the latest executions: says how many, and tells no result, which would be of the wrong lots', () => {
    const all = [buy('1', '10', { at: -2 }), buy('1', '20', { at: 1 }), sell('1', '30', { at: 2 }), sell('2', '30')];
    const figures = daily(all.slice(1), { complete: false });
    expect(figures).toMatchObject({
      latestCounted: 3,
      fills: 3,
      totals: [{ bought: '20', sold: '90', realised: null }],
    });
    expect(figures.symbols[0]).toMatchObject({ soldQty: '3', realised: null, unmatchedQty: null });
    expect(reportData(figures)).toMatchObject({ latestCounted: 3, realised: null });
    expect(readFigures(reportData(figures))).toEqual(figures);
    expect(daily(all)).toMatchObject({ latestCounted: null, totals: [{ realised: '30' }] });
  });

  it('is the same when it has been kept as JSON, and nothing where that is broken', () => {
    const figures = daily([buy('1', '2'), sell('1', '3', { at: 2 })]);
    expect(readFigures(reportData(figures))).toEqual(figures);
    for (const broken of ['', '{', '{}', 'null', JSON.stringify({ ...figures, fills: -1 }), null])
      expect(readFigures({ figures: broken })).toBeNull();
  });
});

/** In hundredths, so that the independent computation is one of whole numbers. */
interface Trade {
  readonly buys: boolean;
  readonly qty: number;
  readonly px: number;
}
const trades = fc.array(
  fc.record({ buys: fc.boolean(), qty: fc.integer({ min: 1, max: 500 }), px: fc.integer({ min: 1, max: 99_999 }) }),
  { minLength: 1, maxLength: 25 },
);
const text = (hundredths: number): string =>
  `${String(Math.floor(hundredths / 100))}.${String(hundredths % 100).padStart(2, '0')}`;
const executionsOf = (all: readonly Trade[]): ReportedExecution[] =>
  all.map(({ buys, qty, px }, nth) => (buys ? buy : sell)(text(qty), text(px), { at: nth / 60 }));

/** Unit by unit: each hundredth sold takes the first hundredth bought that is left. */
function unitByUnit(all: readonly Trade[]) {
  const held: number[] = [];
  let [realised, matched, unmatched] = [0n, 0, 0];
  for (const { buys, qty, px } of all)
    for (let unit = 0; unit < qty; unit++) {
      if (buys) held.push(px);
      else if (held.length === 0) unmatched += 1;
      else {
        realised += BigInt(px - (held.shift() ?? 0));
        matched += 1;
      }
    }
  return { realised: matched === 0 ? null : realised, unmatched };
}

/** A decimal of at most four places in ten-thousandths. */
function tenThousandths(decimal: string | null): bigint | null {
  if (decimal === null) return null;
  const [whole = '', fraction = ''] = decimal.replace('-', '').split('.');
  const value = BigInt(whole + fraction.padEnd(4, '0'));
  return decimal.startsWith('-') ? -value : value;
}

describe('whatever is traded', () => {
  const RUNS = { numRuns: 150, seed: 6 };

  it('the result is that of matching unit by unit, and the sums are exact', () => {
    fc.assert(
      fc.property(trades, (all) => {
        const [figures] = daily(executionsOf(all)).symbols;
        const { realised, unmatched } = unitByUnit(all);
        expect(tenThousandths(figures?.realised ?? null)).toBe(realised);
        expect(tenThousandths(figures?.unmatchedQty ?? '0')).toBe(BigInt(unmatched) * 100n);
        const amount = (buys: boolean) =>
          all.filter((one) => one.buys === buys).reduce((sum, { qty, px }) => sum + BigInt(qty) * BigInt(px), 0n);
        expect(tenThousandths(figures?.bought ?? '')).toBe(amount(true));
        expect(tenThousandths(figures?.sold ?? '')).toBe(amount(false));
      }),
      RUNS,
    );
  });

  it('it does not matter how fills are split, nor in which order they are given', () => {
    fc.assert(
      fc.property(trades, fc.infiniteStream(fc.integer({ min: 1, max: 60 })), (all, cuts) => {
        const parts = all.flatMap((trade, nth) => {
          const split: ReportedExecution[] = [];
          for (let left = trade.qty, piece = 0; left > 0; piece++) {
            const qty = Math.min(left, Number(cuts.next().value) * 10);
            const at = nth / 60 + piece / 100_000;
            split.push((trade.buys ? buy : sell)(text(qty), text(trade.px), { at }));
            left -= qty;
          }
          return split;
        });
        const whole = daily(executionsOf(all)).symbols.map((one) => ({ ...one, fills: 0 }));
        const inParts = daily(parts.toReversed()).symbols.map((one) => ({ ...one, fills: 0 }));
        expect(inParts).toEqual(whole);
      }),
      RUNS,
    );
  });

  it('a fill that was busted is as if it had never been', () => {
    fc.assert(
      fc.property(trades, fc.nat(24), (all, nth) => {
        const executions = executionsOf(all);
        const at = nth % executions.length;
        const busted = executions.map((one, index) => (index === at ? { ...one, counts: false } : one));
        expect(daily(busted).symbols).toEqual(daily(executions.toSpliced(at, 1)).symbols);
      }),
      RUNS,
    );
  });
});
