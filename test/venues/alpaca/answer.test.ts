import { describe, expect, it } from 'vitest';
import { parseNumberText } from '../../../src/kernel/number-text.ts';
import { verdictOf } from '../../../src/venues/alpaca/answer.ts';
import type { AlpacaAnswer } from '../../../src/venues/alpaca/api.ts';
import { VenueBusy } from '../../../src/venues/faults.ts';

const answerOf = (status: number, body: unknown, more: Partial<AlpacaAnswer> = {}): AlpacaAnswer => ({
  ...{ status, body: parseNumberText(JSON.stringify(body)), retryAfterMs: null, resetMs: null, callsLeft: null },
  ...more,
});
const coded = (code: number, message: string) => ({ code, message });

describe('what is refused for good', () => {
  it.each<[number, unknown, string]>([
    [403, coded(40310000, 'insufficient buying power'), 'Alpaca: insufficient buying power'],
    [403, coded(40310000, 'account is not allowed to short'), 'Alpaca: account is not allowed to short'],
    [422, coded(42210000, 'invalid limit_price 290.123'), 'Alpaca: invalid limit_price 290.123'],
    [400, coded(40010000, 'request body format is invalid'), 'Alpaca: request body format is invalid'],
    [422, null, 'Alpaca refused it without a reason'],
    [422, coded(42210000, 'a\0b'), 'Alpaca: ab'],
  ])('%i %j', (status, body, text) => {
    expect(verdictOf(answerOf(status, body))).toEqual({ is: 'refused', text, isDuplicate: false });
  });

  it('a client_order_id that was taken before is told apart', () => {
    const answer = answerOf(422, coded(40010001, 'client_order_id must be unique'));
    expect(verdictOf(answer)).toMatchObject({ is: 'refused', isDuplicate: true });
  });

  it('a long text is cut', () => {
    const verdict = verdictOf(answerOf(422, coded(42210000, 'x'.repeat(5_000))));
    expect(verdict.is === 'refused' && verdict.text.length).toBe(308);
  });
});

describe('what may pass later is thrown', () => {
  it.each<[number, unknown, RegExp]>([
    [401, coded(40110000, 'request is not authorized'), /credentials/],
    [403, { message: 'forbidden.' }, /credentials/],
    [404, { message: 'endpoint not found.' }, /404/],
    [404, null, /404/],
    [500, coded(50010000, 'internal server error'), /500/],
    [502, null, /502/],
    [301, null, /301/],
  ])('%i %j', (status, body, message) => {
    expect(() => verdictOf(answerOf(status, body))).toThrow(message);
    expect(() => verdictOf(answerOf(status, body))).not.toThrow(VenueBusy);
  });

  it.each<[number, Partial<AlpacaAnswer>, number]>([
    [429, { retryAfterMs: 7_000, resetMs: 9_000 }, 7_000],
    [429, { resetMs: 9_000 }, 9_000],
    [429, {}, 5_000],
    [503, { retryAfterMs: 2_000 }, 2_000],
  ])('%i %j asks to wait', (status, more, retryAfterMs) => {
    expect(() => verdictOf(answerOf(status, null, more))).toThrow(expect.objectContaining({ retryAfterMs }));
  });

  it('a 503 that only counts calls is a failure', () => {
    expect(() => verdictOf(answerOf(503, null, { resetMs: 9_000 }))).not.toThrow(VenueBusy);
  });
});

it('an order that Alpaca does not know is told from an address that is wrong', () => {
  expect(verdictOf(answerOf(404, coded(40410000, 'order not found')))).toEqual({ is: 'unknown' });
});
