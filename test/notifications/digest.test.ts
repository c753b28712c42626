import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DIGEST_ITEMS_MAX, digestOf, type Told } from '../../src/notifications/digest.ts';
import type { Notification } from '../../src/notifications/notification.ts';
import { POLICIES } from '../../src/notifications/policy.ts';
import { NOTIFICATION_TYPES, type NotificationType } from '../../src/notifications/words.ts';
import { NOON, notification } from './given.ts';

const MORNING = new Date(NOON.getTime() + 19 * 3_600_000);

/** The nth word of an order, n minutes after noon; worth telling until well after the morning. */
function word(type: NotificationType, version: number, more: Partial<Notification> = {}): Notification {
  const at = new Date(NOON.getTime() + version * 60_000);
  const id = `${type} ${String(version)}`;
  return notification(type, { id, key: id, occurredAt: at, createdAt: at, data: { version }, ...more });
}

const about = (orderId: string | null) => ({ orderId });

function tell(held: readonly Notification[], others: readonly Told[] = []) {
  const { told, dropped, rest } = digestOf(held, others, MORNING);
  return {
    told: told.map(({ id }) => id),
    dropped: dropped.map(({ notification: { id }, reason }) => `${id}: ${reason}`),
    rest,
  };
}

describe('of one order', () => {
  it('only the latest word is told', () => {
    const held = [word('ORDER_SUBMITTED', 1), word('ORDER_PARTIALLY_FILLED', 2), word('ORDER_FILLED', 3)];
    expect(tell(held)).toEqual({
      told: ['ORDER_FILLED 3'],
      dropped: ['ORDER_SUBMITTED 1: SUPERSEDED', 'ORDER_PARTIALLY_FILLED 2: SUPERSEDED'],
      rest: 0,
    });
  });

  it('the latest is the one of the highest version, whatever the clocks say', () => {
    const early = new Date(NOON.getTime() - 60_000);
    const held = [
      word('ORDER_CANCELED', 5, { createdAt: early, occurredAt: early }),
      word('ORDER_PARTIALLY_FILLED', 4),
    ];
    expect(tell(held).told).toEqual(['ORDER_CANCELED 5']);
  });

  it('a bust that went out at night makes the fill untrue that was held before it', () => {
    expect(tell([word('ORDER_FILLED', 3)], [word('EXECUTION_BUSTED', 4)])).toEqual({
      ...{ told: [], dropped: ['ORDER_FILLED 3: SUPERSEDED'], rest: 0 },
    });
  });

  it('a fill after the bust is true', () => {
    expect(tell([word('ORDER_FILLED', 5)], [word('EXECUTION_BUSTED', 4)]).told).toEqual(['ORDER_FILLED 5']);
  });

  it('a bust or a correction is itself never dropped', () => {
    const held = [word('EXECUTION_BUSTED', 4), word('EXECUTION_CORRECTED', 5), word('ORDER_FILLED', 6)];
    expect(tell(held).dropped).toEqual([]);
  });

  it('a refused cancel says nothing of how the order is', () => {
    expect(tell([word('ORDER_PARTIALLY_FILLED', 3)], [word('EXECUTION_FAILED', 4)]).told).toHaveLength(1);
  });

  it('other orders are not touched, nor what is about none', () => {
    const held = [
      word('ORDER_FILLED', 1, about('order-1')),
      word('ORDER_CANCELED', 2, about('order-2')),
      word('ORDER_EXPIRED', 3, about(null)),
      word('ORDER_FILLED', 4, about(null)),
    ];
    expect(tell(held).dropped).toEqual([]);
  });
});

describe('of one strategy', () => {
  it('only the latest status is told', () => {
    const status = (version: number, strategy: string) =>
      word('STRATEGY_STATUS', version, { strategy, orderId: null, data: {} });
    expect(tell([status(1, 'pairs'), status(2, 'pairs'), status(3, 'momentum')])).toMatchObject({
      ...{ told: ['STRATEGY_STATUS 2', 'STRATEGY_STATUS 3'], dropped: ['STRATEGY_STATUS 1: SUPERSEDED'] },
    });
  });
});

describe('what is over', () => {
  it('is dropped, at its very end', () => {
    const held = [word('PRICE_ALERT', 1, { expiresAt: MORNING }), word('PRICE_ALERT', 2)];
    expect(tell(held)).toMatchObject({ told: ['PRICE_ALERT 2'], dropped: ['PRICE_ALERT 1: EXPIRED'] });
  });

  it('still makes an earlier word untrue', () => {
    const held = [word('ORDER_FILLED', 1), word('ORDER_PARTIALLY_FILLED', 2, { expiresAt: NOON })];
    expect(tell(held).told).toEqual([]);
  });
});

describe('a long digest', () => {
  const held = Array.from({ length: DIGEST_ITEMS_MAX + 15 }, (_, index) => {
    const type = index === 0 ? 'ORDER_FILLED' : 'ORDER_CANCELED';
    return word(type, index, about(`order-${String(index)}`));
  });
  const { told, shown, rest } = digestOf(held, [], MORNING);

  it('shows so many and counts the rest, which it stands for as well', () => {
    expect([shown.length, rest, told.length]).toEqual([DIGEST_ITEMS_MAX, 15, held.length]);
  });

  it('shows the more important first of all, then the latest, oldest first', () => {
    expect(shown[0]?.id).toBe('ORDER_FILLED 0');
    expect(shown.slice(1).map(({ id }) => id)).toEqual(held.slice(-DIGEST_ITEMS_MAX + 1).map(({ id }) => id));
  });
});

describe('any digest', () => {
  const words = fc
    .uniqueArray(
      fc.record({
        type: fc.constantFrom(...NOTIFICATION_TYPES),
        version: fc.integer({ min: 0, max: 40 }),
        order: fc.constantFrom('order-1', 'order-2', null),
        strategy: fc.constantFrom('pairs', null),
        isOver: fc.boolean(),
        isVersioned: fc.boolean(),
      }),
      { selector: ({ type, version }) => `${type} ${String(version)}`, maxLength: 40, size: 'max' },
    )
    .map((list) =>
      list.map(({ type, version, order, strategy, isOver, isVersioned }) =>
        word(type, version, {
          ...{ orderId: order, strategy, ...(isOver && { expiresAt: NOON }), ...(!isVersioned && { data: {} }) },
        }),
      ),
    );

  it('accounts for each held one once, and is the same in whatever order they come', () => {
    fc.assert(
      fc.property(words, fc.integer(), (held, seed) => {
        const digest = digestOf(held, [], MORNING);
        const ids = [...digest.told, ...digest.dropped.map((one) => one.notification)].map(({ id }) => id);
        expect(ids.toSorted()).toEqual(held.map(({ id }) => id).toSorted());
        const turned = held
          .map((_, index) => held[(index + Math.abs(seed)) % held.length])
          .filter((one) => one !== undefined);
        expect(digestOf(turned.toReversed(), [], MORNING)).toEqual(digest);
      }),
      { numRuns: 200 },
    );
  });

  it('tells no two words of how an order is, unless they are critical, and drops nothing critical', () => {
    const isState = (type: NotificationType): boolean =>
      ['ORDER_SUBMITTED', 'ORDER_PARTIALLY_FILLED', 'ORDER_FILLED', 'ORDER_CANCELED', 'ORDER_EXPIRED'].includes(type);
    fc.assert(
      fc.property(words, (held) => {
        const { told, dropped } = digestOf(held, [], MORNING);
        const states = told
          .filter(({ type, orderId }) => isState(type) && orderId !== null)
          .map(({ orderId }) => orderId);
        expect(new Set(states).size).toBe(states.length);
        expect(dropped.filter((one) => POLICIES[one.notification.type].critical)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});
