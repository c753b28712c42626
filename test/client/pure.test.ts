import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs } from '../../src/client/backoff.ts';
import { compareCursors, placeOf } from '../../src/client/cursor.ts';
import { closeEnding } from '../../src/client/ending.ts';
import { MESSAGE_CHARACTERS_MAX, openEventReader } from '../../src/client/event-stream.ts';
import { statusEnding } from '../../src/client/http.ts';
import type { UserId } from '../../src/kernel/brand.ts';
import { encodeCursor } from '../../src/kernel/position.ts';

describe('the wait before an attempt', () => {
  const backoff = { firstMs: 1_000, maxMs: 30_000 };

  it('doubles from one second to thirty, and is drawn from the upper half', () => {
    const bounds = [1, 2, 3, 4, 5, 6, 7, 1_000].map((failed) => [
      backoffMs(backoff, failed, 0),
      backoffMs(backoff, failed, 1),
    ]);
    expect(bounds).toEqual([
      [500, 1_000],
      [1_000, 2_000],
      [2_000, 4_000],
      [4_000, 8_000],
      [8_000, 16_000],
      [15_000, 30_000],
      [15_000, 30_000],
      [15_000, 30_000],
    ]);
  });
});

describe('a cursor', () => {
  const epochs = ['0f8fad5b-d9cb-469f-a165-70867728950e', '7c9e6679-7425-40de-944b-e07fc1f90ae7'];
  const secret = 'a secret';
  const cursorOf = (epoch: string, offset: number): string => encodeCursor(secret, 'ann' as UserId, { epoch, offset });
  const offset = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });

  it('of the service comes before another one of its log exactly when its offset does', () => {
    fc.assert(
      fc.property(offset, offset, (a, b) => {
        expect(placeOf(cursorOf(epochs[0]!, a))?.offset).toBe(a);
        expect(Math.sign(compareCursors(cursorOf(epochs[0]!, a), cursorOf(epochs[0]!, b))!)).toBe(Math.sign(a - b));
      }),
    );
  });

  it('can’t be compared with one of another log, or with what is none', () => {
    expect(compareCursors(cursorOf(epochs[0]!, 1), cursorOf(epochs[1]!, 2))).toBeNull();
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(compareCursors(text, cursorOf(epochs[0]!, 2))).toBeNull();
        expect(compareCursors(text, text)).toBe(0);
      }),
    );
  });
});

describe('a close', () => {
  it.each([
    [1012, 'told'],
    [1013, 'told'],
    [4403, 'token'],
    [4401, 'token'],
    [1000, 'lost'],
    [1001, 'lost'],
    [1006, 'lost'],
    [4408, 'lost'],
    [4499, 'lost'],
    [1002, 'leave'],
    [1008, 'leave'],
    [1011, 'leave'],
    [4400, 'leave'],
    [4500, 'leave'],
  ])('with %i means: %s', (code, verdict) => {
    expect(closeEnding(code, '').verdict).toBe(verdict);
  });

  it('whose reason is FEATURE_DISABLED asks for another transport', () => {
    expect(closeEnding(1013, 'FEATURE_DISABLED: use /v1/stream').verdict).toBe('leave');
  });

  it.each([
    [401, 'UNAUTHENTICATED', 'token'],
    [503, 'UNAVAILABLE', 'told'],
    [429, 'RATE_LIMITED', 'told'],
    [403, 'FEATURE_DISABLED', 'leave'],
    [502, 'HTTP_502', 'lost'],
    [401, 'HTTP_401', 'token'],
    [503, 'HTTP_503', 'told'],
  ])('an HTTP status %i with %s means: %s', (status, code, verdict) => {
    expect(statusEnding(status, code, 2)).toMatchObject({ verdict, afterMs: 2_000 });
  });
});

describe('the reader of event streams', () => {
  const text =
    'retry: 1000\nid: a\n\n:\n\nid: b\r\ndata: {"x":1}\r\n\r\nevent: error\ndata: one\ndata: two\n\ndata: unfinished';
  const messages = [
    { id: 'a', event: 'message', data: '' },
    { id: 'b', event: 'message', data: '{"x":1}' },
    { id: null, event: 'error', data: 'one\ntwo' },
  ];

  it('reads the same however the text is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: text.length }), { maxLength: 12 }), (cuts) => {
        const places = [0, ...cuts.toSorted((a, b) => a - b), text.length];
        const read = openEventReader();
        expect(places.slice(1).flatMap((end, i) => read(text.slice(places[i], end)))).toEqual(messages);
      }),
    );
  });

  it('gives up on a message without an end', () => {
    const read = openEventReader();
    expect(() => Array.from({ length: 3 }, () => read('x'.repeat(MESSAGE_CHARACTERS_MAX / 2)))).toThrow('no end');
  });
});
