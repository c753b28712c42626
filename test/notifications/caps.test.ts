import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_CAPS, isOverCap, nextDigest, nextDigestTime } from '../../src/notifications/caps.ts';
import { DEFAULT_PREFERENCES } from '../../src/notifications/preferences.ts';
import { times } from './arbitraries.ts';
import { clockOf, DAY_MS, MINUTE_MS, nextTime, SETTINGS } from './wall-clock.ts';

const counts = (minute: number, hour = minute, day = hour) => ({ minute, hour, day });

describe('a cap', () => {
  it.each([
    ['lets one more through below it', {}, counts(9), false],
    ['is full at it, by the minute', {}, counts(10), true],
    ['by the hour', {}, counts(0, 60), true],
    ['by the day', {}, counts(0, 0, 300), true],
    ['is the user’s where they say one', { PUSH: { perMinute: 2 } }, counts(2), true],
    ['is the default beside it', { PUSH: { perMinute: 20 } }, counts(0, 60), true],
    ['may be above the default', { PUSH: { perMinute: 20 } }, counts(19), false],
  ] as const)('%s', (...[, caps, sent, isOver]) => {
    expect(isOverCap({ caps }, 'PUSH', sent)).toBe(isOver);
  });

  it('holds nothing where nothing was sent, in the app, and of a webhook without one', () => {
    expect(isOverCap({ caps: {} }, 'PUSH', undefined)).toBe(false);
    expect(isOverCap({ caps: {} }, 'IN_APP', counts(9_999))).toBe(false);
    expect(isOverCap({ caps: {} }, 'WEBHOOK', counts(9_999))).toBe(false);
    expect(isOverCap({ caps: { WEBHOOK: { perDay: 5 } } }, 'WEBHOOK', counts(0, 0, 5))).toBe(true);
  });

  it('is there for push, SMS and e-mail unless the user says otherwise', () => {
    expect(Object.keys(DEFAULT_CAPS).toSorted()).toEqual(['EMAIL', 'PUSH', 'SMS']);
  });
});

describe('the next digest', () => {
  const at = (now: string, digestAt: string[], timeZone: string): string =>
    nextDigestTime({ digestAt, timeZone }, new Date(now)).toISOString().slice(0, 16);

  it.each([
    ['is today’s', '2026-06-02T07:59:59.999Z', ['08:00'], 'UTC', '2026-06-02T08:00'],
    ['is never now', '2026-06-02T08:00:00Z', ['08:00'], 'UTC', '2026-06-03T08:00'],
    ['is the nearest of several', '2026-06-02T12:00:00Z', ['08:00', '20:00', '18:30'], 'UTC', '2026-06-02T18:30'],
    ['is in the user’s time', '2026-06-02T02:00:00Z', ['08:00'], 'Asia/Kolkata', '2026-06-02T02:30'],
    ['comes when DST skips its time', '2026-03-08T06:00:00Z', ['02:30'], 'America/New_York', '2026-03-08T07:00'],
    ['comes once where it is shown twice', '2026-11-01T05:00:00Z', ['01:30'], 'America/New_York', '2026-11-01T05:30'],
    ['and not again', '2026-11-01T05:30:00Z', ['01:30'], 'America/New_York', '2026-11-02T06:30'],
  ] as const)('%s', (...[, now, digestAt, timeZone, time]) => {
    expect(at(now, [...digestAt], timeZone)).toBe(time);
  });

  it('waits for the end of quiet hours, of its channel alone', () => {
    const quietHours = [{ days: ['TUESDAY' as const], from: '06:00', to: '09:30', channels: ['PUSH' as const] }];
    const preferences = { ...DEFAULT_PREFERENCES, quietHours };
    const now = new Date('2026-06-02T03:00:00Z');
    expect(nextDigest(preferences, 'PUSH', now)).toEqual(new Date('2026-06-02T09:30:00Z'));
    expect(nextDigest(preferences, 'EMAIL', now)).toEqual(new Date('2026-06-02T08:00:00Z'));
  });

  it('comes when a clock that is looked at each minute comes to its time, in any zone, on any day', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...SETTINGS),
        fc.uniqueArray(times, { minLength: 1, maxLength: 3 }),
        fc.integer({ min: -2 * DAY_MS, max: 2 * DAY_MS }),
        (setting, digestAt, shift) => {
          const clock = clockOf(setting);
          const now = new Date(setting.around + shift);
          const next = nextDigestTime({ digestAt, timeZone: setting.timeZone }, now);
          expect(next.getTime()).toBe(clock.from + nextTime(clock, digestAt, now.getTime()) * MINUTE_MS);
        },
      ),
      { numRuns: 200 },
    );
  });
});
