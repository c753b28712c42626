import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  afterTry,
  type Effort,
  isOpen,
  isUnasked,
  type Try,
  TRIES_MAX,
  URGENT_TRIES_MAX,
  URGENT_WAIT_MS_MAX,
} from '../../src/notifications/attempt.ts';
import { heldUntil, notificationId, notificationOf } from '../../src/notifications/told.ts';
import { isBelow } from '../../src/notifications/version.ts';
import { userId } from '../../src/kernel/brand.ts';
import type { NotificationType } from '../../src/notifications/words.ts';
import { notification } from './given.ts';

const text = 'why';
const sent: Try = { status: 'sent', providerId: null };
const later: Try = { status: 'later', text, retryAfterMs: null };
const gone: Try = { status: 'gone', text, deadSince: null };
const refused: Try = { status: 'refused', text };
const away: Try = { status: 'away', text, retryAfterMs: 0 };
const busy: Try = { status: 'busy', text };
const effort = (more: Partial<Effort> = {}): Effort => ({ tries: 1, waitedMs: 0, hasStandby: false, ...more });

describe('after a try', () => {
  it.each([
    { when: 'one device has it and the other is gone', tries: [sent, gone], next: { state: 'SENT', reason: null } },
    { when: 'every device is gone', tries: [gone, gone], next: { state: 'FAILED', reason: 'ADDRESS_GONE' } },
    { when: 'one is gone, one refused', tries: [gone, refused], next: { state: 'FAILED', reason: 'PROVIDER_REFUSED' } },
    { when: 'one has it and the other may get it yet', tries: [sent, later], next: { state: 'PENDING', reason: null } },
  ])('$when', ({ tries, next }) => {
    expect(afterTry(tries, effort())).toMatchObject(next);
  });

  it('an urgent one with a channel in reserve is given up soon, by tries or by time', () => {
    const urgent = (more: Partial<Effort>) => afterTry([later], effort({ hasStandby: true, ...more })).state;
    expect(urgent({ tries: URGENT_TRIES_MAX - 1 })).toBe('PENDING');
    expect(urgent({ tries: URGENT_TRIES_MAX })).toBe('FAILED');
    expect(urgent({ waitedMs: 31_000 })).toBe('FAILED');
    expect(afterTry([away], effort({ hasStandby: true, waitedMs: 31_000 })).state).toBe('FAILED');
  });

  it('one with a channel in reserve goes that way in time, however long the provider asks us to wait', () => {
    const hour = 3_600_000;
    const asked = [
      { ...later, retryAfterMs: hour },
      { ...away, retryAfterMs: hour },
    ] as const;
    for (const one of asked) {
      const urgent = afterTry([one], effort({ hasStandby: true, waitedMs: 10_000 }));
      expect(urgent).toMatchObject({ state: 'PENDING', retryMs: 22_000 });
      expect(afterTry([one], effort({ waitedMs: 10_000 }))).toMatchObject({ retryMs: hour });
    }
  });

  it('one that waits for its turn among our own does not go another way, however long', () => {
    const rush = (more: Partial<Effort>) => afterTry([busy], effort({ hasStandby: true, ...more }));
    expect(rush({ tries: URGENT_TRIES_MAX, waitedMs: 31_000 }).state).toBe('PENDING');
    expect(rush({ tries: TRIES_MAX }).state).toBe('PENDING');
    expect(afterTry([busy, later], effort({ hasStandby: true, waitedMs: 31_000 })).state).toBe('FAILED');
  });

  it.each([away, busy])(
    'a provider that was not asked is asked again soon, and less often the longer it lasts',
    (one) => {
      const retryMs = (waitedMs: number) => afterTry([one], effort({ waitedMs }));
      expect(retryMs(0)).toEqual({ state: 'PENDING', reason: null, retryMs: 1_000 });
      expect(retryMs(120_000)).toMatchObject({ retryMs: 12_000 });
      expect(retryMs(86_400_000)).toMatchObject({ retryMs: 30_000 });
    },
  );

  it('that one got it although others were given up counts as sent', () => {
    expect(afterTry([sent, later], effort({ tries: TRIES_MAX })).state).toBe('SENT');
    expect(afterTry([refused, later], effort({ tries: TRIES_MAX }))).toMatchObject({ reason: 'GAVE_UP' });
  });
});

const someText = fc.constant(text);
const tryOf: fc.Arbitrary<Try> = fc.oneof(
  fc.constant(sent),
  fc.record({ status: fc.constant('later' as const), text: someText, retryAfterMs: fc.option(fc.nat(3_600_000)) }),
  fc.record({ status: fc.constant('away' as const), text: someText, retryAfterMs: fc.nat(60_000) }),
  fc.constant(busy),
  fc.constantFrom(gone, refused, { status: 'unknown', text } as const),
);

describe('a life of tries', () => {
  /** Tries each device until it has a final word, as the worker does; `left` is what the provider will say. */
  function live(devices: readonly (readonly Try[])[], hasStandby: boolean) {
    const final = new Map<number, Try>();
    for (let [tries, round, waitedMs] = [0, 0, 0]; ; round++) {
      const said = devices.map((answers, n) => final.get(n) ?? answers[round % answers.length] ?? later);
      if (said.some((one, n) => !final.has(n) && !isUnasked(one))) tries += 1;
      said.forEach((one, n) => !isOpen(one) && final.set(n, one));
      const next = afterTry(said, { tries: Math.max(tries, 1), waitedMs, hasStandby });
      if (next.state !== 'PENDING') return { next, said, tries };
      const hint = Math.max(0, ...said.map((one) => ('retryAfterMs' in one ? (one.retryAfterMs ?? 0) : 0)));
      const owed = hasStandby ? Math.min(hint, URGENT_WAIT_MS_MAX - waitedMs) : hint;
      expect(next.retryMs).toBeGreaterThanOrEqual(Math.max(owed, 1_000));
      waitedMs += next.retryMs;
      // A provider that is left alone for ever is ended by the time to live alone.
      if (round > 40) return { next, said, tries };
    }
  }

  it('ends in one state, sent exactly when a device has it, after a bounded number of tries', () => {
    const devices = fc.array(fc.array(tryOf, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(devices, fc.boolean(), (answers, hasStandby) => {
        const { next, said, tries } = live(answers, hasStandby);
        expect(tries).toBeLessThanOrEqual(TRIES_MAX + 1);
        if (next.state === 'PENDING') expect(said.some(isUnasked)).toBe(true);
        else expect(next.state === 'SENT').toBe(said.some(({ status }) => status === 'sent'));
      }),
    );
  });
});

describe('the id of a notification', () => {
  it('is a UUID that follows from user and key, and from nothing else', () => {
    const id = notificationId({ userId: userId('ann'), key: 'k' });
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(notificationId({ userId: userId('ann'), key: 'k' })).toBe(id);
    expect(notificationId({ userId: userId('annk'), key: '' })).not.toBe(id);
  });
});

describe('how long a notification is worth telling', () => {
  const DAY_MS = 86_400_000;
  const [received, now] = [new Date('2026-06-01T12:00:00Z'), new Date('2026-06-04T12:00:00Z')];
  const told = (type: NotificationType) => {
    return notificationOf({ ...notification(type), receivedAt: received }, now);
  };

  it('counts from when we learned of it, however late it is told', () =>
    expect(told('ORDER_FILLED').expiresAt).toEqual(new Date(received.getTime() + DAY_MS)));

  it('of the last word of an order is as long after it was held, and of an alert is not', () => {
    const release = new Date('2026-06-09T07:00:00Z');
    expect(heldUntil(told('ORDER_FILLED'), release).expiresAt).toEqual(new Date(release.getTime() + DAY_MS));
    expect(heldUntil(told('PRICE_ALERT'), release)).toEqual(told('PRICE_ALERT'));
    const soon = new Date(received.getTime() - DAY_MS);
    expect(heldUntil(told('ORDER_FILLED'), soon)).toEqual(told('ORDER_FILLED'));
  });

  it('of a critical one counts from when it is told', () =>
    expect(told('ORDER_REJECTED').expiresAt).toEqual(new Date(now.getTime() + DAY_MS)));
});

describe('a version of an app', () => {
  it.each([
    ['2.9', '2.10', true],
    ['2.10.0', '2.10', false],
    ['2.10-beta', '2.10', false],
    ['1', '1.0.1', true],
    ['3', '2.99', false],
  ])('%s is below %s: %s', (version, bound, expected) => expect(isBelow(version, bound)).toBe(expected));
});
