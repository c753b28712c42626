import { Temporal } from 'temporal-polyfill';

/** What a clock on a wall shows, in minutes since it showed 1970-01-01 00:00. */
export type WallMinutes = number;
/** Days since 1970-01-01 on a calendar at that wall. */
export type WallDay = number;

export const DAY_MINUTES = 1_440;
const MINUTE_MS = 60_000;
const DAY_MS = DAY_MINUTES * MINUTE_MS;

/** Monday first, as ISO 8601 counts. */
export const WEEKDAYS = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** 1970-01-01 was a Thursday. */
export const weekdayOf = (day: WallDay): Weekday => WEEKDAYS[(((day + 3) % 7) + 7) % 7] ?? 'MONDAY';

/** `HH:MM`, which has been checked before, in minutes. */
export const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** The name of a zone in the IANA database; an offset such as +05:30 is none, since it knows of no DST. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return true;
  } catch {
    return false;
  }
}

/**
 * The first instant at which the clock reads this or more, in milliseconds since 1970 UTC: where the clock skips it, when it
 * skips; where it shows it twice, the earlier one.
 */
export function firstAt(zone: string, wall: WallMinutes): number {
  return ordinaryAt(zone, wall) ?? resolve(zone, wall, 'earlier').at;
}

/** The first instant from which on the clock never reads less than this; of an hour shown twice, in the later one. */
export function lastAt(zone: string, wall: WallMinutes): number {
  return ordinaryAt(zone, wall) ?? afterLast(zone, wall - 1);
}

/** By the minute before: an hour that is shown again from its beginning reads nothing less than its beginning. */
function afterLast(zone: string, minute: WallMinutes): number {
  const { at, isSkipped } = resolve(zone, minute, 'later');
  return isSkipped ? at : at + MINUTE_MS;
}

/** The day on the calendar there. */
export function dayOf(zone: string, at: Date): WallDay {
  const inUtc = Math.floor(at.getTime() / DAY_MS);
  // No zone is a whole day ahead of UTC or behind it.
  return startOf(zone, inUtc + 1) <= at.getTime()
    ? inUtc + 1
    : startOf(zone, inUtc) <= at.getTime()
      ? inUtc
      : inUtc - 1;
}

/** Only a day that is not of 24 hours, or is followed by one, has times that are skipped or shown twice. */
function ordinaryAt(zone: string, wall: WallMinutes): number | null {
  const day = Math.floor(wall / DAY_MINUTES);
  const start = startOf(zone, day);
  const isOrdinary = startOf(zone, day + 1) - start === DAY_MS && startOf(zone, day + 2) - start === 2 * DAY_MS;
  return isOrdinary ? start + (wall - day * DAY_MINUTES) * MINUTE_MS : null;
}

/** Asking for a time in a zone takes about 20 µs, and most users share a few zones and a few days. */
const STARTS_MAX = 20_000;
const starts = new Map<string, number>();

function startOf(zone: string, day: WallDay): number {
  const key = `${zone} ${day}`;
  const known = starts.get(key);
  if (known !== undefined) return known;
  if (starts.size >= STARTS_MAX) starts.clear();
  const start = resolve(zone, day * DAY_MINUTES, 'earlier').at;
  starts.set(key, start);
  return start;
}

interface Resolved {
  readonly at: number;
  /** The clock goes from before it to after it. */
  readonly isSkipped: boolean;
}

function resolve(zone: string, wall: WallMinutes, which: 'earlier' | 'later'): Resolved {
  const utc = new Date(wall * MINUTE_MS);
  const [year, month, day] = [utc.getUTCFullYear(), utc.getUTCMonth() + 1, utc.getUTCDate()];
  const asked = new Temporal.PlainDateTime(year, month, day, utc.getUTCHours(), utc.getUTCMinutes());
  const found = asked.toZonedDateTime(zone, { disambiguation: which });
  const shown = found.epochMilliseconds + found.offsetNanoseconds / 1e6;
  if (shown === utc.getTime()) return { at: found.epochMilliseconds, isSkipped: false };
  // Temporal moves it by the length of the gap; we want the gap itself.
  const gap = asked.toZonedDateTime(zone, { disambiguation: 'earlier' }).getTimeZoneTransition('next');
  return { at: (gap ?? found).epochMilliseconds, isSkipped: true };
}
