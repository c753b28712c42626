/** What a clock on a wall shows, minute by minute, as Intl says; the rules under test ask Temporal. */
export interface WallClock {
  readonly from: number;
  readonly minutes: number;
  /** The most and the least that the clock has shown by that minute, or will show from then on; minutes since 1970. */
  readonly most: Int32Array;
  readonly least: Int32Array;
}

export const MINUTE_MS = 60_000;
export const DAY_MS = 1_440 * MINUTE_MS;
/** All zones of today are set at a quarter of an hour, so that in between the clock goes on by minutes. */
const QUARTER = 15;

export function wallClock(timeZone: string, from: number, days: number): WallClock {
  const format = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit' },
    minute: '2-digit',
  });
  const minutes = days * 1_440;
  const shown = new Int32Array(minutes);
  for (let minute = 0; minute < minutes; minute += QUARTER) {
    const [day = 0, month = 0, year = 0, hours = 0, rest = 0] = (
      format.format(from + minute * MINUTE_MS).match(/\d+/g) ?? []
    ).map(Number);
    const wall = Date.UTC(year, month - 1, day, hours, rest) / MINUTE_MS;
    for (let more = 0; more < QUARTER; more += 1) shown[minute + more] = wall + more;
  }
  const most = shown.slice();
  for (let minute = 1; minute < minutes; minute += 1) most[minute] = Math.max(at(most, minute - 1), at(shown, minute));
  const least = shown.slice();
  for (let minute = minutes - 2; minute >= 0; minute -= 1)
    least[minute] = Math.min(at(least, minute + 1), at(shown, minute));
  return { from, minutes, most, least };
}

export const at = (values: Int32Array, index: number): number => {
  const value = values[index];
  if (value === undefined) throw new Error(`the clock does not go as far as minute ${index}`);
  return value;
};

const NAMES = ['THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY'];

export const clockMinutes = (time: string): number => {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
};

export interface Window {
  /** By the remainder of the days since 1970-01-01, a Thursday. */
  readonly days: readonly boolean[];
  readonly begin: number;
  readonly minutes: number;
}

export function windowOf({ days, from, to }: { days: readonly string[]; from: string; to: string }): Window {
  const [begin, finish] = [clockMinutes(from), clockMinutes(to)];
  return {
    days: NAMES.map((name) => days.includes(name)),
    begin,
    minutes: finish > begin ? finish - begin : finish - begin + 1_440,
  };
}

/** Whether a window holds that minute: the clock has shown its beginning, and will show again what is before its end. */
export function isWithin(clock: WallClock, { days, begin, minutes }: Window, minute: number): boolean {
  const [most, least] = [at(clock.most, minute), at(clock.least, minute)];
  const today = Math.floor(most / 1_440);
  for (let day = today - 2; day <= today + 1; day += 1) {
    const start = day * 1_440 + begin;
    if (days[day % 7] && most >= start && least < start + minutes) return true;
  }
  return false;
}

/** The first of the minutes from this one on that no window holds; null when there is none within that many. */
export function firstFree(clock: WallClock, windows: readonly Window[], { from, max }: { from: number; max: number }) {
  for (let minute = from; minute <= from + max; minute += 1)
    if (!windows.some((window) => isWithin(clock, window, minute))) return minute;
  return null;
}

/** The first minute after an instant at which the clock comes to one of these times of the day, or passes it. */
export function nextTime(clock: WallClock, times: readonly string[], after: number): number {
  let minute = Math.floor((after - clock.from) / MINUTE_MS) + 1;
  const isReached = (time: string): boolean => {
    const [before, now] = [at(clock.most, minute - 1), at(clock.most, minute)];
    // As many of this time of the day lie behind as before this minute, or one more.
    const passed = (wall: number): number => Math.floor((wall - clockMinutes(time)) / 1_440);
    return passed(now) > passed(before);
  };
  while (!times.some(isReached)) minute += 1;
  return minute;
}

/** The zones whose clocks are tried, with the days on which they are changed in 2026 and 2027. */
export const CLOCK_CHANGES: Readonly<Record<string, readonly string[]>> = {
  'America/New_York': ['2026-03-08', '2026-11-01', '2027-03-14', '2027-11-07'],
  'Europe/London': ['2026-03-29', '2026-10-25', '2027-03-28', '2027-10-31'],
  'Australia/Lord_Howe': ['2026-04-05', '2026-10-04', '2027-04-04', '2027-10-03'],
  'Asia/Kolkata': ['2026-06-01'],
  'America/St_Johns': ['2026-03-08', '2026-11-01', '2027-03-14', '2027-11-07'],
  'Africa/Cairo': ['2026-04-24', '2026-10-29', '2027-04-30', '2027-10-28'],
};

export interface Setting {
  readonly timeZone: string;
  /** Noon of the day of a change, in UTC. */
  readonly around: number;
}

/** One for each zone and change. */
export const SETTINGS: readonly Setting[] = Object.entries(CLOCK_CHANGES).flatMap(([timeZone, days]) =>
  days.map((day) => ({ timeZone, around: Date.parse(`${day}T12:00:00Z`) })),
);

const clocks = new Map<string, WallClock>();

/** Good from five days before the change to twenty after it. */
export function clockOf({ timeZone, around }: Setting): WallClock {
  const key = `${timeZone} ${around}`;
  const clock = clocks.get(key) ?? wallClock(timeZone, around - 5 * DAY_MS, 25);
  clocks.set(key, clock);
  return clock;
}
