import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { vapidKeysOf } from '../../src/notifications/channels/vapid.ts';
import { fillOf, opening } from '../ingest/desk.ts';
import { type Asked, postReports } from '../support/client.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import { testEnvironment, tokenOf } from '../support/env.ts';
import { build } from '../support/processes.ts';
import { type ServiceProcess, startProcess } from '../support/service.ts';
import { openTrader } from '../support/trader.ts';
import { until } from '../support/until.ts';
import { data } from './app.ts';
import { KEY_ID, openApnsDouble, TEAM_ID, TOPIC } from './channels/doubles/apns.ts';
import { CERT } from './channels/doubles/certificate.ts';
import { openFcmDouble } from './channels/doubles/fcm.ts';
import { openPushService } from './channels/doubles/push-service.ts';
import { openSmtpDouble } from './channels/doubles/smtp.ts';
import { ACCOUNT, openTwilioDouble } from './channels/doubles/twilio.ts';
import { openWebhookReceiver } from './channels/doubles/webhook-receiver.ts';
import { setContacts } from './codes.ts';
import { WHSEC } from './given.ts';

/** One trader who can be reached everywhere, each provider's server on the other side, and the whole service between, over TLS. */
const WITHIN = { withinMs: 20_000 };
const vapid = vapidKeysOf('of all channels');
const openDoubles = async () => ({
  push: await openPushService({ publicKey: vapid.publicKey, tls: true }),
  fcm: await openFcmDouble(),
  apns: await openApnsDouble(),
  smtp: await openSmtpDouble({ auth: false }),
  twilio: await openTwilioDouble(),
  receiver: await openWebhookReceiver(WHSEC, { tls: true }),
});

let doubles: Awaited<ReturnType<typeof openDoubles>>;
let folder: string;
let database: TestDatabase;
let service: ServiceProcess;
let asked: Asked & { readonly token: string };
let operator: Asked;
beforeAll(async () => {
  await build();
  [doubles, database] = await Promise.all([openDoubles(), cloneDatabase()]);
  folder = await mkdtemp(path.join(tmpdir(), 'fillstream-channels-'));
  const authority = path.join(folder, 'authority.pem');
  await writeFile(authority, CERT);
  const { push, fcm, apns, smtp, twilio, receiver } = doubles;
  const env = testEnvironment(database.url, {
    ...{ NOTIFICATIONS: '1', NODE_EXTRA_CA_CERTS: authority },
    ...{ VAPID_PUBLIC_KEY: vapid.publicKey, VAPID_PRIVATE_KEY: vapid.privateKey },
    ...{ VAPID_SUBJECT: 'mailto:ops@example.com', WEB_PUSH_ORIGINS: push.url },
    ...{ FCM_SERVICE_ACCOUNT: fcm.serviceAccount, FCM_URL: fcm.url },
    ...{ APNS_KEY: apns.key, APNS_KEY_ID: KEY_ID, APNS_TEAM_ID: TEAM_ID, APNS_TOPIC: TOPIC, APNS_URL: apns.url },
    ...{ SMTP_URL: smtp.url, MAIL_FROM: 'Fillstream <orders@example.com>' },
    ...{ TWILIO_ACCOUNT_SID: ACCOUNT.accountSid, TWILIO_AUTH_TOKEN: ACCOUNT.authToken },
    ...{ TWILIO_FROM: ACCOUNT.from, TWILIO_URL: twilio.url },
    ...{ OUTGOING_WEBHOOKS: '1', OUTGOING_WEBHOOK_ORIGINS: receiver.url },
  });
  service = await startProcess(env);
  asked = await openTrader(service.url, 'alice');
  operator = { url: service.url, token: await tokenOf('ops', { scopes: ['admin'] }) };
});
afterAll(async () => {
  await service.end('SIGTERM');
  await database.drop();
  await rm(folder, { recursive: true });
  await Promise.all(Object.values(doubles).map((double) => double.close()));
});

const REGISTER = `mutation ($input: RegisterDeviceInput!) { registerDevice(input: $input) { refusal { message } } }`;
const SET = `mutation ($input: NotificationPreferencesInput!) {
  setNotificationPreferences(input: $input) { refusal { message } } }`;
const NOTIFICATIONS = `{ notifications { edges { node { id type title
  deliveries { channel state tries targets { platform state } } } } } }`;
const TRACE = 'query ($id: ID) { deliveryTrace(notificationId: $id) { step channel state id text } }';
const ACCOUNTS = '{ deliveryCounts { generated pending held sent suppressed failed unknown } }';

interface Delivery {
  readonly channel: string;
  readonly state: string;
  readonly tries: number;
  readonly targets: readonly { readonly platform: string; readonly state: string }[];
}
interface Told {
  readonly id: string;
  readonly type: string;
  readonly title: string;
  readonly deliveries: readonly Delivery[];
}
interface Step {
  readonly step: string;
  readonly channel: string | null;
  readonly state: string | null;
  readonly id: string;
}

async function reachEverywhere(): Promise<void> {
  const { endpoint, p256dh, auth } = doubles.push.subscribe();
  for (const device of [
    { installation: 'desk', platform: 'WEB', webPush: { endpoint, p256dh, auth } },
    { installation: 'phone', platform: 'ANDROID', fcmToken: 'token-of-alice' },
    { installation: 'pad', platform: 'IOS', apnsToken: 'ab12' },
  ])
    expect(await data(asked, REGISTER, { input: { ...device, permission: 'GRANTED' } })).toEqual({
      registerDevice: { refusal: null },
    });
  await setContacts(asked, doubles, { email: 'alice@example.com', phone: '+4915110000001' });
  const webhook = { url: `${doubles.receiver.url}/hook`, secret: WHSEC };
  const criticalChannels = ['PUSH', 'EMAIL', 'SMS', 'WEBHOOK'];
  expect(await data(asked, SET, { input: { contacts: { webhook }, criticalChannels } })).toEqual({
    setNotificationPreferences: { refusal: null },
  });
}

/** The newest of this type, once nothing is owed any more. */
const settled = async (type: string): Promise<Told> => {
  const found = await until(async () => {
    const { notifications } = await data<{ notifications: { edges: { node: Told }[] } }>(asked, NOTIFICATIONS);
    const all = notifications.edges.map(({ node }) => node);
    const isOwed = all.some(({ deliveries }) => deliveries.some(({ state }) => state === 'PENDING'));
    return !isOwed && all.find((one) => one.type === type);
  }, WITHIN);
  return found as Told;
};

it('a bust goes over every channel to each provider, once, and can be traced from the webhook to each answer', async () => {
  await reachEverywhere();
  await settled('ACCOUNT_SECURITY');
  const { push, fcm, apns, smtp, twilio, receiver } = doubles;
  for (const { messages } of [push, fcm, apns, twilio]) messages.length = 0;
  smtp.mails.length = 0;
  receiver.messages.clear();
  const order = opening({ account: 'alice' });
  const fill = fillOf(order, { lastQty: '100', lastPx: '187.20' });
  const bust = { ...fillOf(order, { lastQty: '100', lastPx: '187.20' }), execType: 'TRADE_CANCEL' };
  await postReports(service.url, { ...order, execType: 'NEW' });
  await postReports(service.url, { ...fill });
  await settled('ORDER_FILLED');
  await postReports(service.url, { ...bust, execRefId: fill['execId'] }, { id: 'the-bust' });
  const { id, title, deliveries } = await settled('EXECUTION_BUSTED');

  const sent = { state: 'SENT', tries: 1 };
  const told = deliveries.map(({ channel, state, tries, targets }) => {
    const byPlatform = targets.toSorted((a, b) => (a.platform < b.platform ? -1 : 1));
    return { channel, state, tries, targets: byPlatform };
  });
  expect(told).toEqual([
    { channel: 'IN_APP', state: 'SENT', tries: 0, targets: [] },
    { ...sent, channel: 'PUSH', targets: ['ANDROID', 'IOS', 'WEB'].map((platform) => ({ platform, state: 'SENT' })) },
    ...['EMAIL', 'SMS', 'WEBHOOK'].map((channel) => ({ ...sent, channel, targets: [] })),
  ]);
  expect(push.messages.map(({ payload }) => payload.title).filter((one) => one === title)).toHaveLength(1);
  expect(fcm.messages.filter(({ notification }) => notification.title === title)).toHaveLength(1);
  expect(apns.messages.filter(({ payload }) => JSON.stringify(payload.aps).includes(title))).toHaveLength(1);
  expect([smtp.mails.length, twilio.messages.length]).toEqual([1, 1]);
  const posted = [...receiver.messages.values()] as { data: Record<string, unknown> }[];
  expect(posted.map((one) => one.data)).toEqual([
    expect.objectContaining({ id, title, symbol: 'AAPL', strategy: null }),
  ]);

  const { deliveryTrace: steps } = await data<{ deliveryTrace: readonly Step[] }>(operator, TRACE, { id });
  expect(steps.slice(0, 3).map(({ step }) => step)).toEqual(['WEBHOOK', 'ORDER_EVENT', 'NOTIFICATION']);
  expect(steps[0]?.id).toBe('the-bust');
  const answersOf = (channel: string): number =>
    steps.filter((one) => one.step === 'PROVIDER' && one.channel === channel).length;
  expect(['PUSH', 'EMAIL', 'SMS'].map(answersOf)).toEqual([3, 1, 1]);
});

it('a notice goes to a user who can be reached, once for its key, and all that was generated is accounted for', async () => {
  const NOTICE = 'mutation ($input: SystemNoticeInput!) { systemNotice(input: $input) { id } }';
  const input = {
    type: 'SYSTEM_MAINTENANCE',
    title: 'Tonight',
    body: 'From 22:00 UTC no orders are taken.',
    key: 'k1',
  };
  for (let n = 0; n < 2; n++) await data(operator, NOTICE, { input });
  const { deliveries } = await settled('SYSTEM_MAINTENANCE');
  expect(deliveries.find(({ channel }) => channel === 'PUSH')).toMatchObject({ state: 'SENT', tries: 1 });
  const told = doubles.fcm.messages.filter(({ notification }) => notification.title === 'Tonight');
  expect(told).toHaveLength(1);
  const { deliveryCounts } = await data<{ deliveryCounts: Record<string, number> }>(operator, ACCOUNTS);
  const { generated, pending, held, sent = 0, suppressed = 0, failed, unknown } = deliveryCounts;
  expect({ pending, held, failed, unknown }).toEqual({ pending: 0, held: 0, failed: 0, unknown: 0 });
  expect(generated).toBe(sent + suppressed);
  // That there is a webhook now, and the bust; codes are no deliveries.
  const ofSms = ACCOUNTS.replace('deliveryCounts', 'deliveryCounts(channel: SMS)');
  expect((await data<{ deliveryCounts: object }>(operator, ofSms)).deliveryCounts).toMatchObject({ sent: 2 });
});
