import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Outcome } from '../../../src/notifications/channels/channel.ts';
import { emailPort } from '../../../src/notifications/channels/email.ts';
import { readChannelSettings } from '../../../src/notifications/channels/read-settings.ts';
import { until } from '../../support/until.ts';
import { CERT } from './doubles/certificate.ts';
import { openSmtpDouble, type SmtpDouble, USER } from './doubles/smtp.ts';
import { ID, later, messageOf, signal } from './message.ts';

let smtp: SmtpDouble;
let port: ReturnType<typeof emailPort>;
const open = (url = smtp.url) => {
  const env = {
    SMTP_URL: url,
    MAIL_FROM: 'Fillstream <notify@example.com>',
    MAIL_UNSUBSCRIBE: 'https://example.com/mail',
  };
  return emailPort({ ...readChannelSettings(env, null).channels.email!, ca: CERT });
};
beforeEach(async () => {
  smtp = await openSmtpDouble();
  port = open();
});
afterEach(async () => {
  await port.close();
  await smtp.close();
});
const send = (more = {}, limited = signal): Promise<Outcome> =>
  port.send(messageOf(more), { kind: 'EMAIL', address: 'alice@example.com' }, limited);
/** Of the last mail, headers unfolded. */
const source = (): string => (smtp.mails.at(-1)?.source ?? '').replace(/\r\n[ \t]+/g, ' ');

describe('a message reaches the mailbox', () => {
  it('over TLS, as text and HTML, in its language and direction', async () => {
    const more = { html: '<p>تم</p>', locale: 'ar', direction: 'rtl', title: 'تم تنفيذ الأمر', body: 'اشتريت' };
    expect(await send(more)).toEqual({ status: 'sent', providerId: `<${ID}@example.com>` });
    expect(smtp.mails[0]).toMatchObject({ to: 'alice@example.com', isEncrypted: true, user: USER });
    expect(source()).toContain(`Message-ID: <${ID}@example.com>`);
    expect(source()).toContain('Content-Language: ar');
    expect(source()).toContain('List-Unsubscribe: <https://example.com/mail>');
    expect(source()).toContain('From: Fillstream <notify@example.com>');
    expect(source()).toMatch(/multipart\/alternative[^]*text\/plain[^]*text\/html/);
    const parts = source().split(/--+[-_\w]+/);
    const html = parts.find((part) => part.includes('text/html'))?.split('\r\n\r\n')[1] ?? '';
    const decoded = source().includes('quoted-printable')
      ? html.replace(/=\r\n/g, '').replaceAll('=3D', '=')
      : Buffer.from(html, 'base64').toString();
    expect(decoded).toContain('<html lang="ar" dir="rtl">');
  });

  it('sent twice it has the same Message-ID; a critical one does not say that it can be switched off', async () => {
    await send({ critical: true, priority: 'HIGH' });
    const first = /Message-ID: (\S+)/.exec(source())?.[1];
    expect(source()).not.toContain('List-Unsubscribe');
    expect(source()).toContain('Importance: High');
    await send();
    expect(/Message-ID: (\S+)/.exec(source())?.[1]).toBe(first);
  });

  it('from a server that asks for no password, in plain text', async () => {
    await smtp.close();
    smtp = await openSmtpDouble({ auth: false });
    port = open();
    expect(await send()).toMatchObject({ status: 'sent' });
    expect(source()).not.toContain('multipart');
    expect(source()).toContain('Bought 10 of 100 at $187.20');
  });

  it('a title with line ends makes no header of its own', async () => {
    await send({ title: 'A\r\nBcc: eve@example.com' });
    expect(smtp.mails[0]?.source).not.toMatch(/^Bcc:/m);
  });
});

describe('the mail server answers', () => {
  it.each([
    ['RCPT', '550 5.1.1 no such user', { status: 'gone', text: 'the mail server answered 550 5.1.1' }],
    ['RCPT', '550 relay not permitted', { status: 'refused', text: 'the mail server answered 550' }],
    ['RCPT', '550 5.7.1 policy', { status: 'refused' }],
    ['RCPT', '451 4.7.1 greylisted', { ...later(), ofTarget: true }],
    ['RCPT', '421 4.3.2 shutting down', later()],
    ['DATA', '452 4.3.1 full', later()],
    ['DATA', '554 5.6.0 content', { status: 'refused' }],
  ] as const)('%s %s', async (at, answer, outcome) => {
    smtp.plan({ at, code: Number(answer.slice(0, 3)), text: answer.slice(4) });
    expect(await send()).toMatchObject(outcome);
    expect(await send()).toMatchObject({ status: 'sent' });
  });

  it('that the password is wrong: later, since an operator mends it; nothing of it is told', async () => {
    port = open(`smtp://${USER}:wrong@127.0.0.1:${smtp.port}`);
    expect(await send()).toEqual({ status: 'later', text: 'the mail server answered 535', retryAfterMs: null });
  });

  it('nothing any more, though it has the mail: nobody knows', async () => {
    smtp.plan('cut after');
    await expect(send()).rejects.toThrow('no answer of the mail server');
    expect(smtp.mails).toHaveLength(1);
  });

  it('nothing: it is given up at the signal', async () => {
    smtp.plan('hang');
    const stop = new AbortController();
    const sending = send({}, stop.signal);
    await until(() => smtp.mails.length === 1, { withinMs: 5_000 });
    stop.abort();
    await expect(sending).rejects.toThrow('no answer of the mail server');
  });

  it('not at all, or is not who it should be: later, for nobody has it', async () => {
    const { host, port: number } = { host: '127.0.0.1', port: smtp.port };
    const env = { SMTP_URL: `smtp://a:b@${host}:${number}`, MAIL_FROM: 'a@example.com' };
    port = emailPort(readChannelSettings(env, null).channels.email!);
    expect(await send()).toMatchObject({ status: 'later' });
    await smtp.close();
    expect(await send()).toMatchObject({ status: 'later' });
    expect(smtp.mails).toEqual([]);
  });
});

it.each(['alice', 'a@b@c', 'alice@example.com\r\nRCPT TO:<eve@example.com>', 'a@x.com, b@x.com', 'A <a@x.com>'])(
  '%j is no address',
  async (address) => {
    expect(await port.send(messageOf(), { kind: 'EMAIL', address }, signal)).toMatchObject({ status: 'gone' });
    expect(smtp.mails).toEqual([]);
  },
);
