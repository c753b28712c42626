import { z } from 'zod';
import { CATEGORIES, type Category, type Channel, CHANNELS, type Locale, LOCALES, type Report } from './words.ts';

export const WEEKDAYS = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'] as const;
export type Weekday = (typeof WEEKDAYS)[number];
export const CHANNEL_SETTINGS = ['ON', 'OFF', 'DIGEST'] as const;
export type ChannelSetting = (typeof CHANNEL_SETTINGS)[number];

/** What a user wants to be told, where and when. */
export interface Preferences {
  readonly locale: Locale;
  readonly timeZone: string;
  readonly region: string | null;
  readonly channels: Partial<Record<Category, Partial<Record<Channel, ChannelSetting>>>>;
  readonly criticalChannels: Channel[] | null;
  readonly mutedSymbols: string[];
  readonly mutedStrategies: string[];
  readonly quietHours: { days: Weekday[]; from: string; to: string; channels: Channel[] | null }[];
  readonly caps: Partial<Record<Channel, { perMinute?: number; perHour?: number; perDay?: number }>>;
  readonly digestAt: string[];
  readonly reports: Partial<Record<Report, { at: string; weekday?: Weekday; day?: number }>>;
  readonly contacts: {
    email: string | null;
    phone: string | null;
    webhook: { url: string; secret: string } | null;
  };
}

export const DEFAULT_PREFERENCES: Preferences = {
  ...{ locale: 'en', timeZone: 'UTC', region: null, channels: {}, criticalChannels: null },
  ...{ mutedSymbols: [], mutedStrategies: [], quietHours: [], caps: {}, digestAt: ['08:00'], reports: {} },
  contacts: { email: null, phone: null, webhook: null },
};

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be HH:MM');
const channel = z.enum(CHANNELS);
const isZone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '' && !/^[+-]/.test(name);
  } catch {
    return false;
  }
};

export const preferencesSchema = z.object({
  locale: z.enum(LOCALES),
  timeZone: z.string().max(64).refine(isZone, 'must be an IANA time zone'),
  region: z.string().max(32).nullable(),
  channels: z.partialRecord(z.enum(CATEGORIES), z.partialRecord(channel, z.enum(CHANNEL_SETTINGS))),
  criticalChannels: z.array(channel).min(1, 'must name a channel').max(CHANNELS.length).nullable(),
  mutedSymbols: z.array(z.string().max(128)).max(500),
  mutedStrategies: z.array(z.string().max(128)).max(500),
  quietHours: z
    .array(
      z.object({ days: z.array(z.enum(WEEKDAYS)).min(1), from: time, to: time, channels: z.array(channel).nullable() }),
    )
    .max(10),
  caps: z.partialRecord(
    channel,
    z.object({
      perMinute: z.number().int().min(0).optional(),
      perHour: z.number().int().min(0).optional(),
      perDay: z.number().int().min(0).optional(),
    }),
  ),
  digestAt: z.array(time).min(1).max(8),
  reports: z.partialRecord(
    z.enum(['DAILY_REPORT', 'WEEKLY_REPORT', 'MONTHLY_REPORT']),
    z.object({ at: time, weekday: z.enum(WEEKDAYS).optional(), day: z.number().int().min(1).max(31).optional() }),
  ),
  contacts: z.object({
    email: z.email().max(254).nullable(),
    phone: z
      .string()
      .regex(/^\+[1-9]\d{6,14}$/, 'must be E.164')
      .nullable(),
    webhook: z
      .object({ url: z.url({ protocol: /^https$/ }).max(2_048), secret: z.string().min(24).max(256) })
      .nullable(),
  }),
});
