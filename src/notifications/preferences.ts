import { z } from 'zod';
import { describe } from '../kernel/faults.ts';
import { protocolOf } from '../kernel/secret.ts';
import { idSchema, strategySchema } from '../kernel/text.ts';
import { HIGHEST_CAPS } from './caps.ts';
import { isTimeZone, WEEKDAYS } from './local-time.ts';
import { CATEGORIES, CHANNELS, LOCALES, REPORTS } from './words.ts';

export const MUTED_SYMBOLS_MAX = 50;
export const MUTED_STRATEGIES_MAX = 50;
export const QUIET_HOURS_MAX = 10;
export const DIGEST_TIMES_MAX = 6;
export const EMAIL_CHARACTERS_MAX = 254;
export const URL_CHARACTERS_MAX = 2_048;

/** `OFF`: not there. `DIGEST`: there, and always with the next digest. */
export const CHOICES = ['ON', 'OFF', 'DIGEST'] as const;
export type Choice = (typeof CHOICES)[number];

/** Outside the app: what can wait, and be chosen for critical ones. */
export const OUTSIDE_CHANNELS = ['PUSH', 'EMAIL', 'SMS', 'WEBHOOK'] as const;
export type OutsideChannel = (typeof OUTSIDE_CHANNELS)[number];

const set = <T extends z.ZodType>(item: T, max: number) =>
  z
    .array(item)
    .max(max)
    .transform((items) => [...new Set(items)]);
const isHttps = (text: string): boolean => {
  if (protocolOf(text) !== 'https:') return false;
  const { username, password, hash } = new URL(text);
  return username === '' && password === '' && hash === '';
};

const channel = z.enum(CHANNELS);
const outside = z.enum(OUTSIDE_CHANNELS);
const localTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is not a time such as 22:30');
const cap = (max: number) => z.int().min(1).max(max, `is above ${max}, the most that can be set here`).optional();
const capsOf = (channel: OutsideChannel) => {
  const { perMinute, perHour, perDay } = HIGHEST_CAPS[channel];
  return z.object({ perMinute: cap(perMinute), perHour: cap(perHour), perDay: cap(perDay) }).optional();
};

/** In the app nothing waits for a digest: it makes no noise there. */
const choices = z
  .partialRecord(channel, z.enum(CHOICES))
  .refine(({ IN_APP }) => IN_APP !== 'DIGEST', 'IN_APP has no digest');

const quietHours = z.object({
  /** On which it begins. */
  days: set(z.enum(WEEKDAYS), WEEKDAYS.length).refine((days) => days.length > 0, 'names no day'),
  from: localTime,
  /** Not later than `from`: on the next day. */
  to: localTime,
  /** Null: all but `IN_APP`, which is never held. */
  channels: set(outside, OUTSIDE_CHANNELS.length).nullable().default(null),
});

const reportTime = z.object({
  at: localTime,
  /** Of a weekly one; Monday unless it is said. */
  weekday: z.enum(WEEKDAYS).optional(),
  /** Of a monthly one, the first unless it is said; in a shorter month its last day. */
  day: z.int().min(1).max(31).optional(),
});

const contacts = z.object({
  email: z.email().max(EMAIL_CHARACTERS_MAX).nullable(),
  /** E.164: at most 15 digits, the first of them not zero. */
  phone: z
    .string()
    .regex(/^\+[1-9]\d{6,14}$/, 'is not of E.164, such as +14155550123')
    .nullable(),
  webhook: z
    .object({
      url: z.string().max(URL_CHARACTERS_MAX).refine(isHttps, 'is not an https URL without user and fragment'),
      /** As Standard Webhooks has it: base64 of 24 to 64 bytes. */
      secret: z.string().regex(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/, 'is not a whsec_ secret of 24 to 64 bytes'),
    })
    .nullable(),
});

/** What a user wants to be told, where and when. */
export const preferencesSchema = z.object({
  locale: z.enum(LOCALES),
  timeZone: z.string().max(64).refine(isTimeZone, 'is not a time zone such as Asia/Kolkata'),
  /** Of the user, such as `US` or `IN-MH`: some notices are for a region alone. */
  region: z
    .string()
    .regex(/^[A-Z0-9-]{2,16}$/, 'is not a region such as US')
    .nullable(),
  /** Where it differs from the policy of the type. */
  channels: z.partialRecord(z.enum(CATEGORIES), choices),
  /** Where critical ones go beside `IN_APP`; null: where their policy says. */
  criticalChannels: set(channel, CHANNELS.length)
    .refine((channels) => channels.some((one) => one !== 'IN_APP'), 'names no channel outside the app')
    .nullable(),
  mutedSymbols: set(idSchema, MUTED_SYMBOLS_MAX),
  mutedStrategies: set(strategySchema, MUTED_STRATEGIES_MAX),
  quietHours: z.array(quietHours).max(QUIET_HOURS_MAX),
  /** Where it differs from the default; what is over it goes to the digest. */
  caps: z.strictObject({
    ...{ PUSH: capsOf('PUSH'), EMAIL: capsOf('EMAIL'), SMS: capsOf('SMS'), WEBHOOK: capsOf('WEBHOOK') },
  }),
  /** When what is over a cap, or preferred as a digest, is released. */
  digestAt: set(localTime, DIGEST_TIMES_MAX).refine((times) => times.length > 0, 'names no time'),
  /** Those that the user gets. */
  reports: z.partialRecord(z.enum(REPORTS), reportTime),
  contacts,
});

export type Preferences = z.infer<typeof preferencesSchema>;
export type QuietHours = Preferences['quietHours'][number];
export type ReportTime = z.infer<typeof reportTime>;

export const DEFAULT_PREFERENCES: Preferences = {
  locale: 'en',
  timeZone: 'UTC',
  region: null,
  channels: {},
  criticalChannels: null,
  mutedSymbols: [],
  mutedStrategies: [],
  quietHours: [],
  caps: {},
  digestAt: ['08:00'],
  reports: {},
  contacts: { email: null, phone: null, webhook: null },
};

/**
 * A partial change: what it leaves out stays, null goes back to the default. `channels`, `caps`, `reports` and `contacts` are
 * merged entry by entry; lists and the webhook are replaced as a whole.
 */
export type PreferencesChange = Readonly<Record<string, unknown>>;

export type Changed = { readonly preferences: Preferences } | { readonly fault: string };

/** The fault never holds what was given: it may be a secret. */
export function changePreferences(current: Preferences, change: PreferencesChange): Changed {
  const unknown = Object.keys(change).filter((key) => !Object.hasOwn(DEFAULT_PREFERENCES, key));
  if (unknown.length > 0) return { fault: 'there is no such preference' };
  const parsed = preferencesSchema.safeParse(merged(current, change));
  return parsed.success ? { preferences: parsed.data } : { fault: describe(parsed.error) };
}

/**
 * What was stored, which an earlier version may have written: a preference that is absent, or that is none any more (a zone
 * that was renamed), has its default. A user is told by the rest of them rather than not at all.
 */
export function readPreferences(stored: unknown): Preferences {
  const given = isRecord(stored) ? stored : {};
  const fields: Record<string, unknown> = { ...given, caps: withoutRaised(given['caps'] ?? {}) };
  const whole = preferencesSchema.safeParse({ ...DEFAULT_PREFERENCES, ...fields });
  if (whole.success) return whole.data;
  const good = Object.entries(preferencesSchema.shape).flatMap(([key, schema]) => {
    const parsed = schema.safeParse(fields[key]);
    return parsed.success ? [[key, parsed.data] as const] : [];
  });
  return { ...DEFAULT_PREFERENCES, ...Object.fromEntries(good) };
}

/** A cap that could be set higher before, and now can't, is as by default; the others stay. */
function withoutRaised(caps: unknown): unknown {
  if (!isRecord(caps)) return caps;
  const lowered = OUTSIDE_CHANNELS.flatMap((channel) => {
    const [cap, highest] = [caps[channel], new Map(Object.entries<number>({ ...HIGHEST_CAPS[channel] }))];
    if (!isRecord(cap)) return [];
    const kept = Object.entries(cap).filter(([span, most]) => !(Number(most) > (highest.get(span) ?? 0)));
    return [[channel, Object.fromEntries(kept)] as const];
  });
  return { ...caps, ...Object.fromEntries(lowered) };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** How deep entries are merged: a webhook's address and secret belong together, so contacts are by their first key alone. */
const DEPTHS: Readonly<Record<string, number>> = { channels: 2, caps: 2, reports: 2, contacts: 1 };

function merged(current: Preferences, change: PreferencesChange): unknown {
  const entries = Object.entries(change).filter(([, value]) => value !== undefined);
  const next = entries.map(([key, value]) => {
    const name = key as keyof Preferences;
    return [
      key,
      overlaid({ current: current[name], fallback: DEFAULT_PREFERENCES[name] }, value, DEPTHS[key] ?? 0),
    ] as const;
  });
  return { ...current, ...Object.fromEntries(next) };
}

interface Layers {
  readonly current: unknown;
  readonly fallback: unknown;
}

function overlaid({ current, fallback }: Layers, change: unknown, depth: number): unknown {
  if (change === null) return fallback;
  if (depth === 0 || !isRecord(change)) return change;
  const base = isRecord(current) ? current : {};
  const defaults = isRecord(fallback) ? fallback : {};
  const next = Object.entries(change)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => {
      const below = { current: base[key], fallback: defaults[key] };
      return [key, overlaid(below, value, depth - 1)] as const;
    });
  const all = Object.entries({ ...base, ...Object.fromEntries(next) });
  // What went back to a default that is none is gone.
  return Object.fromEntries(all.filter(([, value]) => value !== undefined));
}
