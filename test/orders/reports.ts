import fc from 'fast-check';
import { EXEC_TYPES } from '../../src/orders/words.ts';
import { type Fields, TERMS } from './scenario.ts';

/** Numbers that meet each other: sums that fill an order exactly, pass it by a little, and hold many digits. */
const numbers = fc.oneof(
  fc.constantFrom('1', '10', '33.333333333333333333', '50', '99.999999999999999999', '0.000000000000000001'),
  fc.constantFrom('0', '-1', '99999999999999999999.999999999999999999'),
  fc.integer({ min: 1, max: 120 }).map(String),
);
const orNull = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { freq: 4 });

/** Execution types that are applied come up oftener than those that wait in quarantine. */
const execTypes = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('NEW', 'TRADE', 'TRADE', 'TRADE', 'REPLACED', 'CANCELED', 'PENDING_CANCEL') },
  { weight: 1, arbitrary: fc.constantFrom(...EXEC_TYPES) },
);

const terms = fc.oneof(
  fc.constant({}),
  fc.record({ quantity: orNull(numbers), price: orNull(numbers) }),
  fc.record({
    quantity: orNull(numbers),
    notional: orNull(numbers),
    assetClass: fc.constantFrom('EQUITY', 'OPTION', 'MUTUAL_FUND'),
  }),
);

/** Any report that can be read, about one of a few orders by any of their names. */
export const anyReport: fc.Arbitrary<Fields> = fc
  .tuple(
    fc.record({
      execType: execTypes,
      venueOrderId: orNull(fc.constantFrom('V1', 'V2')),
      clOrdId: fc.constantFrom('C1', 'C2', 'C3'),
      lastQty: orNull(numbers),
      lastPx: orNull(numbers),
      status: orNull(fc.constantFrom('FILLED', 'PARTIALLY_FILLED', 'CANCELED')),
      leavesQty: orNull(fc.constantFrom('0', '5')),
      text: orNull(fc.constantFrom('first words', 'other words')),
    }),
    fc.option(terms, { freq: 3 }),
  )
  .map(([report, own]) => ({ ...report, ...(own && { ...TERMS, ...own }) }));

const execIds = fc.constantFrom('F1', 'F2', 'F3', 'F4', 'F5');
const sums = fc.record({
  cumQty: orNull(fc.constantFrom('1', '10', '50', '60', '100', '0.000000000000000001')),
  avgPx: orNull(fc.constantFrom('10', '9.999999999999999999', '1')),
  transactTime: orNull(fc.integer({ min: 0, max: 9 }).map((second) => `2026-01-30T15:00:0${second}Z`)),
});

/** A report that tells the venue's sums too: statements, fills that they hold, and busts and corrections of those. */
export const anySummed: fc.Arbitrary<Fields> = fc
  .tuple(
    anyReport,
    sums,
    fc.oneof(
      fc.record({ execType: fc.constant('ORDER_STATUS') }),
      fc.record({
        execType: fc.constant('TRADE'),
        execId: execIds,
        lastQty: numbers,
        lastPx: fc.constantFrom('10', '1'),
      }),
      fc.record({ execType: fc.constantFrom('TRADE_CANCEL', 'TRADE_CORRECT'), execRefId: execIds }),
    ),
  )
  .map(([report, said, execution]) => ({ ...report, ...said, ...execution }));

/** An order, a fill of it, and the bust or correction of that fill: by chance alone they follow on each other too rarely. */
export const anyFillChanged: fc.Arbitrary<Fields[]> = fc
  .record({
    clOrdId: fc.constantFrom('C1', 'C2', 'C3'),
    execId: execIds,
    execType: fc.constantFrom('TRADE_CANCEL', 'TRADE_CORRECT'),
  })
  .map(({ clOrdId, execId, execType }) => [
    { ...TERMS, execType: 'NEW', clOrdId },
    { execType: 'TRADE', clOrdId, execId, lastQty: '10', lastPx: '10' },
    { execType, clOrdId, execRefId: execId, lastQty: '5', lastPx: '10' },
  ]);
