import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/kernel/clock.ts';
import { decimal } from '../../../src/kernel/decimal.ts';
import { alpacaPort } from '../../../src/venues/alpaca/port.ts';
import type { VenuePort, VenueRequest } from '../../../src/venues/venue.ts';
import { until } from '../../support/until.ts';
import { type AlpacaDouble, KEY, openAlpacaDouble } from './double.ts';
import { newOrder, replaceOf } from './requests.ts';

const SOON = { withinMs: 5_000 };

let alpaca: AlpacaDouble;
let port: VenuePort;
let stopping: AbortController;
beforeEach(async () => {
  alpaca = await openAlpacaDouble();
  stopping = new AbortController();
  port = alpacaPort({ link: { ...KEY, url: alpaca.url }, clock: systemClock });
});
afterEach(async () => {
  expect(alpaca.violations).toEqual([]);
  await alpaca.close();
});

const send = (request: VenueRequest) => port.send(request, stopping.signal);

describe('asked about orders', () => {
  const askedOf = (clOrdId: string, venueOrderId: string | null = null) => ({ account: '', clOrdId, venueOrderId });
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
      { execType: 'ORDER_STATUS', cumQty: '50', avgPx: '10', status: 'NEW' },
    ]);
  });

  it('fails as a whole when Alpaca can’t be asked', async () => {
    await send(newOrder());
    alpaca.plan('GET', { status: 429, headers: { 'retry-after': '3' } });
    await expect(ask(askedOf('C1'))).rejects.toMatchObject({ name: 'VenueBusy', retryAfterMs: 3_000 });
  });

  it('leaves calls for orders: it waits when few are left', async () => {
    alpaca.settings.headers = { 'x-ratelimit-remaining': '10', 'x-ratelimit-reset': '4000000000' };
    const asking = ask(...['A', 'B', 'C', 'D', 'E', 'F'].map((name) => askedOf(name)));
    await until(() => alpaca.calls.length >= 4, SOON);
    expect(await send(newOrder())).toEqual({ status: 'taken' });
    stopping.abort();
    await expect(asking).rejects.toThrow('aborted');
    expect(alpaca.calls.filter((call) => call.startsWith('GET'))).toHaveLength(4);
  });

  it('about too many is refused', async () => {
    const many = Array.from({ length: 501 }, (_, i) => askedOf(`C${i}`));
    await expect(ask(...many)).rejects.toThrow('ask about at most 500 orders');
  });
});
