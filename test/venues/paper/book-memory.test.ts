import { describe, expect, it } from 'vitest';
import { place, takeUp, wakeOrder } from '../../../src/venues/paper/book.ts';
import { openBook } from '../../../src/venues/paper/memory.ts';
import type { TakeUpRequest } from '../../../src/venues/paper/order.ts';
import { bookOf, changed, course, d, FAR_BELOW, instructed, placed, request, run, sum, trades } from './book-steps.ts';

describe('taking up open orders after a restart', () => {
  const open = (terms: Partial<TakeUpRequest>): TakeUpRequest => ({
    ...request(),
    venueOrderId: 'Pold-7',
    accepted: true,
    cumQty: d('0'),
    cumAmount: d('0'),
    ...terms,
  });

  it('goes on from what is filled, under the old id and with new ids of its reports', () => {
    const book = bookOf(1, 'new');
    const number = takeUp(book, open({ cumQty: d('40'), cumAmount: d('9000') })) ?? 0;
    const reports = run(book, number);
    expect(course(reports)).toMatch(/^TRADE( TRADE){1,3}$/);
    expect(sum(trades(reports).map(({ lastQty }) => lastQty))).toBe('60');
    expect(reports.at(-1)).toMatchObject({ venueOrderId: 'Pold-7', cumQty: '100', leavesQty: '0', status: 'FILLED' });
    expect(reports[0]?.execId).toBe('Pnew-1-1');
    const spent = trades(reports).reduce(
      (total, { lastQty, lastPx }) => total.plus(d(lastQty ?? '').times(lastPx ?? '')),
      d('9000'),
    );
    expect(
      d(reports.at(-1)?.avgPx ?? '')
        .times(100)
        .minus(spent)
        .abs()
        .lt('1e-10'),
    ).toBe(true);
  });

  it('acknowledges first what was not acknowledged', () => {
    const book = bookOf();
    const number = takeUp(book, open({ accepted: false, venueOrderId: null })) ?? 0;
    const reports = run(book, number);
    expect(course(reports)).toMatch(/^NEW( TRADE){2,4}$/);
    expect(reports[0]?.venueOrderId).toBe('Pr1-1');
  });

  it('goes on with an amount', () => {
    const book = bookOf();
    const terms = { quantity: null, notional: d('1000'), cumQty: d('2'), cumAmount: d('460') };
    const reports = run(book, takeUp(book, open(terms)) ?? 0);
    const last = reports.at(-1);
    expect(last).toMatchObject({ status: 'FILLED', leavesQty: '0' });
    expect(
      d(last?.avgPx ?? '')
        .times(last?.cumQty ?? '')
        .lte(1_000),
    ).toBe(true);
  });

  it('leaves alone what it knows', () => {
    const book = bookOf();
    placed(book);
    expect(takeUp(book, open({}))).toBeNull();
    expect(takeUp(book, open({ clOrdId: 'c5', venueOrderId: 'Pr1-1' }))).toBeNull();
    expect(book.orders.size).toBe(1);
    expect(takeUp(book, open({ clOrdId: 'c7' }))).toBe(2);
    expect(place(book, request({ clOrdId: 'c7' }))).toEqual({ status: 'REPEATED' });
  });

  it('what is filled waits for nothing, refuses what comes too late, and is opened again by an increase', () => {
    const book = bookOf();
    const filled = open({ orderType: 'LIMIT', price: d('1000'), cumQty: d('100'), cumAmount: d('9000') });
    expect(takeUp(book, filled)).toBeNull();
    expect(run(book, 1)).toEqual([]);
    expect(changed(book, { price: '999' })).toMatchObject([
      { execType: 'CANCEL_REJECTED', text: 'too late: the order is filled' },
    ]);
    expect(changed(book, { quantity: '120' }, { clOrdId: 'c3' })).toMatchObject([
      { execType: 'REPLACED', quantity: '120', cumQty: '100', leavesQty: '20' },
    ]);
    expect(run(book, 1).at(-1)).toMatchObject({ execType: 'TRADE', status: 'FILLED', cumQty: '120' });
  });
});

describe('bounds', () => {
  const limits = { openOrdersMax: 3, closedOrdersMax: 2, announcedMax: 2, requestsPerOrderMax: 3 };

  it('takes no more open orders than it may, and forgets the oldest closed ones with all their ids', () => {
    const book = openBook({ seed: 1, run: 'r1' }, limits);
    const numbers = ['a', 'b', 'c'].map((clOrdId) => placed(book, { clOrdId }));
    expect(place(book, request({ clOrdId: 'd' }))).toEqual({ status: 'FULL' });
    for (const number of numbers) run(book, number);
    expect([...book.orders.keys()]).toEqual([2, 3]);
    expect([book.requests.size, book.venueOrderIds.size, book.keys.size, book.closed.size]).toEqual([2, 2, 2, 2]);
    expect(wakeOrder(book, 1)).toBeNull();
    expect(place(book, request({ clOrdId: 'b' }))).toEqual({ status: 'REPEATED' });
    expect(place(book, request({ clOrdId: 'a' }))).toMatchObject({ status: 'TAKEN' });
  });

  it('forgets the oldest announced scenario', () => {
    const book = openBook({ seed: 1, run: 'r1' }, limits);
    for (const clOrdId of ['a', 'b', 'c']) instructed(book, 'reject', { clOrdId });
    expect(course(run(book, placed(book, { clOrdId: 'a' })))).toMatch(/^NEW/);
    expect(course(run(book, placed(book, { clOrdId: 'c' })))).toBe('REJECTED');
  });

  it('refuses the request too many about one order', () => {
    const book = openBook({ seed: 1, run: 'r1' }, limits);
    run(book, placed(book, { orderType: 'LIMIT', price: FAR_BELOW }), 2);
    changed(book, { quantity: '50' }, { clOrdId: 'c2' });
    changed(book, { quantity: '60' }, { clOrdId: 'c3' });
    expect(() => changed(book, 'CANCEL', { clOrdId: 'c4' })).toThrow('REFUSED');
  });
});
