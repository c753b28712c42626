import type { Db, Tx } from '../db/client.ts';
import { inTransaction } from '../db/transaction.ts';
import type { Deps } from '../deps.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import { type UserId, userId } from '../kernel/brand.ts';
import { ensureUsers } from '../stream/append.ts';
import {
  type CodeChannel,
  type ContactMark,
  CODE_CHANNELS,
  CONTACT_CHANNELS,
  addressOf,
  contactsOf,
  contactStates,
  type UserPreferences,
} from './contact.ts';
import { acceptVouched, clearWebhook, readContactMarks, type Vouched } from './contacts-store.ts';
import { type NewFact, takeFacts } from './facts-store.ts';
import { nextReport, previousReport, type Scheduled } from './next-report.ts';
import type { VersionedPreferences } from './preference-types.ts';
import {
  changePreferences,
  type Preferences,
  type PreferencesChange,
  readPreferences as readStored,
} from './preferences.ts';
import { type Refusal, refusal } from './refusal.ts';
import { REPORTS } from './words.ts';

/** What each of these users has chosen; the defaults for who has chosen nothing. */
export async function readPreferences(
  db: Db | Tx,
  users: readonly UserId[],
): Promise<ReadonlyMap<UserId, UserPreferences>> {
  const marks = await readContactMarks(db, users);
  const rows = await db.notificationPreferences.findMany({ where: { userId: { in: [...users] } } });
  const stored = new Map(rows.map((row) => [userId(row.userId), row.data]));
  return new Map(users.map((user) => [user, versioned(0, stored.get(user), marks.get(user) ?? []).preferences]));
}

export async function readVersioned(db: Db | Tx, user: UserId): Promise<VersionedPreferences> {
  const row = await db.notificationPreferences.findUnique({ where: { userId: user } });
  const marks = await readContactMarks(db, [user]);
  return versioned(row?.version ?? 0, row?.data, marks.get(user) ?? []);
}

function versioned(version: number, stored: unknown, marks: readonly ContactMark[]): VersionedPreferences {
  const preferences = readStored(stored);
  const contacts = contactsOf(preferences.contacts, marks);
  return { version, contacts, preferences: { ...preferences, contactStates: contactStates(contacts) } };
}

/** Until commit nobody else changes this user's preferences: the row of the user stands for those that are not there yet. */
export async function lockPreferences(tx: Tx, user: UserId): Promise<void> {
  await ensureUsers(tx, [user]);
  await tx.$executeRaw`SELECT 1 FROM users WHERE id = ${user} FOR UPDATE`;
}

interface Change {
  /** What to change, given how they are. */
  readonly of: (current: Preferences) => PreferencesChange;
  /** Null: whatever the version is. */
  readonly expectedVersion: number | null;
  readonly vouched: Vouched;
}

interface Changed {
  readonly preferences: VersionedPreferences;
  readonly refusal: Refusal | null;
  /** Where the address is another one now, and nobody has shown that it is the user's. */
  readonly unverified: readonly CodeChannel[];
}

const refusedWith = (preferences: VersionedPreferences, why: Refusal): Changed => ({
  ...{ preferences, refusal: why, unverified: [] },
});

/** Changes all that is given or, when refused, nothing. Reports are due by the new time and zone from then on. */
export async function setPreferences(
  { db, announce, ...deps }: Pick<Deps, 'db' | 'clock' | 'ids' | 'announce'>,
  user: UserId,
  { of, expectedVersion, vouched }: Change,
): Promise<Changed> {
  const changed = await inTransaction(db, async (tx) => {
    const now = deps.clock.now();
    await lockPreferences(tx, user);
    const current = await readVersioned(tx, user);
    if (expectedVersion !== null && expectedVersion !== current.version) {
      const message = `the preferences are of version ${current.version} by now`;
      return refusedWith(current, refusal('VERSION_CONFLICT', message, 'expectedVersion'));
    }
    const change = of(current.preferences);
    const changed = changePreferences(current.preferences, change);
    if ('fault' in changed) return refusedWith(current, invalid(changed.fault));
    const { preferences } = changed;
    const next = {
      data: preferences as unknown as Prisma.InputJsonValue,
      version: current.version + 1,
      updatedAt: now,
    };
    await tx.notificationPreferences.upsert({
      where: { userId: user },
      create: { userId: user, ...next },
      update: next,
    });
    await schedule(tx, user, { before: current.preferences, preferences, now });
    if (givesWebhook(change)) await clearWebhook(tx, user);
    await acceptVouched(tx, user, { contacts: preferences.contacts, vouched, now });
    const fact = contactsChanged(user, { before: current.preferences, after: preferences, ...next });
    if (fact) await takeFacts(tx, deps, [fact]);
    const after = await readVersioned(tx, user);
    const unverified = unverifiedIn(after.preferences, current.preferences);
    return { preferences: after, refusal: null, unverified };
  });
  // Where no address has changed there is nothing to tell.
  announce([user]);
  return changed;
}

interface Contacts {
  readonly before: Preferences;
  readonly after: Preferences;
  readonly version: number;
  readonly updatedAt: Date;
}

/**
 * Whoever has got hold of an app must not send elsewhere, unseen, what its user is told: that an address is another one now or
 * none, or that there is a webhook, is told where the user is still reached. A first address of one's own is no news.
 */
function contactsChanged(userId: UserId, { before, after, version, updatedAt }: Contacts): NewFact | null {
  const isNews = CONTACT_CHANNELS.some((channel) => {
    const [was, is] = [addressOf(before.contacts, channel), addressOf(after.contacts, channel)];
    return was !== is && (was !== null || channel === 'WEBHOOK');
  });
  if (!isNews) return null;
  return {
    ...{ userId, type: 'ACCOUNT_SECURITY', key: `contacts:${version}`, occurredAt: updatedAt },
    ...{ orderId: null, symbol: null, strategy: null, data: { event: 'CONTACT_CHANGED' } },
  };
}

/** Also the same one again: that is how a user says that it is back. */
const givesWebhook = ({ contacts }: PreferencesChange): boolean =>
  typeof contacts === 'object' && contacts !== null && 'webhook' in contacts;

const unverifiedIn = (now: UserPreferences, before: Preferences): readonly CodeChannel[] =>
  CODE_CHANNELS.filter((channel) => {
    const isNew = addressOf(now.contacts, channel) !== addressOf(before.contacts, channel);
    const state = now.contactStates[channel];
    return isNew && state !== undefined && state !== 'VERIFIED';
  });

/** A fault names the path first: `contacts.email: Invalid email address`. */
function invalid(fault: string): Refusal {
  const [, field = null] = /^([\w.]+): /.exec(fault) ?? [];
  return refusal('INVALID_PREFERENCES', fault, field);
}

interface Scheduling {
  readonly before: Preferences;
  readonly preferences: Preferences;
  readonly now: Date;
}

/**
 * The next time of each report that is new or whose time has changed; the others stay due when they were. Where the last one
 * ended stays with the row, so that the next begins there whatever the new time is, and goes with it when it is switched off.
 */
async function schedule(tx: Tx, user: UserId, { before, preferences, now }: Scheduling): Promise<void> {
  const { reports, timeZone } = preferences;
  const isSame = (report: (typeof REPORTS)[number]): boolean =>
    timeZone === before.timeZone && JSON.stringify(reports[report]) === JSON.stringify(before.reports[report]);
  for (const report of REPORTS.filter((each) => !isSame(each))) {
    const time = reports[report];
    if (time) await setDue(tx, user, { report, time, timeZone, now });
    else await tx.reportSchedule.deleteMany({ where: { userId: user, report } });
  }
}

async function setDue(tx: Tx, user: UserId, { now, ...scheduled }: Scheduled & { readonly now: Date }): Promise<void> {
  const nextAt = nextReport(scheduled, now);
  await tx.$executeRaw`
    INSERT INTO report_schedules AS kept (user_id, report, next_at, began_at, kept_for)
    VALUES (${user}, ${scheduled.report}, ${nextAt}, ${previousReport(scheduled, nextAt)}, ${nextAt})
    ON CONFLICT (user_id, report) DO UPDATE SET next_at = EXCLUDED.next_at, busy_until = NULL,
      kept_for = CASE WHEN kept.kept_for = kept.next_at THEN EXCLUDED.next_at END`;
}
