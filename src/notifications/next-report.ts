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
export function nextReport({ report, time, timeZone }: Scheduled, after: Date): Date {
  const today = dayOf(timeZone, after);
  const due = daysOf(report, time, today).map((day) => firstAt(timeZone, day * DAY_MINUTES + minutesOf(time.at)));
  return new Date(Math.min(...due.filter((at) => at > after.getTime())));
}

/** The days it may be due on: one of which is before today, and two from tomorrow on. */
function daysOf(report: Report, { weekday = 'MONDAY', day = 1 }: ReportTime, today: WallDay): readonly WallDay[] {
  switch (report) {
    case 'DAILY_REPORT':
      return [today - 1, today, today + 1, today + 2];
    case 'WEEKLY_REPORT': {
      const inThisWeek = today - WEEKDAYS.indexOf(weekdayOf(today)) + WEEKDAYS.indexOf(weekday);
      return [inThisWeek - 7, inThisWeek, inThisWeek + 7, inThisWeek + 14];
    }
    case 'MONTHLY_REPORT':
      return [-1, 0, 1, 2].map((months) => dayInMonth(today, months, day));
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
