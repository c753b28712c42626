import fc from 'fast-check';
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

  it.each([
    ['canceled_at', '2026-01-02T04:00:00.005Z'],
    ['expired_at', '2026-01-02T04:00:00.005Z'],
    ['filled_at', '2026-01-02T04:00:00.015Z'],
  ])('is of the latest moment that it tells of: the sums are (%s %s)', (name, time) => {
    const updated = '2026-01-02T04:00:00.010123456Z';
    const [report] = statementOf(asked, [order('1', { status: 'canceled', updated_at: updated, [name]: time })]);
    expect(report?.transactTime).toBe(time > updated ? time : updated);
  });

  it('is of no moment where it tells none', () => {
    expect(statementOf(asked, [order('1', { updated_at: null })])[0]?.transactTime).toBeNull();
    expect(statementOf(asked, [order('1', { updated_at: 'soon', canceled_at: '2026-01-02' })])).toMatchObject([
      { transactTime: '2026-01-02' },
    ]);
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

  it('is never above the truth, whether replacements carry it on or begin anew, and whatever is busted', () => {
    const step = fc.record({ fills: fc.nat(9), busts: fc.nat(9) });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1 }), fc.boolean(), (steps, carriesOn) => {
        let [truth, own] = [0, 0];
        const chain = steps.map(({ fills, busts }, i) => {
          own = (carriesOn ? own : 0) + fills;
          const busted = Math.min(busts, own);
          own -= busted;
          truth += fills - busted;
          return filled(String(i + 1), String(own), '10');
        });
        const { cumQty } = sumsOf(chain);
        if (cumQty) expect(cumQty.toNumber()).toBeLessThanOrEqual(truth);
      }),
    );
  });

  it.each<[string, AlpacaOrder[], [string | null, string | null]]>([
    ['nothing', [order('1'), order('2')], ['0', null]],
    ['of one order', [filled('1', '40', '9.5')], ['40', '9.5']],
    // (40 x 9.5) of the 100 x 9.8: the replacement goes on with them.
    ['carried on', [filled('1', '40', '9.5'), filled('2', '100', '9.8')], ['100', '9.8']],
    ['carried on, nothing new', [filled('1', '40', '9.5'), filled('2', '40', '9.5')], ['40', '9.5']],
    // 50 where it began anew, 10 where 30 were busted.
    ['below what the chain had', [filled('1', '40', '9.5'), filled('2', '10', '12')], [null, null]],
    ['nothing any more', [filled('1', '40', '9.5'), order('2')], [null, null]],
    ['below it once', [filled('1', '5', '9'), filled('2', '3', '9'), filled('3', '8', '9')], [null, null]],
    ['without a price', [filled('1', '40', '9.5'), order('2', { filled_qty: '50' })], [null, null]],
    ['without a sum', [order('1', { filled_qty: null })], [null, null]],
  ])('%s', (_what, chain, expected) => {
    expect(sums(...chain)).toEqual(expected);
  });
});
