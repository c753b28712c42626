import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExecutionReport } from '../../src/ingest/execution-report.ts';
import { orderView } from '../../src/orders/view.ts';
import { BUSTS } from './appendix-d-busts.ts';
import { CANCELS } from './appendix-d-cancel.ts';
import { SEQUENCES_AND_CHAINS } from './appendix-d-chain.ts';
import { FILLS } from './appendix-d-fills.ts';
import { REPLACES } from './appendix-d-replace.ts';
import { DAYS, UNSOLICITED } from './appendix-d-unsolicited.ts';
import { openDesk, receive } from './desk.ts';
import { LIVES } from './lives.ts';
import { expectedAfter, type Matrix, reportsOf, type Seen } from './matrix.ts';
import { readReport } from './scenario.ts';

const SEED = 20_260_131;
const PERMUTATIONS = 1_000;
const START_MS = Date.parse('2026-01-30T15:00:00Z');

/** The order after the reports, in this order of arrival; with what waits still, when anything does. */
function arrive(reports: readonly ExecutionReport[]): End {
  const desk = openDesk();
  for (const report of reports) receive(desk, report);
  if (!desk.order) throw new Error('no report has opened the order');
  const { status, pendingAction, quantity, cumQty, leavesQty, avgPx, price } = orderView(desk.order);
  const waiting = desk.waiting.map(({ execId }) => execId);
  return { status, pendingAction, quantity, cumQty, leavesQty, avgPx, price, ...(waiting.length > 0 && { waiting }) };
}

interface End extends Seen {
  readonly price: string | null;
  readonly waiting?: readonly string[];
}

/** Compared as text first: most of the time of a run is in `expect` otherwise. */
function expectEnd(reports: readonly ExecutionReport[], expected: End): void {
  const end = arrive(reports);
  if (JSON.stringify(end) !== JSON.stringify(expected)) expect(end).toEqual(expected);
}

interface Told {
  readonly name: string;
  /** Each report of the venue: with as little in it as it needs, and with the order's terms as they were then. */
  readonly reports: readonly { readonly brief: ExecutionReport; readonly full: ExecutionReport }[];
  /** The order after each of them, in the venue's order. */
  readonly expected: readonly End[];
}

/** A set of reports with the venue's time on each, one a second. */
function toldOf(matrix: Matrix): Told {
  const said = reportsOf(matrix).filter(({ row }) => row[2] !== 'STILL');
  let { price = null } = matrix.order;
  const expected: readonly End[] = said.map(({ row, report }) => {
    price = report.price ?? price;
    return { ...expectedAfter(row, 'told'), price };
  });
  const reports = said.map(({ report }, index) => {
    const transactTime = new Date(START_MS + index * 1_000).toISOString();
    const brief = { execId: `E${index}`, transactTime, ...report };
    const { quantity, price } = expected[index]!;
    const full = report.execType === 'TRADE' ? { ...matrix.order, quantity, price, ...brief } : brief;
    return { brief: readReport(brief), full: readReport(full) };
  });
  return { name: `${matrix.ref}: ${matrix.about}`, reports, expected };
}

/** Every report at least once, some twice, in any order; fills with or without the terms that open an order. */
const arrivals = ({ reports }: Told): fc.Arbitrary<readonly ExecutionReport[]> =>
  fc
    .tuple(fc.subarray(reports.map((_, index) => index)), fc.boolean())
    .chain(([twice, full]) =>
      fc
        .shuffledSubarray([...reports.keys(), ...twice], { minLength: reports.length + twice.length })
        .map((order) => order.map((index) => reports[index]![full ? 'full' : 'brief'])),
    );

const MATRICES = [
  ...FILLS,
  ...CANCELS,
  ...REPLACES,
  ...SEQUENCES_AND_CHAINS,
  ...UNSOLICITED,
  ...DAYS,
  ...BUSTS,
  ...LIVES,
];

const ALL = MATRICES.map(toldOf);

describe('in the venue’s own order, the reports of', () => {
  it.each(ALL.map((told) => [told.name, told] as const))('%s, lead from row to row', (_name, { reports, expected }) => {
    const said = reports.map(({ brief }) => brief);
    expect(said.map((_, index) => arrive(said.slice(0, index + 1)))).toEqual(expected);
  });
});

describe(`in ${PERMUTATIONS} orders of arrival, with duplicates, the reports of`, () => {
  it.each(ALL.map((told) => [told.name, told] as const))('%s, end the same', (_name, told) => {
    fc.assert(
      fc.property(arrivals(told), (reports) => {
        expectEnd(reports, told.expected.at(-1)!);
      }),
      { numRuns: PERMUTATIONS, seed: SEED },
    );
  });

  it('any of them up to any of its rows end the same', () => {
    const begun = fc.tuple(fc.constantFrom(...ALL), fc.nat()).map(([{ name, reports, expected }, rows]) => {
      const length = 1 + (rows % reports.length);
      return { name, reports: reports.slice(0, length), expected: expected.slice(0, length) };
    });
    fc.assert(
      fc.property(
        begun.chain((told) => arrivals(told).map((reports) => ({ reports, expected: told.expected.at(-1)! }))),
        ({ reports, expected }) => {
          expectEnd(reports, expected);
        },
      ),
      { numRuns: PERMUTATIONS, seed: SEED },
    );
  });
});
