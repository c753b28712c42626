import { GraphQLError } from 'graphql';
import { z } from 'zod';
import { type Decimal, parseDecimal } from '../kernel/decimal.ts';
import { isStorableTime } from '../kernel/time.ts';
import type { NotificationData } from '../notifications/notification.ts';
import { badInput } from './errors.ts';

export type ScalarTypes = {
  Decimal: { Input: Decimal; Output: string };
  DateTime: { Input: Date; Output: string };
  Cursor: { Input: string; Output: string };
  NotificationData: { Input: NotificationData; Output: NotificationData };
  ID: { Input: string; Output: string };
};

const dateTimeSchema = z.iso.datetime({ offset: true });

export function parseDecimalScalar(value: unknown): Decimal {
  const parsed = typeof value === 'string' ? parseDecimal(value) : null;
  if (parsed) return parsed;
  throw badInput('a Decimal is a string of digits such as "12.5", at most 20 before and 18 after the point');
}

export function parseDateTimeScalar(value: unknown): Date {
  const parsed = dateTimeSchema.safeParse(value);
  const time = parsed.success ? new Date(parsed.data) : null;
  if (time && isStorableTime(time)) return time;
  throw badInput('a DateTime is an ISO 8601 time with a zone, such as "2026-01-31T15:04:05Z"');
}

export function parseCursorScalar(value: unknown): string {
  if (typeof value === 'string' && value.length <= 256) return value;
  throw badInput('a Cursor is a string that this API has handed out');
}

/** Stored and streamed values are printed already. */
export function printed(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new GraphQLError('a scalar was not printed');
}
