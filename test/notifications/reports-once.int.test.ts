import { afterAll, beforeAll, expect, it } from 'vitest';
import { fillOf, opening } from '../ingest/desk.ts';
import { linkAccount, postReports, type Report } from '../support/client.ts';
import { tokenOf } from '../support/env.ts';
import { startService, type TestService } from '../support/service.ts';
import { until } from '../support/until.ts';
import { data } from './app.ts';
import { openSmtpDouble, type SmtpDouble } from './channels/doubles/smtp.ts';
import { openTwilioDouble, type TwilioDouble } from './channels/doubles/twilio.ts';
import { setContacts } from './codes.ts';

/** The whole service and a real mail server: what one report could not tell, the next one does. */
const WITHIN = { withinMs: 20_000 };
const SET = `mutation ($input: NotificationPreferencesInput!) {
  setNotificationPreferences(input: $input) { refusal { code message field } } }`;
const ADDRESS = 'ann@example.com';
const HOUR_MS = 3_600_000;

let service: TestService;
let smtp: SmtpDouble;
let twilio: TwilioDouble;
let asked: { readonly url: string; readonly token: string };
beforeAll(async () => {
  [smtp, twilio] = await Promise.all([openSmtpDouble({ auth: false }), openTwilioDouble()]);
  const mail = { SMTP_URL: smtp.url, MAIL_FROM: 'Fillstream <orders@example.com>' };
  service = await startService({ env: { NOTIFICATIONS: '1', ...mail } });
  const { url } = service;
  asked = { url, token: await tokenOf('ann') };
  await linkAccount({ url, token: await tokenOf('ops', { scopes: ['admin'] }) }, 'ann');
});
afterAll(async () => {
  await service.stop();
  await Promise.all([smtp.close(), twilio.close()]);
});

const choose = (at: string): Promise<unknown> =>
  data(asked, SET, { input: { timeZone: 'UTC', reports: [{ report: 'DAILY_REPORT', at }] } });

/** The report that is due at this time, as if that had come, and its e-mail. */
async function reportDueAt(nextAt: Date, began: { readonly beganAt?: Date } = {}) {
  const { db } = service.app.deps;
  smtp.mails.length = 0;
  await db.reportSchedule.updateMany({ where: { userId: 'ann' }, data: { nextAt, keptFor: nextAt, ...began } });
  await until(() => smtp.mails.length === 1, WITHIN);
  const { source = '' } = smtp.mails[0] ?? {};
  const key = `report:DAILY_REPORT:${nextAt.toISOString()}`;
  const fact = await db.notificationFact.findFirstOrThrow({ where: { userId: 'ann', key } });
  return { figures: fact.data as Record<string, unknown>, mail: source.replaceAll('=\r\n', '') };
}

it('a missed day, another hour and a fill that is told late: the next report has it all, once', async () => {
  await setContacts(asked, { smtp, twilio }, { email: ADDRESS });
  await choose('18:00');
  const dueAt = new Date(Date.now() - 60 * HOUR_MS);
  const order = opening({ quantity: '1000' });
  const traded = (lastQty: string, hours: number): Report =>
    fillOf(order, { lastQty, transactTime: new Date(dueAt.getTime() + hours * HOUR_MS).toISOString() });
  await postReports(service.url, [order, traded('1', -1), traded('64', -25)]);
  const first = await reportDueAt(dueAt, { beganAt: new Date(dueAt.getTime() - 24 * HOUR_MS) });
  expect(first.figures).toMatchObject({ to: dueAt.toISOString(), fills: 1, late: 0 });
  expect(first.mail).not.toContain('before these days');

  // Of the day that was told, of the one that was missed, and of the hours that the other time would have cut out.
  await postReports(service.url, [traded('2', -2), traded('4', 5), traded('8', 40)]);
  await choose('03:00');
  const secondDueAt = new Date(Date.now() - HOUR_MS);
  const second = await reportDueAt(secondDueAt);
  const days = { from: dueAt.toISOString(), to: secondDueAt.toISOString() };
  expect(second.figures).toMatchObject({ ...days, fills: 3, late: 1 });
  expect(second.mail).toContain('bought 14 for 140');
  expect(second.mail).toContain('1 fill was traded before these days');

  await postReports(service.url, fillOf(order, { lastQty: '16', transactTime: new Date().toISOString() }));
  const third = await reportDueAt(new Date());
  expect(third.figures).toMatchObject({ from: days.to, late: 0 });
  expect(third.figures['fills']).toBe(1);
});
