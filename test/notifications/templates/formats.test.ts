import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shownDays, shownNumber, shownTime } from '../../../src/notifications/templates/formats.ts';

/** The digits of any script, as ASCII, with the point as a point. */
const plain = (shown: string): string =>
  shown
    .replace(/[\u0660-\u0669]/g, (digit) => String(digit.charCodeAt(0) - 0x660))
    .replace(/[,\u066C\u061C\u200E\u200F]/g, '')
    .replace('\u066B', '.');

describe('numbers', () => {
  it.each([
    ['en', '12,345,678,901,234,567,890.123456789012345678'],
    ['hi', '1,23,45,67,89,01,23,45,67,890.123456789012345678'],
    ['ar', '12,345,678,901,234,567,890.123456789012345678'],
    ['ar-EG', '١٢٬٣٤٥٬٦٧٨٬٩٠١٬٢٣٤٬٥٦٧٬٨٩٠٫١٢٣٤٥٦٧٨٩٠١٢٣٤٥٦٧٨'],
  ])('are written as in %s', (tag, shown) => {
    expect(shownNumber('12345678901234567890.123456789012345678', tag, 'exact')).toBe(shown);
  });

  it('keep every digit, in every language', () => {
    const decimals = fc
      .tuple(fc.bigInt({ min: -(10n ** 38n), max: 10n ** 38n }), fc.integer({ min: 0, max: 18 }))
      .map(([units, places]) => {
        const digits = String(units < 0n ? -units : units).padStart(places + 1, '0');
        const whole = digits.slice(0, digits.length - places);
        const fraction = digits.slice(digits.length - places).replace(/0+$/, '');
        const text = fraction === '' ? whole : `${whole}.${fraction}`;
        return units < 0n ? `-${text}` : text;
      });
    fc.assert(
      fc.property(decimals, fc.constantFrom('en', 'en-IN', 'ar', 'ar-EG', 'hi'), (text, tag) => {
        expect(plain(shownNumber(text, tag, 'exact') ?? '')).toBe(text);
      }),
      { numRuns: 300, seed: 6 },
    );
  });

  it('a mean is rounded to what can be read, half to even, and a small one keeps its digits', () => {
    const mean = (text: string) => shownNumber(text, 'en', 'mean');
    expect(mean('187.333333333333333333')).toBe('187.33333');
    expect(mean('0.000012345678912345')).toBe('0.000012345679');
    expect(mean('9007199254740993.5')).toBe('9,007,199,254,740,993.5');
    expect(mean('1.00000005')).toBe('1');
    expect(mean('1.00000015')).toBe('1.0000002');
  });

  it('a result has its sign, and nothing has none', () => {
    expect(['12.5', '-12.5', '0'].map((text) => shownNumber(text, 'en', 'signed'))).toEqual(['+12.5', '-12.5', '0']);
  });

  it.each(['', 'NaN', 'Infinity', '1e5', '0x10', ' 1', '١', '1.', '.5', '--1', '9'.repeat(81)])(
    '%j is none',
    (text) => {
      expect(shownNumber(text, 'en', 'exact')).toBeNull();
    },
  );
});

describe('times', () => {
  const at = (text: string, timeZone: string) =>
    shownTime(new Date(text), { locale: 'en', timeZone })?.replaceAll('\u202F', ' ');

  it('are those of the reader’s clock, on both sides of a change of it', () => {
    expect(at('2026-11-01T05:59:00Z', 'America/New_York')).toBe('Nov 1, 2026, 1:59 AM');
    expect(at('2026-11-01T06:01:00Z', 'America/New_York')).toBe('Nov 1, 2026, 1:01 AM');
    expect(at('2026-03-08T07:00:00Z', 'America/New_York')).toBe('Mar 8, 2026, 3:00 AM');
    expect(at('2026-11-01T05:59:00Z', 'Asia/Kolkata')).toBe('Nov 1, 2026, 11:29 AM');
  });

  it('are in UTC where the zone is not known, and none where the time is none', () => {
    expect(at('2026-11-01T05:59:00Z', 'Mars/Olympus')).toBe('Nov 1, 2026, 5:59 AM');
    expect(at('2026-11-01T05:59:00Z', '')).toBe('Nov 1, 2026, 5:59 AM');
    expect(at('no time', 'UTC')).toBeUndefined();
  });

  it('follow the language and the country', () => {
    const told = new Date('2026-11-20T15:04:00Z');
    const shown = (locale: 'en' | 'ar' | 'hi', region: string | null) =>
      shownTime(told, { locale, region, timeZone: 'Asia/Kolkata' })?.replace(/[\u200E\u200F]/g, '');
    expect(shown('hi', null)).toBe('20 नव॰ 2026, 8:34 pm');
    expect(shown('en', 'IN')).toBe('20 Nov 2026, 8:34 pm');
    expect(shown('ar', 'EG')).toBe('٢٠/١١/٢٠٢٦، ٨:٣٤ م');
    expect(shown('en', '<b>')).toBe(shown('en', null));
  });

  it('a report’s days end before the next one begins', () => {
    const reader = { locale: 'en', timeZone: 'Asia/Kolkata' } as const;
    const days = (from: string, to: string) => shownDays(new Date(from), new Date(to), reader)?.replace(/\s/g, ' ');
    expect(days('2026-11-19T18:30:00Z', '2026-11-20T18:30:00Z')).toBe('Nov 20, 2026');
    expect(days('2026-11-15T18:30:00Z', '2026-11-22T18:30:00Z')).toBe('Nov 16 – 22, 2026');
  });
});
