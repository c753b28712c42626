import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decimal } from '../../src/kernel/decimal.ts';
import { nextReport } from '../../src/notifications/next-report.ts';
import type { ReportedExecution } from '../../src/notifications/report-fills.ts';
import type { ReportFigures } from '../../src/notifications/report-figures.ts';
import { reportFigures } from '../../src/notifications/report.ts';
import { REPORTS } from '../../src/notifications/words.ts';
import { derivedStanding, restOf } from '../../src/orders/rests.ts';
import { times } from './arbitraries.ts';
import { execution, FROM } from './executions.ts';

/** Fills that are told at any time, and reports that are made at any time, of periods of any length: each fill is in one. */

const HOUR_MS = 3_600_000;
const HOURS = 24 * 40;
const hours = fc.integer({ min: 0, max: HOURS });
const delay = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: HOURS }));

/** An execution and the hour at which its venue told it. */
interface Told {
  readonly at: number;
  readonly execution: ReportedExecution;
}
/** One symbol each, so that the reports that tell of it are seen. */
interface Life {
  readonly symbol: string;
  readonly total: number;
  /** What a reader sees of it at an hour. */
  readonly seenAt: (hour: number) => readonly Told[];
}

/** One fill, and perhaps a correction of its price. */
const plainLife = fc
  .record({
    qty: fc.integer({ min: 1, max: 99 }),
    at: hours,
    late: delay,
    corrected: fc.option(delay),
    hasTime: fc.boolean(),
  })
  .map(({ qty, at, late, corrected, hasTime }) => (nth: number): Life => {
    const [symbol, lastQty] = [`P${nth}`, String(qty)];
    const receivedAt = hourAt(at + late);
    const fill = execution({
      orderId: symbol,
      symbol,
      lastQty,
      at,
      receivedAt,
      ...(!hasTime && { transactTime: null }),
    });
    const told = { at: at + late, execution: fill };
    const toldAgain = told.at + (corrected ?? 0);
    const refers = { execType: 'TRADE_CORRECT', execRefId: fill.execId, orderId: symbol, symbol } as const;
    const correction = { at: toldAgain, execution: execution({ ...refers, lastQty, lastPx: '2', at: toldAgain }) };
    const before = [told];
    const after = [{ ...told, execution: { ...fill, counts: false } }, correction];
    return {
      ...{ symbol, total: qty },
      seenAt: (hour) => (hour < told.at ? [] : corrected === null || hour < toldAgain ? before : after),
    };
  });

interface Venue {
  readonly fills: readonly {
    readonly qty: number;
    readonly after: number;
    readonly late: number;
    readonly hasTime: boolean;
  }[];
  readonly statements: readonly { readonly of: number; readonly late: number; readonly hasTime: boolean }[];
  readonly begins: number;
}

/** What becomes known of an order whose venue also states its sum, in the order in which it is told (src/orders/counted.ts). */
function learnt({ fills, statements, begins }: Venue, symbol: string): readonly Told[] {
  let [at, cumQty] = [begins, 0];
  const traded = fills.map((fill) => {
    at += fill.after;
    cumQty += fill.qty;
    return { ...fill, at, cumQty };
  });
  const sayings = [
    ...traded.map((fill) => ({ ...fill, isSum: false, told: fill.at + fill.late })),
    ...statements.map(({ of, ...more }) => {
      const fill = traded[of % traded.length]!;
      return { ...fill, ...more, isSum: true, told: fill.at + more.late };
    }),
  ].sort((a, b) => a.told - b.told);
  let [derivedQty, inSum] = [0, 0];
  const beside: { cumQty: number; qty: number }[] = [];
  return sayings.flatMap(({ isSum, told, ...said }): Told[] => {
    const time = { at: said.at, receivedAt: hourAt(told), ...(!said.hasTime && { transactTime: null }) };
    const of = { orderId: symbol, symbol, ...time };
    const covered = !isSum && said.cumQty <= derivedQty;
    if (!isSum) {
      if (!covered) beside.push(said);
      return [{ at: told, execution: execution({ ...of, lastQty: String(said.qty), covered }) }];
    }
    const held = beside.filter((fill) => fill.cumQty > inSum && fill.cumQty <= said.cumQty);
    const known = inSum + held.reduce((sum, { qty }) => sum + qty, 0);
    if (said.cumQty <= known) return [];
    const numbers = { lastQty: String(said.cumQty - known), lastPx: '1' };
    [derivedQty, inSum] = [said.cumQty, said.cumQty];
    return [
      { at: told, execution: execution({ ...of, ...numbers, derived: numbers, execId: `${symbol}:${said.cumQty}` }) },
    ];
  });
}

/** The same as it stands: derived fills give way to single ones, and what is left of them is with the newest. */
function standing(told: readonly Told[]): readonly Told[] {
  const sumOf = (which: (of: ReportedExecution) => boolean) => {
    const qty = told
      .filter((each) => which(each.execution))
      .reduce((sum, each) => sum.plus(each.execution.lastQty ?? 0), decimal('0'));
    return { qty, amount: qty };
  };
  const newest = told
    .map((each) => each.execution)
    .filter(({ derived }) => derived !== null)
    .map(({ transactTime, receivedAt, execId }) => ({ key: `${transactTime ?? receivedAt} ${execId}`, execId }))
    .sort((a, b) => (a.key < b.key ? 1 : -1))[0]?.execId;
  if (newest === undefined) return told;
  const own = sumOf(({ derived }) => derived === null);
  const derivedQty = sumOf(({ derived }) => derived !== null).qty;
  const rest = restOf({ counted: sumOf(({ covered }) => !covered), unchanged: own, derivedQty, newest }, new Map());
  return told.map(({ at, execution: of }) => {
    if (of.derived === null) return { at, execution: of };
    const numbers = { lastQty: decimal(of.derived.lastQty), lastPx: decimal(of.derived.lastPx) };
    const { lastQty, lastPx, counts } = derivedStanding({ execId: of.execId, assetClass: 'EQUITY', ...numbers }, rest);
    return { at, execution: { ...of, lastQty: lastQty?.toFixed() ?? null, lastPx: lastPx?.toFixed() ?? null, counts } };
  });
}

const statedLife = fc
  .record({
    fills: fc.array(
      fc.record({
        qty: fc.integer({ min: 1, max: 99 }),
        after: fc.integer({ min: 0, max: 60 }),
        late: delay,
        hasTime: fc.boolean(),
      }),
      { minLength: 1, maxLength: 5 },
    ),
    statements: fc.array(fc.record({ of: fc.nat(), late: delay, hasTime: fc.boolean() }), {
      minLength: 1,
      maxLength: 4,
    }),
    begins: hours,
  })
  .map((venue) => (nth: number): Life => {
    const symbol = `S${nth}`;
    const all = learnt(venue, symbol);
    return {
      ...{ symbol, total: venue.fills.reduce((sum, { qty }) => sum + qty, 0) },
      seenAt: (hour) => standing(all.filter(({ at }) => at <= hour)),
    };
  });

const lives = fc
  .array(fc.oneof(plainLife, statedLife), { minLength: 1, maxLength: 8 })
  .map((all) => all.map((life, nth) => life(nth)));

const hourAt = (hour: number): string => new Date(FROM.getTime() + hour * HOUR_MS).toISOString();

/** What happens next: time passes, and then the process makes what is due, or the user chooses another time, or neither. */
interface Step {
  readonly wait: number;
  readonly makes: boolean;
  readonly chooses: { readonly at: string; readonly timeZone: string } | null;
}
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    wait: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 400 })),
    makes: fc.boolean(),
    chooses: fc.option(fc.record({ at: times, timeZone: fc.constantFrom('UTC', 'America/New_York', 'Pacific/Apia') })),
  }),
  { minLength: 1, maxLength: 40 },
);

/** The reports of such a life, as src/notifications/reports.ts makes them. */
function reportsOf(all: readonly Life[], report: (typeof REPORTS)[number], happens: readonly Step[]) {
  let scheduled = { report, time: { at: '18:00' }, timeZone: 'UTC' };
  const dueAfter = (hour: number): Date => nextReport(scheduled, new Date(FROM.getTime() + hour * HOUR_MS));
  let [hour, due] = [0, dueAfter(0)];
  let last: { readonly to: Date; readonly hour: number } | null = null;
  const made: ReportFigures[] = [];
  const make = (): void => {
    const read = hour;
    const executions = all.flatMap(({ seenAt }) =>
      seenAt(read).map(({ at, execution: of }) => ({ ...of, known: last === null || at <= last.hour })),
    );
    made.push(reportFigures({ report, from: last?.to ?? FROM, to: due, executions, openOrders: [] }));
    last = { to: due, hour: read };
    due = dueAfter(hour);
  };
  const isDue = (): boolean => due.getTime() <= FROM.getTime() + hour * HOUR_MS;
  for (const { wait, makes, chooses } of happens) {
    hour += wait;
    if (makes && isDue()) make();
    if (!chooses) continue;
    scheduled = { report, time: { at: chooses.at }, timeZone: chooses.timeZone };
    due = dueAfter(hour);
  }
  // The end: all that was traded has been told by then, and its days are over.
  for (let count = 0; count < 3; count += 1) {
    hour += 4 * HOURS;
    make();
  }
  return made;
}

it('each fill is in one report of each kind, and their sums are what was traded', () => {
  fc.assert(
    fc.property(lives, fc.constantFrom(...REPORTS), steps, (all, report, happens) => {
      const made = reportsOf(all, report, happens);
      made.slice(1).forEach(({ from }, nth) => expect(from).toBe(made[nth]?.to));
      for (const { symbol, total } of all) {
        const told = made.flatMap(({ symbols }) => symbols.filter((one) => one.symbol === symbol));
        expect(told.reduce((sum, { boughtQty }) => sum + Number(boughtQty), 0)).toBe(total);
        if (symbol.startsWith('P')) expect(told.map(({ fills }) => fills)).toEqual([1]);
      }
      expect(made.at(-1)).toMatchObject({ fills: 0, late: 0 });
    }),
    { numRuns: 400 },
  );
});
