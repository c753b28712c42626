/** Version 1 of a cursor: version, epoch (16 bytes), offset (8 bytes), signature. */
const VERSION = 1;
const OFFSET_AT = 17;
const OFFSET_BYTES = 8;

/**
 * The place in the user's stream that a cursor holds; null when it is no cursor of version 1. A cursor is opaque to apps; a
 * checker that is to see a hole in the numbering must look into it, and must not guess at a version that it does not know.
 */
export function placeOf(cursor: string): number | null {
  const bytes = Buffer.from(cursor, 'base64url');
  if (bytes.length < OFFSET_AT + OFFSET_BYTES || bytes.readUInt8(0) !== VERSION) return null;
  return Number(bytes.readBigUInt64BE(OFFSET_AT));
}

/** As `placeOf`. @throws when the cursor can't be read */
export function offsetOf(cursor: string): number {
  const place = placeOf(cursor);
  if (place === null) throw new Error(`not a cursor that this program can read: ${cursor.slice(0, 64)}`);
  return place;
}
