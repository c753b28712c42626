import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { admitChange, applyChange, wakeOrder } from '../../../src/venues/paper/book.ts';
import type { Matching } from '../../../src/venues/paper/match.ts';
import { openBook, type Book, type Settled } from '../../../src/venues/paper/memory.ts';
import type { PlaceRequest } from '../../../src/venues/paper/order.ts';
import type { PaperReport } from '../../../src/venues/paper/report.ts';
import { changed, course, d, placed, sum, trades } from './book-steps.ts';
import { plainFills, type PlainOp } from './plain-book.ts';

const bookOf = (matching: Matching = 'book', seed = 1): Book => openBook({ seed, run: 'r1', matching });

const told = (settled: Settled | null): readonly PaperReport[] =>
  settled ? [...settled.reports, ...settled.others.flatMap(({ reports }) => reports)] : [];

/** Places the order and lets it come to the book: all that was reported of it and of those it met. */
function entered(book: Book, terms: Partial<PlaceRequest>): readonly PaperReport[] {
  const number = placed(book, terms);
  return [...told(wakeOrder(book, number)), ...told(wakeOrder(book, number))];
}

const limit = (side: 'BUY' | 'SELL', quantity: number, price: number): Partial<PlaceRequest> => ({
  ...{ side, orderType: 'LIMIT', quantity: d(String(quantity)), price: d(String(price)) },
});

/** `clOrdId: qty@px` of every fill. */
const fills = (reports: readonly PaperReport[]): readonly string[] =>
  trades(reports).map(({ clOrdId, lastQty, lastPx }) => `${clOrdId}: ${lastQty ?? ''}@${lastPx ?? ''}`);

describe('orders that meet each other', () => {
  it('trade at the price of the one that was there, each with a report of its own', () => {
    const book = bookOf();
    entered(book, { clOrdId: 's', account: 'seller', ...limit('SELL', 100, 10) });
    const reports = trades(entered(book, { clOrdId: 'b', account: 'buyer', ...limit('BUY', 40, 12) }));
    expect(reports).toMatchObject([
      {
        execId: 'Pr1-2-2',
        clOrdId: 'b',
        account: 'buyer',
        lastQty: '40',
        lastPx: '10',
        status: 'FILLED',
        leavesQty: '0',
      },
      {
        ...{ execId: 'Pr1-1-2', clOrdId: 's', account: 'seller', lastQty: '40', lastPx: '10' },
        ...{ status: 'PARTIALLY_FILLED', cumQty: '40', leavesQty: '60', avgPx: '10' },
      },
    ]);
  });

  it('are met best price first, and at one price who came first', () => {
    const book = bookOf();
    entered(book, { clOrdId: 'dear', ...limit('SELL', 5, 12) });
    entered(book, { clOrdId: 'first', ...limit('SELL', 5, 11) });
    entered(book, { clOrdId: 'second', ...limit('SELL', 5, 11) });
    entered(book, { clOrdId: 'cheap', ...limit('SELL', 5, 10) });
    const reports = entered(book, { clOrdId: 'b', ...limit('BUY', 12, 11) });
    expect(fills(reports).filter((each) => !each.startsWith('b'))).toEqual([
      'cheap: 5@10',
      'first: 5@11',
      'second: 2@11',
    ]);
    expect(fills(reports).filter((each) => each.startsWith('b'))).toEqual(['b: 5@10', 'b: 5@11', 'b: 2@11']);
  });

  it('rest with what is left, and are not met beyond their limit', () => {
    const book = bookOf();
    entered(book, { clOrdId: 's', ...limit('SELL', 5, 11) });
    expect(fills(entered(book, { clOrdId: 'low', ...limit('BUY', 5, 10) }))).toEqual([]);
    expect(fills(entered(book, { clOrdId: 'b', ...limit('BUY', 8, 11) }))).toEqual(['b: 5@11', 's: 5@11']);
    expect(fills(entered(book, { clOrdId: 'late', ...limit('SELL', 3, 9) }))).toEqual(['late: 3@11', 'b: 3@11']);
  });

  it.each([
    ['keep their place when they ask for less', { quantity: '4' }, 'first'],
    ['lose it when they ask for more', { quantity: '6' }, 'second'],
    ['keep it at the same price', { price: '10' }, 'first'],
  ] as const)('%s', (_, terms, met) => {
    const book = bookOf();
    entered(book, { clOrdId: 'c1', ...limit('SELL', 5, 10) });
    entered(book, { clOrdId: 'other', ...limit('SELL', 5, 10) });
    changed(book, terms, { clOrdId: 'c2' });
    wakeOrder(book, 1);
    const reports = entered(book, { clOrdId: 'b', ...limit('BUY', 1, 10) });
    expect(fills(reports)).toContain(met === 'first' ? 'c2: 1@10' : 'other: 1@10');
  });

  it('may be of one account', () => {
    const book = bookOf();
    entered(book, { clOrdId: 's', account: 'same', ...limit('SELL', 5, 10) });
    expect(fills(entered(book, { clOrdId: 'b', account: 'same', ...limit('BUY', 5, 10) }))).toHaveLength(2);
  });

  it('are of one symbol', () => {
    const book = bookOf();
    entered(book, { clOrdId: 's', ...limit('SELL', 5, 10) });
    expect(fills(entered(book, { clOrdId: 'b', symbol: 'MSFT', ...limit('BUY', 5, 10) }))).toEqual([]);
  });
});

describe('what an order wants of the book', () => {
  it.each([
    ['a market order takes what there is', { orderType: 'MARKET', quantity: d('8') }, 'NEW TRADE CANCELED', '5'],
    ['a market order for less is filled', { orderType: 'MARKET', quantity: d('3') }, 'NEW TRADE', '3'],
    [
      'immediate or cancel takes what there is',
      { ...limit('BUY', 8, 10), timeInForce: 'IOC' },
      'NEW TRADE CANCELED',
      '5',
    ],
    ['immediate or cancel below the book', { ...limit('BUY', 8, 9), timeInForce: 'IOC' }, 'NEW CANCELED', '0'],
    ['fill or kill for more than there is', { ...limit('BUY', 8, 10), timeInForce: 'FOK' }, 'NEW EXPIRED', '0'],
    ['fill or kill for all there is', { ...limit('BUY', 5, 10), timeInForce: 'FOK' }, 'NEW TRADE', '5'],
    ['an amount buys what it can', { orderType: 'MARKET', notional: d('25'), quantity: null }, 'NEW TRADE', '2.5'],
    [
      'an amount for more than there is',
      { orderType: 'MARKET', notional: d('80'), quantity: null },
      'NEW TRADE CANCELED',
      '5',
    ],
  ] as const)('%s', (...[, terms, expected, cumQty]) => {
    const book = bookOf();
    entered(book, { clOrdId: 's', ...limit('SELL', 5, 10) });
    const reports = entered(book, { clOrdId: 'b', ...terms }).filter(({ clOrdId }) => clOrdId === 'b');
    expect(course(reports)).toBe(expected);
    expect(reports.at(-1)).toMatchObject({ cumQty, leavesQty: '0' });
  });

  it('lets a stop wait for a trade at its price', () => {
    const book = bookOf();
    entered(book, { clOrdId: 'bid', ...limit('BUY', 5, 8) });
    const stop = placed(book, { clOrdId: 'stop', side: 'SELL', orderType: 'STOP', stopPx: d('9'), quantity: d('2') });
    wakeOrder(book, stop);
    expect(told(wakeOrder(book, stop))).toEqual([]);
    entered(book, { clOrdId: 'ask', ...limit('SELL', 1, 9) });
    entered(book, { clOrdId: 'buyer', ...limit('BUY', 1, 9) });
    expect(fills(told(wakeOrder(book, stop)))).toEqual(['stop: 2@8', 'bid: 2@8']);
  });

  it('meets the market behind the book only after who rests at its price or better', () => {
    let meetings = 0;
    for (let seed = 0; seed < 100; seed += 1) {
      const book = bookOf('both', seed);
      entered(book, { clOrdId: 's', ...limit('SELL', 5, 231) });
      const isResting = book.orders.get(1)?.phase === 'RESTING';
      const buyer = placed(book, { clOrdId: 'b', quantity: d('8') });
      const reports = Array.from({ length: 8 }, () => told(wakeOrder(book, buyer))).flat();
      const own = trades(reports).filter(({ clOrdId }) => clOrdId === 'b');
      expect(own.at(-1)).toMatchObject({ status: 'FILLED', cumQty: '8' });
      if (!isResting) continue;
      const wasMet = fills(reports).includes('s: 5@231');
      meetings += wasMet ? 1 : 0;
      if (wasMet) expect(own[0]).toMatchObject({ lastQty: '5', lastPx: '231' });
      // Whoever offers more than the market is passed by.
      else expect(own.every(({ lastPx = '' }) => d(lastPx).lt('231'))).toBe(true);
    }
    expect(meetings).toBeGreaterThan(5);
  });
});

const op: fc.Arbitrary<PlainOp> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      op: fc.constant('place' as const),
      side: fc.constantFrom('BUY' as const, 'SELL' as const),
      price: fc.option(fc.integer({ min: 5, max: 12 }), { freq: 6 }),
      quantity: fc.integer({ min: 1, max: 20 }),
      timeInForce: fc.constantFrom('DAY' as const, 'DAY' as const, 'DAY' as const, 'IOC' as const, 'FOK' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      op: fc.constantFrom('cancel' as const, 'lessen' as const, 'move' as const),
      target: fc.nat({ max: 40 }),
    }),
  },
);

/** Has the exchange do the same, and returns all reports. `lessen` and `move` are replaces of what rests. */
function exchanged(book: Book, ops: readonly PlainOp[]): readonly PaperReport[] {
  const numbers = new Map<number, number>();
  return ops.flatMap((each, i) => {
    if (each.op === 'place') {
      const { side, price, quantity, timeInForce } = each;
      const orderType = price === null ? 'MARKET' : 'LIMIT';
      const terms = { side, orderType, timeInForce, quantity: d(String(quantity)) } as const;
      const number = placed(book, { clOrdId: `o${i}`, ...terms, price: price === null ? null : d(String(price)) });
      numbers.set(i, number);
      return [...told(wakeOrder(book, number)), ...told(wakeOrder(book, number))];
    }
    const order = book.orders.get(numbers.get(each.target) ?? 0);
    if (order?.phase !== 'RESTING') return [];
    const ids = { clOrdId: `c${i}`, origClOrdId: order.clOrdId, account: 'acc', venueOrderId: order.venueOrderId };
    const { quantity, price, side } = { ...order.terms };
    const lessened = each.op === 'lessen' && quantity!.minus(order.cumQty).gt(1) ? quantity!.minus(1) : null;
    const moved = each.op === 'move' ? price!.plus(side === 'BUY' ? 1 : -1) : null;
    if (each.op === 'lessen' && !lessened) return [];
    const request =
      each.op === 'cancel'
        ? ({ kind: 'CANCEL', ...ids } as const)
        : ({ kind: 'REPLACE', ...ids, quantity: lessened, price: moved, stopPx: null } as const);
    const admission = admitChange(book, request);
    if (admission.status !== 'TAKEN') throw new Error(admission.status);
    const answer = told(applyChange(book, order.number, request));
    return [...answer, ...told(wakeOrder(book, order.number))];
  });
}

/** What is asked of an order is asked of one that came before. */
const courses = fc
  .array(op, { maxLength: 40 })
  .map((ops) => ops.map((each, i) => (each.op === 'place' ? each : { ...each, target: each.target % Math.max(i, 1) })));

describe('any course of orders', () => {
  it('is matched as by a plain price-time book: the same fills, at the same prices, of the same orders', () => {
    fc.assert(
      fc.property(courses, (ops) => {
        const book = bookOf();
        const byOrder = (list: readonly { order: number; qty: number; px: number }[]): readonly string[] =>
          list.map(({ order, qty, px }) => `${order}: ${qty}@${px}`).sort();
        const real = trades(exchanged(book, ops)).map(({ venueOrderId, lastQty, lastPx }) => {
          const places = ops.flatMap((each, i) => (each.op === 'place' ? [i] : []));
          return { order: places[Number(venueOrderId.split('-')[1]) - 1]!, qty: Number(lastQty), px: Number(lastPx) };
        });
        expect(byOrder(real)).toEqual(byOrder(plainFills(ops)));
      }),
      { numRuns: 1_000 },
    );
  });

  it('buys as much as it sells, never above an order, never beyond its limit, under ids of its own', () => {
    fc.assert(
      fc.property(courses, (ops) => {
        const book = bookOf();
        const reports = exchanged(book, ops);
        const filled = trades(reports);
        const of = (side: string): string =>
          sum(filled.filter((each) => each.side === side).map(({ lastQty }) => lastQty));
        expect(of('BUY')).toBe(of('SELL'));
        expect(new Set(reports.map(({ execId }) => execId)).size).toBe(reports.length);
        for (const { side, price, lastPx = '', cumQty, quantity = '' } of filled) {
          expect(d(cumQty).lte(quantity)).toBe(true);
          if (price) expect(side === 'BUY' ? d(lastPx).lte(price) : d(lastPx).gte(price)).toBe(true);
        }
        for (const order of book.orders.values()) {
          const own = filled.filter(({ venueOrderId }) => venueOrderId === order.venueOrderId);
          expect(sum(own.map(({ lastQty }) => lastQty))).toBe(order.cumQty.toFixed());
        }
      }),
    );
  });

  it('never leaves two orders that could meet', () => {
    fc.assert(
      fc.property(courses, (ops) => {
        const book = bookOf();
        exchanged(book, ops);
        const resting = [...book.orders.values()].filter(({ phase }) => phase === 'RESTING');
        for (const bid of resting.filter(({ terms }) => terms.side === 'BUY'))
          for (const ask of resting.filter(({ terms }) => terms.side === 'SELL'))
            expect(bid.terms.price!.lt(ask.terms.price!)).toBe(true);
      }),
    );
  });

  it('ends the same with the same seed, run and requests, also with the market behind', () => {
    fc.assert(
      fc.property(courses, fc.integer(), (ops, seed) => {
        const once = exchanged(bookOf('both', seed), ops);
        expect(exchanged(bookOf('both', seed), ops)).toEqual(once);
        for (const { side, price, lastPx = '', cumQty, quantity = '' } of trades(once)) {
          expect(d(cumQty).lte(quantity)).toBe(true);
          if (price) expect(side === 'BUY' ? d(lastPx).lte(price) : d(lastPx).gte(price)).toBe(true);
        }
      }),
    );
  });
});
