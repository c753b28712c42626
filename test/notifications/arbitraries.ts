import fc from 'fast-check';
import { userId } from '../../src/kernel/brand.ts';
import { type Weekday, WEEKDAYS } from '../../src/notifications/local-time.ts';
import { addressOf, CONTACT_CHANNELS, CONTACT_STATES, type UserPreferences } from '../../src/notifications/contact.ts';
import type { Notification } from '../../src/notifications/notification.ts';
import { POLICIES } from '../../src/notifications/policy.ts';
import {
  CHOICES,
  DEFAULT_PREFERENCES,
  OUTSIDE_CHANNELS,
  type QuietHours,
} from '../../src/notifications/preferences.ts';
import type { Situation } from '../../src/notifications/route.ts';
import { CATEGORIES, CHANNELS, NOTIFICATION_TYPES, PUSH_PROVIDERS } from '../../src/notifications/words.ts';
import { DAY_MS, SETTINGS, type Setting } from './wall-clock.ts';

const two = (value: number): string => String(value).padStart(2, '0');

/** Times of the day; those at which clocks are changed come up oftener. */
export const times = fc
  .oneof(
    fc.integer({ min: 0, max: 1_439 }),
    fc.integer({ min: 0, max: 16 }).map((quarters) => quarters * 15),
    fc.constantFrom(1_320, 1_380, 1_410, 420),
  )
  .map((minutes) => `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`);

const days: fc.Arbitrary<Weekday[]> = fc.oneof(
  fc.constant<Weekday[]>([...WEEKDAYS]),
  fc.subarray([...WEEKDAYS], { minLength: 1 }),
);

export const windows: fc.Arbitrary<QuietHours> = fc.record({
  days,
  from: times,
  to: times,
  channels: fc.option(fc.subarray([...OUTSIDE_CHANNELS]), { freq: 4 }),
});

/** Nothing but one minute of the week, which a change of the clock may swallow. */
const almostAlways = fc.constantFrom('02:15', '01:15', '00:20', '12:00').map((free) => {
  const [hour = '', minute = ''] = free.split(':');
  const windows: QuietHours[] = [
    { days: WEEKDAYS.slice(0, 6), from: '00:00', to: '00:00', channels: null },
    { days: ['SUNDAY'], from: '00:00', to: free, channels: null },
    { days: ['SUNDAY'], from: `${hour}:${two(Number(minute) + 1)}`, to: '00:00', channels: null },
  ];
  return windows;
});

const always = fc.constant<QuietHours[]>([{ days: [...WEEKDAYS], from: '13:00', to: '13:00', channels: null }]);

const quietHours: fc.Arbitrary<QuietHours[]> = fc.oneof(
  { weight: 20, arbitrary: fc.array(windows, { minLength: 1, maxLength: 4 }) },
  { weight: 8, arbitrary: fc.constant<QuietHours[]>([]) },
  { weight: 1, arbitrary: fc.oneof(almostAlways, always) },
);

const SYMBOLS = ['AAPL', 'aapl', 'BTC/USD'];
const STRATEGIES = ['momentum', 'pairs'];
const orNull = <T>(value: T) => fc.option(fc.constant(value), { freq: 6 });
const mostlyNone = <T>(values: readonly T[]) =>
  fc.oneof({ weight: 2, arbitrary: fc.constant<T[]>([]) }, { weight: 1, arbitrary: fc.subarray([...values]) });
const small = fc.integer({ min: 1, max: 3 });

const choices = fc.dictionary(
  fc.constantFrom(...CATEGORIES),
  fc
    .dictionary(fc.constantFrom(...CHANNELS), fc.constantFrom(...CHOICES), { maxKeys: 5 })
    .map(({ IN_APP, ...rest }) => ({ ...rest, ...(IN_APP && IN_APP !== 'DIGEST' && { IN_APP }) })),
  { maxKeys: 8 },
);

const state = fc.oneof(
  { weight: 2, arbitrary: fc.constant('VERIFIED' as const) },
  { weight: 1, arbitrary: fc.constantFrom(...CONTACT_STATES) },
);

export const preferencesIn = (timeZone: string): fc.Arbitrary<UserPreferences> =>
  fc
    .record({
      channels: fc.oneof(fc.constant({}), choices),
      criticalChannels: fc.option(fc.subarray([...OUTSIDE_CHANNELS], { minLength: 1 }), { freq: 1 }),
      mutedSymbols: mostlyNone(SYMBOLS),
      mutedStrategies: mostlyNone(STRATEGIES),
      quietHours,
      caps: fc.dictionary(
        fc.constantFrom(...OUTSIDE_CHANNELS),
        fc.record({ perMinute: small, perHour: small, perDay: small }, { requiredKeys: [] }),
      ),
      digestAt: fc.uniqueArray(times, { minLength: 1, maxLength: 3 }),
      contacts: fc.record({
        email: orNull('a@example.com'),
        phone: orNull('+14155550123'),
        webhook: orNull({ url: 'https://example.com/hook', secret: `whsec_${'abcdefgh'.repeat(4)}` }),
      }),
    })
    .chain((more) =>
      fc.record({ EMAIL: state, SMS: state, WEBHOOK: state }).map((states) => {
        const given = CONTACT_CHANNELS.filter((channel) => addressOf(more.contacts, channel) !== null);
        const contactStates = Object.fromEntries(given.map((channel) => [channel, states[channel]]));
        return { ...DEFAULT_PREFERENCES, timeZone, ...more, contactStates };
      }),
    );

const KINDS = [...PUSH_PROVIDERS, 'EMAIL', 'SMS', 'WEBHOOK'] as const;

const counts = fc.record({
  minute: fc.integer({ min: 0, max: 12 }),
  hour: fc.integer({ min: 0, max: 70 }),
  day: fc.integer({ min: 0, max: 310 }),
});

export const situationsIn = ({ timeZone, around }: Setting): fc.Arbitrary<Situation> =>
  fc.record({
    now: fc.integer({ min: -2 * DAY_MS, max: 2 * DAY_MS }).map((shift) => new Date(around + shift)),
    preferences: preferencesIn(timeZone),
    onScreen: fc.constantFrom(true, false, false, false),
    devices: fc.array(
      fc.record({
        provider: fc.option(fc.constantFrom(...PUSH_PROVIDERS), { freq: 4 }),
        permission: fc.constantFrom('GRANTED', 'GRANTED', 'GRANTED', 'DENIED', 'PROMPT'),
      }),
      { maxLength: 3, size: 'max' },
    ),
    configured: fc
      .oneof({ weight: 4, arbitrary: fc.constant([...KINDS]) }, { weight: 1, arbitrary: fc.subarray([...KINDS]) })
      .map((kinds) => new Set(kinds)),
    counts: fc.dictionary(fc.constantFrom(...OUTSIDE_CHANNELS), counts, { maxKeys: 4 }),
  });

const EVERYDAY = NOTIFICATION_TYPES.filter((type) => !POLICIES[type].critical);

export const notificationsAt = (now: Date): fc.Arbitrary<Notification> =>
  fc
    .record({
      // Half of what there is to tell is critical, and waits for nothing.
      type: fc.oneof(fc.constantFrom(...NOTIFICATION_TYPES), fc.constantFrom(...EVERYDAY)),
      symbol: fc.constantFrom('AAPL', 'Btc/usd', null),
      strategy: fc.constantFrom('momentum', 'other', null),
      lifeMs: fc.oneof({ weight: 9, arbitrary: fc.constant(3_600_000) }, { weight: 1, arbitrary: fc.constant(0) }),
    })
    .map(({ lifeMs, ...more }) => ({
      ...more,
      id: '6f1f36a8-3f5e-4c55-9d1b-0d3f0f4f0001',
      userId: userId('alice'),
      key: 'event:1',
      orderId: null,
      data: {},
      occurredAt: now,
      createdAt: now,
      expiresAt: new Date(now.getTime() + lifeMs),
    }));

/** A user at some time near a change of the clock, what the service knows of them, and something to tell. */
export const cases = fc
  .constantFrom(...SETTINGS)
  .chain((setting) => situationsIn(setting).map((situation) => ({ setting, situation })))
  .chain(({ setting, situation }) =>
    notificationsAt(situation.now).map((notification) => ({ setting, situation, notification })),
  );
