import { z } from 'zod';
import { builder } from '../graphql/builder.ts';
import { badInput } from '../graphql/errors.ts';
import { isStorable } from '../kernel/text.ts';
import type { NotificationData } from './notification.ts';

export const DATA_MEMBERS_MAX = 50;
export const DATA_TEXT_CHARACTERS_MAX = 500;

const text = z.string().max(DATA_TEXT_CHARACTERS_MAX).refine(isStorable);
const dataSchema = z
  .record(z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/), z.union([text, z.number(), z.boolean(), z.null()]))
  .refine((data) => Object.keys(data).length <= DATA_MEMBERS_MAX);

/** @throws BAD_USER_INPUT for what is not flat, or too much */
export function parseData(value: unknown): NotificationData {
  const parsed = dataSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw badInput(
    `NotificationData is a flat object of at most ${DATA_MEMBERS_MAX} names, each with text of at most ${DATA_TEXT_CHARACTERS_MAX} characters, a number, a boolean or null`,
  );
}

builder.scalarType('NotificationData', {
  description:
    'A flat JSON object: names of letters, digits and _, each with text, a number, a boolean or null. Quantities, prices and money are decimal strings.',
  serialize: (value) => value,
  parseValue: parseData,
});
