import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wakeOrder } from '../../../src/venues/paper/book.ts';
import { bookOf, course, d, FAR_ABOVE, FAR_BELOW, placed, run, sum, trades } from './book-steps.ts';

const quantities = fc.oneof(
  fc.integer({ min: 1, max: 1_000_000 }).map(String),
  fc.integer({ min: 1, max: 1_000_000 }).map((n) => d(String(n)).div(100_000).toFixed()),
);

describe('an order at market', () => {
  it('is acknowledged, then filled completely in two to four parts at prices of its own', () => {
    fc.assert(
      fc.property(quantities, fc.integer(), fc.string({ minLength: 1 }), (quantity, seed, clOrdId) => {
        const book = bookOf(seed);
        const reports = run(book, placed(book, { quantity: d(quantity), clOrdId }));
        expect(course(reports)).toMatch(/^NEW( TRADE){2,4}$/);
        expect(sum(trades(reports).map(({ lastQty }) => lastQty))).toBe(quantity);
        expect(reports.at(-1)).toMatchObject({ status: 'FILLED', cumQty: quantity, leavesQty: '0' });
      }),
    );
  });

  it('says in every report what is filled, what is open and at which average', () => {
    fc.assert(
      fc.property(quantities, fc.integer(), (quantity, seed) => {
        const book = bookOf(seed);
        let amount = d('0');
        for (const report of run(book, placed(book, { quantity: d(quantity) }))) {
          amount = amount.plus(d(report.lastQty ?? '0').times(report.lastPx ?? '0'));
          expect(sum([report.cumQty, report.leavesQty])).toBe(quantity);
          if (report.avgPx) expect(d(report.avgPx).times(report.cumQty).minus(amount).abs().lt('1e-10')).toBe(true);
          expect(report.status).toBe(
            report.cumQty === '0' ? 'NEW' : report.leavesQty === '0' ? 'FILLED' : 'PARTIALLY_FILLED',
          );
        }
      }),
    );
  });

  it('never spends more than its amount, and is done with its last part', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000_000 }), fc.constantFrom('EQUITY', 'CRYPTO'), (cents, assetClass) => {
        const book = bookOf();
        const notional = d(String(cents)).div(100);
        const reports = run(book, placed(book, { notional, assetClass }));
        const fills = trades(reports);
        const spent = fills.reduce(
          (total, { lastQty, lastPx }) => total.plus(d(lastQty ?? '').times(lastPx ?? '')),
          d('0'),
        );
        expect(fills.length).toBeGreaterThanOrEqual(2);
        expect(spent.lte(notional)).toBe(true);
        expect(spent.gte(notional.minus('0.001'))).toBe(true);
        expect(reports[0]).toMatchObject({ execType: 'NEW', notional: notional.toFixed(), leavesQty: undefined });
        expect(reports.at(-1)).toMatchObject({ status: 'FILLED', leavesQty: '0', quantity: undefined });
      }),
    );
  });

  it('repeats with seed, run and clOrdId, whatever else is traded in between', () => {
    const alone = bookOf(42);
    const reports = run(alone, placed(alone, { clOrdId: 'a' }));
    const busy = bookOf(42);
    const number = placed(busy, { clOrdId: 'a' });
    const other = placed(busy, { clOrdId: 'b', symbol: 'AAPL' });
    const interleaved = Array.from({ length: 6 }, () => {
      wakeOrder(busy, other);
      return wakeOrder(busy, number)?.reports ?? [];
    }).flat();
    expect(interleaved).toEqual(reports);
    const elsewhere = bookOf(43);
    expect(trades(run(elsewhere, placed(elsewhere, { clOrdId: 'a' })))).not.toEqual(trades(reports));
  });

  it('carries the run in every id, and no dot', () => {
    const book = bookOf(1, 'k3x');
    const reports = run(book, placed(book));
    expect(reports.map(({ venueOrderId }) => venueOrderId)).toEqual(reports.map(() => 'Pk3x-1'));
    expect(reports.map(({ execId }) => execId)).toEqual(reports.map((_, i) => `Pk3x-1-${i + 1}`));
  });
});

describe('limits, stops and times in force', () => {
  it('fills a limit that is met at the limit or better', () => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom('BUY' as const, 'SELL' as const), (seed, side) => {
        const book = bookOf(seed);
        const price = side === 'BUY' ? FAR_ABOVE : FAR_BELOW;
        const reports = run(book, placed(book, { orderType: 'LIMIT', side, price }));
        expect(course(reports)).toMatch(/^NEW( TRADE){2,4}$/);
        for (const { lastPx = '' } of trades(reports))
          expect(side === 'BUY' ? price.gte(lastPx) : price.lte(lastPx)).toBe(true);
      }),
    );
  });

  it('rests until the walk crosses the limit', () => {
    const book = bookOf(5);
    const number = placed(book, { orderType: 'LIMIT', price: d('226') });
    expect(course(run(book, number, 1))).toBe('NEW');
    wakeOrder(book, number);
    expect([...book.resting]).toEqual([number]);
    const reports = run(book, number, 100_000);
    expect(reports.at(-1)).toMatchObject({ status: 'FILLED', leavesQty: '0' });
    expect(trades(reports).every(({ lastPx }) => d('226').gte(lastPx ?? ''))).toBe(true);
    expect(book.resting.size).toBe(0);
  });

  it('triggers a stop when the walk reaches it, then fills at market', () => {
    const book = bookOf(5);
    const number = placed(book, { orderType: 'STOP', side: 'SELL', stopPx: d('226') });
    const reports = run(book, number, 100_000);
    expect(course(reports)).toMatch(/^NEW( TRADE){2,4}$/);
    expect(d('226').gte(trades(reports)[0]?.lastPx ?? '')).toBe(true);
    const far = placed(book, { clOrdId: 'far', orderType: 'STOP', stopPx: FAR_ABOVE });
    expect(course(run(book, far, 1_000))).toBe('NEW');
  });

  it('lets a triggered stop limit wait for its limit', () => {
    const book = bookOf(5);
    const number = placed(book, { orderType: 'STOP_LIMIT', stopPx: FAR_BELOW, price: FAR_BELOW });
    expect(course(run(book, number, 1_000))).toBe('NEW');
    expect(book.orders.get(number)).toMatchObject({ triggered: true, phase: 'RESTING' });
  });

  it('takes what there is for IOC and cancels the rest, at once', () => {
    const courses = new Set<string>();
    for (let seed = 0; seed < 50; seed += 1) {
      const book = bookOf(seed);
      const reports = run(book, placed(book, { orderType: 'LIMIT', timeInForce: 'IOC', price: FAR_ABOVE }), 2);
      const last = reports.at(-1);
      expect(last?.leavesQty).toBe('0');
      expect(last?.execType === 'CANCELED' ? last.cumQty !== '100' : last?.cumQty === '100').toBe(true);
      courses.add(last?.execType ?? '');
    }
    expect(courses).toEqual(new Set(['CANCELED', 'TRADE']));
    const book = bookOf();
    const reports = run(book, placed(book, { orderType: 'LIMIT', timeInForce: 'IOC', price: FAR_BELOW }));
    expect(course(reports)).toBe('NEW CANCELED');
  });

  it('fills all or nothing for FOK', () => {
    const met = bookOf();
    const all = run(met, placed(met, { orderType: 'LIMIT', timeInForce: 'FOK', price: FAR_ABOVE }), 2);
    expect(all.at(-1)).toMatchObject({ status: 'FILLED', cumQty: '100' });
    const unmet = bookOf();
    const nothing = run(unmet, placed(unmet, { orderType: 'LIMIT', timeInForce: 'FOK', price: FAR_BELOW }));
    expect(course(nothing)).toBe('NEW EXPIRED');
    expect(nothing.at(-1)).toMatchObject({ status: 'EXPIRED', cumQty: '0', leavesQty: '0' });
  });

  it('fills an order at market whatever its time in force', () => {
    for (const timeInForce of ['IOC', 'FOK', 'OPG', 'CLS', 'GTD', 'unheard of']) {
      const book = bookOf();
      expect(course(run(book, placed(book, { timeInForce })))).toMatch(/^NEW( TRADE){2,4}$/);
    }
  });
});
