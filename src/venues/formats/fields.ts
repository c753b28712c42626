import { z } from 'zod';
import { parseDecimal, printDecimal } from '../../kernel/decimal.ts';
import { describe } from '../../kernel/faults.ts';
import { NumberText, plainNumber } from '../../kernel/number-text.ts';
import { digest, ID_CHARACTERS_MAX } from '../../kernel/text.ts';
import type { Reading } from './format.ts';

/** What the fields of venues' messages are made of. Fields that nobody asks for are ignored. */

/** Absent, null and empty are the same to every venue: null. */
export const orNull = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === undefined || value === '' ? null : value), schema.nullable());

/** One of the venue's words as one of ours. */
export function word<T>(table: Readonly<Record<string, T>>) {
  const known = new Map(Object.entries(table));
  return z.string().transform((text, context): T => {
    const ours = known.get(text);
    if (ours !== undefined) return ours;
    context.addIssue(/^[\w -]{1,40}$/.test(text) ? `"${text}" is unknown` : 'is unknown');
    return z.NEVER;
  });
}

/** A number of the JSON or in a string, exact, and written in one way: ids are made of it. */
export const number = z.unknown().transform((value, context): string => {
  const written = value instanceof NumberText ? value.text : value;
  const text = typeof written === 'string' ? plainNumber(written) : '';
  const exact = parseDecimal(text);
  if (exact) return printDecimal(exact);
  context.addIssue('is not a number of at most 20 digits before and 18 after the point');
  return z.NEVER;
});

/** A price, of which venues write zero where there is none. */
export const price = number.transform((text) => (text === '0' ? null : text));

/** A string, or an integer such as 2^53 + 1. */
export const id = z.unknown().transform((value, context): string => {
  if (typeof value === 'string' && value !== '') return value;
  if (value instanceof NumberText && /^-?\d+$/.test(value.text)) return value.text;
  context.addIssue('is neither text nor an integer');
  return z.NEVER;
});

export const TEXT_CHARACTERS_MAX = 1_000;

/** What people read; too much of it is no reason to hold back an execution. */
export const text = z
  .string()
  .transform((all) => all.slice(0, TEXT_CHARACTERS_MAX).replaceAll('\0', '').toWellFormed());

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof NumberText);

export const splitArray = (body: unknown): readonly unknown[] => (Array.isArray(body) ? body : [body]);

export function readAs<T extends z.ZodType>(
  schema: T,
  message: unknown,
  reportOf: (fields: z.output<T>) => Reading,
): Reading {
  const read = schema.safeParse(message);
  return read.success ? reportOf(read.data) : { unreadable: describe(read.error) };
}

/** An execution's id where the venue gives none: of what names the event, so that every path and restart makes the same. */
export function derivedId(...parts: readonly (string | null)[]): string {
  const joined = parts.map((part) => part ?? '').join(':');
  return joined.length > ID_CHARACTERS_MAX ? digest(joined) : joined;
}
