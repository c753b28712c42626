import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { admitChange, place, wakeOrder } from '../../../src/venues/paper/book.ts';
import type { PlaceRequest } from '../../../src/venues/paper/order.ts';
import { bookOf, changed, course, d, FAR_BELOW, instructed, placed, request, run, sum } from './book-steps.ts';

describe('requests about an order', () => {
  const resting: Partial<PlaceRequest> = { orderType: 'LIMIT', price: FAR_BELOW };

  it('cancels what is open', () => {
    const book = bookOf();
    run(book, placed(book, resting), 3);
    expect(changed(book, 'CANCEL')).toMatchObject([
      { execType: 'CANCELED', status: 'CANCELED', clOrdId: 'c2', origClOrdId: 'c1', leavesQty: '0' },
    ]);
  });

  it('acknowledges an order before it cancels it', () => {
    const book = bookOf();
    const number = placed(book);
    expect(course(changed(book, 'CANCEL'))).toBe('NEW CANCELED');
    expect(wakeOrder(book, number)?.reports).toEqual([]);
  });

  it('replaces the terms, fills what is new, and knows the order by either clOrdId', () => {
    const book = bookOf();
    const number = placed(book, resting);
    run(book, number, 3);
    const [replaced] = changed(book, { price: '300', quantity: '7' });
    expect(replaced).toMatchObject({
      execType: 'REPLACED',
      clOrdId: 'c2',
      origClOrdId: 'c1',
      quantity: '7',
      price: '300',
    });
    expect(replaced).toMatchObject({ symbol: 'AAPL', side: 'BUY', orderType: 'LIMIT', status: 'NEW', leavesQty: '7' });
    const reports = run(book, number);
    expect(reports.at(-1)).toMatchObject({ clOrdId: 'c2', status: 'FILLED', cumQty: '7' });
    expect(course(changed(book, 'CANCEL', { clOrdId: 'c3', origClOrdId: 'c2' }))).toBe('CANCEL_REJECTED');
  });

  it('keeps what is filled through a replacement', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 100, max: 200 }), (seed, quantity) => {
        const book = bookOf(seed);
        const number = placed(book);
        const before = run(book, number, 2);
        const [replaced] = changed(book, { quantity: String(quantity) });
        expect(replaced?.execType).toBe('REPLACED');
        const all = [...before, ...run(book, number)];
        expect(sum(all.map(({ lastQty }) => lastQty))).toBe(String(quantity));
        expect(all.at(-1)).toMatchObject({ status: 'FILLED', leavesQty: '0' });
      }),
    );
  });

  it('rejects a change that comes too late, or that makes no sense, with the ids of the request', () => {
    const closed = bookOf();
    run(closed, placed(closed));
    expect(changed(closed, 'CANCEL')).toMatchObject([
      {
        execType: 'CANCEL_REJECTED',
        clOrdId: 'c2',
        origClOrdId: 'c1',
        status: 'FILLED',
        text: 'too late: the order is filled',
      },
    ]);
    const open = bookOf();
    run(open, placed(open), 2);
    expect(course(changed(open, { quantity: '1' }, { clOrdId: 'c2' }))).toBe('CANCEL_REJECTED');
    expect(course(changed(open, { price: '1' }, { clOrdId: 'c3' }))).toBe('CANCEL_REJECTED');
    const byAmount = bookOf();
    run(byAmount, placed(byAmount, { notional: d('500') }), 1);
    expect(course(changed(byAmount, { quantity: '5' }))).toBe('CANCEL_REJECTED');
  });

  it('takes a repeat once, and does not know orders of others', () => {
    const book = bookOf();
    placed(book);
    expect(place(book, request())).toEqual({ status: 'REPEATED' });
    expect(book.orders.size).toBe(1);
    expect(place(book, request({ account: 'another' }))).toMatchObject({ status: 'TAKEN' });
    const cancel = { kind: 'CANCEL', clOrdId: 'c2', origClOrdId: 'c1', account: 'acc', venueOrderId: null } as const;
    expect(admitChange(book, cancel)).toMatchObject({ status: 'TAKEN', number: 1 });
    expect(admitChange(book, cancel)).toEqual({ status: 'REPEATED' });
    expect(admitChange(book, { ...cancel, clOrdId: 'c1' })).toMatchObject({ status: 'REFUSED' });
    expect(admitChange(book, { ...cancel, clOrdId: 'c9', origClOrdId: 'c8' })).toEqual({ status: 'UNKNOWN' });
    expect(admitChange(book, { ...cancel, clOrdId: 'c9', account: 'third' })).toEqual({ status: 'UNKNOWN' });
    expect(admitChange(book, { ...cancel, clOrdId: 'c9', origClOrdId: 'c8', venueOrderId: 'Pr1-1' })).toMatchObject({
      status: 'TAKEN',
      number: 1,
    });
  });

  it('adds up whatever comes in whatever order', () => {
    const steps = fc.array(fc.constantFrom('wake', 'fewer', 'more', 'cancel', 'fill', 'hold', 'expire'), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(steps, fc.integer(), (kinds, seed) => {
        const book = bookOf(seed);
        const number = placed(book, { quantity: d('1000') });
        const reports = kinds.flatMap((kind, i) => {
          if (kind === 'wake') return wakeOrder(book, number)?.reports ?? [];
          const ids = { clOrdId: `x${i}`, venueOrderId: 'Pr1-1' };
          if (kind === 'cancel') return i > 15 ? changed(book, 'CANCEL', ids) : [];
          if (kind === 'fewer' || kind === 'more')
            return changed(book, { quantity: kind === 'more' ? '1500' : '400' }, ids);
          if (i < 20 && kind !== 'hold') return [];
          const done = instructed(book, kind);
          return done.status === 'DONE' ? (done.outcome?.reports ?? []) : [];
        });
        let filled = d('0');
        for (const { cumQty, leavesQty = '', lastQty, status, quantity = '' } of reports) {
          filled = filled.plus(lastQty ?? '0');
          expect(cumQty).toBe(filled.toFixed());
          const isEnded = status === 'CANCELED' || status === 'EXPIRED';
          expect(sum([leavesQty, cumQty])).toBe(isEnded ? cumQty : quantity);
        }
        expect(new Set(reports.map(({ execId }) => execId)).size).toBe(reports.length);
      }),
    );
  });
});

describe('scenarios', () => {
  it('rejects on request only, in the given words', () => {
    const book = bookOf();
    expect(instructed(book, 'reject')).toEqual({ status: 'DONE', outcome: null });
    const reports = run(book, placed(book));
    expect(reports).toMatchObject([{ execType: 'REJECTED', status: 'REJECTED', text: 'as asked', leavesQty: '0' }]);
    expect(course(run(book, placed(book, { clOrdId: 'c2' })))).toMatch(/^NEW TRADE/);
  });

  it('applies what was announced for one account to that account only', () => {
    const book = bookOf();
    instructed(book, 'reject', { account: 'acc' });
    expect(course(run(book, placed(book, { account: 'another' })))).toMatch(/^NEW TRADE/);
    expect(course(run(book, placed(book)))).toBe('REJECTED');
  });

  it.each([
    ['fill', 'NEW TRADE', 'FILLED'],
    ['cancel', 'NEW CANCELED', 'CANCELED'],
    ['expire', 'NEW EXPIRED', 'EXPIRED'],
  ] as const)('announced: %s', (kind, expected, status) => {
    const book = bookOf();
    instructed(book, kind);
    const reports = run(book, placed(book, { orderType: 'LIMIT', price: FAR_BELOW }));
    expect(course(reports)).toBe(expected);
    expect(reports.at(-1)?.status).toBe(status);
  });

  it('holds an order until it is told to fill it, at the limit where the market is not there', () => {
    const book = bookOf();
    instructed(book, 'hold');
    const number = placed(book, { orderType: 'LIMIT', price: FAR_BELOW });
    expect(course(run(book, number))).toBe('NEW');
    expect(wakeOrder(book, number)?.reports).toEqual([]);
    const done = instructed(book, 'fill', { account: 'acc' });
    expect(done.status === 'DONE' && done.outcome?.reports).toMatchObject([
      { execType: 'TRADE', lastQty: '100', lastPx: '100', status: 'FILLED' },
    ]);
  });

  it('acts on an open order at once, and is late for one that is past it', () => {
    const book = bookOf();
    const number = placed(book, { orderType: 'LIMIT', price: FAR_BELOW });
    run(book, number, 2);
    expect(instructed(book, 'reject').status).toBe('LATE');
    const done = instructed(book, 'expire');
    expect(done.status === 'DONE' && done.outcome?.reports).toMatchObject([{ execType: 'EXPIRED', clOrdId: 'c1' }]);
    expect(instructed(book, 'fill').status).toBe('LATE');
  });
});
