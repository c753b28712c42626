import type { z } from 'zod';

/** The first few faults, by path; never the values, which may be anything. */
export function describe(error: z.ZodError): string {
  return error.issues
    .slice(0, 5)
    .map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`)
    .join('; ')
    .slice(0, 500);
}
