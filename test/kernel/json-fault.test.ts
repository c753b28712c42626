import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonFault } from '../../src/kernel/json-fault.ts';

describe('a key that is named twice', () => {
  it.each([
    '{"a":1,"a":2}',
    '{"a":1,"b":{},"a":2}',
    '[{"b":[{"a":"x","a":null}]}]',
    '{"a":1, "\\u0061" : 2}',
    '{"":1,"":1}',
    '{ "a" :1,\n"c":"}{,", "a":2}',
    '{"\\"":1,"\\"":2}',
    '{"__proto__":1,"__proto__":2}',
  ])('is found in %s', (json) => {
    expect(jsonFault(json)).toBe('a key is named twice');
  });

  it.each([
    '{"a":{"a":{"a":1}}}',
    '[{"a":1},{"a":1}]',
    '{"a":"a","b":"a"}',
    '{"a":["a","a"],"b":"\\"a\\":1,\\"a\\":2"}',
    '{"a":"\\\\","b":"a"}',
    '{"A":1,"a":2}',
    '["a","a"]',
    '"a"',
    '{}',
    'null',
  ])('is not seen in %s', (json) => {
    expect(jsonFault(json)).toBeNull();
  });

  it('is never in what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
        expect(jsonFault(JSON.stringify(value, null, 1))).toBeNull();
      }),
    );
  });

  it('is looked for in time that grows with the text alone', () => {
    expect(jsonFault(`{"a":"${'\\\\'.repeat(120_000)}"}`)).toBeNull();
  });
});

describe('a nesting', () => {
  it('of 32 is fine, and of 33 is too deep', () => {
    const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    expect(jsonFault(nested(32))).toBeNull();
    expect(jsonFault(`[${nested(31)},${nested(31)}]`)).toBeNull();
    expect(jsonFault(nested(33))).toBe('nested deeper than 32');
    expect(jsonFault('{"a":'.repeat(20_000) + '1' + '}'.repeat(20_000))).toBe('nested deeper than 32');
  });
});
