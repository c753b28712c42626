/** Opaque to apps: what an update, a page, a payload or a ping says of the place to resume from. */
export type Cursor = string;

interface Place {
  readonly epoch: string;
  readonly offset: number;
}

const VERSION = 1;
const LENGTH = 47;
const EPOCH_AT = 1;
const OFFSET_AT = 17;
const OFFSET_END = 25;

/**
 * Where version 1 of a cursor points: version, epoch (16 bytes), offset (8 bytes, the highest first), signature. Null for
 * any other: this client then knows only whether two are the same.
 */
export function placeOf(cursor: Cursor): Place | null {
  if (cursor.length !== LENGTH) return null;
  try {
    const bytes = atob(cursor.replaceAll('-', '+').replaceAll('_', '/'));
    if (bytes.charCodeAt(0) !== VERSION) return null;
    let offset = 0;
    for (let i = OFFSET_AT; i < OFFSET_END; i++) offset = offset * 256 + bytes.charCodeAt(i);
    return { epoch: bytes.slice(EPOCH_AT, OFFSET_AT), offset };
  } catch {
    return null;
  }
}

/** Below 0 when `a` comes before `b` in the log, 0 when they are the same place; null when nobody can say. */
export function compareCursors(a: Cursor, b: Cursor): number | null {
  if (a === b) return 0;
  const [first, second] = [placeOf(a), placeOf(b)];
  return first && second && first.epoch === second.epoch ? first.offset - second.offset : null;
}
