import { createHmac, timingSafeEqual } from 'node:crypto';
import type { UserId } from './brand.ts';

/** A place in a user's stream. `epoch` is the incarnation of the log (a UUID), `offset` counts its events from 1; 0 is before the first. */
export interface Position {
  readonly epoch: string;
  readonly offset: number;
}

/** A place in two logs of a user that are followed as one. */
export interface PositionPair {
  readonly log: Position;
  /** Null where it was not known yet: from its head on, whenever that is known. */
  readonly feed: Position | null;
}

/**
 * Opaque to apps: version, epoch, offset and a signature that binds them to one user; base64url, 47 characters. Of a pair:
 * version, both epochs and offsets, and the signature; 79 characters.
 */
export type Cursor = string;

const VERSION = 1;
const PAIR_VERSION = 2;
const PLACE_BYTES = 24;
const BODY_BYTES = 1 + PLACE_BYTES;
const PAIR_BODY_BYTES = 1 + 2 * PLACE_BYTES;
const MAC_BYTES = 10;
const NO_EPOCH = '00000000-0000-0000-0000-000000000000';

function sign(secret: string, user: UserId, body: Buffer): Buffer {
  return createHmac('sha256', secret).update(user).update('\0').update(body).digest().subarray(0, MAC_BYTES);
}

const signed = (secret: string, user: UserId, body: Buffer): Cursor =>
  Buffer.concat([body, sign(secret, user, body)]).toString('base64url');

/** The signed part of a cursor; null when it is none of this version, forged or another user's. */
function bodyOf(cursor: Cursor, { secret, user, version, bytes }: Expected): Buffer | null {
  const read = Buffer.from(cursor, 'base64url');
  if (read.length !== bytes + MAC_BYTES || read.toString('base64url') !== cursor) return null;
  const body = read.subarray(0, bytes);
  if (body.readUInt8(0) !== version || !timingSafeEqual(read.subarray(bytes), sign(secret, user, body))) return null;
  return body;
}

interface Expected {
  readonly secret: string;
  readonly user: UserId;
  readonly version: number;
  readonly bytes: number;
}

function writePlace(body: Buffer, at: number, { epoch, offset }: Position): void {
  body.write(epoch.replaceAll('-', ''), at, 'hex');
  body.writeBigUInt64BE(BigInt(offset), at + 16);
}

function readPlace(body: Buffer, at: number): Position {
  const hex = body.toString('hex', at, at + 16);
  const epoch = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  return { epoch, offset: Number(body.readBigUInt64BE(at + 16)) };
}

export function encodeCursor(secret: string, user: UserId, position: Position): Cursor {
  const body = Buffer.alloc(BODY_BYTES);
  body.writeUInt8(VERSION, 0);
  writePlace(body, 1, position);
  return signed(secret, user, body);
}

/** Null when the cursor is unreadable, forged or another user's: the caller must answer all three alike. */
export function decodeCursor(secret: string, user: UserId, cursor: Cursor): Position | null {
  const body = bodyOf(cursor, { secret, user, version: VERSION, bytes: BODY_BYTES });
  return body && readPlace(body, 1);
}

export function encodePairCursor(secret: string, user: UserId, { log, feed }: PositionPair): Cursor {
  const body = Buffer.alloc(PAIR_BODY_BYTES);
  body.writeUInt8(PAIR_VERSION, 0);
  writePlace(body, 1, log);
  if (feed) writePlace(body, 1 + PLACE_BYTES, feed);
  return signed(secret, user, body);
}

/** Null as by `decodeCursor`; also for the cursor of a single log. */
export function decodePairCursor(secret: string, user: UserId, cursor: Cursor): PositionPair | null {
  const body = bodyOf(cursor, { secret, user, version: PAIR_VERSION, bytes: PAIR_BODY_BYTES });
  if (!body) return null;
  const feed = readPlace(body, 1 + PLACE_BYTES);
  return { log: readPlace(body, 1), feed: feed.epoch === NO_EPOCH ? null : feed };
}
