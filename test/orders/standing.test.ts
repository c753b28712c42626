import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decimal } from '../../src/kernel/decimal.ts';
import { type FillChange, findFill, inOrder, type KnownFill, standingOf } from '../../src/orders/fills.ts';

const known = (fill: Pick<KnownFill, 'execId'> & Partial<KnownFill>): KnownFill => ({
  ...{ execType: 'TRADE', execRefId: null, lastQty: decimal('10'), lastPx: decimal('5'), stamp: `1 ${fill.execId}` },
  ...{ cumQty: null, avgPx: null, derived: false, covered: false },
  ...fill,
});
const changesOf = (fills: readonly KnownFill[]): ReadonlyMap<string, FillChange> =>
  new Map(fills.filter(({ execType }) => execType !== 'TRADE').map((fill) => [fill.execId, fill]));

const COUNTS = { counts: true, busted: false, correctedBy: null };

it('a fill counts until it is busted or corrected, and then its correction does', () => {
  const fill = known({ execId: 'F' });
  const first = known({ execId: 'C1', execType: 'TRADE_CORRECT', execRefId: 'F', stamp: '2 C1' });
  const second = known({ execId: 'C2', execType: 'TRADE_CORRECT', execRefId: 'C1', stamp: '3 C2' });
  const bust = known({ execId: 'B', execType: 'TRADE_CANCEL', execRefId: 'C2', stamp: '4 B' });
  const standings = (...changes: KnownFill[]) => [fill, ...changes].map((each) => standingOf(each, changesOf(changes)));
  const corrected = (by: string) => ({ counts: false, busted: false, correctedBy: by });
  expect(standings()).toEqual([COUNTS]);
  expect(standings(first)).toEqual([corrected('C1'), COUNTS]);
  expect(standings(first, second)).toEqual([corrected('C2'), corrected('C2'), COUNTS]);
  expect(standings(first, second, bust)).toEqual([
    { counts: false, busted: true, correctedBy: 'C2' },
    { counts: false, busted: true, correctedBy: 'C2' },
    { counts: false, busted: true, correctedBy: null },
    { counts: false, busted: false, correctedBy: null },
  ]);
});

/** Fills, and busts and corrections that each refer to something before them, with the venue's clock in any order. */
const anyHistory = fc
  .array(fc.record({ kind: fc.constantFrom('T', 'X', 'C', 'C'), ref: fc.nat(), time: fc.nat(3), qty: fc.nat(9) }), {
    maxLength: 12,
  })
  .map((steps) => {
    const fills: KnownFill[] = [known({ execId: 'E0' })];
    for (const [at, { kind, ref, time, qty }] of steps.entries()) {
      const execId = `E${at + 1}`;
      const targets = fills.filter(({ execType }) => execType !== 'TRADE_CANCEL');
      const execRefId = kind === 'T' ? null : targets[ref % targets.length]!.execId;
      const execType = { T: 'TRADE', X: 'TRADE_CANCEL', C: 'TRADE_CORRECT' }[kind] as KnownFill['execType'];
      const lastPx = decimal(qty + 1);
      fills.push(known({ execId, execType, execRefId, lastQty: decimal(qty + 1), lastPx, stamp: `${time} ${execId}` }));
    }
    return fills;
  });

it('what counts adds up to what the rules of the order count, whatever was said of the fills', () => {
  fc.assert(
    fc.property(anyHistory, (fills) => {
      const changes = changesOf(fills);
      const all = new Map(fills.map((fill) => [fill.execId, fill]));
      const listed = fills.filter((fill) => standingOf(fill, changes).counts);
      const sum = (of: readonly Pick<KnownFill, 'lastQty' | 'lastPx'>[]) =>
        of.reduce((total, { lastQty, lastPx }) => total.plus(lastQty!.times(lastPx!)), decimal('0')).toFixed();
      const counted = fills
        .filter(({ execType }) => execType === 'TRADE')
        .map(({ execId }) => findFill(execId, all)!)
        .filter(({ busted }) => !busted);
      expect(sum(listed)).toBe(sum(counted));
      expect(listed).toHaveLength(counted.length);
    }),
    { numRuns: 2_000 },
  );
});

it('stands the same in whatever order its changes are read, also where nothing tells when they were said', () => {
  // Without a venue's clock, in one delivery: the stamps are alike.
  const change = (execId: string, execRefId: string): KnownFill =>
    known({ execId, execType: 'TRADE_CORRECT', execRefId, stamp: '2026-01-31T15:00:00.000Z ' });
  const changes = [change('C9', 'F'), change('C10', 'C9'), change('A1', 'C10')];
  const fill = known({ execId: 'F', stamp: '2026-01-31T15:00:00.000Z ' });
  fc.assert(
    fc.property(fc.shuffledSubarray(changes, { minLength: 3 }), (read) => {
      expect(standingOf(fill, inOrder(read)).correctedBy).toBe('A1');
      expect(standingOf(change('A1', 'C10'), inOrder(read)).counts).toBe(true);
    }),
  );
  const siblings = [change('C10', 'F'), change('C9', 'F')];
  for (const read of [siblings, siblings.toReversed()]) expect(standingOf(fill, inOrder(read)).correctedBy).toBe('C10');
});
