import { createHash } from 'node:crypto';
import { z } from 'zod';

/** PostgreSQL refuses U+0000 and turns a lone surrogate into U+FFFD: neither is let in. */
export const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

export const NOT_STORABLE = 'holds U+0000 or a lone surrogate';

/** Ids of venues and apps, such as ClOrdID (11) and ExecID (17). */
export const ID_CHARACTERS_MAX = 128;

export const idSchema = z.string().min(1).max(ID_CHARACTERS_MAX).refine(isStorable, NOT_STORABLE);

/** People write several in a row, with commas between them. */
export const strategySchema = idSchema.refine(
  (name) => !/^\s|\s$|[,\r\n]/.test(name),
  'holds a comma or a line break, or begins or ends with a space',
);

/** SHA-256, in hex. */
export const digest = (content: Uint8Array | string): string => createHash('sha256').update(content).digest('hex');
