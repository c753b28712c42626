import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal, parseDecimal, printDecimal, shownDecimal, ZERO } from '../../src/kernel/decimal.ts';

const reprinted = (text: string): string | null => {
  const value = parseDecimal(text);
  return value && printDecimal(value);
};

describe('a decimal that is read', () => {
  it.each([
    ['0', '0'],
    ['-0', '0'],
    ['-0.000', '0'],
    ['007', '7'],
    ['1.50', '1.5'],
    ['100', '100'],
    ['-12.5', '-12.5'],
    ['12345678901234567.89', '12345678901234567.89'],
    ['0.000000000000000001', '0.000000000000000001'],
    ['99999999999999999999.999999999999999999', '99999999999999999999.999999999999999999'],
    ['-99999999999999999999.999999999999999999', '-99999999999999999999.999999999999999999'],
    // Zeros that say nothing do not count towards the bounds.
    ['000000000000000000000000000001', '1'],
    ['1.0000000000000000000000000000', '1'],
  ])('%s is printed as %s', (text, printed) => {
    expect(reprinted(text)).toBe(printed);
  });

  it.each([
    ['21 digits before the point', '100000000000000000000'],
    ['19 digits after the point', '0.0000000000000000001'],
    ['40 digits', '1234567890123456789012345678901234567890'],
    ['an exponent', '1e5'],
    ['an exponent of capitals', '1E400'],
    ['not a number', 'NaN'],
    ['infinity', 'Infinity'],
    ['minus infinity', '-Infinity'],
    ['hexadecimal', '0x10'],
    ['binary', '0b1'],
    ['an underscore', '1_0'],
    ['a space before', ' 1'],
    ['a space after', '1 '],
    ['a new line after', '1\n'],
    ['a comma', '1,5'],
    ['two points', '1.5.5'],
    ['no digit before the point', '.5'],
    ['no digit after the point', '5.'],
    ['a plus', '+1'],
    ['two minus signs', '--1'],
    ['a typographic minus', '\u22121'],
    ['full-width digits', '１２'],
    ['Arabic digits', '١٢'],
    ['U+0000', '1\0'],
    ['a word', 'one'],
    ['nothing', ''],
    ['a minus alone', '-'],
  ])('%s is refused: %j', (_name, text) => {
    expect(parseDecimal(text)).toBeNull();
  });
});

describe('a decimal that is printed', () => {
  it('has no exponent, however large or small', () => {
    expect(printDecimal(decimal('1e30'))).toBe('1000000000000000000000000000000');
    expect(printDecimal(decimal('1e-18'))).toBe('0.000000000000000001');
  });

  it('has no minus zero', () => {
    expect(printDecimal(ZERO.negated())).toBe('0');
  });

  it('is rounded half-even to 18 decimals where a quotient is shown', () => {
    expect(printDecimal(shownDecimal(decimal(2).div(3)))).toBe('0.666666666666666667');
    expect(printDecimal(shownDecimal(decimal('0.0000000000000000005')))).toBe('0');
    expect(printDecimal(shownDecimal(decimal('0.0000000000000000015')))).toBe('0.000000000000000002');
    expect(printDecimal(shownDecimal(decimal('0.0000000000000000025')))).toBe('0.000000000000000002');
  });

  it('sums products of the largest and the smallest without rounding', () => {
    const largest = decimal('99999999999999999999.999999999999999999');
    const smallest = decimal('0.000000000000000001');
    const sum = largest.times(largest).plus(smallest.times(smallest));
    expect(printDecimal(sum)).toBe('9999999999999999999999999999999999999800.000000000000000000000000000000000002');
  });

  it('comes back as it was, from any plain decimal within the bounds', () => {
    const digits = (max: number) => fc.stringMatching(new RegExp(`^[0-9]{1,${max}}$`));
    const plain = fc
      .tuple(fc.constantFrom('', '-'), digits(20), fc.option(digits(18)))
      .map(([sign, integer, fraction]) => `${sign}${integer}${fraction === null ? '' : `.${fraction}`}`);
    fc.assert(
      fc.property(plain, (text) => {
        const printed = reprinted(text) ?? 'refused';
        expect(printed).toMatch(/^(0|-?(0\.\d*[1-9]|[1-9]\d*(\.\d*[1-9])?))$/);
        expect(reprinted(printed)).toBe(printed);
        expect(decimal(text).eq(printed)).toBe(true);
      }),
    );
  });

  it('is never made of anything but a plain decimal', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.double().map(String)), (text) => {
        const value = parseDecimal(text);
        if (value) expect(text).toMatch(/^-?[0-9]+(\.[0-9]+)?$/);
      }),
    );
  });
});
