import type { Db, Tx } from '../db/client.ts';
import { inTransaction } from '../db/transaction.ts';
import type { Deps } from '../deps.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import { type UserId, userId } from '../kernel/brand.ts';
import { ensureUsers } from '../stream/append.ts';
import { nextReport } from './next-report.ts';
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
): Promise<ReadonlyMap<UserId, Preferences>> {
  const rows = await db.notificationPreferences.findMany({ where: { userId: { in: [...users] } } });
  const stored = new Map(rows.map((row) => [userId(row.userId), row.data]));
  return new Map(users.map((user) => [user, readStored(stored.get(user))]));
}

export async function readVersioned(db: Db | Tx, user: UserId): Promise<VersionedPreferences> {
  const row = await db.notificationPreferences.findUnique({ where: { userId: user } });
  return { version: row?.version ?? 0, preferences: readStored(row?.data) };
}

interface Change {
  /** What to change, given how they are. */
  readonly of: (current: Preferences) => PreferencesChange;
  /** Null: whatever the version is. */
  readonly expectedVersion: number | null;
}

interface Changed {
  readonly preferences: VersionedPreferences;
  readonly refusal: Refusal | null;
}

/** Changes all that is given or, when refused, nothing. Reports are due by the new time and zone from then on. */
export function setPreferences(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  user: UserId,
  { of, expectedVersion }: Change,
): Promise<Changed> {
  return inTransaction(db, async (tx) => {
    const now = clock.now();
    await ensureUsers(tx, [user]);
    // The user's row stands for preferences that are not there yet: of two changes at once, one waits for the other.
    await tx.$executeRaw`SELECT 1 FROM users WHERE id = ${user} FOR UPDATE`;
    const current = await readVersioned(tx, user);
    if (expectedVersion !== null && expectedVersion !== current.version) {
      const message = `the preferences are of version ${current.version} by now`;
      return { preferences: current, refusal: refusal('VERSION_CONFLICT', message, 'expectedVersion') };
    }
    const changed = changePreferences(current.preferences, of(current.preferences));
    if ('fault' in changed) return { preferences: current, refusal: invalid(changed.fault) };
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
    return { preferences: { version: next.version, preferences }, refusal: null };
  });
}

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

/** The next time of each report that is new or whose time has changed; the others stay due when they were. */
async function schedule(tx: Tx, user: UserId, { before, preferences, now }: Scheduling): Promise<void> {
  const { reports, timeZone } = preferences;
  const isSame = (report: (typeof REPORTS)[number]): boolean =>
    timeZone === before.timeZone && JSON.stringify(reports[report]) === JSON.stringify(before.reports[report]);
  for (const report of REPORTS.filter((each) => !isSame(each))) {
    const time = reports[report];
    const where = { userId_report: { userId: user, report } };
    if (!time) await tx.reportSchedule.deleteMany({ where: { userId: user, report } });
    else {
      const nextAt = nextReport({ report, time, timeZone }, now);
      await tx.reportSchedule.upsert({
        where,
        create: { userId: user, report, nextAt },
        update: { nextAt, busyUntil: null },
      });
    }
  }
}
