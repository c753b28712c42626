import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutBytes, cutSms, cutUnits, smsSegments } from '../../../src/notifications/templates/bounds.ts';
import { cleanLine, FSI, isolate, maskAccount, maskText, PDI } from '../../../src/notifications/templates/clean.ts';

describe('an SMS', () => {
  it.each([
    ['a'.repeat(160), 1],
    ['a'.repeat(161), 2],
    ['a'.repeat(306), 2],
    ['a'.repeat(307), 3],
    ['€'.repeat(80), 1],
    ['€'.repeat(81), 2],
    ['ह'.repeat(70), 1],
    ['ह'.repeat(71), 2],
    ['ह'.repeat(135), 3],
    ['😀'.repeat(35), 1],
    [`${'ह'.repeat(66)}${'😀'.repeat(3)}`, 2],
  ])('of %#: is split as a carrier splits it', (text, segments) => {
    expect(smsSegments(text)).toBe(segments);
  });

  it('is cut to three segments, and loses nothing that fits', () => {
    expect(cutSms('a'.repeat(459))).toBe('a'.repeat(459));
    expect(cutSms('a'.repeat(460))).toBe(`${'a'.repeat(456)}...`);
    expect(cutSms('ह'.repeat(500)).length).toBe(201);
  });

  it('stays in the cheap alphabet if only signs would leave it', () => {
    expect(cutSms('it’s “x” – ••••1234…')).toBe(`it's "x" - ****1234...`);
    expect(cutSms('यह “x” है')).toBe('यह “x” है');
  });
});

describe('a cut', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 300 }).map((inner) => inner.replace(/[\u2066-\u2069]/g, ''));
  const isolated = fc.array(text, { maxLength: 4 }).map((all) => all.map((one) => `x${FSI}${one}${PDI}`).join(' '));

  it('keeps its bound, whole letters, and closed isolates', () => {
    fc.assert(
      fc.property(isolated, fc.integer({ min: 12, max: 200 }), (long, max) => {
        for (const short of [cutUnits(long, max), cutBytes(long, max), cutSms(long)]) {
          expect(short.isWellFormed()).toBe(long.isWellFormed());
          expect(short.split(FSI).length).toBe(short.split(PDI).length);
        }
        expect(cutUnits(long, max).length).toBeLessThanOrEqual(max);
        expect(new TextEncoder().encode(cutBytes(long, max)).length).toBeLessThanOrEqual(max);
        expect(smsSegments(cutSms(long))).toBeLessThanOrEqual(3);
        if (long.length <= max) expect(cutUnits(long, max)).toBe(long);
      }),
      { numRuns: 200, seed: 6 },
    );
  });
});

describe('what others wrote', () => {
  it('is one line without anything that steers a display', () => {
    expect(cleanLine('a\r\nb\t\u0000c\u202Ed\u2066e\u200Bf', 99)).toBe('a b c d e f'.replace(' d e f', 'def'));
    expect(cleanLine('क्\u200Dष', 99)).toBe('क्\u200Dष');
  });

  it('is set apart in Arabic, and where it runs against its surroundings', () => {
    expect(isolate('AAPL', 'rtl')).toBe(`${FSI}AAPL${PDI}`);
    expect(isolate('AAPL', 'ltr')).toBe('AAPL');
    expect(isolate('أرامكو', 'ltr')).toBe(`${FSI}أرامكو${PDI}`);
    expect(isolate('', 'rtl')).toBe('');
  });

  it.each([
    ['PA1234567890', '••••7890'],
    ['123456', '••••3456'],
    ['12345', '••••5'],
    ['1', '••••'],
    ['', '••••'],
  ])('an account %j is shown as %s', (account, shown) => {
    expect(maskAccount(account)).toBe(shown);
  });

  it.each([
    ['account 12345678 is blocked', 'account ••••5678 is blocked'],
    ['card 4111 1111 1111 1234', 'card ••••1234'],
    ['key sk_live_4f9a8b7c6d5e4f3a2b1c', 'key ••••2b1c'],
    ['for ab-77, ab-77 again', 'for ••••7, ••••7 again'],
    ['order cab-77 of ab-775', 'order cab-77 of ab-775'],
    ['price 1234567.50 above 1200000', 'price 1234567.50 above ••••0000'],
    ['insufficient buying power: 1024.50 of 300000', 'insufficient buying power: 1024.50 of 300000'],
  ])('%j is told as %j', (text, told) => {
    expect(maskText(text, 'ab-77')).toBe(told);
  });
});
