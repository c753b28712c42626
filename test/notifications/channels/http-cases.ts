import { expect, it } from 'vitest';
import type { Outcome } from '../../../src/notifications/channels/channel.ts';
import { until } from '../../support/until.ts';
import type { HttpDouble } from './doubles/http-double.ts';
import { later, signal } from './message.ts';

export interface Opened {
  readonly double: Pick<HttpDouble, 'plan' | 'received' | 'close'>;
  readonly taken: () => number;
  readonly send: (signal: AbortSignal) => Promise<Outcome>;
  /** By the port's clock. */
  readonly now: Date;
}

const failures: readonly [number, null, null][] = [
  [500, null, null],
  [502, null, null],
];

/** What holds for every provider that is spoken to by HTTP. */
export function itAnswersAsTheProvider(opened: () => Opened, { isIdempotent = true } = {}): void {
  it.each<[number, string | null, number | null]>([
    ...(isIdempotent ? failures : []),
    [429, '30', 30_000],
    [429, 'half a minute from now', 30_000],
    [429, '999999', 3_600_000],
    [503, '7', 7_000],
  ])('%i, Retry-After %s: later', async (status, asked, ms) => {
    const inHalfAMinute = new Date(opened().now.getTime() + 30_000).toUTCString();
    const wait = asked === 'half a minute from now' ? inHalfAMinute : asked;
    opened().double.plan({ status, body: '<html>', ...(wait !== null && { headers: { 'retry-after': wait } }) });
    expect(await opened().send(signal)).toMatchObject(later(ms));
    expect(await opened().send(signal)).toMatchObject({ status: 'sent' });
  });

  it.each(isIdempotent ? [] : [500, 502, 504])('%i: nobody knows whether it was taken', async (status) => {
    opened().double.plan({ status, body: '<html>' });
    await expect(opened().send(signal)).rejects.toThrow(`answered ${status}`);
    expect(await opened().send(signal)).toMatchObject({ status: 'sent' });
  });

  it('400: this message never', async () => {
    opened().double.plan({ status: 400, body: {} });
    expect(await opened().send(signal)).toMatchObject({ status: 'refused' });
  });

  it('a redirect is not followed', async () => {
    opened().double.plan({ status: 307, headers: { location: '/elsewhere' } });
    expect(await opened().send(signal)).toMatchObject({ status: 'refused' });
    expect(opened().double.received).toHaveLength(1);
  });

  it('an answer that is lost after it was taken: nobody knows', async () => {
    opened().double.plan('cut after');
    await expect(opened().send(signal)).rejects.toThrow('no answer: ECONNRESET');
    expect(opened().taken()).toBe(1);
  });

  it('an answer that does not come is waited for until the signal', async () => {
    opened().double.plan('hang');
    const stop = new AbortController();
    const sending = opened().send(stop.signal);
    await until(() => opened().taken() === 1, { withinMs: 5_000 });
    stop.abort();
    await expect(sending).rejects.toThrow('no answer: ABORT_ERR');
  });

  it('nobody there: later, for nobody has it', async () => {
    await opened().double.close();
    expect(await opened().send(signal)).toMatchObject({ status: 'later', text: 'no connection: ECONNREFUSED' });
  });

  it('an answer without end is read as far as it matters', async () => {
    opened().double.plan({ status: 503, body: 'x'.repeat(100_000) });
    expect(await opened().send(signal)).toMatchObject(later());
  });
}
