import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EMPTY_LIST, type List, withoutEnded, withPage, withUpdate } from '../../src/web/list.ts';
import type { Order } from '../../src/web/words.ts';

function order(overrides: Partial<Order> & Pick<Order, 'id'>): Order {
  return {
    ...{ clOrdId: null, venue: 'standard', venueOrderId: null, account: null, symbol: 'AAPL', assetClass: 'EQUITY' },
    ...{ side: 'BUY', orderType: 'MARKET', timeInForce: 'DAY', quantity: '10', notional: null, price: null },
    ...{ stopPx: null, status: 'NEW', pendingAction: null, cumQty: '0', leavesQty: '10', avgPx: null },
    ...{ overfillQty: null, text: null, rejectReason: null, statusText: null, platform: 'WEB', version: 1 },
    ...{ createdAt: '2026-11-20T10:00:00.000Z', updatedAt: '2026-11-20T10:00:00.000Z' },
    ...overrides,
  };
}

const at = (minute: number): string => `2026-11-20T10:${String(minute).padStart(2, '0')}:00.000Z`;
const OPEN: List = { ...EMPTY_LIST, filter: { open: true } };
const idsOf = ({ orders }: List): readonly string[] => orders.map(({ id }) => id);

describe('a list of orders', () => {
  it('is newest first, whichever way its orders came', () => {
    const [a, b, c] = [1, 2, 3].map((minute) => order({ id: `o${minute}`, createdAt: at(minute) }));
    const list = withUpdate(withPage(OPEN, [b!, a!], false), c!);
    expect(idsOf(list)).toEqual(['o3', 'o2', 'o1']);
  });

  it('takes no order that it is not about', () => {
    expect(withUpdate({ ...OPEN, filter: { symbols: ['MSFT'] } }, order({ id: 'o' })).orders).toEqual([]);
    expect(withUpdate(OPEN, order({ id: 'o', status: 'FILLED' })).orders).toEqual([]);
    expect(withUpdate({ ...OPEN, filter: { side: 'SELL' } }, order({ id: 'o' })).orders).toEqual([]);
  });

  it('keeps an order that ends while it is looked at, until it is let go', () => {
    const list = withUpdate(
      withPage(OPEN, [order({ id: 'o' })], false),
      order({ id: 'o', status: 'FILLED', version: 2 }),
    );
    expect(list.orders[0]?.status).toBe('FILLED');
    expect(withoutEnded(list, 'o').orders).toEqual([]);
    expect(idsOf(withoutEnded(withPage(OPEN, [order({ id: 'o' })], false), 'o'))).toEqual(['o']);
  });

  it('takes no order that is older than what has been read: it comes with its page', () => {
    const list = withPage(OPEN, [order({ id: 'o2', createdAt: at(2) })], true);
    expect(withUpdate(list, order({ id: 'o1', createdAt: at(1) }))).toBe(list);
    expect(idsOf(withPage(list, [order({ id: 'o1', createdAt: at(1) })], false))).toEqual(['o2', 'o1']);
  });

  it('never goes back to a lower version, in whatever order pages and updates come', () => {
    const step = fc.record({
      id: fc.constantFrom('a', 'b', 'c'),
      version: fc.integer({ min: 1, max: 9 }),
      page: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        let list = EMPTY_LIST;
        const newest = new Map<string, number>();
        for (const { id, version, page } of steps) {
          const told = order({ id, version });
          list = page ? withPage(list, [told], false) : withUpdate(list, told);
          newest.set(id, Math.max(version, newest.get(id) ?? 0));
          for (const held of list.orders) expect(held.version).toBe(newest.get(held.id));
        }
      }),
    );
  });
});
