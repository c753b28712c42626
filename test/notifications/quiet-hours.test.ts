import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WEEKDAYS } from '../../src/notifications/local-time.ts';
import type { QuietHours } from '../../src/notifications/preferences.ts';
import { QUIET_DAYS_MAX, quietAt } from '../../src/notifications/quiet-hours.ts';
import { windows } from './arbitraries.ts';
import { clockOf, DAY_MS, firstFree, isWithin, MINUTE_MS, SETTINGS, windowOf } from './wall-clock.ts';

const EVERY_DAY = [...WEEKDAYS];
const window = (from: string, to: string, more: Partial<QuietHours> = {}): QuietHours => ({
  ...{ days: EVERY_DAY, from, to, channels: null },
  ...more,
});

/** `loud`, or until when it is quiet, or `always`. */
function quiet(quietHours: readonly QuietHours[], at: string, timeZone = 'UTC'): string {
  const found = quietAt({ quietHours: [...quietHours], timeZone }, 'PUSH', new Date(at));
  if (!found) return 'loud';
  return found.until ? found.until.toISOString().slice(0, 16) : 'always';
}

describe('a window', () => {
  it.each([
    ['begins with its first minute', '13:00', '15:00', '2026-06-02T13:00:00Z', '2026-06-02T15:00'],
    ['has not begun a millisecond before', '13:00', '15:00', '2026-06-02T12:59:59.999Z', 'loud'],
    ['lasts until its end', '13:00', '15:00', '2026-06-02T14:59:59.999Z', '2026-06-02T15:00'],
    ['is over at its end', '13:00', '15:00', '2026-06-02T15:00:00Z', 'loud'],
    ['goes past midnight, before', '22:00', '07:00', '2026-06-02T23:00:00Z', '2026-06-03T07:00'],
    ['goes past midnight, after', '22:00', '07:00', '2026-06-03T03:00:00Z', '2026-06-03T07:00'],
    ['ends at midnight', '22:00', '00:00', '2026-06-02T23:59:00Z', '2026-06-03T00:00'],
  ] as const)('%s', (...[, from, to, at, until]) => {
    expect(quiet([window(from, to)], at)).toBe(until);
  });

  it('belongs to the day that it begins on', () => {
    const saturday = [window('22:00', '07:00', { days: ['SATURDAY'] })];
    expect(quiet(saturday, '2026-06-06T23:00:00Z')).toBe('2026-06-07T07:00');
    expect(quiet(saturday, '2026-06-07T06:59:00Z')).toBe('2026-06-07T07:00');
    expect(quiet(saturday, '2026-06-07T23:00:00Z')).toBe('loud');
    expect(quiet(saturday, '2026-06-06T06:00:00Z')).toBe('loud');
  });

  it('of a day and a night lasts until the same time tomorrow', () => {
    expect(quiet([window('09:00', '09:00', { days: ['MONDAY'] })], '2026-06-01T10:00:00Z')).toBe('2026-06-02T09:00');
  });

  it('is for the channels that it names; never for the app itself', () => {
    const sms = [window('00:00', '23:00', { channels: ['SMS'] })];
    const at = new Date('2026-06-02T12:00:00Z');
    expect(quietAt({ quietHours: sms, timeZone: 'UTC' }, 'SMS', at)).not.toBeNull();
    expect(quietAt({ quietHours: sms, timeZone: 'UTC' }, 'PUSH', at)).toBeNull();
    expect(quietAt({ quietHours: [window('00:00', '23:00')], timeZone: 'UTC' }, 'IN_APP', at)).toBeNull();
  });

  it('is in the user’s own time', () => {
    expect(quiet([window('22:00', '06:15')], '2026-06-01T20:00:00Z', 'Asia/Kolkata')).toBe('2026-06-02T00:45');
    expect(quiet([window('22:00', '06:15')], '2026-06-02T00:45:00Z', 'Asia/Kolkata')).toBe('loud');
  });
});

describe('several windows', () => {
  it('are one where they overlap or touch', () => {
    const three = [window('20:00', '23:00'), window('22:00', '02:00'), window('02:00', '05:30')];
    expect(quiet(three, '2026-06-02T20:30:00Z')).toBe('2026-06-03T05:30');
  });

  it('leave a gap of a minute', () => {
    expect(quiet([window('20:00', '23:00'), window('23:01', '05:00')], '2026-06-02T20:30:00Z')).toBe(
      '2026-06-02T23:00',
    );
  });

  it('that cover the week never end, and are known to after a bounded look', () => {
    expect(quiet([window('09:00', '09:00')], '2026-06-02T12:00:00Z')).toBe('always');
    const thirds = [window('00:00', '08:00'), window('08:00', '16:00'), window('16:00', '00:00')];
    expect(quiet(thirds, '2026-06-02T12:00:00Z')).toBe('always');
  });

  it('that leave one minute of the week end a week later than usual when DST skips it', () => {
    const butSunday = [
      window('00:00', '00:00', { days: EVERY_DAY.slice(0, 6) }),
      window('00:00', '02:15', { days: ['SUNDAY'] }),
      window('02:16', '00:00', { days: ['SUNDAY'] }),
    ];
    // 02:15 on 8 March 2026 does not exist in New York.
    expect(quiet(butSunday, '2026-03-01T12:00:00Z', 'America/New_York')).toBe('2026-03-15T06:15');
    expect(QUIET_DAYS_MAX).toBeGreaterThan(14);
  });
});

describe('a change of DST', () => {
  it.each([
    // The clock skips the end: quiet until it does.
    ['America/New_York', '22:00', '02:30', '2026-03-08T05:00:00Z', '2026-03-08T07:00'],
    ['America/New_York', '22:00', '02:30', '2027-03-14T05:00:00Z', '2027-03-14T07:00'],
    ['Europe/London', '22:00', '01:30', '2026-03-29T00:00:00Z', '2026-03-29T01:00'],
    ['Europe/London', '22:00', '01:30', '2027-03-28T00:00:00Z', '2027-03-28T01:00'],
    ['Australia/Lord_Howe', '22:00', '02:15', '2026-10-03T15:00:00Z', '2026-10-03T15:30'],
    ['Australia/Lord_Howe', '22:00', '02:15', '2027-10-02T15:00:00Z', '2027-10-02T15:30'],
    ['America/St_Johns', '22:00', '02:30', '2026-03-08T05:00:00Z', '2026-03-08T05:30'],
    ['America/St_Johns', '22:00', '02:30', '2027-03-14T05:00:00Z', '2027-03-14T05:30'],
    ['Africa/Cairo', '20:00', '00:30', '2026-04-23T21:00:00Z', '2026-04-23T22:00'],
    ['Africa/Cairo', '20:00', '00:30', '2027-04-29T21:00:00Z', '2027-04-29T22:00'],
    // The clock shows the end twice: quiet until the later one.
    ['America/New_York', '22:00', '01:30', '2026-11-01T05:00:00Z', '2026-11-01T06:30'],
    ['America/New_York', '22:00', '01:30', '2027-11-07T05:00:00Z', '2027-11-07T06:30'],
    ['Europe/London', '22:00', '01:30', '2026-10-25T00:00:00Z', '2026-10-25T01:30'],
    ['Europe/London', '22:00', '01:30', '2027-10-31T00:00:00Z', '2027-10-31T01:30'],
    ['Australia/Lord_Howe', '22:00', '01:45', '2026-04-04T14:30:00Z', '2026-04-04T15:15'],
    ['Australia/Lord_Howe', '22:00', '01:45', '2027-04-03T14:30:00Z', '2027-04-03T15:15'],
    ['America/St_Johns', '22:00', '01:30', '2026-11-01T03:00:00Z', '2026-11-01T05:00'],
    ['America/St_Johns', '22:00', '01:30', '2027-11-07T03:00:00Z', '2027-11-07T05:00'],
    ['Africa/Cairo', '20:00', '23:30', '2026-10-29T20:00:00Z', '2026-10-29T21:30'],
    ['Africa/Cairo', '20:00', '23:30', '2027-10-28T20:00:00Z', '2027-10-28T21:30'],
  ] as const)('in %s, %s to %s at %s: until %s', (...[timeZone, from, to, at, until]) => {
    expect(quiet([window(from, to)], at, timeZone)).toBe(until);
  });

  it('that shows the end twice leaves no noise between the two', () => {
    expect(quiet([window('22:00', '01:30')], '2026-11-01T05:45:00Z', 'America/New_York')).toBe('2026-11-01T06:30');
  });

  it('that repeats the hour behind the end does not prolong it', () => {
    expect(quiet([window('22:00', '01:00')], '2026-11-01T04:59:00Z', 'America/New_York')).toBe('2026-11-01T05:00');
    expect(quiet([window('22:00', '01:00')], '2026-11-01T06:00:00Z', 'America/New_York')).toBe('loud');
  });

  it('that skips a whole window makes no noise quiet', () => {
    expect(quiet([window('02:10', '02:50')], '2026-03-08T07:00:00Z', 'America/New_York')).toBe('loud');
  });
});

describe('random windows around both changes of 2026 and 2027 in six zones', () => {
  it('are quiet just when a clock that is looked at each minute says so, and end when it does', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...SETTINGS),
        fc.array(windows, { minLength: 1, maxLength: 3 }),
        fc.integer({ min: -DAY_MS, max: DAY_MS }),
        (setting, quietHours, shift) => {
          const clock = clockOf(setting);
          const now = new Date(setting.around + shift);
          const minute = Math.floor((now.getTime() - clock.from) / MINUTE_MS);
          const looked = quietHours.filter(({ channels }) => channels?.includes('PUSH') ?? true).map(windowOf);
          const found = quietAt({ quietHours, timeZone: setting.timeZone }, 'PUSH', now);
          expect(found !== null).toBe(looked.some((one) => isWithin(clock, one, minute)));
          const free = firstFree(clock, looked, { from: minute, max: QUIET_DAYS_MAX * 1_440 });
          if (found) expect(found.until?.getTime() ?? null).toBe(free === null ? null : clock.from + free * MINUTE_MS);
        },
      ),
      { numRuns: 300 },
    );
  });
});
