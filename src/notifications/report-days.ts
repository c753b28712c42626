import { Temporal } from 'temporal-polyfill';
import type { Report } from './words.ts';

const LENGTHS = {
  DAILY_REPORT: { days: 1 },
  WEEKLY_REPORT: { weeks: 1 },
  MONTHLY_REPORT: { months: 1 },
} as const satisfies Record<Report, object>;

/** What a report that is due then is about: the day, week or month that ends with it, on the user's own clock. */
export function reportDays(report: Report, dueAt: Date, timeZone: string): { readonly from: Date; readonly to: Date } {
  const due = Temporal.Instant.fromEpochMilliseconds(dueAt.getTime()).toZonedDateTimeISO(timeZone);
  return { from: new Date(due.subtract(LENGTHS[report]).epochMilliseconds), to: dueAt };
}
