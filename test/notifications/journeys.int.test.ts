import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { linkAccount, postReports, type Report } from '../support/client.ts';
import { tokenOf } from '../support/env.ts';
import { startService, type TestService } from '../support/service.ts';
import { until } from '../support/until.ts';
import { fillOf, opening } from '../ingest/desk.ts';
import { data, watchNotifications } from './app.ts';
import { setContacts } from './codes.ts';
import { type FcmDouble, openFcmDouble } from './channels/doubles/fcm.ts';
import { openSmtpDouble, type SmtpDouble } from './channels/doubles/smtp.ts';
import { ACCOUNT, openTwilioDouble, type TwilioDouble } from './channels/doubles/twilio.ts';

/** The whole service with real servers on the other side, one trader after the other. */
const WITHIN = { withinMs: 20_000 };
const NOTIFICATIONS = `{ notifications(first: 20) { unreadCount edges { node {
  id type critical title orderId deliveries { channel state reason } } } } }`;
const SET = `mutation ($input: NotificationPreferencesInput!) {
  setNotificationPreferences(input: $input) { refusal { code message field } } }`;
const REGISTER = `mutation ($input: RegisterDeviceInput!) { registerDevice(input: $input) { refusal { code message } } }`;

interface Told {
  readonly id: string;
  readonly type: string;
  readonly title: string;
  readonly deliveries: readonly { readonly channel: string; readonly state: string; readonly reason: string }[];
}

interface Step {
  readonly step: string;
  readonly channel: string | null;
  readonly state: string | null;
  readonly id: string;
  readonly text: string;
}
const TRACE = 'query ($id: ID) { deliveryTrace(notificationId: $id) { step channel state id text } }';
const operator = async () => ({ url: service.url, token: await tokenOf('ops', { scopes: ['admin'] }) });

let service: TestService;
let fcm: FcmDouble;
let twilio: TwilioDouble;
let smtp: SmtpDouble;
beforeAll(async () => {
  [fcm, twilio, smtp] = await Promise.all([openFcmDouble(), openTwilioDouble(), openSmtpDouble({ auth: false })]);
  service = await startService({
    env: {
      NOTIFICATIONS: '1',
      ...{ FCM_SERVICE_ACCOUNT: fcm.serviceAccount, FCM_URL: fcm.url },
      ...{ TWILIO_ACCOUNT_SID: ACCOUNT.accountSid, TWILIO_AUTH_TOKEN: ACCOUNT.authToken },
      ...{ TWILIO_FROM: ACCOUNT.from, TWILIO_URL: twilio.url },
      ...{ SMTP_URL: smtp.url, MAIL_FROM: 'Fillstream <orders@example.com>' },
    },
  });
});
afterAll(async () => {
  await service.stop();
  await Promise.all([fcm.close(), twilio.close(), smtp.close()]);
});

let traders = 0;
let name = '';
let token = '';
const asked = () => ({ url: service.url, token });
beforeEach(async () => {
  traders += 1;
  name = `trader-${traders}`;
  token = await tokenOf(name);
  await linkAccount(await operator(), name, { account: name });
});

const phone = (): Promise<unknown> =>
  data(asked(), REGISTER, {
    input: { installation: 'phone', platform: 'ANDROID', permission: 'GRANTED', fcmToken: `token-of-${name}` },
  });
const prefer = (input: object): Promise<unknown> => data(asked(), SET, { input });
const post = (reports: Report | readonly Report[]): Promise<unknown> => postReports(service.url, reports);
const pushes = () => fcm.messages.filter(({ token: to }) => to === `token-of-${name}`);
const told = async (): Promise<readonly Told[]> => {
  const { notifications } = await data<{ notifications: { edges: { node: Told }[] } }>(asked(), NOTIFICATIONS);
  return notifications.edges.map(({ node }) => node);
};
/** The notification of this type, once nothing of it is pending. */
const settled = async (type: string): Promise<Told> => {
  const found = await until(async () => {
    const one = (await told()).find((each) => each.type === type);
    return one && !one.deliveries.some(({ state }) => state === 'PENDING') && one;
  }, WITHIN);
  return found as Told;
};
const on = ({ deliveries }: Told, channel: string): readonly [string, string] | null => {
  const delivery = deliveries.find((each) => each.channel === channel);
  return delivery ? [delivery.state, delivery.reason] : null;
};

describe('an order fills', () => {
  it('while the app is closed: a push, and the feed has it', async () => {
    await phone();
    const order = opening({ account: name });
    await post([order, fillOf(order, { lastQty: '100', lastPx: '187.20' })]);
    const filled = await settled('ORDER_FILLED');
    expect(on(filled, 'IN_APP')).toEqual(['SENT', 'DEFAULT']);
    expect(on(filled, 'PUSH')).toEqual(['SENT', 'DEFAULT']);
    expect(on(filled, 'SMS')).toEqual(['SUPPRESSED', 'NOT_FOR_TYPE']);
    expect(pushes().map(({ notification }) => notification.title)).toEqual([filled.title]);
    expect(filled.title).toContain('AAPL');
  });

  it('while the app is on the screen: live only, and it says why', async () => {
    await phone();
    const { installation, foreground } = { installation: 'phone', foreground: true };
    await data(
      asked(),
      `mutation { reportPresence(input: { installation: "${installation}", foreground: ${foreground} }) {
      promptForPush } }`,
    );
    const watch = watchNotifications(asked());
    const order = opening({ account: name });
    const live = watch.take(2);
    await post([order, fillOf(order, { lastQty: '100' })]);
    expect((await live).map(({ change }) => change)).toEqual(['RECEIVED', 'RECEIVED']);
    const filled = await settled('ORDER_FILLED');
    expect(on(filled, 'PUSH')).toEqual(['SUPPRESSED', 'ON_SCREEN']);
    expect(pushes()).toEqual([]);
  });
});

it('another address than before is told where its user is still reached; a first one is no news', async () => {
  await phone();
  await setContacts(asked(), { smtp, twilio }, { email: `${name}@example.com` });
  await prefer({ contacts: { email: 'thief@example.com' } });
  const news = await settled('ACCOUNT_SECURITY');
  expect([on(news, 'IN_APP'), on(news, 'PUSH'), on(news, 'EMAIL')]).toEqual([
    ['SENT', 'CRITICAL'],
    ['SENT', 'CRITICAL'],
    ['SUPPRESSED', 'UNVERIFIED'],
  ]);
  expect(pushes().map(({ notification }) => notification.body)).toEqual([
    expect.stringContaining('Your contact details were changed'),
  ]);
  expect((await told()).filter(({ type }) => type === 'ACCOUNT_SECURITY')).toHaveLength(1);
});

it('rejected at night: by SMS at once; the rest waits for one digest in the morning', async () => {
  await phone();
  await setContacts(asked(), { smtp, twilio }, { phone: `+4915110000${traders}` });
  const days = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'];
  await prefer({
    timeZone: 'UTC',
    // Whatever the time is: two windows that touch make it night, until tomorrow at the latest.
    quietHours: [
      { days, from: '00:00', to: '12:00' },
      { days, from: '12:00', to: '23:59' },
    ],
  });
  const [first, second, third] = [opening({ account: name }), opening({ account: name }), opening({ account: name })];
  await post([first, fillOf(first, { lastQty: '100' }), second, fillOf(second, { lastQty: '100' })]);
  await post({ ...third, execType: 'REJECTED', text: 'insufficient buying power' });
  const rejected = await settled('ORDER_REJECTED');
  expect([on(rejected, 'SMS'), on(rejected, 'PUSH')]).toEqual([
    ['SENT', 'CRITICAL'],
    ['SENT', 'CRITICAL'],
  ]);
  // The code, and this.
  expect(twilio.messages.filter(({ to }) => to === `+4915110000${traders}`)).toHaveLength(2);
  expect(on(await settled('ORDER_FILLED'), 'PUSH')).toEqual(['HELD', 'QUIET_HOURS']);
  expect(pushes()).toHaveLength(1);
  // As if the morning had come.
  await prefer({ quietHours: [] });
  const { db } = service.app.deps;
  await db.notificationDelivery.updateMany({ where: { userId: name, state: 'HELD' }, data: { releaseAt: new Date() } });
  await until(() => pushes().length === 2, WITHIN);
  await until(async () => on(await settled('ORDER_FILLED'), 'PUSH')?.[0] === 'SENT', WITHIN);
  expect((await told()).filter(({ type }) => type === 'ORDER_FILLED').map((one) => on(one, 'PUSH'))).toEqual([
    ['SENT', 'DIGEST'],
    ['SENT', 'DIGEST'],
  ]);
  expect(pushes()[1]?.notification.body).toContain('AAPL');
  const [one] = (await told()).filter(({ type }) => type === 'ORDER_FILLED');
  const { deliveryTrace: steps } = await data<{ deliveryTrace: readonly Step[] }>(await operator(), TRACE, {
    id: one?.id,
  });
  const walk = steps.map(({ step, channel, state }) => [step, channel, state].filter(Boolean).join(' '));
  expect(walk.slice(0, 3)).toEqual(['WEBHOOK', 'ORDER_EVENT', 'NOTIFICATION']);
  expect(walk.slice(3).sort()).toEqual([
    ...['DELIVERY EMAIL SUPPRESSED', 'DELIVERY IN_APP SENT', 'DELIVERY PUSH SENT'],
    // The digest that told it: its own delivery, and the phone's answer.
    ...[
      'DELIVERY PUSH SENT',
      'DELIVERY SMS SUPPRESSED',
      'DELIVERY WEBHOOK SUPPRESSED',
      'NOTIFICATION',
      'PROVIDER PUSH SENT',
    ],
  ]);
});

it('busted: a correction follows by push and e-mail, and stays in the log', async () => {
  await phone();
  await setContacts(asked(), { smtp, twilio }, { email: `${name}@example.com` });
  smtp.mails.length = 0;
  const order = opening({ account: name });
  const fill = fillOf(order, { lastQty: '100', lastPx: '187.20' });
  await post([order, fill]);
  await settled('ORDER_FILLED');
  await post({
    ...fillOf(order),
    execType: 'TRADE_CANCEL',
    execRefId: fill['execId'],
    lastQty: '100',
    lastPx: '187.20',
  });
  const busted = await settled('EXECUTION_BUSTED');
  expect([on(busted, 'PUSH'), on(busted, 'EMAIL'), on(busted, 'IN_APP')]).toEqual([
    ['SENT', 'CRITICAL'],
    ['SENT', 'CRITICAL'],
    ['SENT', 'CRITICAL'],
  ]);
  expect(smtp.mails.filter(({ to }) => to.includes(`${name}@example.com`)).map(({ source }) => source)).toEqual([
    expect.stringContaining('multipart/alternative'),
  ]);
  const rows = await service.app.deps.db.notificationDelivery.groupBy({ by: ['state'], _count: true });
  expect(rows.map(({ state }) => state).filter((state) => state === 'PENDING' || state === 'FAILED')).toEqual([]);
});

it('filled whole after it was canceled: critical, and the order’s history says how it had ended', async () => {
  await phone();
  const order = opening({ account: name });
  await post([order, fillOf(order, { execType: 'CANCELED', lastQty: null, lastPx: null })]);
  await settled('ORDER_CANCELED');
  await post(fillOf(order, { lastQty: '100', lastPx: '187.20' }));
  const late = await settled('LATE_FILL');
  expect(on(late, 'PUSH')).toEqual(['SENT', 'CRITICAL']);
  expect(pushes().at(-1)?.notification.body).toContain('after it was canceled');
  expect((await told()).map(({ type }) => type)).not.toContain('ORDER_FILLED');
  const history = `query ($clOrdId: String) { order(clOrdId: $clOrdId) { status
    history(last: 1) { edges { node { lateAfter answers rejectReason statusText } } } } }`;
  expect(await data(asked(), history, { clOrdId: order['clOrdId'] })).toEqual({
    order: {
      status: 'FILLED',
      history: {
        edges: [
          {
            node: {
              ...{ lateAfter: 'CANCELED', answers: null, rejectReason: null },
              statusText: 'Filled 100 at 187.2, after it was canceled; the order is complete.',
            },
          },
        ],
      },
    },
  });
});

it('a daily report comes by e-mail at the user’s hour, with its fills', async () => {
  await setContacts(asked(), { smtp, twilio }, { email: `${name}@example.com` });
  smtp.mails.length = 0;
  await prefer({
    timeZone: 'Asia/Kolkata',
    reports: [{ report: 'DAILY_REPORT', at: '18:00' }],
  });
  const { db } = service.app.deps;
  const [schedule] = await db.reportSchedule.findMany({ where: { userId: name } });
  expect(schedule?.nextAt.toISOString()).toMatch(/T12:30:00\.000Z$/);
  const [bought, sold] = [opening({ account: name }), opening({ account: name, side: 'SELL' })];
  await post([bought, fillOf(bought, { lastQty: '100', lastPx: '187.20' })]);
  await post([sold, fillOf(sold, { lastQty: '100', lastPx: '190.45' })]);
  // As if its hour had come.
  await db.reportSchedule.updateMany({ where: { userId: name }, data: { nextAt: new Date() } });
  const mails = () => smtp.mails.filter(({ to }) => to === `${name}@example.com`);
  await until(() => mails().length === 1, WITHIN);
  const source = mails()[0]?.source.replaceAll('=\r\n', '') ?? '';
  // 100 x (190.45 - 187.20)
  expect(source).toContain('AAPL');
  expect(source).toContain('325');
  const [next] = await db.reportSchedule.findMany({ where: { userId: name } });
  expect(next?.nextAt.getTime()).toBeGreaterThan(Date.now());
});
