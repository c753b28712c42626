import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decimal } from '../../../src/kernel/decimal.ts';
import { PAUSE_MS_MAX } from '../../../src/venues/alpaca/ask.ts';
import { alpacaPort } from '../../../src/venues/alpaca/port.ts';
import { guardedPort } from '../../../src/venues/guarded-port.ts';
import type { VenuePort, VenueRequest } from '../../../src/venues/venue.ts';
import { silent } from '../../stream/fakes.ts';
import { until } from '../../support/until.ts';
import { ACCOUNT, type AlpacaDouble, KEY, openAlpacaDouble } from './double.ts';
import { newOrder, replaceOf } from './requests.ts';

const SOON = { withinMs: 5_000 };

let alpaca: AlpacaDouble;
let port: VenuePort;
let stopping: AbortController;
let now: number;
beforeEach(async () => {
  alpaca = await openAlpacaDouble();
  stopping = new AbortController();
  now = Date.parse('2026-01-02T03:04:00Z');
  const clock = { now: () => new Date(now) };
  const plain = alpacaPort({ link: { ...KEY, url: alpaca.url }, clock });
  port = guardedPort({ clock, log: silent }, { venue: 'alpaca', port: plain });
});
afterEach(async () => {
  expect(alpaca.violations).toEqual([]);
  await alpaca.close();
});

const send = (request: VenueRequest) => port.send(request, stopping.signal);

describe('asked about orders', () => {
  const askedOf = (clOrdId: string, venueOrderId: string | null = null, account = '') => ({
    ...{ account, clOrdId, venueOrderId },
  });
  const ask = (...orders: ReturnType<typeof askedOf>[]) => port.ask!(orders, stopping.signal);

  it('tells of each in its place, also of those that Alpaca does not know', async () => {
    for (const clOrdId of ['A', 'B', 'C', 'D', 'E', 'F']) await send(newOrder({ clOrdId }));
    Object.assign(alpaca.order('B'), { status: 'filled', filled_qty: '100', filled_avg_price: '9.75' });
    const answers = await ask(...['A', 'B', 'X', 'C', 'D', 'E', 'F'].map((name) => askedOf(name)));
    expect(answers.map((answer) => answer?.at(-1)?.status ?? null)).toEqual([
      'NEW',
      'FILLED',
      null,
      'NEW',
      'NEW',
      'NEW',
      'NEW',
    ]);
    expect(answers[1]).toMatchObject([{ cumQty: '100', avgPx: '9.75', venueOrderId: alpaca.order('B').id }]);
  });

  it('follows a chain in both directions', async () => {
    await send(newOrder());
    Object.assign(alpaca.order('C1'), { filled_qty: '40', filled_avg_price: '9.5', status: 'partially_filled' });
    await send(replaceOf());
    Object.assign(alpaca.order('C2'), { filled_qty: '10', filled_avg_price: '12', status: 'partially_filled' });
    await send(replaceOf({ clOrdId: 'C3', quantity: decimal('300') }));
    Object.assign(alpaca.order('C3'), { filled_qty: '0', filled_avg_price: null });
    const [answer] = await ask(askedOf('C2', alpaca.order('C2').id));
    expect(answer).toMatchObject([
      { execType: 'REPLACED', venueOrderId: alpaca.order('C3').id, clOrdId: 'C3', quantity: '300' },
      { execType: 'ORDER_STATUS', venueOrderId: alpaca.order('C3').id, status: 'NEW' },
    ]);
    // Its order has less than the one before: what is filled in all is not known.
    expect(answer?.at(-1)).not.toHaveProperty('cumQty');
    Object.assign(alpaca.order('C2'), { filled_qty: '50', filled_avg_price: '10' });
    Object.assign(alpaca.order('C3'), { filled_qty: '60', filled_avg_price: '10.5' });
    expect((await ask(askedOf('C2', alpaca.order('C2').id)))[0]?.at(-1)).toMatchObject({ cumQty: '60', avgPx: '10.5' });
  });

  it('knows the orders of its own account alone, by whatever name', async () => {
    await send(newOrder());
    const { id } = alpaca.order('C1');
    const accounts = ['', ACCOUNT.id, ACCOUNT.account_number, 'another'];
    const answers = await ask(...accounts.map((account) => askedOf('C1', id, account)));
    expect(answers.map((answer) => answer?.at(-1)?.account ?? null)).toEqual([...accounts.slice(0, 3), null]);
    expect(await ask(askedOf('C1', null, 'another'))).toEqual([null]);
    expect(alpaca.calls.filter((call) => call === 'GET /v2/account')).toHaveLength(1);
  });

  it('takes no other order for one whose id it does not know', async () => {
    await send(newOrder());
    expect(await ask(askedOf('C1', 'of-another-account', ACCOUNT.id))).toEqual([null]);
  });

  it('fails as a whole when Alpaca can’t be asked', async () => {
    await send(newOrder());
    alpaca.plan('GET', { status: 429, headers: { 'retry-after': '3' } });
    await expect(ask(askedOf('C1'))).rejects.toMatchObject({ name: 'VenueBusy', retryAfterMs: 3_000 });
  });

  const manyOf = () => ['A', 'B', 'C', 'D', 'E', 'F'].map((name) => askedOf(name));
  const callsOf = (method: string) => alpaca.calls.filter((call) => call.startsWith(method)).length;
  const shortUntil = (at: number) => ({ 'x-ratelimit-remaining': '10', 'x-ratelimit-reset': String(at / 1_000) });

  it('leaves calls for orders: it waits when few are left', async () => {
    alpaca.settings.headers = shortUntil(now + 1_000);
    const asking = ask(...manyOf());
    await until(() => alpaca.calls.length >= 4, SOON);
    expect(await send(newOrder())).toEqual({ status: 'taken' });
    expect(callsOf('GET')).toBe(4);
    alpaca.settings.headers = {};
    expect(await asking).toHaveLength(6);
    expect(callsOf('GET')).toBe(6);
  });

  it('is to be asked again later when few are left for long; orders are sent meanwhile', async () => {
    const resetAt = now + 40_000;
    alpaca.settings.headers = shortUntil(resetAt);
    expect(await ask(askedOf('A'))).toEqual([null]);
    await expect(ask(...manyOf())).rejects.toMatchObject({ name: 'VenueBusy' });
    expect(await send(newOrder())).toEqual({ status: 'taken' });
    now = resetAt - PAUSE_MS_MAX - 1;
    await expect(ask(...manyOf())).rejects.toMatchObject({ name: 'VenueBusy' });
    expect(callsOf('GET')).toBe(1);
    // Nothing has to be answered for it to be asked again: the time has come.
    alpaca.settings.headers = {};
    now = resetAt;
    expect(await ask(...manyOf())).toHaveLength(6);
  });

  it('about too many is refused', async () => {
    const many = Array.from({ length: 501 }, (_, i) => askedOf(`C${i}`));
    await expect(ask(...many)).rejects.toThrow('ask about at most 500 orders');
  });
});
