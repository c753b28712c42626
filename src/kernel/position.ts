import { createHmac, timingSafeEqual } from 'node:crypto';
import type { UserId } from './brand.ts';

/** A place in a user's stream. `epoch` is the incarnation of the log (a UUID), `offset` counts its events from 1; 0 is before the first. */
export interface Position {
  readonly epoch: string;
  readonly offset: number;
}

/** Opaque to apps: version, epoch, offset and a signature that binds them to one user; base64url, 47 characters. */
export type Cursor = string;

const VERSION = 1;
const BODY_BYTES = 25;
const MAC_BYTES = 10;

function sign(secret: string, user: UserId, body: Buffer): Buffer {
  return createHmac('sha256', secret).update(user).update('\0').update(body).digest().subarray(0, MAC_BYTES);
}

export function encodeCursor(secret: string, user: UserId, position: Position): Cursor {
  const body = Buffer.alloc(BODY_BYTES);
  body.writeUInt8(VERSION, 0);
  body.write(position.epoch.replaceAll('-', ''), 1, 'hex');
  body.writeBigUInt64BE(BigInt(position.offset), 17);
  return Buffer.concat([body, sign(secret, user, body)]).toString('base64url');
}

/** Null when the cursor is unreadable, forged or another user's: the caller must answer all three alike. */
export function decodeCursor(secret: string, user: UserId, cursor: Cursor): Position | null {
  if (cursor.length !== 47) return null;
  const bytes = Buffer.from(cursor, 'base64url');
  if (bytes.length !== BODY_BYTES + MAC_BYTES || bytes.toString('base64url') !== cursor) return null;
  const body = bytes.subarray(0, BODY_BYTES);
  if (body.readUInt8(0) !== VERSION || !timingSafeEqual(bytes.subarray(BODY_BYTES), sign(secret, user, body)))
    return null;
  const hex = body.toString('hex', 1, 17);
  const epoch = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  return { epoch, offset: Number(body.readBigUInt64BE(17)) };
}
