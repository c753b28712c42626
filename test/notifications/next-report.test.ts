import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WEEKDAYS } from '../../src/notifications/local-time.ts';
import { nextReport, previousReport } from '../../src/notifications/next-report.ts';
import type { ReportTime } from '../../src/notifications/preferences.ts';
import { REPORTS, type Report } from '../../src/notifications/words.ts';
import { times } from './arbitraries.ts';
import { CLOCK_CHANGES, DAY_MS, SETTINGS } from './wall-clock.ts';

/** In UTC unless it is said. */
const next = (report: Report, { timeZone = 'UTC', ...time }: ReportTime & { timeZone?: string }, after: string) =>
  nextReport({ report, time, timeZone }, new Date(after)).toISOString().slice(0, 16);

describe('a daily report', () => {
  it.each([
    ['is due today', { at: '18:00' }, '2026-06-02T17:59:00Z', 'UTC', '2026-06-02T18:00'],
    ['is due tomorrow once it was', { at: '18:00' }, '2026-06-02T18:00:00Z', 'UTC', '2026-06-03T18:00'],
    ['is due at the user’s hour', { at: '18:00' }, '2026-06-02T12:00:00Z', 'Asia/Kolkata', '2026-06-02T12:30'],
    [
      'comes also when DST skips its hour',
      { at: '02:30' },
      '2026-03-08T06:00:00Z',
      'America/New_York',
      '2026-03-08T07:00',
    ],
    ['comes once when DST repeats it', { at: '01:30' }, '2026-11-01T05:30:00Z', 'America/New_York', '2026-11-02T06:30'],
    [
      'comes on the day whose midnight is skipped',
      { at: '00:00' },
      '2026-04-23T12:00:00Z',
      'Africa/Cairo',
      '2026-04-23T22:00',
    ],
  ] as const)('%s', (...[, time, after, timeZone, due]) => {
    expect(next('DAILY_REPORT', { ...time, timeZone }, after)).toBe(due);
  });
});

describe('a weekly report', () => {
  it.each([
    ['is due on Mondays', { at: '08:00' }, '2026-06-02T12:00:00Z', '2026-06-08T08:00'],
    ['or on the day that was chosen', { at: '08:00', weekday: 'FRIDAY' }, '2026-06-02T12:00:00Z', '2026-06-05T08:00'],
    ['today, if it is to come', { at: '13:00', weekday: 'TUESDAY' }, '2026-06-02T12:00:00Z', '2026-06-02T13:00'],
    ['in a week, if it was', { at: '12:00', weekday: 'TUESDAY' }, '2026-06-02T12:00:00Z', '2026-06-09T12:00'],
    ['on the last day of the week', { at: '08:00', weekday: 'SUNDAY' }, '2026-06-01T00:00:00Z', '2026-06-07T08:00'],
  ] as const)('%s', (...[, time, after, due]) => {
    expect(next('WEEKLY_REPORT', time, after)).toBe(due);
  });
});

describe('a monthly report', () => {
  it.each([
    ['is due on the first', { at: '08:00' }, '2026-06-02T12:00:00Z', '2026-07-01T08:00'],
    ['on the day that was chosen', { at: '08:00', day: 15 }, '2026-06-02T12:00:00Z', '2026-06-15T08:00'],
    ['on the 31st', { at: '08:00', day: 31 }, '2026-07-30T12:00:00Z', '2026-07-31T08:00'],
    ['on the 30th of a month without a 31st', { at: '08:00', day: 31 }, '2026-05-31T08:00:00Z', '2026-06-30T08:00'],
    ['on the 28th of February', { at: '08:00', day: 30 }, '2026-01-30T08:00:00Z', '2026-02-28T08:00'],
    ['on the 29th of a leap year', { at: '08:00', day: 31 }, '2028-02-01T00:00:00Z', '2028-02-29T08:00'],
    ['in the next year', { at: '08:00', day: 31 }, '2026-12-31T08:00:00Z', '2027-01-31T08:00'],
  ] as const)('%s', (...[, time, after, due]) => {
    expect(next('MONTHLY_REPORT', time, after)).toBe(due);
  });
});

describe('a report begins where the one before it ended', () => {
  const previous = (report: Report, { timeZone = 'UTC', ...time }: ReportTime & { timeZone?: string }, due: string) =>
    previousReport({ report, time, timeZone }, new Date(due)).toISOString().slice(0, 16);
  const [DAILY, WEEKLY, MONTHLY] = REPORTS;
  const NEW_YORK = { at: '02:30', timeZone: 'America/New_York' };

  it.each([
    ['a month before', MONTHLY, { at: '08:00', day: 15 }, '2026-03-15T08:00Z', '2026-02-15T08:00'],
    ['on the 31st, not the 28th', MONTHLY, { at: '08:00', day: 31 }, '2026-02-28T08:00Z', '2026-01-31T08:00'],
    ['on the 28th, not the 31st', MONTHLY, { at: '08:00', day: 31 }, '2026-03-31T08:00Z', '2026-02-28T08:00'],
    ['before DST skips its time', DAILY, NEW_YORK, '2026-03-08T07:00Z', '2026-03-07T07:30'],
    ['when DST skipped its time', DAILY, NEW_YORK, '2026-03-09T06:30Z', '2026-03-08T07:00'],
    ['a week before, by the clock', WEEKLY, { ...NEW_YORK, at: '12:00' }, '2026-03-09T16:00Z', '2026-03-02T17:00'],
    // Samoa went from the 29th of December to the 31st.
    [
      'before a day that was none',
      DAILY,
      { at: '00:00', timeZone: 'Pacific/Apia' },
      '2011-12-30T10:00Z',
      '2011-12-29T10:00',
    ],
  ] as const)('%s', (...[, report, time, due, begins]) => {
    expect(previous(report, time, due)).toBe(begins);
  });

  it('in any zone, at any time, on any day, in any year', () => {
    const settings = fc.record({
      report: fc.constantFrom(...REPORTS),
      timeZone: fc.oneof(
        fc.constantFrom(...Intl.supportedValuesOf('timeZone')),
        fc.constantFrom(...Object.keys(CLOCK_CHANGES), 'Pacific/Apia'),
      ),
      time: fc.record({ at: times, weekday: fc.constantFrom(...WEEKDAYS), day: fc.integer({ min: 1, max: 31 }) }),
    });
    const starts = fc.date({ min: new Date('2005-01-01'), max: new Date('2035-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(settings, starts, (scheduled, start) => {
        let ended = nextReport(scheduled, start);
        for (let count = 0; count < 14; count += 1) {
          const due = nextReport(scheduled, ended);
          expect(previousReport(scheduled, due)).toEqual(ended);
          ended = due;
        }
      }),
      { numRuns: 120 },
    );
  });

  it('also in the days about each change of DST, and about a day that a calendar skips', () => {
    const changes = [...SETTINGS, { timeZone: 'Pacific/Apia', around: Date.parse('2011-12-30T12:00Z') }];
    fc.assert(
      fc.property(fc.constantFrom(...changes), times, ({ timeZone, around }, at) => {
        const scheduled = { report: DAILY, time: { at }, timeZone };
        let ended = nextReport(scheduled, new Date(around - 4 * DAY_MS));
        while (ended.getTime() < around + 3 * DAY_MS) {
          const due = nextReport(scheduled, ended);
          expect(previousReport(scheduled, due)).toEqual(ended);
          ended = due;
        }
      }),
      { numRuns: 120 },
    );
  });
});

describe('two years of reports in six zones', () => {
  const formats = new Map(
    Object.keys(CLOCK_CHANGES).map((timeZone) => [timeZone, new Intl.DateTimeFormat('en-CA', { timeZone })]),
  );
  const localDay = (timeZone: string, at: Date): string => formats.get(timeZone)?.format(at) ?? '';
  const NAMES = ['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY'];

  it('come once in each day, week or month, on their day', () => {
    fc.assert(
      fc.property(
        fc.record({
          report: fc.constantFrom(...REPORTS),
          timeZone: fc.constantFrom(...Object.keys(CLOCK_CHANGES)),
          at: times,
          weekday: fc.constantFrom(...WEEKDAYS),
          day: fc.integer({ min: 1, max: 31 }),
          start: fc.integer({ min: 0, max: 700 }),
        }),
        ({ report, timeZone, at, weekday, day, start }) => {
          let after = new Date(Date.parse('2026-01-01T00:00:00Z') + start * DAY_MS);
          const days: string[] = [];
          for (let count = 0; count < 16; count += 1) {
            after = nextReport({ report, time: { at, weekday, day }, timeZone }, after);
            days.push(localDay(timeZone, after));
          }
          days.forEach((text, index) => {
            const date = new Date(`${text}T00:00:00Z`);
            const previous = index > 0 ? new Date(`${String(days[index - 1])}T00:00:00Z`) : null;
            const apart = previous ? (date.getTime() - previous.getTime()) / DAY_MS : null;
            if (report === 'DAILY_REPORT') expect(apart ?? 1).toBe(1);
            if (report === 'WEEKLY_REPORT') {
              expect(apart ?? 7).toBe(7);
              expect(NAMES[date.getUTCDay()]).toBe(weekday);
            }
            if (report === 'MONTHLY_REPORT') {
              const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
              expect(date.getUTCDate()).toBe(Math.min(day, last));
              const months = (of: Date): number => of.getUTCFullYear() * 12 + of.getUTCMonth();
              expect(previous ? months(date) - months(previous) : 1).toBe(1);
            }
          });
        },
      ),
      { numRuns: 40 },
    );
  });
});
