import { randomUUID } from 'node:crypto';

import { afterAll, describe, expect, it } from 'vitest';
import { addressKey } from '../../src/notifications/contact.ts';
import { openSmtpDouble } from '../notifications/channels/doubles/smtp.ts';
import { ACCOUNT, openTwilioDouble } from '../notifications/channels/doubles/twilio.ts';
import { data } from '../notifications/app.ts';
import { codesTo, type Doubles } from '../notifications/codes.ts';
import { openTrader } from '../support/trader.ts';
import { until } from '../support/until.ts';
import { brokenRules, type Look, openWindow, signIn } from './page.ts';
import { useBlotter } from './used-blotter.ts';

const LONG_MS = 60_000;
const SOON = { withinMs: 15_000 };
const LOOKS: readonly Look[] = [
  { theme: 'dark', width: 'wide' },
  { theme: 'light', width: 'phone' },
];
const PHONE = '+14155550123';
const HOOK = 'https://hooks.example.com/orders';

let doubles: Doubles;
const used = useBlotter(async () => {
  const [smtp, twilio] = await Promise.all([openSmtpDouble({ auth: false }), openTwilioDouble()]);
  doubles = { smtp, twilio };
  return {
    ...{ NOTIFICATIONS: '1', OUTGOING_WEBHOOKS: '1' },
    ...{ TWILIO_ACCOUNT_SID: ACCOUNT.accountSid, TWILIO_AUTH_TOKEN: ACCOUNT.authToken },
    ...{ TWILIO_FROM: ACCOUNT.from, TWILIO_URL: twilio.url },
    ...{ SMTP_URL: smtp.url, MAIL_FROM: 'Fillstream <orders@example.com>' },
  };
});
afterAll(() => Promise.all([doubles.smtp.close(), doubles.twilio.close()]));

const SET = `mutation ($input: NotificationPreferencesInput!) {
  setNotificationPreferences(input: $input) { refusal { message } } }`;

/** A new user who has given these addresses; `open` shows the settings in a window of their own. */
async function openUser(contacts: object = {}) {
  const user = `c-${randomUUID().slice(0, 8)}`;
  const { token } = await openTrader(used.service.url, user);
  await data({ url: used.service.url, token }, SET, { input: { contacts } });
  const open = async (look: Look = {}) => {
    const page = await signIn(await openWindow(used.browser, look), { url: used.service.url, token });
    await page.getByRole('button', { name: /^Notifications/ }).click();
    await page.getByRole('button', { name: 'Settings' }).click();
    const form = page.getByRole('form', { name: 'Notification settings' });
    const section = form.getByRole('region', { name: 'Where you are reached' });
    await section.waitFor();
    const standing = (channel: string) => section.getByRole('group', { name: `${channel}: how it stands` });
    return { page, form, section, standing };
  };
  return { user, open };
}

const markGone = (user: string, channel: 'SMS' | 'WEBHOOK', address: string) => {
  const [now, key] = [new Date(), addressKey(address)];
  const row = { userId: user, channel, address: key, goneAt: now, goneText: 'Twilio answered 400 (21610)', at: now };
  return used.service.app.deps.db.notificationContact.upsert({
    where: { userId_channel_address: { userId: user, channel, address: key } },
    ...{ create: row, update: row },
  });
};

describe('the addresses of the settings', { timeout: LONG_MS }, () => {
  it('are confirmed with the code that comes there, while the rest of the form stays as it is', async () => {
    const { user, open } = await openUser();
    const { form, section, standing, page } = await open();
    const address = `${user}@example.com`;
    await section.getByLabel('E-mail').fill(address);
    await section.getByText('Not saved yet: a code comes there then.').waitFor();
    await form.getByRole('button', { name: 'Save' }).click();
    await form.getByText('Saved. E-mail: a code is on its way.').waitFor();
    const email = standing('E-mail');
    await email.getByText('Not confirmed: nothing but a code goes there.').waitFor();
    await form.getByLabel('Symbols').fill('TSLA');

    const first = await until(() => codesTo(doubles, address)[0], SOON);
    await email.getByLabel('Code that came by e-mail').fill(first === '000000' ? '111111' : '000000');
    await email.getByRole('button', { name: 'Confirm' }).click();
    await email.getByRole('alert').filter({ hasText: 'This is not the code that came last.' }).waitFor();
    await email.getByRole('button', { name: 'Send the code again' }).click();
    await email.getByText('A new code is on its way.').waitFor();
    const second = await until(() => codesTo(doubles, address)[1], SOON);
    // Enter confirms, and saves nothing.
    await email.getByLabel('Code that came by e-mail').fill(second ?? '');
    await page.keyboard.press('Enter');
    await email.getByText('Confirmed.').waitFor();
    expect(await email.evaluate((group) => group === document.activeElement)).toBe(true);
    expect(await form.getByLabel('Symbols').inputValue()).toBe('TSLA');
    await form.getByRole('button', { name: 'Save' }).click();
    await form.getByText('Saved.', { exact: true }).waitFor();
    const again = await open();
    await again.standing('E-mail').getByText('Confirmed.').waitFor();
    expect(await again.form.getByLabel('Symbols').inputValue()).toBe('TSLA');
  });

  it('that are gone say why, and can be used again', async () => {
    const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    const { user, open } = await openUser({ phone: PHONE, webhook: { url: HOOK, secret } });
    await markGone(user, 'SMS', PHONE);
    await markGone(user, 'WEBHOOK', HOOK);
    const { standing, form } = await open();
    await standing('SMS').getByText('(Twilio answered 400 (21610)).').waitFor();
    await standing('SMS').getByRole('button', { name: 'Send the code again' }).click();
    const code = await until(() => codesTo(doubles, PHONE)[1], SOON);
    await standing('SMS')
      .getByLabel('Code that came by SMS')
      .fill(code ?? '');
    await standing('SMS').getByRole('button', { name: 'Confirm' }).click();
    await standing('SMS').getByText('Confirmed.').waitFor();
    await standing('Webhook').getByRole('button', { name: 'Use it again' }).click();
    await standing('Webhook').getByText('In use.').waitFor();
    // The form goes on from the version that this has made.
    await form.getByLabel('Symbols').fill('AAPL');
    await form.getByRole('button', { name: 'Save' }).click();
    await form.getByText('Saved.', { exact: true }).waitFor();
  });

  it.each(LOOKS)('break no rule of accessibility, $theme on a $width', async (look) => {
    const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    const contacts = { email: `${randomUUID()}@example.com`, phone: '+14155550188', webhook: { url: HOOK, secret } };
    const { user, open } = await openUser(contacts);
    await markGone(user, 'WEBHOOK', HOOK);
    const { page, standing } = await open(look);
    await standing('E-mail').getByLabel('Code that came by e-mail').fill('none');
    await standing('E-mail').getByRole('button', { name: 'Confirm' }).click();
    await standing('E-mail').getByRole('alert').filter({ hasText: 'not the code' }).waitFor();
    expect(await brokenRules(page)).toEqual([]);
  });
});
