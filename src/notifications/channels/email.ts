import { createTransport, type SendMailOptions } from 'nodemailer';
import { gone, later, laterHere, refused, sent } from './answer.ts';
import type { ChannelPort, Message, Outcome, Target } from './channel.ts';
import type { EmailSettings } from './settings.ts';

const CONNECT_MS_MAX = 5_000;
const GREETING_MS_MAX = 5_000;
/** Without a byte; the whole is bounded by the signal. */
const IDLE_MS_MAX = 10_000;

/** One address and nothing else: no list, no name, no line end. */
const ADDRESS = /^[^\s@<>()[\],;:"\\]{1,64}@[^\s@<>()[\],;:"\\]{1,255}$/;

export interface EmailOptions extends EmailSettings {
  readonly ca?: string | undefined;
}

/** Mail over SMTP (RFC 5321), with TLS where the server has it, and never a password without. */
export function emailPort(options: EmailOptions): ChannelPort<'EMAIL'> {
  return {
    kind: 'EMAIL',
    // The same Message-ID: most mail programs show it once, none promises to.
    idempotent: false,
    send: async (message, { address }, signal) => {
      if (!ADDRESS.test(address)) return gone('the address is none');
      const { transport, isHandedOver } = openTransport(options);
      try {
        const { messageId } = await transport.sendMail({ ...mailOf(message, address, options), signal });
        return sent(messageId);
      } catch (error) {
        return outcomeOf(error, isHandedOver());
      }
    },
    close: () => undefined,
  };
}

/** A connection for each message: in a pool one that was given up might be sent later. */
function openTransport({ host, port, secure, auth, ca }: EmailOptions) {
  const transport = createTransport({
    ...{ host, port, secure, requireTLS: auth !== null },
    ...(auth && { auth: { user: auth.user, pass: auth.password } }),
    ...(ca !== undefined && { tls: { ca } }),
    ...{ connectionTimeout: CONNECT_MS_MAX, greetingTimeout: GREETING_MS_MAX, socketTimeout: IDLE_MS_MAX },
    ...{ disableFileAccess: true, disableUrlAccess: true },
  });
  let isHandedOver = false;
  transport.use('stream', (mail, done) => {
    // Asked for once there is a connection, and the server knows us.
    mail.message.processFunc((content) => {
      isHandedOver = true;
      return content;
    });
    done();
  });
  return { transport, isHandedOver: () => isHandedOver };
}

function mailOf(
  message: Message,
  to: Extract<Target, { kind: 'EMAIL' }>['address'],
  { from, unsubscribe }: EmailSettings,
): SendMailOptions {
  const { id, title, body, html, locale, direction, priority, quiet } = message;
  const domain = /@([^@>\s]+)>?\s*$/.exec(from)?.[1] ?? 'localhost';
  return {
    ...{ from, to, subject: title, text: body, date: message.createdAt },
    ...(html !== null && { html: documentOf(html, locale, direction) }),
    // The same of the same notification, however often it is sent.
    messageId: `<${id}@${domain}>`,
    ...(priority === 'HIGH' && !quiet && { priority: 'high' as const }),
    headers: {
      'Content-Language': locale,
      // No out-of-office answers (RFC 3834).
      'Auto-Submitted': 'auto-generated',
      // What can't be switched off doesn't say that it can (RFC 2369).
      ...(unsubscribe !== null && !message.critical && { 'List-Unsubscribe': `<${unsubscribe}>` }),
    },
  };
}

const documentOf = (html: string, locale: string, direction: string): string =>
  /^\s*<(!doctype|html)\b/i.test(html)
    ? html
    : `<!doctype html><html lang="${locale}" dir="${direction}"><body>${html}</body></html>`;

interface SmtpFault {
  readonly code?: unknown;
  readonly responseCode?: unknown;
  readonly response?: unknown;
  readonly command?: unknown;
}

/** @throws where the server may have taken the message without our hearing of it */
function outcomeOf(error: unknown, isHandedOver: boolean): Outcome {
  const { code, responseCode: status, response, command }: SmtpFault = { ...(error as object | null) };
  if (typeof status !== 'number' || status < 400) {
    const why = typeof code === 'string' ? code : 'no answer';
    if (!isHandedOver) return later(`no connection: ${why}`);
    throw new Error(`no answer of the mail server: ${why}`);
  }
  const [enhanced] = /\b[245]\.\d{1,3}\.\d{1,3}\b/.exec(typeof response === 'string' ? response : '') ?? [];
  const text = `the mail server answered ${status}${enhanced === undefined ? '' : ` ${enhanced}`}`;
  const isOfRecipient = command === 'RCPT TO';
  if (code === 'EAUTH') return later(text);
  // 421: the server is going away. Any other 4xx to a recipient is about that mailbox, such as greylisting.
  if (status < 500) return isOfRecipient && status !== 421 ? laterHere(text) : later(text);
  return isOfRecipient && isNoMailbox(enhanced) ? gone(text) : refused(text);
}

/**
 * Bad mailbox, bad domain, moved, null MX, disabled (RFC 3463, RFC 7505). A plain 550 says as often that this server may not
 * relay, or is on a block list: that must not take everybody's address away.
 */
const isNoMailbox = (enhanced: string | undefined): boolean =>
  enhanced !== undefined && ['5.1.1', '5.1.2', '5.1.3', '5.1.6', '5.1.10', '5.2.1'].includes(enhanced);
