import { z } from 'zod';
import { NumberText } from '../../kernel/number-text.ts';

/** Digits of a time since 1970 in this century, by its unit. */
const DIGITS_OF_MS = 13;

/** Milliseconds since 1970, or microseconds or nanoseconds where a stream was asked for them: told by the digits. */
export const epochTime = z.unknown().transform((value, context): string => {
  const digits = value instanceof NumberText ? value.text : value;
  if (typeof digits === 'string' && /^\d{13}(\d{3}){0,2}$/.test(digits)) {
    return new Date(Number(digits.slice(0, DIGITS_OF_MS))).toISOString();
  }
  context.addIssue('is not a time in milliseconds, microseconds or nanoseconds since 1970');
  return z.NEVER;
});

/** `YYYY-MM-DD HH:MM:SS` of a clock in India, which knows no summer time. */
export const indianTime = z.string().transform((value, context): string => {
  if (/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(value)) return `${value.replace(' ', 'T')}+05:30`;
  context.addIssue('is not a time such as 2022-03-03 09:24:25');
  return z.NEVER;
});
