import { createHmac, timingSafeEqual } from 'node:crypto';
import { digest } from '../kernel/text.ts';
import type { Preferences } from './preferences.ts';

/** Where a user is reached outside of apps, at one address each. */
export const CONTACT_CHANNELS = ['EMAIL', 'SMS', 'WEBHOOK'] as const;
export type ContactChannel = (typeof CONTACT_CHANNELS)[number];

/** Those whose owner anybody might name: a code must show that it is the user. A webhook's secret binds it. */
export const CODE_CHANNELS = ['EMAIL', 'SMS'] as const;
export type CodeChannel = (typeof CODE_CHANNELS)[number];

/** `GONE`: the provider has said that nothing arrives there any more. */
export const CONTACT_STATES = ['UNVERIFIED', 'VERIFIED', 'GONE'] as const;
export type ContactState = (typeof CONTACT_STATES)[number];
/** Of the addresses that a user has now; absent: they have none there. */
export type ContactStates = Readonly<Partial<Record<ContactChannel, ContactState>>>;

/** Preferences, and which of their addresses may be used. */
export interface UserPreferences extends Preferences {
  readonly contactStates: ContactStates;
}

/** What is known of an address that the user has now, or had before. */
export interface ContactMark {
  readonly channel: string;
  /** As `addressKey` has it. */
  readonly address: string;
  readonly verifiedAt: Date | null;
  readonly goneAt: Date | null;
  readonly goneText: string | null;
  readonly codeHash: string | null;
  readonly codeSentAt: Date | null;
}

/** An address that the user has now. */
export interface Contact {
  readonly channel: ContactChannel;
  readonly state: ContactState;
  readonly verifiedAt: Date | null;
  readonly goneAt: Date | null;
  /** In the provider's words. */
  readonly goneText: string | null;
  /** Until when the code that was sent there last can be given; null: none can. */
  readonly codeExpiresAt: Date | null;
}

export const CODE_DIGITS = 6;
export const CODE_MINUTES = 10;
export const CODE_TRIES_MAX = 5;
/** Codes within an hour and a day: that a user asks for, and that reach one mailbox or phone, whoever asks. */
export const CODES_OF_USER_MAX = { perHour: 5, perDay: 10 } as const;
export const CODES_TO_MAILBOX_MAX = { perHour: 3, perDay: 6 } as const;

const MINUTE_MS = 60_000;
export const codeExpiry = (sentAt: Date): Date => new Date(sentAt.getTime() + CODE_MINUTES * MINUTE_MS);

/** The address itself; null: the user has none there. */
export function addressOf({ email, phone, webhook }: Preferences['contacts'], channel: ContactChannel): string | null {
  return { EMAIL: email, SMS: phone, WEBHOOK: webhook?.url ?? null }[channel];
}

/** How an address is remembered: as it is written, so that what was verified is just what messages go to. */
export const addressKey = (address: string): string => digest(address);

/**
 * Whom an address reaches, however it is written: most mail servers take any case, `ann+anything@` and `a.nn@` for one mailbox.
 * Two people whose addresses differ in nothing else share what codes they get, which costs less than a mailbox that is flooded.
 */
export function mailboxKey(channel: CodeChannel, address: string): string {
  if (channel === 'SMS') return digest(address);
  const at = address.lastIndexOf('@');
  const [local = ''] = address.slice(0, at).split('+', 1);
  return digest(`${local.replaceAll('.', '')}@${address.slice(at + 1)}`.toLowerCase());
}

/** Each address that the user has now, with what is known of just this one. */
export function contactsOf(contacts: Preferences['contacts'], marks: readonly ContactMark[]): readonly Contact[] {
  return CONTACT_CHANNELS.flatMap((channel) => {
    const address = addressOf(contacts, channel);
    if (address === null) return [];
    const key = addressKey(address);
    const mark = marks.find((each) => each.channel === channel && each.address === key);
    return [contactOf(channel, mark)];
  });
}

function contactOf(channel: ContactChannel, mark: ContactMark | undefined): Contact {
  const { verifiedAt = null, goneAt = null, goneText = null, codeHash = null, codeSentAt = null } = mark ?? {};
  const isVerified = verifiedAt !== null || channel === 'WEBHOOK';
  return {
    ...{ channel, verifiedAt, goneAt, goneText },
    state: goneAt !== null ? 'GONE' : isVerified ? 'VERIFIED' : 'UNVERIFIED',
    codeExpiresAt: codeHash !== null && codeSentAt !== null ? codeExpiry(codeSentAt) : null,
  };
}

export const contactStates = (contacts: readonly Contact[]): ContactStates =>
  Object.fromEntries(contacts.map(({ channel, state }) => [channel, state]));

/** What a code is for: given by another user, or for another address, it is none. */
export interface CodePurpose {
  readonly user: string;
  readonly channel: CodeChannel;
  readonly address: string;
  readonly sentAt: Date;
}

/** Keyed: there are so few codes that whoever reads a plain hash has the code. */
export function hashCode(secret: string, { user, channel, address, sentAt }: CodePurpose, code: string): string {
  const said = JSON.stringify(['contact code', user, channel, address, sentAt.getTime(), code]);
  return createHmac('sha256', secret).update(said).digest('hex');
}

/** In a time that tells nothing of how much is right. */
export function isSameHash(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
