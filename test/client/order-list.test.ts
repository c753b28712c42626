import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Order } from '../../src/client/index.ts';
import { type Listed, matches, withPage, withUpdate } from '../../src/client/order-list.ts';

const PAGE = 4;
const FILTER = { open: true } as const;

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
    expect(ids(withUpdate(held, FILTER, orderOf(4)))).toEqual(['O5.1', 'O4.1', 'O3.1']);
    expect(ids(withUpdate(held, FILTER, orderOf(6)))).toEqual(['O6.1', 'O5.1', 'O3.1']);
    expect(ids(withUpdate(held, FILTER, orderOf(3, 2)))).toEqual(['O5.1', 'O3.2']);
    expect(ids(withUpdate(held, FILTER, orderOf(3, 2, '0')))).toEqual(['O5.1']);
    expect(withUpdate(held, FILTER, orderOf(2))).toBe(held);
    expect(withUpdate(held, FILTER, orderOf(3, 1, '0'))).toBe(held);
    expect(ids(withUpdate({ ...held, next: null }, FILTER, orderOf(2)))).toEqual(['O5.1', 'O3.1', 'O2.1']);
  });

  it('is what the service would answer, whatever happens while its pages are on their way', () => {
    const change = fc.record({ n: fc.integer({ min: 1, max: 14 }), leavesQty: fc.constantFrom('0', '1') });
    const turn = fc.oneof(
      fc.record({ what: fc.constant('change' as const), change }),
      fc.record({ what: fc.constant('page' as const), during: fc.array(change, { maxLength: 3 }) }),
      fc.record({ what: fc.constant('refresh' as const), during: fc.array(change, { maxLength: 3 }) }),
    );
    fc.assert(
      fc.property(fc.array(change, { maxLength: 20 }), fc.array(turn, { maxLength: 20 }), (before, turns) => {
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
            listed = withUpdate(listed, FILTER, commit(each.change));
            continue;
          }
          const isFirst = each.what === 'refresh';
          if (!isFirst && listed.next === null) continue;
          // The page is read, then the updates come, then the page.
          const page = pageOf(service, isFirst ? null : listed.next!.cursor);
          const since = each.during.map(commit);
          for (const order of since) listed = withUpdate(listed, FILTER, order);
          listed = withPage(listed, { ...page, isFirst }, { filter: FILTER, since });
        }
        const { next } = listed;
        const expected = listOf(service).filter(({ createdAt }) => next === null || createdAt >= next.createdAt);
        expect(listed.orders).toEqual(expected);
      }),
      { numRuns: 1_000 },
    );
  });
});
