import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pino } from 'pino';
import { systemClock } from '../../src/kernel/clock.ts';
import { alpacaPort } from '../../src/venues/alpaca/port.ts';
import { FAILURES_MAX } from '../../src/limits/guard.ts';
import { VenueBusy } from '../../src/venues/faults.ts';
import { guardedPort, SENDS_AT_ONCE } from '../../src/venues/guarded-port.ts';
import { backoffMs } from '../../src/venues/submit.ts';
import type { VenuePort } from '../../src/venues/venue.ts';
import { silent } from '../stream/fakes.ts';
import { until } from '../support/until.ts';
import { type AlpacaDouble, KEY, openAlpacaDouble } from './alpaca/double.ts';
import { newOrder } from './alpaca/requests.ts';

const SOON = { withinMs: 5_000 };
const OPEN_MS = 100;

let alpaca: AlpacaDouble;
let now: Date;
let port: VenuePort;
let logged: string[];
const { signal } = new AbortController();
const open = (sendMsMax = 2_000): VenuePort => {
  const log = pino(
    { level: 'info' },
    { write: (line: string) => void logged.push((JSON.parse(line) as { msg: string }).msg) },
  );
  const guarded = alpacaPort({ link: { ...KEY, url: alpaca.url }, clock: systemClock });
  const options = { openMsMin: OPEN_MS, openMsMax: OPEN_MS, sendMsMax };
  return guardedPort({ clock: { now: () => now }, log }, { venue: 'alpaca', port: guarded, options });
};
beforeEach(async () => {
  [now, logged] = [new Date('2026-01-02T03:04:05Z'), []];
  alpaca = await openAlpacaDouble();
  port = open();
});
afterEach(async () => {
  expect(alpaca.violations).toEqual([]);
  await alpaca.close();
});

const failures = (count: number) => Array.from({ length: count }, () => ({ status: 500 }));
const send = (clOrdId: string) => port.send(newOrder({ clOrdId }), signal);
const failed = (clOrdId: string): Promise<Error> =>
  send(clOrdId).then(
    () => Promise.reject(new Error('it did not fail')),
    (error: unknown) => error as Error,
  );
const fail = async (count: number): Promise<void> => {
  for (let n = 0; n < count; n++) await failed(`F${n}`);
};
const isTaken = async (clOrdId: string): Promise<boolean> =>
  send(clOrdId).then(
    () => true,
    () => false,
  );

const OPENED = 'the venue fails: it is left alone for a while';
const [TRIED, CLOSED] = ['the venue is tried again', 'the venue answers again'];

describe('a venue that fails', () => {
  it('is not called any more, then tried by one request, and called again once it answers', async () => {
    alpaca.plan('POST', ...failures(FAILURES_MAX + 1));
    await fail(FAILURES_MAX);
    for (let n = 0; n < 50; n++) expect(await failed('waits')).toMatchObject({ name: 'VenueBusy', retryAfterMs: 0 });
    expect(alpaca.calls).toHaveLength(FAILURES_MAX);
    expect(logged).toEqual([OPENED]);
    // The one that tries it fails, and it is left alone once more.
    await until(async () => (await isTaken('tries')) || alpaca.calls.length > FAILURES_MAX, SOON);
    expect(alpaca.calls).toHaveLength(FAILURES_MAX + 1);
    expect(await failed('waits')).toBeInstanceOf(VenueBusy);
    expect(logged).toEqual([OPENED, TRIED, OPENED]);
    await until(() => isTaken('tries'), SOON);
    expect(logged).toEqual([OPENED, TRIED, OPENED, TRIED, CLOSED]);
    expect(alpaca.calls).toHaveLength(FAILURES_MAX + 2);
  });

  it('counts in a row only', async () => {
    for (let round = 0; round < 3; round++) {
      alpaca.plan('POST', ...failures(FAILURES_MAX - 1));
      await fail(FAILURES_MAX - 1);
      expect(await send(`C${round}`)).toEqual({ status: 'taken' });
    }
    expect(logged).toEqual([]);
  });

  it('by hanging is given up after a while, and left alone', async () => {
    port = open(50);
    alpaca.plan('POST', ...Array.from({ length: FAILURES_MAX }, () => 'hang after' as const));
    expect((await failed('F')).message).toMatch(/took too long|did not answer/);
    await fail(FAILURES_MAX - 1);
    expect(await failed('waits')).toBeInstanceOf(VenueBusy);
  });
});

describe('no failure of a venue is', () => {
  it('what it refuses', async () => {
    const refusal = { status: 422, body: { code: 42210000, message: 'no' } };
    alpaca.plan('POST', ...Array.from({ length: FAILURES_MAX * 2 }, () => refusal));
    for (let n = 0; n < FAILURES_MAX * 2; n++) expect(await send(`R${n}`)).toMatchObject({ status: 'refused' });
    expect(logged).toEqual([]);
  });

  it('that we stop', async () => {
    alpaca.plan('POST', ...Array.from({ length: FAILURES_MAX }, () => 'hang after' as const));
    const stopping = new AbortController();
    const sent = Array.from({ length: FAILURES_MAX }, (_, n) =>
      port.send(newOrder({ clOrdId: `S${n}` }), stopping.signal),
    );
    await until(() => alpaca.calls.length === FAILURES_MAX, SOON);
    stopping.abort();
    expect((await Promise.allSettled(sent)).map(({ status }) => status)).toEqual(Array(FAILURES_MAX).fill('rejected'));
    expect(await send('after')).toEqual({ status: 'taken' });
    expect(logged).toEqual([]);
  });
});

it('a venue that asks to wait is not called until then, by any request', async () => {
  alpaca.plan('POST', { status: 429, headers: { 'retry-after': '30' } });
  expect(await failed('C1')).toMatchObject({ retryAfterMs: 30_000 });
  now = new Date(now.getTime() + 29_999);
  expect(await failed('C2')).toMatchObject({ name: 'VenueBusy', retryAfterMs: 1 });
  expect(alpaca.calls).toHaveLength(1);
  now = new Date(now.getTime() + 1);
  expect(await send('C2')).toEqual({ status: 'taken' });
  expect(logged).toEqual(['the venue asks to wait']);
});

it('a shorter wait does not end a longer one that was asked for meanwhile', async () => {
  const answers: ((error: Error) => void)[] = [];
  const hangs: VenuePort = { send: () => new Promise((_resolve, reject) => answers.push(reject)) };
  port = guardedPort({ clock: { now: () => now }, log: silent }, { venue: 'alpaca', port: hangs });
  const sent = [failed('C1'), failed('C2')];
  await until(() => answers.length === 2, SOON);
  answers[0]?.(new VenueBusy('429', 30_000));
  await sent[0];
  answers[1]?.(new VenueBusy('429', 2_000));
  await sent[1];
  expect(await failed('C3')).toMatchObject({ name: 'VenueBusy', retryAfterMs: 30_000 });
  expect(answers).toHaveLength(2);
});

it(`takes ${SENDS_AT_ONCE} requests at a time; others leave at once`, async () => {
  alpaca.plan('POST', ...Array.from({ length: SENDS_AT_ONCE }, () => 'hang after' as const));
  const sent = Array.from({ length: SENDS_AT_ONCE }, (_, n) => send(`H${n}`));
  await until(() => alpaca.calls.length === SENDS_AT_ONCE, SOON);
  expect(await failed('more')).toBeInstanceOf(VenueBusy);
  alpaca.release();
  expect(await Promise.all(sent)).toEqual(Array(SENDS_AT_ONCE).fill({ status: 'taken' }));
  expect(await send('more')).toEqual({ status: 'taken' });
});

it('questions that fail keep no request from the venue; both wait as long as it asks', async () => {
  alpaca.plan('GET', ...failures(FAILURES_MAX));
  const ask = () => port.ask!([{ account: '', venueOrderId: null, clOrdId: 'C1' }], signal);
  for (let n = 0; n < FAILURES_MAX; n++) await expect(ask()).rejects.toThrow('Alpaca answered 500');
  expect(await send('C1')).toEqual({ status: 'taken' });
  alpaca.plan('GET', { status: 429, headers: { 'retry-after': '7' } });
  await expect(ask()).rejects.toThrow('429');
  expect(await failed('C2')).toBeInstanceOf(VenueBusy);
});

it.each([
  [0, 1_000, 2_000],
  [3_999, 1_000, 2_000],
  [4_000, 2_000, 4_000],
  [20_000, 8_000, 16_000],
  [60_000, 15_000, 30_000],
  [86_400_000, 15_000, 30_000],
])('a request that failed after %i ms is tried again after %i to %i', (waitedMs, least, most) => {
  for (let n = 0; n < 100; n++) {
    expect(backoffMs(waitedMs)).toBeGreaterThanOrEqual(least);
    expect(backoffMs(waitedMs)).toBeLessThanOrEqual(most);
  }
});
