/** Opaque to apps: what an update, a page, a payload or a ping says of the place to resume from. */
export type Cursor = string;

interface Place {
  readonly epoch: string;
  readonly offset: number;
}

/**
 * Where version 1 of a cursor points: version (byte 0), epoch (1 to 16), offset (17 to 24, the highest first), signature.
 * Null for any other: this client then knows only whether two are the same.
 */
export function placeOf(cursor: Cursor): Place | null {
  try {
    const bytes = atob(cursor.replaceAll('-', '+').replaceAll('_', '/'));
    if (bytes.charCodeAt(0) !== 1) return null;
    let offset = 0;
    for (let i = 17; i < 25; i++) offset = offset * 256 + bytes.charCodeAt(i);
    return { epoch: bytes.slice(1, 17), offset };
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
