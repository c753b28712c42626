import { describe, expect, it } from 'vitest';
import { isOverCap } from '../../src/notifications/caps.ts';
import {
  changePreferences,
  DEFAULT_PREFERENCES,
  type Preferences,
  type PreferencesChange,
  preferencesSchema,
  readPreferences,
} from '../../src/notifications/preferences.ts';
import { PREFERRED, WHSEC } from './given.ts';

const window = { days: ['MONDAY'], from: '22:00', to: '07:00', channels: null };
const webhook = (url: string, secret = WHSEC) => ({ contacts: { webhook: { url, secret } } });
const times = <T>(count: number, value: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => value(i));

const changed = (change: PreferencesChange, current: Preferences = DEFAULT_PREFERENCES): Preferences => {
  const answer = changePreferences(current, change);
  if ('fault' in answer) throw new Error(answer.fault);
  return answer.preferences;
};

const faultOf = (change: PreferencesChange): string | null => {
  const answer = changePreferences(DEFAULT_PREFERENCES, change);
  return 'fault' in answer ? answer.fault : null;
};

describe('the defaults', () => {
  it('are preferences, and survive being stored', () => {
    expect(preferencesSchema.parse(DEFAULT_PREFERENCES)).toEqual(DEFAULT_PREFERENCES);
    expect(readPreferences(JSON.parse(JSON.stringify(PREFERRED)))).toEqual(PREFERRED);
  });
});

describe('a preference', () => {
  it.each<[string, PreferencesChange]>([
    ['a zone of half an hour', { timeZone: 'Asia/Kolkata' }],
    ['UTC', { timeZone: 'UTC' }],
    ['a region', { region: 'IN-MH' }],
    ['50 muted symbols', { mutedSymbols: times(50, (i) => `S${i}`) }],
    ['10 windows of quiet hours', { quietHours: times(10, () => window) }],
    ['a window for some channels', { quietHours: [{ ...window, channels: ['PUSH', 'SMS'] }] }],
    ['a phone', { contacts: { phone: '+919876543210' } }],
    ['an address', { contacts: { email: 'a.b+c@example.co.in' } }],
    ['a webhook', webhook('https://hooks.example.com:8443/a?b=c')],
    ['a critical channel', { criticalChannels: ['IN_APP', 'SMS'] }],
    ['lower caps where each message costs', { caps: { SMS: { perMinute: 3, perDay: 1 }, EMAIL: { perHour: 20 } } }],
    ['higher ones for push and webhooks', { caps: { PUSH: { perDay: 100_000 }, WEBHOOK: { perMinute: 1_000 } } }],
    ['a monthly report', { reports: { MONTHLY_REPORT: { at: '18:30', day: 31 } } }],
  ])('may be %s', (_, change) => {
    expect(faultOf(change)).toBeNull();
  });

  it.each<[string, PreferencesChange]>([
    ['an unknown one', { colour: 'red' }],
    ['a zone that is none', { timeZone: 'Mars/Olympus' }],
    ['an offset, which knows no DST', { timeZone: '+05:30' }],
    ['an empty zone', { timeZone: '' }],
    ['a zone with a line break', { timeZone: 'Asia/Kolkata\n' }],
    ['a language that we do not write', { locale: 'xx' }],
    ['51 muted symbols', { mutedSymbols: times(51, (i) => `S${i}`) }],
    ['51 muted strategies', { mutedStrategies: times(51, (i) => `S${i}`) }],
    ['11 windows', { quietHours: times(11, () => window) }],
    ['a window without a day', { quietHours: [{ ...window, days: [] }] }],
    ['a window at 24:00', { quietHours: [{ ...window, to: '24:00' }] }],
    ['a window of the app itself, where nothing is held', { quietHours: [{ ...window, channels: ['IN_APP'] }] }],
    ['a digest in the app', { channels: { ORDERS: { IN_APP: 'DIGEST' } } }],
    ['a category that is none', { channels: { GOSSIP: { PUSH: 'OFF' } } }],
    ['critical ones nowhere', { criticalChannels: [] }],
    ['critical ones in the app alone', { criticalChannels: ['IN_APP'] }],
    ['no digest time', { digestAt: [] }],
    ['7 digest times', { digestAt: times(7, (i) => `0${i}:00`) }],
    ['a cap of none', { caps: { PUSH: { perDay: 0 } } }],
    ['more SMS a minute than by default', { caps: { SMS: { perMinute: 4 } } }],
    ['more SMS a day than by default', { caps: { SMS: { perDay: 31 } } }],
    ['more e-mails an hour than by default', { caps: { EMAIL: { perHour: 21 } } }],
    ['a cap of the app itself', { caps: { IN_APP: { perDay: 1 } } }],
    ['a cap of half', { caps: { PUSH: { perDay: 1.5 } } }],
    ['a phone without country', { contacts: { phone: '4155550123' } }],
    ['a phone of 16 digits', { contacts: { phone: '+1234567890123456' } }],
    ['a phone with a line break', { contacts: { phone: '+14155550123\n' } }],
    ['an address with a header', { contacts: { email: 'a@example.com\r\nBcc: b@example.com' } }],
    ['an address with a line break', { contacts: { email: 'a@example.com\n' } }],
    ['an address of 255 characters', { contacts: { email: `${'a'.repeat(243)}@example.com` } }],
    ['a webhook without TLS', webhook('http://example.com/hook')],
    ['a webhook with a password', webhook('https://u:p@example.com/hook')],
    ['a webhook with a fragment', webhook('https://example.com/#x')],
    ['a webhook that is no URL', webhook('example.com')],
    ['a webhook with a short secret', webhook('https://example.com/hook', 'whsec_abc')],
    ['a webhook without secret', { contacts: { webhook: { url: 'https://example.com/hook' } } }],
    ['a report on the 32nd', { reports: { MONTHLY_REPORT: { at: '08:00', day: 32 } } }],
    ['a symbol that PostgreSQL can’t keep', { mutedSymbols: ['A\u0000'] }],
  ])('is not %s', (_, change) => {
    expect(faultOf(change)).not.toBeNull();
  });

  it('that is a cap too high says how high one may be, and where', () => {
    expect(faultOf({ caps: { SMS: { perHour: 11 } } })).toBe(
      'caps.SMS.perHour: is above 10, the most that can be set here',
    );
  });

  it('is never told in a fault: it may be a secret', () => {
    expect(faultOf(webhook('http://example.com/hook', 'whsec_private'))).not.toMatch(/private|example/);
  });
});

describe('a partial change', () => {
  const before = changed({
    ...{ locale: 'hi', timeZone: 'Asia/Kolkata', mutedSymbols: ['AAPL'], criticalChannels: ['SMS'] },
    channels: { ORDERS: { PUSH: 'OFF', EMAIL: 'ON' }, ALERTS: { PUSH: 'OFF' } },
    caps: { PUSH: { perMinute: 2, perDay: 50 } },
    reports: { WEEKLY_REPORT: { at: '09:00', weekday: 'FRIDAY' } },
    contacts: { email: 'a@example.com', phone: '+14155550123' },
  });

  it('leaves what it does not name', () => {
    expect(changed({ locale: 'ar' }, before)).toEqual({ ...before, locale: 'ar' });
    expect(changed({}, before)).toEqual(before);
    expect(changed({ locale: undefined }, before)).toEqual(before);
  });

  it('merges channels by category and channel', () => {
    expect(changed({ channels: { ORDERS: { PUSH: 'DIGEST' } } }, before).channels).toEqual({
      ORDERS: { PUSH: 'DIGEST', EMAIL: 'ON' },
      ALERTS: { PUSH: 'OFF' },
    });
  });

  it('goes back to the default with null, at any depth', () => {
    expect(changed({ channels: { ORDERS: { PUSH: null }, ALERTS: null } }, before).channels).toEqual({
      ORDERS: { EMAIL: 'ON' },
    });
    expect(changed({ caps: { PUSH: { perMinute: null } } }, before).caps).toEqual({ PUSH: { perDay: 50 } });
    expect(changed({ contacts: { phone: null } }, before).contacts).toEqual({ ...before.contacts, phone: null });
    expect(changed({ reports: { WEEKLY_REPORT: null } }, before).reports).toEqual({});
    expect(changed({ timeZone: null, criticalChannels: null, channels: null }, before)).toEqual({
      ...before,
      ...{ timeZone: 'UTC', criticalChannels: null, channels: {} },
    });
  });

  it('replaces lists, each thing once, and the webhook as a whole', () => {
    expect(changed({ mutedSymbols: ['MSFT', 'MSFT'] }, before).mutedSymbols).toEqual(['MSFT']);
    const hooked = changed(webhook('https://example.com/a'), before);
    expect(changePreferences(hooked, { contacts: { webhook: { url: 'https://example.com/b' } } })).toHaveProperty(
      'fault',
    );
  });

  it('changes nothing that it was given', () => {
    const copy = structuredClone(before);
    changed({ channels: { ORDERS: { PUSH: null } }, mutedSymbols: [] }, before);
    expect(before).toEqual(copy);
  });
});

describe('what was stored', () => {
  it.each([[null], [undefined], ['x'], [[]], [{}]])('that is none (%j) is read as the defaults', (stored) => {
    expect(readPreferences(stored)).toEqual(DEFAULT_PREFERENCES);
  });

  it('keeps what is good beside what is not, or is not known any more', () => {
    const stored = { ...PREFERRED, timeZone: 'Asia/Gone', mutedSymbols: ['AAPL'], colour: 'red' };
    expect(readPreferences(stored)).toEqual({ ...PREFERRED, mutedSymbols: ['AAPL'] });
  });

  it('as a cap that was raised when one could, is as by default; the other caps stay', () => {
    const caps = {
      ...{ PUSH: { perDay: 1_000 }, SMS: { perMinute: 2, perHour: 1_000 }, EMAIL: { perDay: 5_000 } },
    };
    const read = readPreferences({ ...PREFERRED, mutedSymbols: ['AAPL'], caps });
    expect(read).toMatchObject({ mutedSymbols: ['AAPL'], contacts: PREFERRED.contacts });
    expect(read.caps).toEqual({ PUSH: { perDay: 1_000 }, SMS: { perMinute: 2 }, EMAIL: {} });
    const hour = (sent: number) => ({ minute: 0, hour: sent, day: sent });
    expect([isOverCap(read, 'SMS', hour(9)), isOverCap(read, 'SMS', hour(10))]).toEqual([false, true]);
    expect(changed({ locale: 'ar' }, read).caps).toEqual(read.caps);
  });

  it('before a preference existed has its default', () => {
    const { digestAt, ...older } = PREFERRED;
    expect(readPreferences(older).digestAt).toEqual(digestAt);
  });
});
