import { describe, expect, it } from 'vitest';
import { POLICIES } from '../../src/notifications/policy.ts';
import { CHANNELS, NOTIFICATION_TYPES } from '../../src/notifications/words.ts';
import { NOON, notification, prefer, REACHABLE, routed, situation } from './given.ts';

const NIGHT = new Date('2026-06-02T23:30:00Z');
const QUIET = [
  {
    days: ['MONDAY' as const, 'TUESDAY' as const, 'WEDNESDAY' as const],
    from: '22:00',
    to: '07:00',
    channels: null,
  },
];
const NOBODY = { email: null, phone: null, webhook: null };

describe('where nothing was chosen', () => {
  it.each(NOTIFICATION_TYPES.filter((type) => type !== 'DIGEST'))('%s goes where its policy says', (type) => {
    const answer = routed(type);
    const { channels, critical, urgent } = POLICIES[type];
    const sent = CHANNELS.filter((channel) => answer[channel]?.startsWith('SEND'));
    expect(sent).toEqual(CHANNELS.filter((channel) => channels.includes(channel)));
    expect(answer.IN_APP).toBe(critical ? 'SEND CRITICAL' : 'SEND DEFAULT');
    for (const channel of CHANNELS.filter((one) => !channels.includes(one)))
      expect(answer[channel]).toBe(urgent && channel !== 'WEBHOOK' ? 'STANDBY' : 'NOT_FOR_TYPE');
  });

  it('a digest is no router’s: what made it sends it', () => {
    const everything = { REPORTS: { IN_APP: 'ON', PUSH: 'ON', EMAIL: 'ON' } } as const;
    expect(new Set(Object.values(routed('DIGEST', prefer({ channels: everything }))))).toEqual(
      new Set(['NOT_FOR_TYPE']),
    );
  });
});

describe('the user’s choice by category', () => {
  it.each([
    ['OFF switches a channel off', { PUSH: 'OFF' }, { PUSH: 'SWITCHED_OFF', IN_APP: 'SEND DEFAULT' }],
    ['OFF is told also where the type does not go', { SMS: 'OFF' }, { SMS: 'SWITCHED_OFF', PUSH: 'SEND DEFAULT' }],
    ['ON adds a channel', { EMAIL: 'ON' }, { EMAIL: 'SEND PREFERRED', PUSH: 'SEND DEFAULT' }],
    ['DIGEST waits for the next digest', { EMAIL: 'DIGEST' }, { EMAIL: 'HOLD DIGEST_PREFERRED 2026-06-03T08:00' }],
    ['IN_APP too can be switched off', { IN_APP: 'OFF' }, { IN_APP: 'SWITCHED_OFF', PUSH: 'SEND DEFAULT' }],
  ] as const)('%s', (_, ORDERS, answer) => {
    expect(routed('ORDER_FILLED', prefer({ channels: { ORDERS } }))).toMatchObject(answer);
  });

  it('is for its category alone', () => {
    expect(routed('PRICE_ALERT', prefer({ channels: { ORDERS: { PUSH: 'OFF' } } })).PUSH).toBe('SEND DEFAULT');
  });
});

describe('where the user can’t be reached', () => {
  const both = { channels: { ORDERS: { EMAIL: 'ON', SMS: 'ON', WEBHOOK: 'ON' } } } as const;

  it('a channel without a provider is off, and says so before an address is missed', () => {
    const given = { ...prefer({ ...both, contacts: NOBODY }), configured: new Set([]), devices: [] };
    expect(routed('ORDER_FILLED', given)).toMatchObject({
      IN_APP: 'SEND DEFAULT',
      ...{ PUSH: 'CHANNEL_OFF', EMAIL: 'CHANNEL_OFF', SMS: 'CHANNEL_OFF', WEBHOOK: 'CHANNEL_OFF' },
    });
  });

  it('an address is missed by its channel', () => {
    expect(routed('ORDER_FILLED', prefer({ ...both, contacts: NOBODY }))).toMatchObject({
      ...{ EMAIL: 'NO_ADDRESS', SMS: 'NO_ADDRESS', WEBHOOK: 'NO_ADDRESS', PUSH: 'SEND DEFAULT' },
    });
  });

  it.each([
    ['UNVERIFIED', 'UNVERIFIED'],
    ['GONE', 'ADDRESS_GONE'],
  ] as const)('an address that is %s says so, and the channel behind it stands in', (state, reason) => {
    const preferences = prefer({ ...both, contactStates: { EMAIL: state, SMS: state, WEBHOOK: state } });
    expect(routed('ORDER_FILLED', preferences)).toMatchObject({ EMAIL: reason, SMS: reason, WEBHOOK: reason });
    const byPhone = { criticalChannels: ['SMS' as const], contactStates: { EMAIL: 'VERIFIED' as const, SMS: state } };
    expect(routed('ORDER_REJECTED', { ...prefer(byPhone), devices: [] })).toMatchObject({
      ...{ SMS: reason, EMAIL: 'SEND FALLBACK' },
    });
  });

  it.each([
    ['no device', [], 'NO_DEVICE'],
    ['a device that was not asked yet', [{ provider: null, permission: 'PROMPT' }], 'NO_DEVICE'],
    ['a token without permission', [{ provider: 'FCM', permission: 'PROMPT' }], 'NO_DEVICE'],
    ['a permission without a token', [{ provider: null, permission: 'GRANTED' }], 'NO_DEVICE'],
    ['a refusal', [{ provider: 'FCM', permission: 'DENIED' }], 'PERMISSION_DENIED'],
    ['a device of a provider that is off', [{ provider: 'APNS', permission: 'GRANTED' }], 'CHANNEL_OFF'],
    [
      'one good device among others',
      [
        { provider: 'FCM', permission: 'DENIED' },
        { provider: 'FCM', permission: 'GRANTED' },
      ],
      'SEND DEFAULT',
    ],
  ] as const)('push: %s', (_, devices, answer) => {
    expect(routed('ORDER_FILLED', { devices, configured: new Set(['FCM', 'EMAIL']) }).PUSH).toBe(answer);
  });
});

describe('mutes', () => {
  const pairs = notification('STRATEGY_STATUS', { strategy: 'pairs' });

  it('silence a symbol outside the app, however it is written; the feed keeps it', () => {
    expect(routed('ORDER_FILLED', prefer({ mutedSymbols: ['aapl'] }))).toMatchObject({
      ...{ PUSH: 'MUTED_SYMBOL', IN_APP: 'SEND DEFAULT', EMAIL: 'NOT_FOR_TYPE' },
    });
    expect(routed('ORDER_FILLED', prefer({ mutedSymbols: ['MSFT'] })).PUSH).toBe('SEND DEFAULT');
  });

  it('silence a strategy', () => {
    expect(routed(pairs, prefer({ mutedStrategies: ['pairs'] })).PUSH).toBe('MUTED_STRATEGY');
    expect(routed(pairs, prefer({ mutedStrategies: ['momentum'] })).PUSH).toBe('SEND DEFAULT');
  });

  it('leave no channel standing by', () => {
    expect(routed('PRICE_ALERT', prefer({ mutedSymbols: ['AAPL'] }))).toMatchObject({
      ...{ PUSH: 'MUTED_SYMBOL', SMS: 'NOT_FOR_TYPE', EMAIL: 'NOT_FOR_TYPE' },
    });
  });
});

describe('what is routed too late to be worth telling', () => {
  it('stays in the feed; a critical one is told all the same', () => {
    const late = { expiresAt: NOON };
    expect(routed(notification('ORDER_FILLED', late))).toMatchObject({ IN_APP: 'SEND DEFAULT', PUSH: 'EXPIRED' });
    expect(routed(notification('ORDER_REJECTED', late)).SMS).toBe('SEND CRITICAL');
  });
});

describe('presence', () => {
  it('keeps back the push alone', () => {
    const given = { ...prefer({ channels: { ORDERS: { EMAIL: 'ON' } } }), onScreen: true };
    expect(routed('ORDER_FILLED', given)).toMatchObject({
      ...{ IN_APP: 'SEND DEFAULT', PUSH: 'ON_SCREEN', EMAIL: 'SEND PREFERRED' },
    });
    expect(routed('ORDER_REJECTED', { onScreen: true })).toMatchObject({ PUSH: 'ON_SCREEN', SMS: 'SEND CRITICAL' });
  });

  it('comes before quiet hours: what was seen is in no digest', () => {
    expect(routed('ORDER_FILLED', { ...prefer({ quietHours: QUIET }), now: NIGHT, onScreen: true }).PUSH).toBe(
      'ON_SCREEN',
    );
  });

  it('spares an everyday one its fallback', () => {
    expect(routed('PRICE_ALERT', { devices: [], onScreen: true })).toMatchObject({ PUSH: 'NO_DEVICE', SMS: 'STANDBY' });
  });
});

describe('quiet hours', () => {
  const at = { ...prefer({ quietHours: QUIET }), now: NIGHT };

  it('hold what is not critical until they end', () => {
    expect(routed('ORDER_FILLED', at)).toMatchObject({
      ...{ IN_APP: 'SEND DEFAULT', PUSH: 'HOLD QUIET_HOURS 2026-06-03T07:00', EMAIL: 'NOT_FOR_TYPE' },
    });
  });

  it('let a rejection through at once, by SMS and push', () => {
    expect(routed('ORDER_REJECTED', at)).toMatchObject({ SMS: 'SEND CRITICAL', PUSH: 'SEND CRITICAL' });
  });

  it('let a report through, whose hour the user has chosen', () => {
    expect(routed('DAILY_REPORT', at).EMAIL).toBe('SEND DEFAULT');
  });

  it('hold the channels that they name', () => {
    const named = QUIET.map((window) => ({ ...window, channels: ['SMS' as const] }));
    const given = { ...prefer({ quietHours: named, channels: { ALERTS: { SMS: 'ON' } } }), now: NIGHT };
    expect(routed('PRICE_ALERT', given)).toMatchObject({
      ...{ PUSH: 'SEND DEFAULT', SMS: 'HOLD QUIET_HOURS 2026-06-03T07:00', EMAIL: 'STANDBY' },
    });
  });

  it('let no channel stand by that would have to wait', () => {
    const named = QUIET.map((window) => ({ ...window, channels: ['SMS' as const] }));
    expect(routed('PRICE_ALERT', { ...prefer({ quietHours: named }), now: NIGHT })).toMatchObject({
      ...{ PUSH: 'SEND DEFAULT', SMS: 'NOT_FOR_TYPE', EMAIL: 'STANDBY' },
    });
  });

  it('that never end hold until the next digest', () => {
    const always = QUIET.map((window) => ({
      ...window,
      days: [...window.days, 'THURSDAY' as const, 'FRIDAY' as const, 'SATURDAY' as const, 'SUNDAY' as const],
      to: '22:00',
    }));
    expect(routed('ORDER_FILLED', { ...prefer({ quietHours: always }), now: NIGHT }).PUSH).toBe(
      'HOLD QUIET_HOURS 2026-06-03T08:00',
    );
  });
});

describe('caps', () => {
  const full = { PUSH: { minute: 10, hour: 10, day: 10 } };

  it('send what is over them to the digest; critical ones know none', () => {
    expect(routed('ORDER_FILLED', { counts: full }).PUSH).toBe('HOLD OVER_CAP 2026-06-03T08:00');
    expect(routed('ORDER_FILLED', { counts: { PUSH: { minute: 9, hour: 9, day: 9 } } }).PUSH).toBe('SEND DEFAULT');
    expect(routed('EXECUTION_BUSTED', { counts: full }).PUSH).toBe('SEND CRITICAL');
  });

  it('come after quiet hours', () => {
    expect(routed('ORDER_FILLED', { ...prefer({ quietHours: QUIET }), now: NIGHT, counts: full }).PUSH).toBe(
      'HOLD QUIET_HOURS 2026-06-03T07:00',
    );
  });

  it('release no digest within quiet hours', () => {
    const given = { ...prefer({ quietHours: QUIET, digestAt: ['06:00'] }), counts: full };
    expect(routed('ORDER_FILLED', given).PUSH).toBe('HOLD OVER_CAP 2026-06-03T07:00');
  });
});

describe('a critical one', () => {
  const off = { IN_APP: 'OFF', PUSH: 'OFF', EMAIL: 'OFF', SMS: 'OFF', WEBHOOK: 'OFF' } as const;

  it('knows no OFF, no mute, no quiet hours and no cap', () => {
    const given = {
      ...prefer({ channels: { ORDERS: off }, mutedSymbols: ['AAPL'], quietHours: QUIET }),
      ...{ now: NIGHT, counts: { PUSH: { minute: 99, hour: 99, day: 999 } } },
    };
    expect(routed('EXECUTION_BUSTED', given)).toEqual({
      ...{ IN_APP: 'SEND CRITICAL', PUSH: 'SEND CRITICAL', EMAIL: 'SEND CRITICAL', SMS: 'STANDBY' },
      WEBHOOK: 'NOT_FOR_TYPE',
    });
  });

  it('goes where the user has chosen, and nowhere else unless that fails', () => {
    expect(routed('EXECUTION_BUSTED', prefer({ criticalChannels: ['WEBHOOK'] }))).toEqual({
      ...{ IN_APP: 'SEND CRITICAL', WEBHOOK: 'SEND CRITICAL' },
      ...{ PUSH: 'STANDBY', SMS: 'STANDBY', EMAIL: 'STANDBY' },
    });
    expect(routed('REGULATORY_NOTICE', prefer({ criticalChannels: ['SMS'] }))).toMatchObject({
      ...{ SMS: 'SEND CRITICAL', EMAIL: 'SWITCHED_OFF', PUSH: 'NOT_FOR_TYPE' },
    });
  });

  it('takes a channel that its category adds, at once', () => {
    expect(routed('RISK_VIOLATION', prefer({ channels: { RISK: { WEBHOOK: 'ON' } } })).WEBHOOK).toBe('SEND CRITICAL');
    expect(routed('RISK_VIOLATION', prefer({ channels: { RISK: { WEBHOOK: 'DIGEST' } } })).WEBHOOK).toBe(
      'SEND CRITICAL',
    );
  });

  it.each([
    ['to SMS first', { ...REACHABLE.contacts }, 'SMS'],
    ['then to e-mail', { ...REACHABLE.contacts, phone: null }, 'EMAIL'],
    ['then to the webhook', { ...REACHABLE.contacts, phone: null, email: null }, 'WEBHOOK'],
  ] as const)('falls back at once when its own channels can’t reach anybody: %s', (_, contacts, channel) => {
    const answer = routed('EXECUTION_FAILED', { ...prefer({ contacts }), devices: [] });
    expect(answer).toMatchObject({ PUSH: 'NO_DEVICE', [channel]: 'SEND FALLBACK' });
    expect(Object.values(answer).filter((text) => text === 'SEND FALLBACK')).toHaveLength(1);
  });

  it('falls back also where it is not urgent, with nothing standing by', () => {
    const contacts = { ...REACHABLE.contacts, email: null };
    expect(routed('REGULATORY_NOTICE', prefer({ contacts }))).toMatchObject({
      ...{ EMAIL: 'NO_ADDRESS', PUSH: 'SEND FALLBACK', SMS: 'NOT_FOR_TYPE', WEBHOOK: 'NOT_FOR_TYPE' },
    });
  });
});

describe('an urgent everyday one', () => {
  it('falls back where its channel can’t reach anybody', () => {
    expect(routed('PRICE_ALERT', { devices: [] })).toMatchObject({
      ...{ PUSH: 'NO_DEVICE', SMS: 'SEND FALLBACK', EMAIL: 'STANDBY', WEBHOOK: 'NOT_FOR_TYPE' },
    });
  });

  it('never to a channel that is switched off, and not where the user wants none at all', () => {
    expect(routed('PRICE_ALERT', { ...prefer({ channels: { ALERTS: { SMS: 'OFF' } } }), devices: [] })).toMatchObject({
      ...{ SMS: 'SWITCHED_OFF', EMAIL: 'SEND FALLBACK' },
    });
    expect(routed('PRICE_ALERT', prefer({ channels: { ALERTS: { PUSH: 'OFF' } } }))).toMatchObject({
      ...{ PUSH: 'SWITCHED_OFF', SMS: 'NOT_FOR_TYPE', EMAIL: 'NOT_FOR_TYPE' },
    });
  });
});

describe('the router', () => {
  it('changes nothing that it is given, and answers the same again', () => {
    const given = situation({ ...prefer({ quietHours: QUIET }), now: NIGHT });
    const before = structuredClone(given);
    expect(routed('ORDER_FILLED', given)).toEqual(routed('ORDER_FILLED', given));
    expect(given).toEqual(before);
  });
});
