import type { Db, Tx } from '../db/client.ts';
import { type UserId, userId } from '../kernel/brand.ts';
import {
  addressKey,
  addressOf,
  CODE_CHANNELS,
  type CodeChannel,
  CODES_OF_USER_MAX,
  CODES_TO_MAILBOX_MAX,
  type ContactChannel,
  type ContactMark,
  mailboxKey,
} from './contact.ts';
import type { Preferences } from './preferences.ts';

/** Addresses of one user and channel that are remembered; past it the one that was heard of the longest ago is forgotten. */
const REMEMBERED_MAX = 5;
/** Names the locks of mailboxes among the advisory locks. */
const MAILBOX_LOCK = 1_129_268_293;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export interface Address {
  readonly user: UserId;
  readonly channel: ContactChannel;
  readonly address: string;
}

/** What is known of the addresses of these users. */
export async function readContactMarks(
  db: Db | Tx,
  users: readonly UserId[],
): Promise<ReadonlyMap<UserId, readonly ContactMark[]>> {
  const rows = await db.notificationContact.findMany({ where: { userId: { in: [...users] } } });
  const marks = new Map<UserId, ContactMark[]>(users.map((user) => [user, []]));
  for (const row of rows) marks.get(userId(row.userId))?.push(row);
  return marks;
}

/** It is the user's, and messages arrive there. */
export async function markVerified(tx: Tx, { user, channel, address }: Address, now: Date): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO notification_contacts (user_id, channel, address, verified_at, at)
    VALUES (${user}, ${channel}, ${addressKey(address)}, ${now}, ${now})
    ON CONFLICT (user_id, channel, address) DO UPDATE SET verified_at = ${now}, gone_at = NULL, gone_text = NULL,
      code_hash = NULL, at = ${now}`;
  await forgetOldest(tx, { user, channel });
}

/** Nothing arrives there any more, as the provider says. */
export async function markGone(
  db: Db | Tx,
  { user, channel, address }: Address,
  { text, now }: { readonly text: string; readonly now: Date },
): Promise<void> {
  await db.$executeRaw`
    INSERT INTO notification_contacts (user_id, channel, address, gone_at, gone_text, at)
    VALUES (${user}, ${channel}, ${addressKey(address)}, ${now}, ${text}, ${now})
    ON CONFLICT (user_id, channel, address) DO UPDATE SET gone_at = ${now}, gone_text = ${text}, at = ${now}`;
  await forgetOldest(db, { user, channel });
}

/** A webhook that its user has set anew is tried again. */
export async function clearWebhook(tx: Tx, user: UserId): Promise<void> {
  await tx.notificationContact.deleteMany({ where: { userId: user, channel: 'WEBHOOK' } });
}

/** What the operator's identity provider says is this user's; it knows nothing of whether messages arrive there. */
export interface Vouched {
  readonly email?: string;
  readonly phone?: string;
}

export async function acceptVouched(
  tx: Tx,
  user: UserId,
  {
    contacts,
    vouched,
    now,
  }: { readonly contacts: Preferences['contacts']; readonly vouched: Vouched; readonly now: Date },
): Promise<void> {
  const ofToken = { EMAIL: vouched.email, SMS: vouched.phone };
  for (const channel of CODE_CHANNELS) {
    const address = addressOf(contacts, channel);
    if (address === null || address !== ofToken[channel]) continue;
    await tx.$executeRaw`
      INSERT INTO notification_contacts (user_id, channel, address, verified_at, at)
      VALUES (${user}, ${channel}, ${addressKey(address)}, ${now}, ${now})
      ON CONFLICT (user_id, channel, address) DO UPDATE SET verified_at = ${now}, code_hash = NULL, at = ${now}
      WHERE notification_contacts.verified_at IS NULL`;
    await forgetOldest(tx, { user, channel });
  }
}

async function forgetOldest(db: Db | Tx, { user, channel }: Omit<Address, 'address'>): Promise<void> {
  await db.$executeRaw`
    DELETE FROM notification_contacts WHERE user_id = ${user} AND channel = ${channel} AND address IN (
      SELECT address FROM notification_contacts WHERE user_id = ${user} AND channel = ${channel}
      ORDER BY at DESC, address OFFSET ${REMEMBERED_MAX})`;
}

export interface IssuedCode extends Address {
  readonly channel: CodeChannel;
  readonly id: string;
  readonly hash: string;
  readonly sentAt: Date;
}

/**
 * Counts a code that is to be sent, and keeps its hash in place of the one before. The user's row is locked by the caller.
 * @returns false when the user has asked for too many, or the mailbox or phone has got too many
 */
export async function keepCode(tx: Tx, { id, user, channel, address, hash, sentAt }: IssuedCode): Promise<boolean> {
  const mailbox = mailboxKey(channel, address);
  // Of several users who name the same one at once, the counts of each hold those of the others.
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${MAILBOX_LOCK}::int, hashtext(${mailbox}))`;
  const now = sentAt.getTime();
  const since = { hour: new Date(now - HOUR_MS), day: new Date(now - DAY_MS) };
  const [counts] = await tx.$queryRaw<Record<'ofUserHour' | 'ofUserDay' | 'toMailboxHour' | 'toMailboxDay', number>[]>`
    SELECT count(*) FILTER (WHERE user_id = ${user} AND sent_at > ${since.hour})::int AS "ofUserHour",
      count(*) FILTER (WHERE user_id = ${user})::int AS "ofUserDay",
      count(*) FILTER (WHERE mailbox = ${mailbox} AND sent_at > ${since.hour})::int AS "toMailboxHour",
      count(*) FILTER (WHERE mailbox = ${mailbox})::int AS "toMailboxDay"
    FROM contact_codes WHERE (user_id = ${user} OR mailbox = ${mailbox}) AND sent_at > ${since.day}`;
  if (!counts) throw new Error('a count has one row');
  const isOver =
    counts.ofUserHour >= CODES_OF_USER_MAX.perHour ||
    counts.ofUserDay >= CODES_OF_USER_MAX.perDay ||
    counts.toMailboxHour >= CODES_TO_MAILBOX_MAX.perHour ||
    counts.toMailboxDay >= CODES_TO_MAILBOX_MAX.perDay;
  if (isOver) return false;
  await tx.contactCode.create({ data: { id, userId: user, mailbox, sentAt } });
  await tx.$executeRaw`
    INSERT INTO notification_contacts (user_id, channel, address, code_hash, code_sent_at, at)
    VALUES (${user}, ${channel}, ${addressKey(address)}, ${hash}, ${sentAt}, ${sentAt})
    ON CONFLICT (user_id, channel, address) DO UPDATE
    SET code_hash = ${hash}, code_sent_at = ${sentAt}, code_tries = 0, at = ${sentAt}`;
  await forgetOldest(tx, { user, channel });
  return true;
}

/** A code that nobody has got. */
export async function dropCode(db: Db | Tx, { user, channel, address, hash }: IssuedCode): Promise<void> {
  await db.notificationContact.updateMany({
    where: { userId: user, channel, address: addressKey(address), codeHash: hash },
    data: { codeHash: null },
  });
}

/** Counts a try at the code that was sent there last. Null: there is none that was sent since, or it was tried too often. */
export async function tryCode(
  tx: Tx,
  { user, channel, address }: Address,
  { since, triesMax }: { readonly since: Date; readonly triesMax: number },
): Promise<{ readonly hash: string; readonly sentAt: Date } | null> {
  const [row] = await tx.$queryRaw<{ hash: string; sentAt: Date }[]>`
    UPDATE notification_contacts SET code_tries = code_tries + 1
    WHERE user_id = ${user} AND channel = ${channel} AND address = ${addressKey(address)}
      AND code_hash IS NOT NULL AND code_sent_at > ${since} AND code_tries < ${triesMax}
    RETURNING code_hash AS hash, code_sent_at AS "sentAt"`;
  return row ?? null;
}
