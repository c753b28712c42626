import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { userId } from '../../src/kernel/brand.ts';
import {
  decodeCursor,
  decodePairCursor,
  encodeCursor,
  encodePairCursor,
  type Position,
} from '../../src/kernel/position.ts';

const SECRET = 'a secret of at least thirty-two bytes';
const ANN = userId('ann');
const AT: Position = { epoch: '01234567-89ab-cdef-0123-456789abcdef', offset: 42 };
const CURSOR = encodeCursor(SECRET, ANN, AT);

describe('a cursor', () => {
  it('is opaque text of 47 characters that is safe in a URL', () => {
    expect(CURSOR).toMatch(/^[A-Za-z0-9_-]{47}$/);
    expect(encodeURIComponent(CURSOR)).toBe(CURSOR);
  });

  it('comes back as the position that it was made of, for its own user', () => {
    const position = fc.record({ epoch: fc.uuid(), offset: fc.maxSafeNat() });
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), position, (user, at) => {
        expect(decodeCursor(SECRET, userId(user), encodeCursor(SECRET, userId(user), at))).toEqual(at);
      }),
    );
  });

  it('is null for another user', () => {
    expect(decodeCursor(SECRET, userId('bob'), CURSOR)).toBeNull();
    // The user's name and the position are told apart, however they meet.
    expect(decodeCursor(SECRET, userId('ann\0'), CURSOR)).toBeNull();
  });

  it('is null under another secret', () => {
    expect(decodeCursor('another secret of thirty-two bytes', ANN, CURSOR)).toBeNull();
  });

  it('is null with any one bit flipped', () => {
    const bytes = Buffer.from(CURSOR, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const forged = Buffer.from(bytes);
      forged[bit >> 3] = (forged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(decodeCursor(SECRET, ANN, forged.toString('base64url')), `bit ${bit}`).toBeNull();
    }
  });

  it('is null with any one character changed, also where base64url leaves bits over', () => {
    const last = CURSOR.slice(0, -1);
    const accepted = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_').filter(
      (character) => decodeCursor(SECRET, ANN, last + character) !== null,
    );
    expect(accepted).toEqual([CURSOR.at(-1)]);
  });

  it('is null when cut short, padded or made by hand', () => {
    for (let length = 0; length < CURSOR.length; length++) {
      expect(decodeCursor(SECRET, ANN, CURSOR.slice(0, length)), `${length} characters`).toBeNull();
    }
    const made = [
      `${CURSOR}=`,
      `${CURSOR}A`,
      ` ${CURSOR.slice(1)}`,
      CURSOR.replaceAll('-', '+'),
      '{"offset":1}',
      "' OR 1",
    ];
    for (const text of made.filter((each) => each !== CURSOR)) expect(decodeCursor(SECRET, ANN, text)).toBeNull();
    expect(decodeCursor(SECRET, ANN, 'A'.repeat(10_240))).toBeNull();
    expect(decodeCursor(SECRET, ANN, 'Ⓐ'.repeat(47))).toBeNull();
  });

  it('is null whatever is made up', () => {
    const looksRight = fc.stringMatching(/^[A-Za-z0-9_-]{47}$/);
    fc.assert(
      fc.property(fc.oneof(fc.string(), looksRight), (text) => {
        expect(decodeCursor(SECRET, ANN, text)).toBeNull();
      }),
    );
  });
});

describe('the cursor of two logs', () => {
  const pair = { log: AT, feed: { epoch: AT.epoch.replaceAll('0', '9'), offset: 7 } };
  const cursor = encodePairCursor(SECRET, ANN, pair);

  it('comes back as it was, also when one place is not known yet', () => {
    expect(decodePairCursor(SECRET, ANN, cursor)).toEqual(pair);
    const half = { log: AT, feed: null };
    expect(decodePairCursor(SECRET, ANN, encodePairCursor(SECRET, ANN, half))).toEqual(half);
  });

  it('is none of one log, nor the other way round, nor anybody else’s, nor of any other bits', () => {
    expect(decodeCursor(SECRET, ANN, cursor)).toBeNull();
    expect(decodePairCursor(SECRET, ANN, CURSOR)).toBeNull();
    expect(decodePairCursor(SECRET, userId('bob'), cursor)).toBeNull();
    const bytes = Buffer.from(cursor, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const forged = Buffer.from(bytes);
      forged[bit >> 3]! ^= 1 << (bit & 7);
      expect(decodePairCursor(SECRET, ANN, forged.toString('base64url')), `bit ${bit}`).toBeNull();
    }
  });
});
