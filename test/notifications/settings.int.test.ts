import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { userId } from '../../src/kernel/brand.ts';
import { DEVICES_MAX, forgetDead } from '../../src/notifications/devices.ts';
import { ask, type Asked } from '../support/client.ts';
import { tokenOf } from '../support/env.ts';
import { startService, type TestService } from '../support/service.ts';
import { data } from './app.ts';

let service: TestService;
let asked: Asked;
let user = userId('ann');
let users = 0;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());
const askedAs = async (name: string, scopes: 'read' | 'ingest' | 'admin' = 'read'): Promise<Asked> => ({
  url: service.url,
  token: await tokenOf(name, { scopes: [scopes] }),
});
beforeEach(async () => {
  user = userId(`ann${(users += 1)}`);
  asked = await askedAs(user);
});
const codeOf = async (who: Asked, query: string, variables: object): Promise<string | undefined> =>
  (await ask(who, query, variables)).errors?.[0]?.extensions.code;

describe('devices', () => {
  interface Registered {
    readonly device: { readonly installation: string; readonly pushProvider: string | null } | null;
    readonly promptForPush: boolean;
    readonly refusal: { readonly code: string; readonly field: string | null } | null;
  }
  const REGISTER = `mutation ($input: RegisterDeviceInput!) { registerDevice(input: $input) {
    device { installation pushProvider } promptForPush refusal { code field } } }`;
  const register = async (input: object, who = asked): Promise<Registered> =>
    (
      await data<{ registerDevice: Registered }>(who, REGISTER, {
        input: { installation: 'phone', platform: 'IOS', permission: 'GRANTED', ...input },
      })
    ).registerDevice;
  const devicesOf = async (who = asked) =>
    (
      await data<{ devices: { installation: string; pushProvider: string | null }[] }>(
        ...([who, '{ devices { installation pushProvider } }'] as const),
      )
    ).devices;

  it('move a token to whoever registered it last, whatever user that is', async () => {
    await register({ apnsToken: 'AB12' });
    const bob = await askedAs(`${user}-bob`);
    expect((await register({ apnsToken: 'ab12' }, bob)).device).toEqual({
      installation: 'phone',
      pushProvider: 'APNS',
    });
    expect(await devicesOf()).toEqual([{ installation: 'phone', pushProvider: null }]);
    expect(await devicesOf(bob)).toEqual([{ installation: 'phone', pushProvider: 'APNS' }]);
  });

  it('say whether the app should ask for the permission now', async () => {
    const unanswered = { installation: 'tab', platform: 'WEB', permission: 'PROMPT' };
    expect((await register(unanswered)).promptForPush).toBe(true);
    expect((await register({ fcmToken: 'F1', platform: 'ANDROID' })).promptForPush).toBe(false);
    expect((await register(unanswered)).promptForPush).toBe(false);
    // A permission that was taken back takes its token along.
    expect((await register({ fcmToken: 'F1', permission: 'DENIED' })).device?.pushProvider).toBeNull();
    expect((await register(unanswered)).promptForPush).toBe(true);
  });

  it(`are at most ${DEVICES_MAX}: the one unseen for longest is forgotten`, async () => {
    for (let n = 0; n <= DEVICES_MAX; n++) await register({ installation: `phone ${n}` });
    const names = (await devicesOf()).map(({ installation }) => installation);
    expect(names.length).toBe(DEVICES_MAX);
    expect(names).not.toContain('phone 0');
    expect(names[0]).toBe(`phone ${DEVICES_MAX}`);
  });

  it('are removed by their own user alone', async () => {
    await register({});
    const REMOVE = `mutation { removeDevice(input: { installation: "phone" }) { device { installation } refusal { code } } }`;
    const unknown = { removeDevice: { device: null, refusal: { code: 'UNKNOWN_DEVICE' } } };
    expect(await data(await askedAs('mallory'), REMOVE)).toEqual(unknown);
    expect(await data(asked, REMOVE)).toEqual({ removeDevice: { device: { installation: 'phone' }, refusal: null } });
    expect(await data(asked, REMOVE)).toEqual(unknown);
  });

  it.each([
    ['two tokens', { fcmToken: 'F', apnsToken: 'ab' }, null],
    ['a push service without TLS', { webPush: webPush('http://push.example.com/1') }, 'webPush.endpoint'],
    ['a push service with a password', { webPush: webPush('https://a:b@push.example.com/1') }, 'webPush.endpoint'],
    ['a file', { webPush: webPush('file:///etc/passwd') }, 'webPush.endpoint'],
  ])('refuse %s', async (_what, input, field) => {
    expect(await register(input)).toEqual({
      device: null,
      promptForPush: false,
      refusal: { code: 'INVALID_DEVICE', field },
    });
    expect(await devicesOf()).toEqual([]);
  });

  it.each([
    ['keys of another length', { webPush: { ...webPush('https://push.example.com/1'), auth: 'AA' } }],
    ['a token of no APNs', { apnsToken: 'no hex' }],
    ['a token that is too long', { fcmToken: 'F'.repeat(4_097) }],
    ['U+0000', { fcmToken: 'F\0' }],
    ['no name', { installation: '' }],
  ])('take no %s', async (_what, input) => {
    const whole = { installation: 'phone', platform: 'IOS', permission: 'GRANTED', ...input };
    expect(await codeOf(asked, REGISTER, { input: whole })).toBe('BAD_USER_INPUT');
  });

  it('lose a token that is dead, but none that was registered after its death', async () => {
    const token = `T-${user}`;
    await register({ fcmToken: token, platform: 'ANDROID' });
    const { db } = service.app.deps;
    const dead = { provider: 'FCM', token } as const;
    expect(await forgetDead(db, dead, new Date(Date.now() - 60_000))).toBe(false);
    expect(await forgetDead(db, { ...dead, token: 'another' }, null)).toBe(false);
    expect((await devicesOf())[0]?.pushProvider).toBe('FCM');
    expect(await forgetDead(db, dead, new Date())).toBe(true);
    expect((await devicesOf())[0]?.pushProvider).toBeNull();
  });
});

function webPush(endpoint: string): object {
  return {
    endpoint,
    p256dh: Buffer.alloc(65, 4).toString('base64url'),
    auth: Buffer.alloc(16, 1).toString('base64url'),
  };
}

describe('preferences', () => {
  const FIELDS = `version locale timeZone mutedSymbols digestAt criticalChannels
    channels { category channel setting onByDefault } quietHours { days from to channels }
    caps { channel perMinute perHour } reports { report at weekday day } contacts { email phone webhookUrl }`;
  const SET = `mutation ($input: NotificationPreferencesInput!) { setNotificationPreferences(input: $input) {
    preferences { ${FIELDS} } refusal { code message field } } }`;
  interface Preferences {
    readonly version: number;
    readonly channels: { category: string; channel: string; setting: string | null; onByDefault: boolean }[];
    readonly [field: string]: unknown;
  }
  const read = async (): Promise<Preferences> =>
    (
      await data<{ notificationPreferences: Preferences }>(
        ...([asked, `{ notificationPreferences { ${FIELDS} } }`] as const),
      )
    ).notificationPreferences;
  const set = async (input: object) =>
    (
      await data<{
        setNotificationPreferences: {
          preferences: Preferences;
          refusal: { code: string; message: string; field: string | null } | null;
        };
      }>(asked, SET, { input })
    ).setNotificationPreferences;
  const whole = {
    ...{ locale: 'ar', timeZone: 'Asia/Kolkata', mutedSymbols: ['GME'], digestAt: ['07:30', '18:00'] },
    criticalChannels: ['SMS'],
    quietHours: [{ days: ['FRIDAY'], from: '22:00', to: '07:00', channels: null }],
    caps: [{ channel: 'PUSH', perMinute: 3, perHour: null }],
    reports: [{ report: 'WEEKLY_REPORT', at: '08:00', weekday: 'SUNDAY', day: null }],
    contacts: { email: 'ann@example.com', phone: '+14155550100' },
  };

  it('are the defaults at first', async () => {
    const { version, channels, ...rest } = await read();
    expect(version).toBe(0);
    expect(rest).toMatchObject({ locale: 'en', timeZone: 'UTC', digestAt: ['08:00'], reports: [] });
    expect(channels.length).toBe(40);
    expect(channels.every(({ setting }) => setting === null)).toBe(true);
    const push = channels.find(({ category, channel }) => category === 'ORDERS' && channel === 'PUSH');
    expect(push?.onByDefault).toBe(true);
  });

  it('change by parts: what is absent stays, null goes back to the default', async () => {
    const first = await set({ ...whole, channels: [{ category: 'ALERTS', channel: 'PUSH', setting: 'DIGEST' }] });
    expect(first.refusal).toBeNull();
    expect(await read()).toMatchObject({ ...whole, version: 1 });
    const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    await set({ contacts: { webhook: { url: 'https://ann.example.com/hook', secret } } });
    await set({ contacts: { email: null, webhook: { url: 'https://ann.example.com/other' } }, mutedSymbols: null });
    await set({ channels: [{ category: 'ORDERS', channel: 'EMAIL', setting: 'ON' }], caps: [] });
    const { channels, ...now } = await read();
    expect(now).toMatchObject({
      ...{ ...whole, version: 4, mutedSymbols: [], caps: [] },
      contacts: { email: null, phone: '+14155550100', webhookUrl: 'https://ann.example.com/other' },
    });
    expect(
      channels.filter(({ setting }) => setting !== null).map(({ category, setting }) => [category, setting]),
    ).toEqual([
      ['ORDERS', 'ON'],
      ['ALERTS', 'DIGEST'],
    ]);
    const row = await service.app.deps.db.notificationPreferences.findUnique({ where: { userId: user } });
    expect(row?.data).toMatchObject({ contacts: { webhook: { secret } } });
  });

  it('are changed from the version that was seen, one of two changes at once', async () => {
    const both = await Promise.all(['ar', 'hi'].map((locale) => set({ locale, expectedVersion: 0 })));
    const refused = both.filter(({ refusal }) => refusal !== null);
    expect(refused.length).toBe(1);
    expect(refused[0]?.refusal).toMatchObject({ code: 'VERSION_CONFLICT', field: 'expectedVersion' });
    expect(refused[0]?.preferences.version).toBe(1);
  });

  it.each([
    ['a zone that is none', { timeZone: 'Mars/Olympus' }, 'timeZone'],
    ['an offset for a zone', { timeZone: '+05:30' }, 'timeZone'],
    ['a language we do not write', { locale: 'tlh' }, 'locale'],
    [
      'an address that would write headers',
      { contacts: { email: 'a@example.com\r\nBcc: b@example.com' } },
      'contacts.email',
    ],
    ['a number without its country', { contacts: { phone: '5550100' } }, 'contacts.phone'],
    [
      'a webhook without TLS',
      { contacts: { webhook: { url: 'http://a.example.com', secret: 's'.repeat(40) } } },
      'contacts.webhook.url',
    ],
    [
      'a webhook without a secret',
      { contacts: { webhook: { url: 'https://a.example.com' } } },
      'contacts.webhook.secret',
    ],
    ['nowhere for critical ones', { criticalChannels: [] }, 'criticalChannels'],
    ['a time that is none', { digestAt: ['24:00'] }, 'digestAt.0'],
    ['quiet hours on no day', { quietHours: [{ days: [], from: '22:00', to: '07:00' }] }, 'quietHours.0.days'],
    ['a cap below one', { caps: [{ channel: 'PUSH', perDay: -1 }] }, 'caps.PUSH.perDay'],
    ['more SMS than by default', { caps: [{ channel: 'SMS', perHour: 11 }] }, 'caps.SMS.perHour'],
    ['too many mutes', { mutedSymbols: Array.from({ length: 51 }, (_, n) => `S${n}`) }, 'mutedSymbols'],
  ])('refuse %s, and change nothing', async (_what, input, field) => {
    const { refusal, preferences } = await set({ mutedStrategies: ['grid'], ...input });
    expect(refusal).toMatchObject({ code: 'INVALID_PREFERENCES', field });
    expect(refusal?.message).not.toMatch(/example\.com|tlh|Mars|ssss/);
    expect(preferences.version).toBe(0);
    expect(await service.app.deps.db.notificationPreferences.count({ where: { userId: user } })).toBe(0);
  });

  it('keep an address to which this service can send no code', async () => {
    const CODES = `mutation ($input: NotificationPreferencesInput!) { setNotificationPreferences(input: $input) {
      preferences { contacts { phone states { channel state } } } refusal { code }
      codes { contact { channel state } refusal { code } } } }`;
    const { setNotificationPreferences: answer } = await data<{ setNotificationPreferences: object }>(asked, CODES, {
      input: { contacts: { phone: '+14155550100' } },
    });
    const contact = { channel: 'SMS', state: 'UNVERIFIED' };
    expect(answer).toEqual({
      preferences: { contacts: { phone: '+14155550100', states: [contact] } },
      ...{ refusal: null, codes: [{ contact, refusal: { code: 'CHANNEL_OFF' } }] },
    });
  });

  it('keep the next report of each kind in step', async () => {
    const { db } = service.app.deps;
    const due = async () =>
      (await db.reportSchedule.findMany({ where: { userId: user }, orderBy: { report: 'asc' } })).map(
        ({ report, nextAt }) => [report, nextAt.toISOString().slice(11, 16), nextAt.getUTCDay()],
      );
    await set(whole);
    expect(await due()).toEqual([['WEEKLY_REPORT', '02:30', 0]]);
    const row = () => db.reportSchedule.findFirstOrThrow({ where: { userId: user } });
    // The first one is of the week before it, whatever its time will be.
    const { nextAt: firstAt, beganAt } = await row();
    expect(firstAt.getTime() - (beganAt?.getTime() ?? 0)).toBe(7 * 86_400_000);
    await set({ timeZone: 'UTC', mutedSymbols: [] });
    expect(await due()).toEqual([['WEEKLY_REPORT', '08:00', 0]]);
    const nextAt = new Date('2026-01-04T08:00:00Z');
    await db.reportSchedule.updateMany({ where: { userId: user }, data: { nextAt, keptFor: nextAt } });
    await set({ locale: 'hi' });
    expect(await due()).toEqual([['WEEKLY_REPORT', '08:00', 0]]);
    expect((await row()).nextAt).toEqual(nextAt);
    const ended = { reportedTo: new Date('2026-01-03T08:00:00Z'), reportedOffset: 5n };
    await db.reportSchedule.updateMany({ where: { userId: user }, data: ended });
    const weekly = async (at: string) => {
      await set({ reports: [{ report: 'WEEKLY_REPORT', at }] });
      return await row();
    };
    // Another time begins where the last one ended; who has had none for a while begins anew.
    const other = await weekly('09:00');
    expect(other).toMatchObject({ ...ended, beganAt, keptFor: other.nextAt });
    // Where a process of the version before has moved it, what is kept is of another report.
    await db.reportSchedule.updateMany({ where: { userId: user }, data: { nextAt } });
    expect((await weekly('10:00')).keptFor).toBeNull();
    await set({ reports: [{ report: 'DAILY_REPORT', at: '17:00' }] });
    expect((await due()).map(([report, at]) => [report, at])).toEqual([['DAILY_REPORT', '17:00']]);
    expect(await weekly('09:00')).toMatchObject({ reportedTo: null, reportedOffset: null });
    await set({ reports: null });
    expect(await due()).toEqual([]);
  });
});
