import { DAY_MINUTES, dayOf, firstAt, minutesOf } from './local-time.ts';
import type { Preferences } from './preferences.ts';
import { quietAt } from './quiet-hours.ts';
import type { Channel } from './words.ts';

/** How many went out on a channel within the last minute, hour and day. */
export interface Counts {
  readonly minute: number;
  readonly hour: number;
  readonly day: number;
}

interface Caps {
  readonly perMinute: number;
  readonly perHour: number;
  readonly perDay: number;
}

/** Unless the user says otherwise. A program reads webhooks, and what is in the app makes no noise: neither has a cap. */
export const DEFAULT_CAPS: Readonly<Partial<Record<Channel, Caps>>> = {
  PUSH: { perMinute: 10, perHour: 60, perDay: 300 },
  SMS: { perMinute: 3, perHour: 10, perDay: 30 },
  EMAIL: { perMinute: 5, perHour: 20, perDay: 100 },
};

const FREE: Caps = { perMinute: 1_000, perHour: 10_000, perDay: 100_000 };

/** As high as a user may set them: not above the default where a message costs money, or the good name of the sender. */
export const HIGHEST_CAPS: Readonly<Record<Exclude<Channel, 'IN_APP'>, Caps>> = {
  PUSH: FREE,
  WEBHOOK: FREE,
  SMS: { ...FREE, ...DEFAULT_CAPS.SMS },
  EMAIL: { ...FREE, ...DEFAULT_CAPS.EMAIL },
};

/** Whether one more would be too many. */
export function isOverCap({ caps }: Pick<Preferences, 'caps'>, channel: Channel, counts: Counts | undefined): boolean {
  if (channel === 'IN_APP' || counts === undefined) return false;
  const { perMinute, perHour, perDay } = { ...DEFAULT_CAPS[channel], ...caps[channel] };
  return (
    (perMinute !== undefined && counts.minute >= perMinute) ||
    (perHour !== undefined && counts.hour >= perHour) ||
    (perDay !== undefined && counts.day >= perDay)
  );
}

/** The next of the user's digest times. */
export function nextDigestTime({ digestAt, timeZone }: Pick<Preferences, 'digestAt' | 'timeZone'>, now: Date): Date {
  const today = dayOf(timeZone, now);
  const times = [today - 1, today, today + 1, today + 2].flatMap((day) =>
    digestAt.map((time) => firstAt(timeZone, day * DAY_MINUTES + minutesOf(time))),
  );
  return new Date(Math.min(...times.filter((time) => time > now.getTime())));
}

/** When the next digest may go out on a channel: one that falls into quiet hours waits for their end, if they have one. */
export function nextDigest(preferences: Preferences, channel: Channel, now: Date): Date {
  const time = nextDigestTime(preferences, now);
  return quietAt(preferences, channel, time)?.until ?? time;
}
