import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readChannelSettings } from '../../../src/notifications/channels/read-settings.ts';
import { isVapidPair, vapidKeysOf } from '../../../src/notifications/channels/vapid.ts';

const pem = (type: 'ec' | 'rsa'): string => {
  const { privateKey } =
    type === 'ec'
      ? generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
      : generateKeyPairSync('rsa', { modulusLength: 1_024 });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
};
const EC = pem('ec');
const RSA = pem('rsa');
const ACCOUNT = JSON.stringify({ project_id: 'p', client_email: 'a@p.iam.gserviceaccount.com', private_key: RSA });
const VAPID = vapidKeysOf('one');
const ALL = {
  ...{ VAPID_PUBLIC_KEY: VAPID.publicKey, VAPID_PRIVATE_KEY: VAPID.privateKey, VAPID_SUBJECT: 'mailto:a@example.com' },
  ...{ FCM_SERVICE_ACCOUNT: ACCOUNT, APNS_KEY: EC, APNS_KEY_ID: 'K', APNS_TEAM_ID: 'T', APNS_TOPIC: 'com.example' },
  ...{ SMTP_URL: 'smtps://u%40x:p%2Fw@mail.example.com', MAIL_FROM: 'a@example.com' },
  ...{ TWILIO_ACCOUNT_SID: 'AC1', TWILIO_AUTH_TOKEN: 'secret', TWILIO_FROM: '+15005550006', OUTGOING_WEBHOOKS: '1' },
};
const read = (env: Record<string, string>) => readChannelSettings(env, null);
const faultsOf = (more: Record<string, string>) => read({ ...ALL, ...more }).faults;

it('without a variable every channel is off, but that development has Web Push', () => {
  const off = { fcm: null, apns: null, email: null, sms: null, webhook: null };
  expect(read({})).toEqual({ channels: { webPush: null, ...off }, faults: [] });
  const { channels, faults } = readChannelSettings({}, () => 'a secret of development');
  expect(faults).toEqual([]);
  expect(channels).toMatchObject(off);
  expect(channels.webPush?.keys).toEqual(vapidKeysOf('a secret of development'));
  expect(isVapidPair(channels.webPush!.keys)).toBe(true);
});

it('the secret of development is made only when its keys are asked for', () => {
  const never = (): never => {
    throw new Error('nobody asked');
  };
  const { channels } = readChannelSettings({}, never);
  expect(() => channels.webPush?.keys).toThrow('nobody asked');
  expect(readChannelSettings(ALL, never).channels.webPush?.keys).toEqual(VAPID);
});

it('with all of them every channel is on', () => {
  const { channels, faults } = read(ALL);
  expect(faults).toEqual([]);
  expect(channels).toMatchObject({
    webPush: { keys: VAPID, subject: 'mailto:a@example.com', origins: [] },
    fcm: {
      url: 'https://fcm.googleapis.com',
      account: { projectId: 'p', tokenUrl: 'https://oauth2.googleapis.com/token' },
    },
    apns: { url: 'https://api.push.apple.com', key: EC, keyId: 'K', teamId: 'T', topic: 'com.example' },
    email: { host: 'mail.example.com', port: 465, secure: true, auth: { user: 'u@x', password: 'p/w' } },
    sms: { url: 'https://api.twilio.com', accountSid: 'AC1', authToken: 'secret', from: '+15005550006' },
    webhook: { origins: [] },
  });
});

it('keys may stand in files, or in one line', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'fillstream-'));
  const [p8, json] = [path.join(folder, 'key.p8'), path.join(folder, 'account.json')];
  writeFileSync(p8, EC);
  writeFileSync(json, ACCOUNT);
  expect(read({ ...ALL, APNS_KEY: p8, FCM_SERVICE_ACCOUNT: json })).toEqual(read(ALL));
  expect(read({ ...ALL, APNS_KEY: EC.replaceAll('\n', '\\n') })).toEqual(read(ALL));
  rmSync(folder, { recursive: true });
});

describe('is told', () => {
  it('whatever is missing, at once', () => {
    expect(
      read({ APNS_KEY_ID: 'K', APNS_TOPIC: 't', TWILIO_FROM: '+1', MAIL_FROM: 'a@b', VAPID_PUBLIC_KEY: 'x' }).faults,
    ).toEqual([
      'VAPID_PRIVATE_KEY is missing',
      ...['APNS_KEY is missing', 'APNS_TEAM_ID is missing', 'SMTP_URL is missing'],
      ...['TWILIO_ACCOUNT_SID is missing', 'TWILIO_AUTH_TOKEN is missing'],
    ]);
  });

  it.each([
    [{ VAPID_PRIVATE_KEY: vapidKeysOf('two').privateKey }, 'no pair'],
    [{ VAPID_SUBJECT: 'http://example.com' }, 'VAPID_SUBJECT'],
    [{ FCM_SERVICE_ACCOUNT: '{"project_id": 1}' }, 'FCM_SERVICE_ACCOUNT'],
    [{ FCM_SERVICE_ACCOUNT: ACCOUNT.replace('BEGIN', 'BEGUN') }, 'FCM_SERVICE_ACCOUNT'],
    [{ FCM_SERVICE_ACCOUNT: '/nowhere/at/all.json' }, 'FCM_SERVICE_ACCOUNT'],
    [{ FCM_URL: 'http://fcm.example.com' }, 'FCM_URL'],
    [{ APNS_KEY: RSA }, 'APNS_KEY'],
    [{ APNS_URL: 'api.push.apple.com' }, 'APNS_URL'],
    [{ SMTP_URL: 'https://mail.example.com' }, 'SMTP_URL'],
    [{ SMTP_URL: 'smtp://:only-a-password@mail.example.com' }, 'SMTP_URL'],
    [{ SMTP_URL: 'smtp://u:%zz-secret@mail.example.com' }, 'SMTP_URL'],
    [{ WEB_PUSH_ORIGINS: 'https://push.example.com/path' }, 'WEB_PUSH_ORIGINS'],
    [{ OUTGOING_WEBHOOK_ORIGINS: 'reports.internal' }, 'OUTGOING_WEBHOOK_ORIGINS'],
    [{ OUTGOING_WEBHOOKS: 'yes' }, 'OUTGOING_WEBHOOKS'],
  ])('%o', (more: Record<string, string>, words) => {
    const faults = faultsOf(more);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(words);
    for (const value of Object.values(more)) expect(faults[0]).not.toContain(value);
  });

  it('nothing of http to this machine, where a test has its servers', () => {
    expect(
      faultsOf({ FCM_URL: 'http://127.0.0.1:1', TWILIO_URL: 'http://localhost:2', APNS_URL: 'http://[::1]:3' }),
    ).toEqual([]);
  });
});
