import type { Db, Tx } from '../db/client.ts';
import { inTransaction } from '../db/transaction.ts';
import type { Deps } from '../deps.ts';
import { type UserId, userId } from '../kernel/brand.ts';
import { type NewFact, takeFacts } from './facts-store.ts';
import type { NotificationData } from './notification.ts';
import type { DueReport, NotificationParts } from './parts.ts';
import type { Preferences } from './preferences.ts';
import type { Report } from './words.ts';

/** One whose figures can't be read holds up no other: it is tried again after this. */
const POSTPONED_MS = 60_000;
/** Longer than the figures of a report take; then its process is taken for dead. */
const CLAIM_MS = 5 * 60_000;

interface ReportDeps extends Pick<Deps, 'clock' | 'ids' | 'log'> {
  readonly db: Db;
  readonly parts: Pick<NotificationParts, 'reports' | 'readPreferences'>;
  /** Told of users for whom a report is to be routed. */
  readonly taken: (users: readonly UserId[]) => void;
}

/** Makes each report that is due a fact, with its figures, and says when the next one is. */
export async function reportDue(deps: ReportDeps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const due = await claimDue(deps);
    if (due === null) return;
    if (await reportOne(deps, due)) deps.taken([due.userId]);
  }
}

/** The figures are read before the transaction, which holds a row: they may take a while. */
async function reportOne(deps: ReportDeps, due: DueReport): Promise<boolean> {
  const { db, clock, parts } = deps;
  const preferences = (await parts.readPreferences(db, [due.userId])).get(due.userId);
  // After a long stop the report is made once, as of its time, and not for each time that was missed.
  const next = preferences && parts.reports.nextAt(due.report, preferences, clock.now());
  const data = preferences && next ? await figuresOf(deps, due, preferences) : null;
  if (preferences && next && !data) {
    await claimUntil(db, due, new Date(clock.now().getTime() + POSTPONED_MS));
    return false;
  }
  return await inTransaction(db, async (tx) => {
    if (!(await reschedule(tx, due, next ?? null)) || !data) return false;
    await takeFacts(tx, deps, [reportFact(due, data)]);
    return true;
  });
}

const reportFact = ({ userId: user, report, dueAt }: DueReport, data: NotificationData): NewFact => ({
  ...{ userId: user, type: report, key: `report:${report}:${dueAt.toISOString()}`, occurredAt: dueAt, data },
  ...{ orderId: null, symbol: null, strategy: null },
});

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

/** The oldest one that is due; nobody else makes it for a while. */
async function claimDue({ db, clock }: ReportDeps): Promise<DueReport | null> {
  const now = clock.now();
  const [row] = await db.$queryRaw<{ user_id: string; report: Report; next_at: Date }[]>`
    UPDATE report_schedules AS due SET busy_until = ${new Date(now.getTime() + CLAIM_MS)}
    FROM (
      SELECT user_id, report FROM report_schedules
      WHERE next_at <= ${now} AND (busy_until IS NULL OR busy_until <= ${now})
      ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED
    ) AS first
    WHERE due.user_id = first.user_id AND due.report = first.report
    RETURNING due.user_id, due.report, due.next_at`;
  return row ? { userId: userId(row.user_id), report: row.report, dueAt: row.next_at } : null;
}

const rowOf = ({ userId: user, report, dueAt }: DueReport) => ({ userId: user, report, nextAt: dueAt });

async function claimUntil(db: Db, due: DueReport, busyUntil: Date): Promise<void> {
  await db.reportSchedule.updateMany({ where: rowOf(due), data: { busyUntil } });
}

/** @returns false: its user has changed the time meanwhile, or another process has made it */
async function reschedule(tx: Tx, due: DueReport, next: Date | null): Promise<boolean> {
  const where = rowOf(due);
  const { count } = next
    ? await tx.reportSchedule.updateMany({ where, data: { nextAt: next, busyUntil: null } })
    : await tx.reportSchedule.deleteMany({ where });
  return count === 1;
}
