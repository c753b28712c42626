import { describe, expect, it } from 'vitest';
import { takeUp, wakeOrder } from '../../../src/venues/paper/book.ts';
import { openBook, type Book, type BookLimits } from '../../../src/venues/paper/memory.ts';
import { record, statementOf } from '../../../src/venues/paper/record.ts';
import { executionReportSchema } from '../../../src/ingest/execution-report.ts';
import { changed, d, FAR_BELOW, placed, request } from './book-steps.ts';

const bookOf = (limits: Partial<BookLimits> = {}): Book => openBook({ seed: 1, run: 'r1' }, limits);

/** Wakes the order and keeps what it told, each report a second later than the one before. */
function recorded(book: Book, number: number, wakes = 10): void {
  for (let wake = 0; wake < wakes; wake += 1) {
    const reports = wakeOrder(book, number)?.reports ?? [];
    const at = (i: number): string => new Date(Date.UTC(2026, 0, 2, 9, 0, wake * 10 + i)).toISOString();
    record(
      book,
      number,
      reports.map((report, i) => ({ ...report, transactTime: at(i) })),
    );
  }
}

const named = (ids: { venueOrderId?: string; clOrdId?: string; account?: string }) => ({
  ...{ account: 'acc', venueOrderId: null, clOrdId: null, ...ids },
});

describe('what the exchange says of an order when asked', () => {
  it('is all that it told, and how the order stands', () => {
    const book = bookOf();
    recorded(book, placed(book));
    const statement = statementOf(book, named({ clOrdId: 'c1' }))!;
    const [first, ...rest] = statement;
    const [fills, last] = [rest.slice(0, -1), rest.at(-1)!];
    expect(first).toMatchObject({ execType: 'NEW', execId: 'Pr1-1-1', transactTime: '2026-01-02T09:00:00.000Z' });
    expect(fills.map(({ execType }) => execType)).toEqual(fills.map(() => 'TRADE'));
    expect(fills.map(({ execId }) => execId)).toEqual(fills.map((_, i) => `Pr1-1-${i + 2}`));
    expect(last).toMatchObject({
      ...{ execType: 'ORDER_STATUS', execId: `Pr1-1-s${fills.length + 1}`, status: 'FILLED', clOrdId: 'c1' },
      ...{ cumQty: '100', leavesQty: '0', quantity: '100', symbol: 'AAPL', side: 'BUY', orderType: 'MARKET' },
      avgPx: fills.at(-1)!.avgPx,
      transactTime: fills.at(-1)!.transactTime,
    });
    for (const each of statement)
      expect(executionReportSchema.safeParse(JSON.parse(JSON.stringify(each))).success).toBe(true);
  });

  it('is the same as long as nothing happens, and another id of its state when something does', () => {
    const book = bookOf();
    const number = placed(book, { orderType: 'LIMIT', price: FAR_BELOW });
    expect(statementOf(book, named({ clOrdId: 'c1' }))).toMatchObject([
      { execType: 'ORDER_STATUS', execId: 'Pr1-1-s0', status: 'PENDING_NEW', cumQty: '0', leavesQty: '100' },
    ]);
    recorded(book, number, 1);
    const once = statementOf(book, named({ clOrdId: 'c1' }));
    expect(statementOf(book, named({ venueOrderId: 'Pr1-1' }))).toEqual(once);
    expect(once?.at(-1)).toMatchObject({ execId: 'Pr1-1-s1', status: 'NEW' });
    changed(book, { quantity: '50' });
    expect(statementOf(book, named({ clOrdId: 'c2' }))?.at(-1)).toMatchObject({
      ...{ execId: 'Pr1-1-s2', clOrdId: 'c2', quantity: '50' },
    });
  });

  it('is nothing of an order that it does not know, that another account has, or that it has forgotten', () => {
    const book = bookOf({ closedOrdersMax: 1 });
    recorded(book, placed(book));
    expect(statementOf(book, named({ clOrdId: 'c9', venueOrderId: 'P9' }))).toBeNull();
    expect(statementOf(book, named({ clOrdId: 'c1', account: 'another' }))).toBeNull();
    expect(statementOf(book, named({}))).toBeNull();
    expect(statementOf(book, named({ clOrdId: 'c1' }))).not.toBeNull();
    recorded(book, placed(book, { clOrdId: 'c2' }));
    expect(statementOf(book, named({ clOrdId: 'c1' }))).toBeNull();
    expect(book.records.size).toBe(1);
  });

  it('is only the newest reports where there are too many, with the sums of all', () => {
    const book = bookOf({ reportsPerOrderMax: 2 });
    recorded(book, placed(book));
    const statement = statementOf(book, named({ clOrdId: 'c1' }))!;
    expect(statement.map(({ execType }) => execType)).toEqual(['TRADE', 'TRADE', 'ORDER_STATUS']);
    expect(statement.at(-1)).toMatchObject({ cumQty: '100', status: 'FILLED' });
  });

  it('begins with what it was told of an order that it took up', () => {
    const book = bookOf();
    const open = { ...request(), venueOrderId: 'Pold-7', accepted: true, cumQty: d('40'), cumAmount: d('9000') };
    const number = takeUp(book, open)!;
    expect(statementOf(book, named({ venueOrderId: 'Pold-7' }))).toMatchObject([
      { execType: 'ORDER_STATUS', status: 'PARTIALLY_FILLED', cumQty: '40', leavesQty: '60', avgPx: '225' },
    ]);
    recorded(book, number, 1);
    expect(statementOf(book, named({ clOrdId: 'c1' }))?.map(({ execType }) => execType)).toEqual([
      'TRADE',
      'ORDER_STATUS',
    ]);
  });
});
