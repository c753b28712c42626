import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Order } from '../../src/client/index.ts';
import { type Listed, matches, withoutUnfit, withPage, withUpdate } from '../../src/client/order-list.ts';

const PAGE = 4;
const FILTER = { open: true } as const;
const RULE = { filter: FILTER };

const orderOf = (n: number, version = 1, leavesQty = '1'): Order =>
  ({ id: `O${n}`, version, leavesQty, createdAt: new Date(n * 1_000).toISOString(), symbol: `S${n}` }) as Order;

const endAt = ({ createdAt, id }: Order) => ({ createdAt, id, cursor: createdAt });

/** What the service knows, and answers pages from. */
interface Service {
  readonly orders: Map<number, Order>;
}

const listOf = ({ orders }: Service): readonly Order[] =>
  [...orders.values()].filter((order) => matches(FILTER, order)).sort((a, b) => b.createdAt.localeCompare(a.createdAt));

function pageOf(service: Service, after: string | null): Listed {
  const older = listOf(service).filter(({ createdAt }) => after === null || createdAt < after);
  const orders = older.slice(0, PAGE);
  return { orders, next: older.length > PAGE ? endAt(orders.at(-1)!) : null };
}

describe('a list', () => {
  it('of three pages takes an update into its place, out of it, and leaves what lies behind alone', () => {
    const held: Listed = { orders: [orderOf(5), orderOf(3)], next: endAt(orderOf(3)) };
    const ids = ({ orders }: Listed): readonly string[] => orders.map(({ id, version }) => `${id}.${version}`);
    expect(ids(withUpdate(held, orderOf(4), RULE))).toEqual(['O5.1', 'O4.1', 'O3.1']);
    expect(ids(withUpdate(held, orderOf(6), RULE))).toEqual(['O6.1', 'O5.1', 'O3.1']);
    expect(ids(withUpdate(held, orderOf(3, 2), RULE))).toEqual(['O5.1', 'O3.2']);
    expect(ids(withUpdate(held, orderOf(3, 2, '0'), RULE))).toEqual(['O5.1']);
    expect(withUpdate(held, orderOf(2), RULE)).toBe(held);
    expect(withUpdate(held, orderOf(3, 1, '0'), RULE)).toBe(held);
    expect(ids(withUpdate({ ...held, next: null }, orderOf(2), RULE))).toEqual(['O5.1', 'O3.1', 'O2.1']);
  });

  it('keeps an order that ends in its place while it is looked at, until it is let go', () => {
    const held: Listed = { orders: [orderOf(5), orderOf(3)], next: null };
    const staying = { ...RULE, unfit: 'stays' } as const;
    const ended = withUpdate(held, orderOf(5, 2, '0'), staying);
    expect(ended.orders).toEqual([orderOf(5, 2, '0'), orderOf(3)]);
    expect(withoutUnfit(ended, FILTER, 'O5').orders).toEqual([orderOf(3)]);
    expect(withoutUnfit(ended, FILTER, 'O3')).toBe(ended);
    expect(withUpdate(held, orderOf(4, 2, '0'), staying)).toBe(held);
    expect(withUpdate(ended, orderOf(5, 3), staying).orders[0]?.version).toBe(3);
  });

  it('is about nothing else than its filter says', () => {
    const order = { ...orderOf(1), side: 'BUY', client: 'acme-ios/2.3' } as Order;
    expect(matches({ side: 'BUY', symbols: ['S1'], clients: ['acme-ios/2.3'] }, order)).toBe(true);
    expect(matches({ clients: ['acme-web/1.0'] }, order)).toBe(false);
    expect(matches({ clients: ['acme-ios/2.3'] }, { ...order, client: null })).toBe(false);
    expect(matches({ side: 'SELL' }, order)).toBe(false);
    expect(matches({ createdAfter: order.createdAt }, order)).toBe(false);
  });

  it('is what the service would answer, whatever happens while its pages are on their way', () => {
    const change = fc.record({ n: fc.integer({ min: 1, max: 14 }), leavesQty: fc.constantFrom('0', '1') });
    const turn = fc.oneof(
      fc.record({ what: fc.constant('change' as const), change }),
      fc.record({ what: fc.constant('page' as const), during: fc.array(change, { maxLength: 3 }) }),
      fc.record({ what: fc.constant('refresh' as const), during: fc.array(change, { maxLength: 3 }) }),
    );
    const unfits = fc.constantFrom('leaves' as const, 'stays' as const);
    fc.assert(
      fc.property(
        fc.array(change, { maxLength: 20 }),
        fc.array(turn, { maxLength: 20 }),
        unfits,
        (before, turns, unfit) => {
          const rule = { filter: FILTER, unfit };
          const service: Service = { orders: new Map() };
          const commit = ({ n, leavesQty }: { n: number; leavesQty: string }): Order => {
            const order = orderOf(n, (service.orders.get(n)?.version ?? 0) + 1, leavesQty);
            service.orders.set(n, order);
            return order;
          };
          before.forEach(commit);
          let listed: Listed = pageOf(service, null);
          for (const each of turns) {
            if (each.what === 'change') {
              listed = withUpdate(listed, commit(each.change), rule);
              continue;
            }
            const isFirst = each.what === 'refresh';
            if (!isFirst && listed.next === null) continue;
            // The page is read, then the updates come, then the page.
            const page = pageOf(service, isFirst ? null : listed.next!.cursor);
            const since = each.during.map(commit);
            for (const order of since) listed = withUpdate(listed, order, rule);
            listed = withPage(listed, { ...page, isFirst }, { filter: FILTER, since });
          }
          for (const { id } of listed.orders) listed = withoutUnfit(listed, FILTER, id);
          const { next } = listed;
          const expected = listOf(service).filter(({ createdAt }) => next === null || createdAt >= next.createdAt);
          expect(listed.orders).toEqual(expected);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
