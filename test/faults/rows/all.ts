import type { Row } from './row.ts';
import { redisRows } from './redis.ts';
import { serverRows } from './server.ts';

/** The fault matrix: rows F1 to F30 and F33 to F37. */
export const ROWS: readonly Row[] = [...serverRows, ...redisRows];
