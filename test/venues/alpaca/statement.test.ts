import { describe, expect, it } from 'vitest';
import { executionReportSchema } from '../../../src/ingest/execution-report.ts';
import { printDecimal } from '../../../src/kernel/decimal.ts';
import { type AlpacaOrder, orderOf } from '../../../src/venues/alpaca/order.ts';
import { statementOf, sumsOf } from '../../../src/venues/alpaca/statement.ts';

const order = (id: string, more: object = {}): AlpacaOrder => {
  const read = orderOf({
    ...{ id, client_order_id: `C${id}`, status: 'new', symbol: 'AAPL', side: 'buy', type: 'limit' },
    ...{ time_in_force: 'day', qty: '100', filled_qty: '0', limit_price: '10' },
    ...{ submitted_at: '2026-01-02T03:04:05Z', updated_at: '2026-01-02T03:05:00Z' },
    ...more,
  });
  if (!read) throw new Error('not an order');
  return read;
};
const asked = { account: 'A', venueOrderId: '1', clOrdId: 'C1' };
const filled = (id: string, qty: string, price: string) =>
  order(id, { status: 'replaced', filled_qty: qty, filled_avg_price: price });

describe('where an order is', () => {
  it.each([
    ['accepted', 'PENDING_NEW'],
    ['new', 'NEW'],
    ['partially_filled', 'PARTIALLY_FILLED'],
    ['filled', 'FILLED'],
    ['canceled', 'CANCELED'],
    ['expired', 'EXPIRED'],
    ['rejected', 'REJECTED'],
    ['done_for_day', 'DONE_FOR_DAY'],
    ['suspended', 'SUSPENDED'],
    ['calculated', null],
    ['a word of tomorrow', null],
  ])('%s is %s', (status, ours) => {
    const [report, ...others] = statementOf(asked, [order('1', { status, filled_qty: '40', filled_avg_price: '9.5' })]);
    expect(others).toEqual([]);
    expect(report).toMatchObject({ execType: 'ORDER_STATUS', status: ours, cumQty: '40', avgPx: '9.5', account: 'A' });
    expect(executionReportSchema.safeParse(report).error).toBeUndefined();
  });

  it('names no request, so that the one that waits is answered', () => {
    const [report] = statementOf(asked, [order('1', { status: 'canceled', canceled_at: '2026-01-02T04:00:00Z' })]);
    expect(report).toMatchObject({ venueOrderId: '1', origClOrdId: 'C1', transactTime: '2026-01-02T04:00:00Z' });
    expect(report).not.toHaveProperty('clOrdId');
  });
});

describe('a chain of replacements', () => {
  it('tells those that were not heard of, then where the newest is', () => {
    const chain = [order('1', { status: 'replaced' }), order('2', { status: 'replaced' }), order('3', { qty: '300' })];
    expect(statementOf(asked, chain)).toMatchObject([
      { execType: 'REPLACED', venueOrderId: '2', clOrdId: 'C2', origClOrdId: 'C1' },
      { execType: 'REPLACED', venueOrderId: '3', clOrdId: 'C3', origClOrdId: 'C2', quantity: '300', price: '10' },
      { execType: 'ORDER_STATUS', venueOrderId: '3', status: 'NEW' },
    ]);
  });

  it('is told again as it was: the ids are the same', () => {
    const chain = [order('1', { status: 'replaced' }), order('2')];
    expect(statementOf(asked, chain)).toEqual(statementOf(asked, chain));
    expect(statementOf(asked, chain)[0]?.execId).toBe('2:REPLACED');
  });

  it('tells none that are known', () => {
    const chain = [order('1', { status: 'replaced' }), order('2')];
    const kinds = (of: object) => statementOf({ ...asked, ...of }, chain).map(({ execType }) => execType);
    expect(kinds({ venueOrderId: '2' })).toEqual(['ORDER_STATUS']);
    expect(kinds({ venueOrderId: null, clOrdId: 'C2' })).toEqual(['ORDER_STATUS']);
    expect(kinds({ venueOrderId: null, clOrdId: 'C1' })).toEqual(['REPLACED', 'ORDER_STATUS']);
  });

  it.each(['pending_new', 'accepted'])('a replacement that is %s is none yet', (status) => {
    const chain = [order('1', { status: 'pending_replace' }), order('2', { status })];
    expect(statementOf(asked, chain)).toMatchObject([{ venueOrderId: '1', status: 'PENDING_REPLACE' }]);
    expect(statementOf(asked, chain)).toHaveLength(1);
  });
});

describe('what is filled over a chain', () => {
  const sums = (...chain: AlpacaOrder[]) => {
    const { cumQty, avgPx } = sumsOf(chain);
    return [cumQty && printDecimal(cumQty), avgPx && printDecimal(avgPx)];
  };
  it.each<[string, AlpacaOrder[], [string | null, string | null]]>([
    ['nothing', [order('1'), order('2')], ['0', null]],
    ['of one order', [filled('1', '40', '9.5')], ['40', '9.5']],
    ['before the replacement only', [filled('1', '40', '9.5'), order('2')], ['40', '9.5']],
    // (40 x 9.5) of the 100 x 9.8: the replacement goes on with them.
    ['carried on', [filled('1', '40', '9.5'), filled('2', '100', '9.8')], ['100', '9.8']],
    // 40 x 9.5 + 10 x 12 = 500, over 50: below what the chain had, so it counts beside it.
    ['begun anew', [filled('1', '40', '9.5'), filled('2', '10', '12')], ['50', '10']],
    ['without a price', [filled('1', '40', '9.5'), order('2', { filled_qty: '50' })], [null, null]],
    // 1 x 0.1 + 2 x 0.2 = 0.5 over 3, at 18 decimals.
    ['not to be written exactly', [filled('1', '2', '0.2'), filled('2', '1', '0.1')], ['3', '0.166666666666666667']],
  ])('%s', (_what, chain, expected) => {
    expect(sums(...chain)).toEqual(expected);
  });
});
