import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExecutionReport } from '../../src/ingest/execution-report.ts';
import { decimal, type Decimal } from '../../src/kernel/decimal.ts';
import { inOrder, type KnownFill, standingOf } from '../../src/orders/fills.ts';
import { derivedStanding, restOf, type Sum } from '../../src/orders/rests.ts';
import { orderView } from '../../src/orders/view.ts';
import { type Desk, openDesk, receive } from './desk.ts';
import { type Fields, readReport, TERMS } from './scenario.ts';

const SEED = 20_260_131;
const START_MS = Date.parse('2026-01-30T15:00:00Z');

/** Every cumQty of these lives divides it, so that every average is an integer. */
const PRICE_UNIT = 12_252_240;
const CUM_QTY_MAX = 18;

/** What happens at the venue: a fill, or the bust or correction of one of before; and whether the venue is asked then. */
interface Happening {
  readonly kind: 'FILL' | 'BUST' | 'CORRECT';
  readonly qty: number;
  readonly px: number;
  readonly pick: number;
  readonly isAsked: boolean;
}

const happenings = (kinds: fc.Arbitrary<Happening['kind']>): fc.Arbitrary<readonly Happening[]> =>
  fc.array(
    fc.record({
      kind: kinds,
      qty: fc.integer({ min: 1, max: 3 }),
      px: fc.integer({ min: 1, max: 3 }),
      pick: fc.nat(),
      isAsked: fc.boolean(),
    }),
    { minLength: 1, maxLength: 6 },
  );
const onlyFills = fc.constant('FILL' as const);
const anything = fc.constantFrom('FILL', 'FILL', 'BUST', 'CORRECT');

/** What the venue has told, and what is true in the end. */
interface Told {
  readonly fills: readonly ExecutionReport[];
  /** Each of them, but for the busts and corrections. */
  readonly changes: readonly ExecutionReport[];
  readonly statements: readonly ExecutionReport[];
  /** What it says when it is asked in the end. */
  readonly last: ExecutionReport;
  readonly truth: { readonly cumQty: string; readonly avgPx: string | null };
}

interface Live {
  readonly execId: string;
  readonly qty: number;
  readonly px: number;
}

/** The venue's own books, in integers. */
function toldOf(lives: readonly Happening[], { hasClock }: { hasClock: boolean }): Told {
  let live: readonly Live[] = [];
  const told = {
    fills: [] as ExecutionReport[],
    changes: [] as ExecutionReport[],
    statements: [] as ExecutionReport[],
  };
  const cumQty = (): number => live.reduce((sum, { qty }) => sum + qty, 0);
  const amount = (): number => live.reduce((sum, { qty, px }) => sum + qty * px, 0);
  const sums = (): Fields => ({
    cumQty: String(cumQty()),
    ...(cumQty() > 0 && { avgPx: String(amount() / cumQty()) }),
  });
  const at = (second: number): Fields => ({
    ...(hasClock && { transactTime: new Date(START_MS + second * 1_000).toISOString() }),
  });
  lives.forEach(({ kind, qty, pick, ...rest }, index) => {
    const [execId, px] = [`X${index}`, rest.px * PRICE_UNIT];
    const numbers = { lastQty: String(qty), lastPx: String(px) };
    const meant = live[pick % live.length];
    if (kind === 'FILL' || !meant) {
      live = [...live, { execId, qty, px }];
      told.fills.push(readReport({ execId, execType: 'TRADE', ...numbers, ...sums(), ...at(index * 2) }));
    } else {
      live = live.flatMap((each) => (each !== meant ? [each] : kind === 'BUST' ? [] : [{ ...each, qty, px }]));
      const change = { execId, execRefId: meant.execId, ...sums(), ...at(index * 2) };
      told.changes.push(
        readReport({ ...change, ...(kind === 'BUST' ? BUST : { execType: 'TRADE_CORRECT', ...numbers }) }),
      );
    }
    if (rest.isAsked)
      told.statements.push(readReport({ ...STATED, execId: `S${index}`, ...sums(), ...at(index * 2 + 1) }));
  });
  const last = readReport({ ...STATED, execId: 'S', ...sums(), ...at(lives.length * 2) });
  const avgPx = cumQty() === 0 ? null : String(amount() / cumQty());
  return { ...told, last, truth: { cumQty: String(cumQty()), avgPx } };
}
const BUST = { execType: 'TRADE_CANCEL' };
const STATED = { execType: 'ORDER_STATUS', status: 'PARTIALLY_FILLED' };

const OPENING = readReport({ ...TERMS, execType: 'NEW', execId: 'N', transactTime: '2026-01-30T14:59:59Z' });

function after(reports: readonly ExecutionReport[], options: Pick<Desk, 'readBack'> = {}): Desk {
  const desk = { ...openDesk(), ...options };
  for (const report of [OPENING, ...reports]) receive(desk, report);
  return desk;
}

function seen({ order, waiting }: Desk): unknown {
  const { cumQty, avgPx } = orderView(order!);
  return { cumQty, avgPx, waiting: waiting.map(({ execId }) => execId) };
}

/** All of them, some twice, in any order. */
const shuffled = (reports: readonly ExecutionReport[]): fc.Arbitrary<readonly ExecutionReport[]> =>
  fc
    .subarray([...reports])
    .chain((twice) => fc.shuffledSubarray([...reports, ...twice], { minLength: reports.length + twice.length }));

interface Arrival {
  readonly reports: readonly ExecutionReport[];
  readonly told: Told;
}

function check(arrivals: fc.Arbitrary<Arrival>): void {
  fc.assert(
    fc.property(arrivals, ({ reports, told }) => {
      expect(seen(after(reports))).toEqual({ ...told.truth, waiting: [] });
    }),
    { numRuns: 2_000, seed: SEED },
  );
}

describe('in any order, with duplicates, it ends as at the venue:', () => {
  it('fills, statements in between, busts and corrections', () => {
    check(
      happenings(anything)
        .map((lives) => toldOf(lives, { hasClock: true }))
        .chain((told) =>
          shuffled([...told.fills, ...told.changes, ...told.statements]).map((reports) => ({ reports, told })),
        ),
    );
  });

  it.each([
    ['the venue tells its clock', true],
    ['the venue tells no clock', false],
  ])('any of the fills lost, and the last statement, where %s', (_name, hasClock) => {
    check(
      happenings(onlyFills)
        .map((lives) => toldOf(lives, { hasClock }))
        .chain((told) =>
          fc
            .subarray([...told.fills])
            .chain((some) => shuffled([...some, ...told.statements, told.last]))
            .map((reports) => ({ reports, told })),
        ),
    );
  });

  it('any of the fills and statements lost, and the sweep asks once more in the end', () => {
    check(
      happenings(anything)
        .map((lives) => toldOf(lives, { hasClock: true }))
        .chain((told) =>
          fc
            .subarray([...told.fills, ...told.statements])
            .filter((some) => told.changes.every(({ execRefId }) => some.some(({ execId }) => execId === execRefId)))
            .chain((some) => shuffled([...some, ...told.changes]))
            .map((reports) => ({ reports: [...reports, told.last], told })),
        ),
    );
  });
});

describe('in whatever order the fills are read', () => {
  type Entries = readonly [string, KnownFill][];
  const reads: readonly [string, (entries: Entries) => Entries][] = [
    ['backwards', (entries) => entries.toReversed()],
    ['by their ids', (entries) => entries.toSorted(([a], [b]) => (a < b ? -1 : 1))],
  ];

  it.each(reads)('%s: one statement after another, the original of the last, and its bust', (_name, read) => {
    const stated = (execId: string, second: number, sums: Fields): ExecutionReport =>
      readReport({ ...STATED, execId, ...sums, transactTime: `2026-01-30T15:00:0${second}Z` });
    const original = { execId: 'X', lastQty: '1', lastPx: '20', transactTime: '2026-01-30T15:00:02Z' };
    const reports = [
      stated('S1', 1, { cumQty: '9', avgPx: '10' }),
      stated('S2', 3, { cumQty: '10', avgPx: '11' }),
      readReport({ ...original, execType: 'TRADE', cumQty: '10' }),
      readReport({ ...BUST, execId: 'B', execRefId: 'X', transactTime: '2026-01-30T15:00:04Z' }),
    ];
    const desk = after(reports, { readBack: (fills) => new Map(read([...fills])) });
    expect(seen(desk)).toEqual({ cumQty: '9', avgPx: '10', waiting: [] });
  });

  it.each(reads)('%s: it ends as at the venue', (_name, read) => {
    const arrivals = happenings(anything)
      .map((lives) => toldOf(lives, { hasClock: true }))
      .chain((told) =>
        shuffled([...told.fills, ...told.changes, ...told.statements]).map((reports) => ({ reports, told })),
      );
    const readBack = (fills: Desk['fills']): Desk['fills'] => new Map(read([...fills]));
    fc.assert(
      fc.property(arrivals, ({ reports, told }) => {
        expect(seen(after(reports, { readBack }))).toEqual({ ...told.truth, waiting: [] });
      }),
      { numRuns: 1_000, seed: SEED },
    );
  });
});

describe('these lives', () => {
  it('derive, cover and change what is covered, or the properties above would say little', () => {
    const arrivals = happenings(anything)
      .map((lives) => toldOf(lives, { hasClock: true }))
      .chain((told) => shuffled([...told.fills, ...told.changes, ...told.statements]));
    const desks = fc.sample(arrivals, { numRuns: 300, seed: SEED }).map((reports) => after(reports));
    const fills = desks.flatMap((desk) => [...desk.fills.values()].map((fill) => ({ fill, desk })));
    const isOfCovered = ({ fill, desk }: (typeof fills)[number]): boolean =>
      fill.execRefId !== null && (desk.fills.get(fill.execRefId)?.covered ?? false);
    expect(fills.filter(({ fill }) => fill.derived).length).toBeGreaterThan(50);
    expect(fills.filter(({ fill }) => fill.covered).length).toBeGreaterThan(50);
    expect(fills.filter(isOfCovered).length).toBeGreaterThan(20);
    expect(Math.max(...desks.map(({ order }) => order!.cumQty.toNumber()))).toBeLessThanOrEqual(CUM_QTY_MAX);
  });
});

const sumOf = (fills: readonly Pick<KnownFill, 'lastQty' | 'lastPx'>[]): Sum => {
  const add = (sum: Decimal, by: Decimal): Decimal => sum.plus(by);
  return {
    qty: fills.map(({ lastQty }) => lastQty!).reduce(add, decimal('0')),
    amount: fills.map(({ lastQty, lastPx }) => lastQty!.times(lastPx!)).reduce(add, decimal('0')),
  };
};

/** What a list of the order's executions says that counts, and what it says that does not count any more. */
function listed({ order, fills }: Desk) {
  const all = [...fills.values()];
  const changes = inOrder(all.filter(({ execType }) => execType !== 'TRADE'));
  const derived = all.filter((fill) => fill.derived);
  const counting = all.filter((fill) => !fill.derived && standingOf(fill, changes).counts);
  const newest = derived.at(-1);
  if (!newest) return { counting, superseded: 0 };
  const rest = restOf(
    {
      counted: { qty: order!.cumQty, amount: order!.cumAmount },
      unchanged: sumOf(counting.filter(({ execType }) => execType === 'TRADE')),
      derivedQty: sumOf(derived).qty,
      newest: newest.execId,
    },
    changes,
  );
  const standings = derived.map((fill) => derivedStanding({ ...fill, assetClass: 'EQUITY' }, rest));
  return {
    counting: [...counting, ...standings.filter(({ counts }) => counts)],
    superseded: standings.filter(({ superseded }) => superseded).length,
  };
}

describe('what a list of executions counts', () => {
  const mixed = happenings(anything)
    .map((lives) => toldOf(lives, { hasClock: true }))
    .chain((told) => shuffled([...told.fills, ...told.changes, ...told.statements]));
  const unclocked = happenings(onlyFills)
    .map((lives) => toldOf(lives, { hasClock: false }))
    .chain((told) => fc.subarray([...told.fills]).chain((some) => shuffled([...some, ...told.statements, told.last])));

  it.each([
    ['where the venue tells its clock, with busts and corrections', mixed],
    ['where it tells none', unclocked],
  ])('adds up to the order after each report, %s', (_name, arrivals) => {
    fc.assert(
      fc.property(arrivals, (reports) => {
        const desk = after([]);
        for (const report of reports) {
          receive(desk, report);
          const { qty } = sumOf(listed(desk).counting);
          expect([report.execId, qty.toFixed()]).toEqual([report.execId, desk.order!.cumQty.toFixed()]);
        }
        // While a correction is missing its price can be known by the venue's average alone. Prices have 18 decimals.
        const { amount } = sumOf(listed(desk).counting);
        expect(amount.minus(desk.order!.cumAmount).abs().toNumber()).toBeLessThan(1e-9);
      }),
      { numRuns: 2_000, seed: SEED },
    );
  });

  it('of these lives is often told by late messages of the venue’s own', () => {
    const desks = fc.sample(mixed, { numRuns: 300, seed: SEED }).map((reports) => after(reports));
    expect(desks.filter((desk) => listed(desk).superseded > 0).length).toBeGreaterThan(50);
  });
});
