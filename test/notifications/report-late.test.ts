import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal, ZERO } from '../../src/kernel/decimal.ts';
import type { ReportedExecution } from '../../src/notifications/report-fills.ts';
import { readFigures, reportData } from '../../src/notifications/report-figures.ts';
import { buy, daily, execution, FROM, sell, TO } from './executions.ts';

/** The report after this one was read: what is given was known by then, but for what is marked `known: false`. */
const nextDay = (executions: readonly ReportedExecution[]) =>
  daily(executions, { from: TO, to: new Date(TO.getTime() + 86_400_000) });
const LATE = { known: false };

describe('a fill that its venue tells after that day’s report was read', () => {
  const late = buy('4', '10', { at: 5, ...LATE });

  it('is told by the next one, as a late one', () => {
    expect(nextDay([buy('1', '9', { at: 3 }), late, buy('2', '11', { at: 30 })])).toMatchObject({
      ...{ fills: 2, late: 1, symbols: [{ boughtQty: '6', fills: 2 }] },
    });
  });

  it('is told once: the report after that knows that it was told', () => {
    expect(nextDay([{ ...late, known: true }])).toMatchObject({ fills: 0, late: 0, symbols: [] });
  });

  it('is none of the day’s own that were merely told late', () => {
    expect(daily([late])).toMatchObject({ fills: 1, late: 0 });
  });

  it('closes earlier purchases by the time of its trade, and its result is of the report that tells it', () => {
    const bought = [buy('1', '10', { at: 1 }), buy('1', '20', { at: 2 })];
    const sold = sell('1', '50', { at: 4 });
    const lateSale = sell('1', '30', { at: 3, ...LATE });
    expect(daily([...bought, sold])).toMatchObject({ totals: [{ realised: '40' }] });
    // It took the purchase at 10, and left the one at 20 to the sale that was told before it: 50 in all, of which 40 were told.
    expect(nextDay([...bought, sold, lateSale])).toMatchObject({ late: 1, totals: [{ sold: '30', realised: '10' }] });
  });

  it('gives a sale that was told without its purchase the result that was missing', () => {
    const sold = sell('3', '50', { at: 4 });
    expect(daily([sold])).toMatchObject({ totals: [{ realised: null }], symbols: [{ unmatchedQty: '3' }] });
    const found = nextDay([sold, buy('2', '10', { at: 2, ...LATE })]);
    expect(found).toMatchObject({ late: 1, totals: [{ realised: '80' }], symbols: [{ unmatchedQty: null }] });
  });

  it('is of none where it was traded before the first one began', () => {
    const since = { since: FROM };
    const early = buy('4', '10', { at: -1, ...LATE });
    expect(daily([early, buy('1', '10')], since)).toMatchObject({ fills: 1, late: 0 });
    const next = { from: TO, to: new Date(TO.getTime() + 86_400_000), ...since };
    expect(daily([early, buy('2', '10', { at: 1, ...LATE })], next)).toMatchObject({ fills: 1, late: 1 });
  });

  it('was traded when it was received, where the venue’s clock says later', () => {
    const ahead = { ...buy('1', '10', { at: 5 }), transactTime: '9999-01-12T00:00:00.000Z' };
    expect(daily([ahead])).toMatchObject({ fills: 1, late: 0 });
    expect(nextDay([ahead])).toMatchObject({ fills: 0 });
  });

  it('can be corrected and busted on the way: as a venue’s word stands now, once', () => {
    const replaced = { ...late, counts: false };
    const about = { execRefId: late.execId, orderId: late.orderId, at: 26 };
    const correction = buy('5', '10', { ...about, execType: 'TRADE_CORRECT', ...LATE });
    expect(nextDay([replaced, correction])).toMatchObject({ ...{ fills: 1, late: 1, corrected: 1 } });
    const bust = execution({ ...about, execType: 'TRADE_CANCEL', counts: false, ...LATE });
    expect(nextDay([replaced, bust])).toMatchObject({ fills: 0, late: 0, busted: 1 });
  });
});

it('the results of all reports add up to what was closed, in whatever order fills are told', () => {
  const fill = fc.record({
    side: fc.constantFrom('BUY' as const, 'SELL' as const, 'SELL_SHORT' as const),
    ...{ qty: fc.integer({ min: 1, max: 9 }), px: fc.integer({ min: 1, max: 50 }) },
    ...{ hour: fc.nat(71), delay: fc.nat(60) },
  });
  const dayAt = (day: number): Date => new Date(FROM.getTime() + day * 86_400_000);
  const resultOf = ({ symbols }: ReturnType<typeof daily>) => decimal(symbols[0]?.realised ?? '0');
  fc.assert(
    fc.property(fc.array(fill, { maxLength: 12 }), (fills) => {
      const told = fills.map(({ side, qty, px, hour, delay }) => ({
        of: execution({ side, lastQty: String(qty), lastPx: String(px), at: hour }),
        hour: hour + delay,
      }));
      const results = Array.from({ length: 7 }, (_, day) => {
        const read = told.filter(({ hour }) => hour <= 24 * (day + 1));
        const executions = read.map(({ of, hour }) => ({ ...of, known: hour <= 24 * day }));
        return resultOf(daily(executions, { from: dayAt(day), to: dayAt(day + 1) }));
      });
      const all = told.map(({ of }) => ({ ...of, known: false }));
      const whole = resultOf(daily(all, { from: FROM, to: dayAt(7) }));
      expect(results.reduce((sum, one) => sum.plus(one), ZERO).toFixed()).toBe(whole.toFixed());
    }),
    { numRuns: 500 },
  );
});

describe('a correction of a fill that was told', () => {
  const filled = buy('10', '100', { at: 5, counts: false });
  const corrected = (at: number) =>
    buy('10', '90', { at, execType: 'TRADE_CORRECT', execRefId: filled.execId, orderId: filled.orderId, ...LATE });

  it('is listed, and its fill is not counted again', () => {
    expect(nextDay([filled, corrected(26)])).toMatchObject({ fills: 0, late: 0, corrected: 1, symbols: [] });
  });

  it('is listed also when it is of the days before, and told after their report', () => {
    expect(nextDay([filled, corrected(6)])).toMatchObject({ fills: 0, corrected: 1, changes: [{ earlier: true }] });
    expect(nextDay([filled, { ...corrected(6), known: true }])).toMatchObject({ corrected: 0 });
  });

  it('that is of the next days takes its fill out of none: it is read with this report', () => {
    expect(daily([filled, { ...corrected(26), known: true }])).toMatchObject({ fills: 1, corrected: 0 });
  });

  it('counts no fill that is not among the latest ones', () => {
    expect(daily([corrected(6)], { complete: false })).toMatchObject({ fills: 0, corrected: 1 });
  });
});

describe('an order of which a fill was derived', () => {
  const of = { orderId: 'o-derived' };
  /** `rest` is what single fills have left of it. */
  const derived = (
    qty: string,
    at: number,
    { rest = qty, ...more }: Partial<ReportedExecution> & { rest?: string } = {},
  ) => buy(rest, '10', { ...of, at, derived: { lastQty: qty, lastPx: '10' }, ...more });
  const single = (qty: string, at: number, more: Partial<ReportedExecution> = {}) =>
    buy(qty, '9', { ...of, at, covered: true, ...more });
  const GONE = { counts: false };

  it('is told by its single fills where they come before the report', () => {
    const all = [derived('20', 5, GONE), single('12', 3), single('8', 4)];
    expect(daily(all)).toMatchObject({ fills: 2, late: 0, symbols: [{ boughtQty: '20', bought: '180' }] });
  });

  it('is not told again by those that come after it', () => {
    expect(daily([derived('20', 5)])).toMatchObject({ fills: 1, symbols: [{ boughtQty: '20' }] });
    for (const at of [3, 26]) {
      const rest = derived('20', 5, { rest: '8' });
      expect(nextDay([rest, single('12', at)])).toMatchObject({ fills: 0, late: 0 });
      expect(nextDay([derived('20', 5, GONE), single('12', at), single('8', at)])).toMatchObject({ fills: 0, late: 0 });
    }
  });

  it('tells what it grows by, wherever the rest of what was stated is shown', () => {
    // 12 of the first statement have come: what is left of both is shown with the second one.
    const all = [derived('20', 5, GONE), single('12', 3), derived('5', 26, { rest: '13', ...LATE })];
    expect(nextDay(all)).toMatchObject({ fills: 1, late: 0, symbols: [{ boughtQty: '5', bought: '50' }] });
    const late = [derived('20', 5, GONE), single('12', 3), derived('5', 6, { rest: '13', ...LATE })];
    expect(nextDay(late)).toMatchObject({ fills: 1, late: 1, symbols: [{ boughtQty: '5' }] });
  });

  it('is left to the next report where it was stated after this one’s days, though a single fill of them has come', () => {
    const all = [derived('20', 26, { rest: '8' }), single('12', 3)];
    expect(daily(all)).toMatchObject({ fills: 0 });
    expect(nextDay(all)).toMatchObject({ fills: 2, late: 1, symbols: [{ boughtQty: '20' }] });
  });

  it('whose single fill is busted after it was told loses nothing of what is new', () => {
    const bust = execution({ ...of, execType: 'TRADE_CANCEL', execRefId: 'single', at: 26, ...GONE, ...LATE });
    const busted = single('20', 3, { execId: 'single', ...GONE });
    const all = [derived('20', 5, GONE), busted, bust, derived('30', 27, LATE)];
    expect(nextDay(all)).toMatchObject({ fills: 1, busted: 1, symbols: [{ boughtQty: '30' }] });
  });
});

it('figures that were kept before late fills were counted have none', () => {
  const figures = daily([buy('1', '1')]);
  const { late, ...before } = figures;
  expect(readFigures({ ...reportData(figures), figures: JSON.stringify(before) })).toEqual({ ...before, late: 0 });
  expect([late, reportData(figures)['late']]).toEqual([0, 0]);
});
