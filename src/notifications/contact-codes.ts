import type { Tx } from '../db/client.ts';
import { inTransaction } from '../db/transaction.ts';
import type { Deps } from '../deps.ts';
import type { UserId } from '../kernel/brand.ts';
import type { Target } from './channels/channel.ts';
import {
  addressOf,
  CODE_DIGITS,
  CODE_MINUTES,
  CODE_TRIES_MAX,
  type CodeChannel,
  codeExpiry,
  type Contact,
  hashCode,
  isSameHash,
} from './contact.ts';
import {
  acceptVouched,
  dropCode,
  type IssuedCode,
  keepCode,
  markGone,
  markVerified,
  tryCode,
  type Vouched,
} from './contacts-store.ts';
import type { Preferences } from './preferences.ts';
import { lockPreferences, readVersioned } from './preferences-store.ts';
import { type Refusal, refusal } from './refusal.ts';
import { codeWords } from './templates/code.ts';
import { trySend } from './try-send.ts';

type CodeDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'channels' | 'log'> & {
  readonly config: Pick<Deps['config'], 'cursorSecret'>;
};

/** How an address stands now; null: the user has none there. */
export interface ContactAnswer {
  readonly contact: Contact | null;
  readonly refusal: Refusal | null;
}

interface Asked {
  readonly user: UserId;
  readonly channel: CodeChannel;
}

interface Issued extends IssuedCode {
  readonly code: string;
  readonly preferences: Preferences;
}

/**
 * Sends a code to the address that the user has on this channel now; what the user's token vouches for needs none. Whether a
 * provider that did not answer has the code is unknown: it is valid.
 */
export async function sendCode(deps: CodeDeps, asked: Asked, vouched: Vouched): Promise<ContactAnswer> {
  const issued = await inTransaction(deps.db, (tx) => issue(tx, deps, { asked, vouched }));
  const refused = 'code' in issued ? await carry(deps, issued) : issued.refusal;
  return { contact: await contactNow(deps, asked), refusal: refused };
}

async function issue(
  tx: Tx,
  { clock, ids, config, channels }: CodeDeps,
  { asked: { user, channel }, vouched }: { readonly asked: Asked; readonly vouched: Vouched },
): Promise<Issued | { readonly refusal: Refusal | null }> {
  const now = clock.now();
  await lockPreferences(tx, user);
  const { preferences } = await readVersioned(tx, user);
  const address = addressOf(preferences.contacts, channel);
  if (address === null) return { refusal: NO_ADDRESS };
  await acceptVouched(tx, user, { contacts: preferences.contacts, vouched, now });
  const state = (await readVersioned(tx, user)).preferences.contactStates[channel];
  if (state === 'VERIFIED') return { refusal: null };
  if (!channels[channel]) return { refusal: refusal('CHANNEL_OFF', 'this service has the channel switched off') };
  const code = ids.digits(CODE_DIGITS);
  const hash = hashCode(config.cursorSecret, { user, channel, address, sentAt: now }, code);
  const issued = { ...{ id: ids.uuid(), user, channel, address, hash, sentAt: now }, code, preferences };
  return (await keepCode(tx, issued)) ? issued : { refusal: TOO_MANY_CODES };
}

const NO_ADDRESS = refusal('NO_ADDRESS', 'you have given no address on this channel', 'channel');
const TOO_MANY_CODES = refusal(
  'TOO_MANY_CODES',
  'too many codes were sent to you, or to this address: ask again later',
);
const NO_CODE = refusal(
  'CODE_EXPIRED',
  `no code is valid now: one is for ${CODE_MINUTES} minutes and ${CODE_TRIES_MAX} tries; ask for a new one`,
  'code',
);
const WRONG_CODE = refusal('WRONG_CODE', 'this is not the code that was sent last', 'code');

async function carry(deps: CodeDeps, issued: Issued): Promise<Refusal | null> {
  const { db, channels, clock, log } = deps;
  const { user, channel, address } = issued;
  const target: Target = channel === 'EMAIL' ? { kind: 'EMAIL', address } : { kind: 'SMS', phone: address };
  // The guard of each port bounds how long it takes.
  const { signal } = new AbortController();
  const outcome = await trySend(channels, { message: codeMessage(issued), target, signal });
  if (outcome.status === 'sent' || outcome.status === 'unknown') return null;
  log.info({ channel, status: outcome.status, text: outcome.text }, 'a code could not be sent');
  await dropCode(db, issued);
  if (outcome.status === 'gone')
    await markGone(db, { user, channel, address }, { text: outcome.text, now: clock.now() });
  return refusal('CODE_NOT_SENT', `the code could not be sent: ${outcome.text}`);
}

function codeMessage({ id, user, channel, code, sentAt, preferences }: Issued) {
  const { html, ...words } = codeWords(code, preferences, channel);
  return {
    ...{
      ...words,
      id,
      userId: user,
      html,
      locale: preferences.locale,
      createdAt: sentAt,
      occurredAt: sentAt,
      expiresAt: codeExpiry(sentAt),
    },
    ...({ type: 'ACCOUNT_SECURITY', category: 'ACCOUNT', critical: true, priority: 'HIGH' } as const),
    ...{ collapseKey: null, quiet: false, orderId: null, symbol: null, strategy: null, unreadCount: 0, data: {} },
  };
}

/** Takes the code that was sent there last: from then on messages go to the address. Repeated it is no fault. */
export async function verifyContact(deps: CodeDeps, asked: Asked, code: string): Promise<ContactAnswer> {
  const refused = await inTransaction(deps.db, (tx) => verify(tx, deps, { asked, code }));
  return { contact: await contactNow(deps, asked), refusal: refused };
}

async function verify(
  tx: Tx,
  { clock, config }: CodeDeps,
  { asked: { user, channel }, code }: { readonly asked: Asked; readonly code: string },
): Promise<Refusal | null> {
  const now = clock.now();
  const { preferences } = await readVersioned(tx, user);
  const address = addressOf(preferences.contacts, channel);
  if (address === null) return NO_ADDRESS;
  if (preferences.contactStates[channel] === 'VERIFIED') return null;
  const since = new Date(now.getTime() - CODE_MINUTES * 60_000);
  const kept = await tryCode(tx, { user, channel, address }, { since, triesMax: CODE_TRIES_MAX });
  if (!kept) return NO_CODE;
  const given = hashCode(config.cursorSecret, { user, channel, address, sentAt: kept.sentAt }, code);
  if (!isSameHash(given, kept.hash)) return WRONG_CODE;
  await markVerified(tx, { user, channel, address }, now);
  return null;
}

async function contactNow({ db }: Pick<Deps, 'db'>, { user, channel }: Asked): Promise<Contact | null> {
  const { contacts } = await readVersioned(db, user);
  return contacts.find((contact) => contact.channel === channel) ?? null;
}
