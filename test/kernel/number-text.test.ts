import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NumberText, parseNumberText, plainNumber, writeNumberText } from '../../src/kernel/number-text.ts';

describe('numbers of a JSON text', () => {
  it.each(['0.1000000000000000055', '1e-8', '12345678901234567.89', '9007199254740993', '1e400', '-0', '0.0', '1.50'])(
    '%s stays as it was written',
    (written) => {
      const read = parseNumberText(`{"a":[${written}, "${written}"] , "b" : ${written}}`);
      expect(read).toEqual({ a: [new NumberText(written), written], b: new NumberText(written) });
    },
  );

  it('are no text, and no text is one of them', () => {
    expect(parseNumberText('["#1","$1","1","\\u00231",1,{"#1":"#1","$":"a\\"#1"}]')).toEqual([
      ...['#1', '$1', '1', '#1', new NumberText('1')],
      { '#1': '#1', $: 'a"#1' },
    ]);
  });

  it('apart, any JSON is what JSON.parse makes of it, and is written as it was', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
        const json = JSON.stringify(value);
        const read = parseNumberText(json);
        expect(writeNumberText(read)).toBe(JSON.stringify(JSON.parse(json)));
        expect(parseNumberText(JSON.stringify(value, null, 2))).toEqual(read);
      }),
    );
  });
});

describe('an exponent', () => {
  it.each([
    ['1e-8', '0.00000001'],
    ['1E+3', '1000'],
    ['-2.50e1', '-25'],
    ['1.234e-15', '0.000000000000001234'],
    ['10', '10'],
    ['0.10', '0.10'],
  ])('%s is %s', (written, plain) => {
    expect(plainNumber(written)).toBe(plain);
  });

  it.each(['1e400', '1e-400', '1e39', '1e999999999', `1${'0'.repeat(50)}e1`, 'e5', '1e', 'text'])(
    'far out of bounds, or none, is left as it is: %s',
    (written) => {
      expect(plainNumber(written)).toBe(written);
    },
  );
});
