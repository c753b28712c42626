import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareInLog } from '../../src/client/log-cursor.ts';
import { mayWant } from '../../src/client/item.ts';
import { matchesFilter, NOTHING_LISTED, withChange, withNotifications } from '../../src/client/notification-list.ts';
import { prepare } from '../../src/client/operation.ts';
import type { Notification, NotificationChange } from '../../src/client/generated/schema.ts';
import type { UserId } from '../../src/kernel/brand.ts';
import { encodeCursor, encodePairCursor } from '../../src/kernel/position.ts';

const at = (second: number): string => new Date(second * 1_000).toISOString();

const notification = (n: number, more: Partial<Notification> = {}): Notification => ({
  ...{ id: `n${n}`, type: 'ORDER_FILLED', category: 'ORDERS', priority: 'HIGH', critical: false },
  ...{ title: 'Filled', body: '', locale: 'en', orderId: null, symbol: null, strategy: null },
  ...{ occurredAt: at(n), createdAt: at(n), expiresAt: at(n + 60), readAt: null, archivedAt: null },
  ...more,
});

describe('a list of notifications', () => {
  const received = { change: 'RECEIVED' as const, notification: notification(1) };
  const one = withChange(NOTHING_LISTED, received, { filter: {}, isKnown: false });

  it('takes a new one once, and a mark once', () => {
    const again = withChange(one, received, { filter: {}, isKnown: true });
    expect(again).toMatchObject({ unreadCount: 1, notifications: [{ id: 'n1' }] });
    const mark = { change: 'READ' as const, notification: notification(1, { readAt: at(9) }) };
    const read = withChange(one, mark, { filter: {}, isKnown: true });
    expect(withChange(read, mark, { filter: {}, isKnown: true })).toMatchObject({ unreadCount: 0, isCounted: true });
  });

  it('does not guess the count when one is marked that it does not hold', () => {
    const mark = { change: 'READ' as const, notification: notification(7, { readAt: at(9) }) };
    expect(withChange({ ...one, unreadCount: 5 }, mark, { filter: { unread: true }, isKnown: false })).toMatchObject({
      unreadCount: 5,
      isCounted: false,
      notifications: [{ id: 'n1' }],
    });
  });

  it('is what the service would list, whatever comes while its pages are on their way', () => {
    const filter = { unread: true, categories: ['ORDERS' as const] };
    const steps = fc.array(
      fc.record({
        n: fc.integer({ min: 0, max: 9 }),
        change: fc.constantFrom<NotificationChange>('RECEIVED', 'READ', 'ARCHIVED'),
        isRisk: fc.boolean(),
        isSince: fc.boolean(),
      }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(steps, (all) => {
        const truth = new Map<number, Notification>();
        const updates = all.flatMap(({ n, change, isRisk, isSince }, step) => {
          const held = truth.get(n);
          if ((held === undefined) !== (change === 'RECEIVED') || (change === 'READ' && held?.readAt)) return [];
          const next: Notification = {
            ...(held ?? notification(n, { category: isRisk ? 'RISK' : 'ORDERS' })),
            ...(change !== 'RECEIVED' && { readAt: held?.readAt ?? at(100 + step) }),
            ...(change === 'ARCHIVED' && { archivedAt: at(100 + step) }),
          };
          truth.set(n, next);
          return [{ change, notification: next, isSince, page: [...truth.values()] }];
        });
        const listed = (states: readonly Notification[]) =>
          states.filter((each) => matchesFilter(filter, each)).sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
        // The page is as of some moment; what comes after it, and some of what came before, is pushed.
        const split = updates.findIndex(({ isSince }) => isSince);
        const since = split === -1 ? [] : updates.slice(split);
        const page = {
          ...NOTHING_LISTED,
          notifications: listed(updates[split === -1 ? updates.length - 1 : split]?.page ?? []),
        };
        const list = withNotifications(NOTHING_LISTED, page, { filter, isFirst: true, since });
        expect(list.notifications).toEqual(listed([...truth.values()]));
      }),
    );
  });
});

describe('who reads the log of orders', () => {
  const wants = (query: string, item: unknown) => mayWant(prepare({ query }), item);
  const order = { type: 'orderUpdated', data: { order: { id: 'a', symbol: 'AAPL' } } };
  const told = { type: 'notificationReceived', data: { change: 'RECEIVED', notification: notification(1) } };

  it('passes to each subscription the items of its own type and categories alone', () => {
    expect(wants('subscription { orderUpdated { cursor } }', told)).toBe(false);
    expect(wants('subscription { orderUpdated { cursor } }', order)).toBe(true);
    expect(wants('subscription { notificationReceived { cursor } }', order)).toBe(false);
    expect(wants('subscription { notificationReceived { cursor } }', told)).toBe(true);
    expect(wants('subscription { notificationReceived(categories: [RISK]) { cursor } }', told)).toBe(false);
    expect(wants('subscription { notificationReceived(categories: [ORDERS]) { cursor } }', told)).toBe(true);
  });

  it('passes to a subscription of strategies, or of one, what is of them alone', () => {
    const ofStrategy = (strategy: string | null) => {
      const data = { change: 'RECEIVED', notification: notification(1, { strategy }) };
      return { type: 'notificationReceived', data };
    };
    for (const strategies of ['["momentum", "pairs"]', '"momentum"']) {
      const query = `subscription { notificationReceived(categories: [ORDERS], strategies: ${strategies}) { cursor } }`;
      expect(wants(query, ofStrategy('momentum'))).toBe(true);
      expect(wants(query, ofStrategy('other'))).toBe(false);
      expect(wants(query, ofStrategy(null))).toBe(false);
    }
    expect(wants('subscription { notificationReceived(strategies: null) { cursor } }', ofStrategy(null))).toBe(true);
  });

  it('compares a cursor over two logs by its place in this one', () => {
    const [epoch, other] = ['0f8fad5b-d9cb-469f-a165-70867728950e', '7c9e6679-7425-40de-944b-e07fc1f90ae7'] as const;
    const single = (offset: number) => encodeCursor('a secret', 'ann' as UserId, { epoch, offset });
    const pair = (offset: number, feed: number) =>
      encodePairCursor('a secret', 'ann' as UserId, { log: { epoch, offset }, feed: { epoch: other, offset: feed } });
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat(), (a, b, feed) => {
        expect(Math.sign(compareInLog(pair(a, feed), single(b)) ?? Number.NaN)).toBe(Math.sign(a - b));
        expect(Math.sign(compareInLog(pair(a, feed), pair(b, 3)) ?? Number.NaN)).toBe(Math.sign(a - b));
      }),
    );
    expect(compareInLog(pair(1, 1), encodeCursor('a secret', 'ann' as UserId, { epoch: other, offset: 1 }))).toBeNull();
  });
});
