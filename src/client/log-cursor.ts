import { compareCursors, type Cursor } from './cursor.ts';

/** Of a cursor over two logs: version 2, a place in the viewer's own log as version 1 has it, one in the other, signature. */
const PAIR_LENGTH = 79;
const PLACE_END = 25;
const SIGNATURE_BYTES = 10;

/** Where a cursor stands in the viewer's own log, in the form of version 1, without its signature: to compare, not to send. */
export function logCursorOf(cursor: Cursor): Cursor {
  if (cursor.length !== PAIR_LENGTH) return cursor;
  try {
    const bytes = atob(cursor.replaceAll('-', '+').replaceAll('_', '/'));
    const single = `\u0001${bytes.slice(1, PLACE_END)}${'\0'.repeat(SIGNATURE_BYTES)}`;
    return btoa(single).replace('=', '');
  } catch {
    return cursor;
  }
}

/** As `compareCursors`, by where both stand in the viewer's own log. */
export const compareInLog = (a: Cursor, b: Cursor): number | null => compareCursors(logCursorOf(a), logCursorOf(b));
