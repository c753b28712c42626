import type { Db, Tx } from '../db/client.ts';
import { inTransaction } from '../db/transaction.ts';
import type { Deps } from '../deps.ts';
import { type UserId, userId } from '../kernel/brand.ts';
import type { LastReport } from '../orders/reported.ts';
import { type NewFact, takeFacts } from './facts-store.ts';
import type { NotificationData } from './notification.ts';
import type { DueReport, MadeReport, NotificationParts } from './parts.ts';
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
  // After a long stop the report is made once, as of its time, and not for each time that was missed: the next one goes on there.
  const next = preferences && parts.reports.nextAt(due.report, preferences, clock.now());
  if (!preferences || !next) {
    await db.reportSchedule.deleteMany({ where: rowOf(due) });
    return false;
  }
  const made = await figuresOf(deps, due, preferences);
  if (!made) {
    await claimUntil(db, due, new Date(clock.now().getTime() + POSTPONED_MS));
    return false;
  }
  return await inTransaction(db, async (tx) => {
    if (!(await reschedule(tx, due, { next, made }))) return false;
    await takeFacts(tx, deps, [reportFact(due, made.data)]);
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
): Promise<MadeReport | null> {
  try {
    return await parts.reports.figures(db, due, preferences);
  } catch (err) {
    log.warn({ err, user: due.userId, report: due.report }, 'a report can’t be made now');
    return null;
  }
}

interface ScheduleRow {
  readonly user_id: string;
  readonly report: Report;
  readonly next_at: Date;
  readonly reported_to: Date | null;
  readonly reported_offset: bigint | null;
  readonly began_at: Date | null;
  readonly kept_for: Date | null;
}

/** The oldest one that is due; nobody else makes it for a while. */
async function claimDue({ db, clock }: ReportDeps): Promise<DueReport | null> {
  const now = clock.now();
  const [row] = await db.$queryRaw<ScheduleRow[]>`
    UPDATE report_schedules AS due SET busy_until = ${new Date(now.getTime() + CLAIM_MS)}
    FROM (
      SELECT user_id, report FROM report_schedules
      WHERE next_at <= ${now} AND (busy_until IS NULL OR busy_until <= ${now})
      ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED
    ) AS first
    WHERE due.user_id = first.user_id AND due.report = first.report
    RETURNING due.user_id, due.report, due.next_at, due.reported_to, due.reported_offset,
      due.began_at, due.kept_for`;
  if (!row) return null;
  return { userId: userId(row.user_id), report: row.report, dueAt: row.next_at, last: lastOf(row) };
}

/** Null: nothing is kept, or a process of the version before has made one since, which keeps nothing. */
function lastOf({
  next_at,
  reported_to,
  reported_offset: offset,
  began_at: since,
  kept_for,
}: ScheduleRow): LastReport | null {
  const to = kept_for?.getTime() === next_at.getTime() ? (reported_to ?? since) : null;
  return to && { to, offset: offset === null ? null : Number(offset), since };
}

const rowOf = ({ userId: user, report, dueAt }: DueReport) => ({ userId: user, report, nextAt: dueAt });

async function claimUntil(db: Db, due: DueReport, busyUntil: Date): Promise<void> {
  await db.reportSchedule.updateMany({ where: rowOf(due), data: { busyUntil } });
}

/** @returns false: its user has changed the time meanwhile, or another process has made it */
async function reschedule(
  tx: Tx,
  due: DueReport,
  { next, made }: { readonly next: Date; readonly made: MadeReport },
): Promise<boolean> {
  const kept = { keptFor: next, reportedTo: due.dueAt, reportedOffset: made.offset };
  const data = { nextAt: next, busyUntil: null, ...kept };
  const { count } = await tx.reportSchedule.updateMany({ where: rowOf(due), data });
  return count === 1;
}
