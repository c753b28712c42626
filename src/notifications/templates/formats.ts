import type { Locale } from '../words.ts';
import type { Direction } from './clean.ts';

/** How one user reads: the language, where its numbers and dates are written in their way, and the clock. */
export interface Reader {
  readonly locale: Locale;
  /** IANA, such as `Asia/Kolkata`; one that is not known is read as UTC. */
  readonly timeZone: string;
  /** ISO 3166, two letters: the digits and dates of that country. `ar` alone has Latin digits, `ar-EG` Arabic ones (CLDR). */
  readonly region?: string | null;
}

export const directionOf = (locale: Locale): Direction => (locale === 'ar' ? 'rtl' : 'ltr');

/** The BCP 47 tag of a reader. */
export const tagOf = ({ locale, region }: Reader): string =>
  region !== undefined && region !== null && /^[A-Z]{2}$/.test(region) ? `${locale}-${region}` : locale;

/** Formats are dear to make. As many are kept as a service with readers everywhere needs; beyond that all are made anew. */
const KEPT_MAX = 2_000;

export function keeping<T>(make: (key: string) => T): (key: string) => T {
  const kept = new Map<string, T>();
  return (key) => {
    const known = kept.get(key);
    if (known !== undefined) return known;
    if (kept.size >= KEPT_MAX) kept.clear();
    const made = make(key);
    kept.set(key, made);
    return made;
  };
}

/** The most that Intl shows on Node 20; what is told has at most 18 (kernel/decimal). */
const FRACTION_DIGITS_MAX = 20;
/** Sums of products have more digits before the point than a quantity may have. */
const DECIMAL = /^-?\d{1,80}(?:\.\d{1,20})?$/;
const isDecimal = (text: string): text is Intl.StringNumericLiteral => DECIMAL.test(text);

const exact = keeping((tag) => new Intl.NumberFormat(tag, { maximumFractionDigits: FRACTION_DIGITS_MAX }));
const signed = keeping(
  (tag) => new Intl.NumberFormat(tag, { maximumFractionDigits: FRACTION_DIGITS_MAX, signDisplay: 'exceptZero' }),
);
/** A mean rarely ends: eight digits of it are told, or four behind the point where that is more. */
const mean = keeping(
  (tag) =>
    new Intl.NumberFormat(tag, {
      maximumFractionDigits: 4,
      maximumSignificantDigits: 8,
      roundingPriority: 'morePrecision',
      roundingMode: 'halfEven',
    }),
);

const FORMS = { exact, signed, mean } as const;

/**
 * A decimal string as its reader writes it; null for what is none. The string itself goes to Intl, which reads it exactly
 * (ECMA-402, Intl.NumberFormat v3): no digit passes through a JavaScript number. An order has no currency, so a price is a
 * number without a sign.
 */
export const shownNumber = (text: string, tag: string, form: keyof typeof FORMS): string | null =>
  isDecimal(text) ? FORMS[form](tag).format(text) : null;

const zoneOf = keeping((zone) => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return 'UTC';
  }
});

/** The zone that times are told in. */
export const shownZone = ({ timeZone }: Reader): string => zoneOf(timeZone);

const dates = keeping((key) => {
  const [tag = 'en', timeZone = 'UTC', timeStyle] = key.split(' ');
  const style = timeStyle === 'time' ? ({ timeStyle: 'short' } as const) : {};
  return new Intl.DateTimeFormat(tag, { timeZone, calendar: 'gregory', dateStyle: 'medium', ...style });
});

const isTime = (at: Date): boolean => !Number.isNaN(at.getTime());

/** Date and time on the reader's own clock. */
export const shownTime = (at: Date, reader: Reader): string | null =>
  isTime(at) ? dates(`${tagOf(reader)} ${shownZone(reader)} time`).format(at) : null;

/** The days of a time span that ends before `to`; one day is told as one. */
export function shownDays(from: Date, to: Date, reader: Reader): string | null {
  if (!isTime(from) || !isTime(to)) return null;
  const last = new Date(Math.max(from.getTime(), to.getTime() - 1));
  return dates(`${tagOf(reader)} ${shownZone(reader)}`).formatRange(from, last);
}
