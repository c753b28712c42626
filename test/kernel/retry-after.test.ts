import { expect, it } from 'vitest';
import { retryAfterMs } from '../../src/kernel/retry-after.ts';

const bounds = { now: new Date('2026-01-02T03:04:05Z'), msMax: 60_000 };

it.each([
  [null, null],
  [undefined, null],
  ['', null],
  ['soon', null],
  ['-1', 0],
  ['0', 0],
  ['7', 7_000],
  ['61', 60_000],
  ['99999999999999999999', 60_000],
  ['Fri, 02 Jan 2026 03:04:15 GMT', 10_000],
  ['Fri, 02 Jan 2026 03:04:00 GMT', 0],
  ['Fri, 02 Jan 2026 04:04:00 GMT', 60_000],
])('%s asks to wait %s ms', (header, ms) => expect(retryAfterMs(header, bounds)).toBe(ms));
