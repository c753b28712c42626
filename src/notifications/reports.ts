import type { Db, Tx } from '../db/client.ts';
import { inTransaction } from '../db/transaction.ts';
import type { Deps } from '../deps.ts';
import { type UserId, userId } from '../kernel/brand.ts';
import { takeFacts } from './facts-store.ts';
import type { NotificationData } from './notification.ts';
import type { DueReport, NotificationParts } from './parts.ts';
import type { Preferences } from './preferences.ts';
import type { Report } from './words.ts';

/** One whose figures can't be read holds up no other: it is tried again after this. */
const POSTPONED_MS = 60_000;

interface ReportDeps extends Pick<Deps, 'clock' | 'ids' | 'log'> {
  readonly db: Db;
  readonly parts: Pick<NotificationParts, 'reports' | 'readPreferences'>;
  /** Told of users for whom a report is to be routed. */
  readonly taken: (users: readonly UserId[]) => void;
}

/** Makes each report that is due a fact, with its figures, and says when the next one is. */
export async function reportDue(deps: ReportDeps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const user = await inTransaction(deps.db, (tx) => reportOne(tx, deps));
    if (user === null) return;
    deps.taken([user]);
  }
}

async function reportOne(tx: Tx, deps: ReportDeps): Promise<UserId | null> {
  const now = deps.clock.now();
  const due = await lockDue(tx, now);
  if (!due) return null;
  const { reports, readPreferences } = deps.parts;
  const preferences = (await readPreferences(tx, [due.userId])).get(due.userId);
  // After a long stop the report is made once, as of its time, and not for each time that was missed.
  const next = preferences && reports.nextAt(due.report, preferences, now);
  if (!preferences || !next) {
    await reschedule(tx, due, null);
    return due.userId;
  }
  const data = await figuresOf(deps, due, preferences);
  await reschedule(tx, due, data ? next : new Date(now.getTime() + POSTPONED_MS));
  if (!data) return due.userId;
  const key = `report:${due.report}:${due.dueAt.toISOString()}`;
  const nothing = { orderId: null, symbol: null, strategy: null };
  await takeFacts(tx, deps, [{ userId: due.userId, type: due.report, key, occurredAt: due.dueAt, data, ...nothing }]);
  return due.userId;
}

async function figuresOf(
  { db, log, parts }: ReportDeps,
  due: DueReport,
  preferences: Preferences,
): Promise<NotificationData | null> {
  try {
    return await parts.reports.figures(db, due, preferences);
  } catch (err) {
    log.warn({ err, user: due.userId, report: due.report }, 'a report can’t be made now');
    return null;
  }
}

async function lockDue(tx: Tx, now: Date): Promise<DueReport | null> {
  const [row] = await tx.$queryRaw<{ user_id: string; report: Report; next_at: Date }[]>`
    SELECT user_id, report, next_at FROM report_schedules WHERE next_at <= ${now}
    ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED`;
  return row ? { userId: userId(row.user_id), report: row.report, dueAt: row.next_at } : null;
}

async function reschedule(tx: Tx, { userId: user, report }: DueReport, next: Date | null): Promise<void> {
  const where = { userId_report: { userId: user, report } };
  if (next) await tx.reportSchedule.update({ where, data: { nextAt: next } });
  else await tx.reportSchedule.delete({ where });
}
