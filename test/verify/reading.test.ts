import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openEventReader } from '../../src/verify/event-stream.ts';
import { offsetOf, placeOf } from '../../src/verify/cursor.ts';
import { rawElements, rawMembers } from '../../src/verify/raw-json.ts';
import { cursorAt } from './perfect.ts';

const SPACES = fc.constantFrom(undefined, 1, 2);

describe('raw JSON', () => {
  it('is cut out of an object byte for byte', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true }), SPACES, (object, space) => {
        const members = rawMembers(JSON.stringify(object, null, space));
        expect([...members].map(([name, raw]) => [name, JSON.parse(raw) as unknown])).toEqual(
          Object.entries(JSON.parse(JSON.stringify(object)) as object),
        );
      }),
    );
  });

  it('is cut out of an array byte for byte', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (array) => {
        expect(rawElements(JSON.stringify(array))).toEqual(array.map((each) => JSON.stringify(each)));
      }),
    );
  });

  it('keeps what a parser would change', () => {
    const raw = String.raw`{"a":1.0, "b":"\u0041\"}"}`;
    expect(rawMembers(`{"data":${raw},"x":[1,2]}`)).toEqual(
      new Map([
        ['data', raw],
        ['x', '[1,2]'],
      ]),
    );
  });
});

describe('server-sent events', () => {
  const TEXT =
    ':\n\nid: 1\n\nid: 2\nevent: next\ndata: {"a":\ndata: 1}\n\ndata:x\r\n\r\nevent: complete\n\nid: cut off';
  const MESSAGES = [
    { id: '1', event: 'message', data: '' },
    { id: '2', event: 'next', data: '{"a":\n1}' },
    { id: null, event: 'message', data: 'x' },
    { id: null, event: 'complete', data: '' },
  ];

  it('are read the same however they are cut into pieces', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }), (lengths) => {
        const read = openEventReader();
        const messages = [];
        for (let at = 0, i = 0; at < TEXT.length; i += 1) {
          const length = lengths[i % lengths.length]!;
          messages.push(...read(TEXT.slice(at, at + length)));
          at += length;
        }
        expect(messages).toEqual(MESSAGES);
      }),
    );
  });
});

describe('a cursor', () => {
  it('tells its place, and is not guessed at when it is of another kind', () => {
    expect(offsetOf(cursorAt(2 ** 40))).toBe(2 ** 40);
    expect(placeOf('')).toBeNull();
    expect(placeOf(Buffer.alloc(35, 2).toString('base64url'))).toBeNull();
    expect(() => offsetOf('not a cursor')).toThrow('not a cursor that this program can read: not a cursor');
  });
});
