import type { Context } from 'hono';
import { z } from 'zod';
import { badInput } from '../graphql/errors.ts';
import { FILTER_VALUES_MAX } from '../graphql/filter-values.ts';
import { parseDateTimeScalar } from '../graphql/scalars.ts';
import { idSchema } from '../kernel/text.ts';

/** Fields of a query string. A list is given as `symbols=AAPL,MSFT`, or by giving the parameter again and again. */
export const one = z
  .array(z.string())
  .length(1, 'is given once')
  .transform(([text = '']) => text);
export const many = z
  .array(z.string())
  .transform((texts) => texts.flatMap((text) => text.split(',')))
  .pipe(z.array(idSchema).max(FILTER_VALUES_MAX));
export const word = <const T extends readonly string[]>(words: T) => one.pipe(z.enum(words));
export const manyWords = <const T extends readonly string[]>(words: T) => many.pipe(z.array(z.enum(words)));
export const time = one.transform((text, { issues, value }) => {
  try {
    return parseDateTimeScalar(text);
  } catch (error) {
    issues.push({ code: 'custom', message: error instanceof Error ? error.message : '', input: value });
    return z.NEVER;
  }
});
export const flag = word(['true', 'false']).transform((text) => text === 'true');
export const integer = one.pipe(z.string().regex(/^\d{1,4}$/, 'is no whole number')).transform(Number);

/** @throws BAD_USER_INPUT also on a parameter that is not known: a misspelt filter would narrow nothing */
export function readQuery<T>(c: Context, schema: z.ZodType<T>): T {
  const query = schema.safeParse(c.req.queries());
  if (query.success) return query.data;
  throw badInput(query.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
}
