import { expect, it } from 'vitest';
import { ago, agoShort, grouped, PLATFORM, shortened, statusOf, termsOf, wordOf } from '../../src/web/words.ts';

const NOW = new Date('2026-11-20T10:00:00.000Z');

it.each([
  ['2026-11-20T09:59:59.800Z', 'just now', 'now'],
  ['2026-11-20T09:59:58.000Z', '2 seconds ago', '2 s'],
  ['2026-11-20T09:59:59.000Z', '1 second ago', '1 s'],
  ['2026-11-20T09:58:59.000Z', '1 minute ago', '1 m'],
  ['2026-11-20T08:00:00.000Z', '2 hours ago', '2 h'],
  ['2026-11-17T09:00:00.000Z', '3 days ago', '3 d'],
  ['2026-11-20T10:00:03.000Z', 'just now', 'now'],
])('%s was %s', (iso, long, short) => {
  expect(ago(iso, NOW)).toBe(long);
  expect(agoShort(iso, NOW)).toBe(short);
});

it.each([
  ['1234567.89', '1,234,567.89', '1,234,567.89'],
  [
    '12345678901234567890.123456789012345678',
    '12,345,678,901,234,567,890.123456789012345678',
    '12,345,678,901,234,567,890.1234',
  ],
  ['-1000', '−1,000', '−1,000'],
  ['95881.38001', '95,881.38001', '95,881.38'],
  ['100', '100', '100'],
  ['0.000041236', '0.000041236', '0.00004123'],
  [null, '–', '–'],
])('%s is shown as %s, in short %s', (decimal, whole, short) => {
  expect(grouped(decimal)).toBe(whole);
  expect(shortened(decimal)).toBe(short);
});

it('shows words that it does not know as the service says them', () => {
  expect(statusOf({ status: 'HELD_BY_VENUE' as never })).toEqual({
    label: 'Held by venue',
    tone: 'plain',
    shape: 'ring',
  });
  expect(wordOf(PLATFORM, 'WEB')).toBe('Web');
  expect(wordOf(PLATFORM, 'SMART_WATCH')).toBe('Smart watch');
  const terms = { price: '1000', stopPx: null };
  expect(termsOf({ ...terms, orderType: 'LIMIT' })).toBe('Limit 1,000');
  expect(termsOf({ ...terms, orderType: 'PEGGED' as never })).toBe('Pegged 1,000');
});
