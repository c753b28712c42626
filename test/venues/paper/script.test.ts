import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wakeOrder } from '../../../src/venues/paper/book.ts';
import { closedPhase } from '../../../src/venues/paper/order.ts';
import { bookOf, course, d, placed, sum } from './book-steps.ts';
import { directed, lines, MINE, play, type Raw, scripted } from './script-steps.ts';

describe('a script', () => {
  it.each<[string, readonly Raw[], readonly string[]]>([
    [
      'fills in parts at its own prices',
      [{ do: 'accept' }, { do: 'fill', qty: '30', px: '9' }, { do: 'fill' }],
      ['NEW NEW 0/100 -', 'TRADE PARTIALLY_FILLED 30/70 9', 'TRADE FILLED 100/0 9.7'],
    ],
    [
      'rejects, also what it had acknowledged',
      [{ do: 'accept' }, { do: 'reject', text: 'no', rejectReason: 'EXCHANGE_CLOSED' }],
      ['NEW NEW 0/100 -', 'REJECTED REJECTED 0/0 -'],
    ],
    [
      'ends the day and goes on with another',
      [{ do: 'accept' }, { do: 'fill', qty: '40' }, { do: 'done_for_day' }, { do: 'accept' }, { do: 'expire' }],
      [
        'NEW NEW 0/100 -',
        'TRADE PARTIALLY_FILLED 40/60 10',
        'DONE_FOR_DAY DONE_FOR_DAY 40/60 10',
        'NEW PARTIALLY_FILLED 40/60 10',
        'EXPIRED EXPIRED 40/0 10',
      ],
    ],
    [
      'suspends and stops',
      [
        { do: 'accept' },
        { do: 'suspend' },
        { do: 'accept' },
        { do: 'stop' },
        { do: 'fill', qty: '1' },
        { do: 'cancel' },
      ],
      [
        'NEW NEW 0/100 -',
        'SUSPENDED SUSPENDED 0/100 -',
        'NEW NEW 0/100 -',
        'STOPPED STOPPED 0/100 -',
        'TRADE STOPPED 1/99 10',
        'CANCELED CANCELED 1/0 10',
      ],
    ],
    [
      'busts a fill of a filled order, which is open again',
      [
        { do: 'fill', qty: '60' },
        { do: 'fill', px: '11' },
        { do: 'bust', fill: 1 },
        { do: 'fill', px: '12' },
      ],
      [
        'TRADE PARTIALLY_FILLED 60/40 10',
        'TRADE FILLED 100/0 10.4',
        'TRADE_CANCEL PARTIALLY_FILLED 40/60 11',
        'TRADE FILLED 100/0 11.6',
      ],
    ],
    [
      'corrects a fill, and then busts what the correction made of it',
      [{ do: 'fill' }, { do: 'correct', fill: 1, qty: '80', px: '9.5' }, { do: 'bust', fill: 1 }],
      ['TRADE FILLED 100/0 10', 'TRADE_CORRECT PARTIALLY_FILLED 80/20 9.5', 'TRADE_CANCEL NEW 0/100 -'],
    ],
    [
      'fills, busts and corrects after a cancel, which stays',
      [
        ...[{ do: 'accept' }, { do: 'cancel' }, { do: 'fill', qty: '10' }, { do: 'fill', qty: '20' }],
        ...[
          { do: 'bust', fill: 1 },
          { do: 'correct', fill: 2, qty: '5', px: '10' },
        ],
      ],
      [
        'NEW NEW 0/100 -',
        'CANCELED CANCELED 0/0 -',
        'TRADE CANCELED 10/0 10',
        'TRADE CANCELED 30/0 10',
        'TRADE_CANCEL CANCELED 20/0 10',
        'TRADE_CORRECT CANCELED 5/0 10',
      ],
    ],
    ['fills more than was ordered', [{ do: 'overfill', qty: '120' }], ['TRADE FILLED 120/0 10']],
    [
      'restates the quantity: less, down to what is filled, and up again',
      [
        ...[
          { do: 'fill', qty: '40' },
          { do: 'restate', quantity: '50' },
          { do: 'restate', quantity: '40' },
        ],
        { do: 'restate', quantity: '60', price: '11' },
      ],
      [
        'TRADE PARTIALLY_FILLED 40/60 10',
        'RESTATED PARTIALLY_FILLED 40/10 10',
        'RESTATED FILLED 40/0 10',
        'RESTATED PARTIALLY_FILLED 40/20 10',
      ],
    ],
    [
      'replaces a filled order, which is open again',
      [{ do: 'fill' }, { do: 'replace', quantity: '150' }],
      ['TRADE FILLED 100/0 10', 'REPLACED PARTIALLY_FILLED 100/50 10'],
    ],
  ])('%s', (_, steps, expected) => {
    expect(lines(scripted(steps))).toEqual(expected);
  });

  it('refers by the newest execId of a fill, and finds it by any of them', () => {
    const { reports } = scripted([
      { do: 'fill', qty: '50' },
      { do: 'fill', qty: '50' },
      { do: 'correct', fill: 'Pr1-1-1', qty: '40', px: '10' },
      { do: 'correct', fill: 'Pr1-1-1', qty: '45', px: '10' },
      { do: 'bust', fill: 'Pr1-1-3' },
    ]);
    expect(reports.map(({ execId, execRefId, lastQty }) => [execId, execRefId, lastQty])).toEqual([
      ['Pr1-1-1', undefined, '50'],
      ['Pr1-1-2', undefined, '50'],
      ['Pr1-1-3', 'Pr1-1-1', '40'],
      ['Pr1-1-4', 'Pr1-1-3', '45'],
      ['Pr1-1-5', 'Pr1-1-4', '45'],
    ]);
  });

  it('fills and busts an amount, whose quantity nobody knows', () => {
    const terms = { quantity: null, notional: d('1000') };
    const played = scripted(
      [
        { do: 'fill', qty: '3', px: '100' },
        { do: 'fill', px: '100' },
        { do: 'bust', fill: 2 },
      ],
      terms,
    );
    expect(lines(played)).toEqual([
      'TRADE PARTIALLY_FILLED 3/- 100',
      'TRADE FILLED 10/0 100',
      'TRADE_CANCEL PARTIALLY_FILLED 3/- 100',
    ]);
  });

  it('leaves out the steps that can no longer be done, and says which', () => {
    const played = scripted([
      { do: 'bust', fill: 1 },
      { do: 'fill' },
      { do: 'fill' },
      { do: 'cancel' },
      { do: 'replace' },
    ]);
    expect(course(played.reports)).toBe('TRADE');
    expect(played.skipped).toEqual([
      'bust: there is no such fill',
      'fill: nothing is open',
      'cancel: the order is filled',
      'replace: the order is filled',
    ]);
  });

  it('takes an order out of the market, and leaves it to it again', () => {
    const book = bookOf();
    const number = placed(book, { orderType: 'LIMIT', price: d('300') });
    wakeOrder(book, number);
    expect(directed(book, [{ do: 'fill', qty: '1', px: '7' }]).status).toBe('DONE');
    expect(course(play(book).reports)).toBe('TRADE');
    expect(wakeOrder(book, number)?.reports).toEqual([]);
    directed(book, [{ do: 'release' }]);
    play(book);
    const rest = Array.from({ length: 5 }, () => wakeOrder(book, number)?.reports ?? []).flat();
    expect(rest.at(-1)).toMatchObject({ status: 'FILLED', cumQty: '100' });
  });

  it('is refused when a step of it cannot be done with the order as it is', () => {
    const book = bookOf();
    placed(book, MINE);
    expect(
      directed(book, [
        { do: 'fill', qty: '60' },
        { do: 'fill', qty: '60' },
      ]),
    ).toEqual({
      status: 'REFUSED',
      text: 'fill: less is open than that; overfill fills more',
    });
    expect(book.orders.get(1)?.script).toEqual([]);
    expect(directed(book, [{ do: 'fill', qty: '60' }, { do: 'await_request' }, { do: 'reject_request' }]).status).toBe(
      'DONE',
    );
  });
});

const qty = fc.integer({ min: 1, max: 60 }).map(String);
const px = fc.integer({ min: 1, max: 40 }).map(String);
const nth = fc.integer({ min: 1, max: 4 });
const anyStep: fc.Arbitrary<Raw> = fc.oneof(
  fc.record({ do: fc.constant('fill'), qty, px }),
  fc.record({ do: fc.constant('fill'), qty, px }),
  fc.record({ do: fc.constant('overfill'), qty, px }),
  fc.record({ do: fc.constant('bust'), fill: nth }),
  fc.record({ do: fc.constant('correct'), fill: nth, qty, px }),
  fc.record({ do: fc.constant('restate'), quantity: qty }),
  fc.record({ do: fc.constant('replace'), quantity: qty }),
  fc.record({
    do: fc.constantFrom('accept', 'reject', 'cancel', 'expire', 'done_for_day', 'suspend', 'stop', 'pending_cancel'),
  }),
);

describe('any script', () => {
  it('tells the truth: what is filled, at which average and what is open adds up over its own reports', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { minLength: 1, maxLength: 30 }), (steps) => {
        const { reports, book } = scripted(steps);
        // What the reports say of each fill, by the execId that names it now.
        const fills = new Map<string, { qty: string; px: string }>();
        for (const report of reports) {
          const { execId, execType, execRefId = '', lastQty = '', lastPx = '' } = report;
          if (execType === 'TRADE_CANCEL' || execType === 'TRADE_CORRECT') expect(fills.delete(execRefId)).toBe(true);
          if (execType === 'TRADE' || execType === 'TRADE_CORRECT') fills.set(execId, { qty: lastQty, px: lastPx });
          const all = [...fills.values()];
          expect(report.cumQty).toBe(sum(all.map((fill) => fill.qty)));
          const amount = all.reduce((total, fill) => total.plus(d(fill.qty).times(fill.px)), d('0'));
          if (report.avgPx) expect(d(report.avgPx).times(report.cumQty).minus(amount).abs().lt('1e-10')).toBe(true);
          const isOver = ['CANCELED', 'EXPIRED', 'REJECTED', 'FILLED'].includes(report.status);
          const open = d(report.quantity ?? '').minus(report.cumQty);
          expect(report.leavesQty).toBe(isOver ? '0' : open.toFixed());
          if (report.status === 'FILLED') expect(open.lte(0)).toBe(true);
        }
        const order = book.orders.get(1)!;
        expect(book.closed.has(1)).toBe(closedPhase(order) !== null);
        expect(order.script).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});
