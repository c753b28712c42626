import { DAY_MINUTES, dayOf, firstAt, lastAt, minutesOf, type WallDay, weekdayOf } from './local-time.ts';
import type { Preferences, QuietHours } from './preferences.ts';
import type { Channel } from './words.ts';

/** Windows repeat by the week. A change of DST may hide the only gap of one week, never that of the next. */
export const QUIET_DAYS_MAX = 15;
const DAY_MS = DAY_MINUTES * 60_000;

/** `until`: the first instant that is not quiet any more; null: there is none, the windows cover the whole week. */
export interface Quiet {
  readonly until: Date | null;
}

/**
 * Whether it is quiet on this channel; null when it is not. Windows that overlap or touch are one. A window lasts from when
 * the clock first reads `from` (or skips it) until it no longer reads anything before `to`: an hour that the end of DST
 * repeats is quiet both times, also between them.
 */
export function quietAt(
  { quietHours, timeZone }: Pick<Preferences, 'quietHours' | 'timeZone'>,
  channel: Channel,
  now: Date,
): Quiet | null {
  const windows = quietHours.filter(({ channels }) => channels === null || channels.some((one) => one === channel));
  if (channel === 'IN_APP' || windows.length === 0) return null;
  const last = now.getTime() + QUIET_DAYS_MAX * DAY_MS;
  const spans = spansOf(windows, timeZone);
  let until = now.getTime();
  while (until <= last) {
    const end = endAt(spans, dayOf(timeZone, new Date(until)), until);
    if (end === null) return until > now.getTime() ? { until: new Date(until) } : null;
    until = end;
  }
  return { until: null };
}

interface Span {
  readonly start: number;
  readonly end: number;
}

type Spans = (day: WallDay) => readonly Span[];

/** When the windows last that begin on a day; each day is looked up once. */
function spansOf(windows: readonly QuietHours[], zone: string): Spans {
  const known = new Map<WallDay, readonly Span[]>();
  return (day) => {
    const spans = known.get(day) ?? windows.flatMap((window) => spanOf(window, zone, day));
    known.set(day, spans);
    return spans;
  };
}

function spanOf({ days, from, to }: QuietHours, zone: string, day: WallDay): readonly Span[] {
  if (!days.includes(weekdayOf(day))) return [];
  const [begin, finish] = [minutesOf(from), minutesOf(to)];
  const midnight = day * DAY_MINUTES;
  const end = lastAt(zone, midnight + finish + (finish <= begin ? DAY_MINUTES : 0));
  return [{ start: firstAt(zone, midnight + begin), end }];
}

/** When the last of the windows ends that the instant is in; null when it is in none. */
function endAt(spans: Spans, today: WallDay, at: number): number | null {
  let latest: number | null = null;
  // The one of yesterday may end today; a clock that is set back at midnight shows either day twice.
  for (let day = today - 2; day <= today + 1; day += 1) {
    for (const { start, end } of spans(day)) {
      if (start <= at && at < end && (latest === null || end > latest)) latest = end;
    }
  }
  return latest;
}
