import { CODE_CHANNELS, type CodeChannel } from '../../src/notifications/contact.ts';
import { until } from '../support/until.ts';
import type { Asked } from '../support/client.ts';
import { data } from './app.ts';
import type { SmtpDouble } from './channels/doubles/smtp.ts';
import type { TwilioDouble } from './channels/doubles/twilio.ts';

/** The servers that a test's service sends mail and SMS through. */
export interface Doubles {
  readonly smtp: SmtpDouble;
  readonly twilio: TwilioDouble;
}

interface SentText {
  readonly channel: CodeChannel;
  readonly to: string;
  readonly text: string;
}

/** All that was sent, in no order of its own between the two. */
export const sentTexts = ({ smtp, twilio }: Doubles): readonly SentText[] => [
  ...smtp.mails.map(({ to, source }) => ({ channel: 'EMAIL' as const, to, text: source.replaceAll('=\r\n', '') })),
  ...twilio.messages.map(({ to, body }) => ({ channel: 'SMS' as const, to, text: body })),
];

/** The code of an English message; null: it is none. */
export const codeIn = (text: string): string | null => /(\d{6}) is your code to confirm/.exec(text)?.[1] ?? null;

/** Those that were sent to this address, the last one last. */
export const codesTo = (doubles: Doubles, address: string): readonly string[] =>
  sentTexts(doubles).flatMap(({ to, text }) => (to === address ? (codeIn(text) ?? []) : []));

const SET = `mutation ($input: NotificationPreferencesInput!) {
  setNotificationPreferences(input: $input) { refusal { code message field } codes { refusal { code message } } } }`;
const VERIFY = `mutation ($input: VerifyContactInput!) {
  verifyContact(input: $input) { contact { state } refusal { code message } } }`;

/** As a user does it: gives the addresses, and the codes that come to them. */
export async function setContacts(
  asked: Asked,
  doubles: Doubles,
  contacts: { readonly email?: string; readonly phone?: string },
): Promise<void> {
  await data(asked, SET, { input: { contacts } });
  const given = { EMAIL: contacts.email, SMS: contacts.phone };
  for (const channel of CODE_CHANNELS) {
    const address = given[channel];
    if (address === undefined) continue;
    const code = await until(() => codesTo(doubles, address).at(-1), { withinMs: 10_000 });
    const answer = await data<{ verifyContact: { contact: { state: string } | null } }>(asked, VERIFY, {
      input: { channel, code },
    });
    if (answer.verifyContact.contact?.state !== 'VERIFIED') throw new Error(JSON.stringify(answer));
  }
}
