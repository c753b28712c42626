import { Temporal } from 'temporal-polyfill';
import { unreachable } from '../kernel/unreachable.ts';
import { DAY_MINUTES, dayOf, firstAt, minutesOf, WEEKDAYS, type WallDay, weekdayOf } from './local-time.ts';
import type { ReportTime } from './preferences.ts';
import type { Report } from './words.ts';

/** A report that a user gets. */
export interface Scheduled {
  readonly report: Report;
  readonly time: ReportTime;
  readonly timeZone: string;
}

/** The first instant after `after` at which a report is due; one in each day, week or month, whatever the clocks do. */
export const nextReport = (scheduled: Scheduled, after: Date): Date =>
  new Date(Math.min(...dueAround(scheduled, after).filter((at) => at > after.getTime())));

/**
 * The last instant before `due` at which one was due: there a report begins, for there the one before it ended. The length of
 * a day or a month would leave out or repeat hours where clocks are changed, and days where months are shorter.
 */
export const previousReport = (scheduled: Scheduled, due: Date): Date =>
  new Date(Math.max(...dueAround(scheduled, due).filter((at) => at < due.getTime())));

function dueAround({ report, time, timeZone }: Scheduled, around: Date): readonly number[] {
  const days = daysOf(report, time, dayOf(timeZone, around));
  return days.map((day) => firstAt(timeZone, day * DAY_MINUTES + minutesOf(time.at)));
}

/**
 * The days it may be due on: two of which are before today, and two from tomorrow on. Where a calendar skips a whole day, that
 * day's report is due at the same instant as the next one's, and the one before today is not yet the previous.
 */
function daysOf(report: Report, { weekday = 'MONDAY', day = 1 }: ReportTime, today: WallDay): readonly WallDay[] {
  switch (report) {
    case 'DAILY_REPORT':
      return [-2, -1, 0, 1, 2].map((days) => today + days);
    case 'WEEKLY_REPORT': {
      const inThisWeek = today - WEEKDAYS.indexOf(weekdayOf(today)) + WEEKDAYS.indexOf(weekday);
      return [-2, -1, 0, 1, 2].map((weeks) => inThisWeek + 7 * weeks);
    }
    case 'MONTHLY_REPORT':
      return [-2, -1, 0, 1, 2].map((months) => dayInMonth(today, months, day));
    default:
      return unreachable(report);
  }
}

const EPOCH = Temporal.PlainDate.from('1970-01-01');

/** That day of the month so many months from here, or the last day of a shorter one. */
function dayInMonth(today: WallDay, months: number, day: number): WallDay {
  const month = EPOCH.add({ days: today }).toPlainYearMonth().add({ months });
  return EPOCH.until(month.toPlainDate({ day: Math.min(day, month.daysInMonth) })).days;
}
