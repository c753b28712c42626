import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/kernel/clock.ts';
import { decimal } from '../../../src/kernel/decimal.ts';
import { alpacaPort } from '../../../src/venues/alpaca/port.ts';
import { NotYet, VenueBusy } from '../../../src/venues/faults.ts';
import type { VenuePort, VenueRequest } from '../../../src/venues/venue.ts';
import { until } from '../../support/until.ts';
import { ACCOUNT, type AlpacaDouble, type Fault, KEY, openAlpacaDouble } from './double.ts';
import { cancelOf, newOrder, replaceOf } from './requests.ts';

/** For an answer that never comes. */
const IMPATIENT_MS = 250;
const SOON = { withinMs: 5_000 };
const TAKEN = { status: 'taken' };
const refused = (text: string) => ({ status: 'refused', text });

let alpaca: AlpacaDouble;
let port: VenuePort;
let stopping: AbortController;
const open = (link: object = {}, timeoutMs?: number) =>
  alpacaPort({ link: { ...KEY, url: alpaca.url, ...link }, clock: systemClock, ...(timeoutMs && { timeoutMs }) });
beforeEach(async () => {
  alpaca = await openAlpacaDouble();
  stopping = new AbortController();
  port = open();
});
afterEach(async () => {
  expect(alpaca.violations).toEqual([]);
  await alpaca.close();
});

const send = (request: VenueRequest) => port.send(request, stopping.signal);
const sendImpatiently = (request: VenueRequest) => open({}, IMPATIENT_MS).send(request, stopping.signal);
const failureOf = async (sent: Promise<unknown>): Promise<Error> => {
  const failed = await sent.then(
    () => null,
    (error: unknown) => error as Error,
  );
  if (!failed) throw new Error('it did not fail');
  return failed;
};

const LOST: readonly Fault[] = [
  'cut after',
  'hang after',
  'cut before',
  { status: 500 },
  { status: 502, body: '<html>' },
];

describe('a new order', () => {
  it('is placed', async () => {
    expect(await send(newOrder())).toEqual(TAKEN);
    expect(alpaca.order('C1')).toMatchObject({ symbol: 'AAPL', qty: '100', limit_price: '10', side: 'buy' });
    expect(alpaca.calls).toEqual(['POST /v2/orders']);
  });

  it.each(LOST)('is placed once, though its first answer was lost: %j', async (fault) => {
    alpaca.plan('POST', fault);
    expect(await failureOf(sendImpatiently(newOrder()))).not.toBeInstanceOf(VenueBusy);
    expect(await send(newOrder())).toEqual(TAKEN);
    expect(alpaca.order('C1').qty).toBe('100');
    expect(alpaca.orders).toHaveLength(1);
  });

  it('is the same one also when it was filled or stopped meanwhile', async () => {
    await send(newOrder({ orderType: 'STOP', price: null, stopPx: decimal('11') }));
    Object.assign(alpaca.order('C1'), { status: 'filled', type: 'stop_limit', limit_price: '11.44' });
    expect(await send(newOrder({ orderType: 'STOP', price: null, stopPx: decimal('11.00') }))).toEqual(TAKEN);
  });

  it.each([
    { quantity: decimal('99') },
    { price: decimal('10.01') },
    { symbol: 'MSFT' },
    { side: 'SELL' },
    { timeInForce: 'GTC' },
    { orderType: 'MARKET', price: null },
  ])('of other terms under the same clOrdId is another one: %j', async (more) => {
    await send(newOrder());
    expect(await send(newOrder(more))).toEqual(refused('another order at Alpaca has this clOrdId'));
  });

  it('is refused with Alpaca’s reason', async () => {
    alpaca.plan('POST', { status: 403, body: { code: 40310000, message: 'insufficient buying power' } });
    expect(await send(newOrder())).toEqual(refused('Alpaca: insufficient buying power'));
  });

  it('that Alpaca does not trade does not reach it', async () => {
    expect(await send(newOrder({ assetClass: 'FX' }))).toEqual(refused('Alpaca does not trade this asset class: FX'));
    expect(alpaca.calls).toEqual([]);
  });

  it('waits while the credentials are not right, and no failure tells them or the address', async () => {
    port = open({ secret: 'another-secret' });
    const failed = await failureOf(send(newOrder()));
    expect(failed.message).toBe('Alpaca answered 401: the credentials are not right');
    const gone = await openAlpacaDouble();
    await gone.close();
    port = open({ url: gone.url });
    const away = await failureOf(send(newOrder()));
    expect(away.message).toBe('Alpaca did not answer: ECONNREFUSED');
    port = open({ url: `http://user:password@127.0.0.1:1` });
    const odd = await failureOf(send(newOrder()));
    for (const error of [failed, away, odd]) {
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toMatch(/secret|password|PKTEST/);
      expect(error.cause).toBeUndefined();
    }
  });

  it.each<[Record<string, string>, number]>([
    [{ 'retry-after': '7' }, 7_000],
    [{ 'retry-after': '86400' }, 60_000],
    [{}, 5_000],
  ])('waits as long as Alpaca asks, within a minute: %j', async (headers, retryAfterMs) => {
    alpaca.plan('POST', { status: 429, headers });
    expect(await failureOf(send(newOrder()))).toMatchObject({ name: 'VenueBusy', retryAfterMs });
  });

  it('waits for an answer that is too long, or is not Alpaca’s', async () => {
    alpaca.plan('POST', { status: 200, body: 'x'.repeat(65 * 1_024) }, { status: 200, body: { ok: true } });
    expect((await failureOf(send(newOrder()))).message).toBe('Alpaca did not answer: the answer is too long');
    expect((await failureOf(send(newOrder()))).message).toBe('Alpaca’s answer is not the order that was sent');
  });

  it('sends its secret to no other host', async () => {
    const other = await openAlpacaDouble();
    alpaca.plan('POST', { status: 307, headers: { location: `${other.url}/v2/orders` } });
    await failureOf(send(newOrder()));
    expect(other.calls).toEqual([]);
    await other.close();
  });

  it('is cut off when we stop', async () => {
    alpaca.plan('POST', 'hang after');
    const failed = failureOf(send(newOrder()));
    await until(() => alpaca.calls.length === 1, SOON);
    stopping.abort();
    expect((await failed).message).toBe('Alpaca did not answer: AbortError');
  });
});

describe('the account', () => {
  it.each([ACCOUNT.id, ACCOUNT.account_number, ''])('%j is that of the key', async (account) => {
    expect(await send(newOrder({ account }))).toEqual(TAKEN);
  });

  it('of somebody else is not traded for; the key’s is asked for once', async () => {
    const text = 'the key that Fillstream has at Alpaca trades for another account';
    expect(await send(newOrder({ account: 'ben' }))).toEqual(refused(text));
    expect(await send(cancelOf({ account: 'ben' }))).toEqual(refused(text));
    expect(alpaca.calls).toEqual(['GET /v2/account']);
  });
});

describe('a cancel', () => {
  it('goes to the order of the known id at once', async () => {
    await send(newOrder());
    const { id } = alpaca.order('C1');
    expect(await send(cancelOf({ venueOrderId: id }))).toEqual(TAKEN);
    expect(alpaca.calls.slice(1)).toEqual([`DELETE /v2/orders/${id}`]);
    expect(alpaca.order('C1').status).toBe('canceled');
  });

  it('finds the order by its clOrdId, whatever stands in it', async () => {
    await send(newOrder({ clOrdId: 'a b&c=/ü' }));
    expect(await send(cancelOf({ origClOrdId: 'a b&c=/ü' }))).toEqual(TAKEN);
  });

  it.each(LOST)('is taken once more when its answer was lost: %j', async (fault) => {
    await send(newOrder());
    alpaca.plan('DELETE', fault);
    await failureOf(sendImpatiently(cancelOf()));
    expect(await send(cancelOf())).toEqual(TAKEN);
  });

  it('follows the order to what replaced it, though that is not known here yet', async () => {
    await send(newOrder());
    const { id } = alpaca.order('C1');
    await send(replaceOf());
    await send(replaceOf({ clOrdId: 'C3', quantity: decimal('300') }));
    expect(await send(cancelOf({ venueOrderId: id }))).toEqual(TAKEN);
    expect(['C1', 'C2', 'C3'].map((name) => alpaca.order(name).status)).toEqual(['replaced', 'replaced', 'canceled']);
  });

  it('stays with the order when its replacement was rejected', async () => {
    await send(newOrder());
    await send(replaceOf());
    Object.assign(alpaca.order('C2'), { status: 'rejected' });
    Object.assign(alpaca.order('C1'), { status: 'filled' });
    expect(await send(cancelOf())).toEqual(refused('Alpaca: order is already in "filled" state'));
  });

  it('comes too late for an order that is filled', async () => {
    await send(newOrder());
    Object.assign(alpaca.order('C1'), { status: 'filled' });
    expect(await send(cancelOf())).toEqual(refused('Alpaca: order is already in "filled" state'));
  });

  it('waits while the order is being replaced', async () => {
    await send(newOrder());
    Object.assign(alpaca.order('C1'), { status: 'pending_replace' });
    expect(await failureOf(send(cancelOf()))).toBeInstanceOf(NotYet);
  });

  it('of an order that Alpaca does not know is refused', async () => {
    expect(await send(cancelOf())).toEqual(refused('Alpaca does not know the order'));
    expect(await send(cancelOf({ venueOrderId: 'nowhere' }))).toEqual(refused('Alpaca does not know the order'));
  });
});

describe('a replacement', () => {
  it('is asked for with the whole quantity and the price that stays', async () => {
    await send(newOrder());
    Object.assign(alpaca.order('C1'), { filled_qty: '40', filled_avg_price: '9.9', status: 'partially_filled' });
    expect(await send(replaceOf({ venueOrderId: alpaca.order('C1').id }))).toEqual(TAKEN);
    expect(alpaca.order('C2')).toMatchObject({ qty: '200', limit_price: '10', replaces: alpaca.order('C1').id });
  });

  it.each(LOST)('is made once, though its first answer was lost: %j', async (fault) => {
    await send(newOrder());
    const { id: venueOrderId } = alpaca.order('C1');
    alpaca.plan('PATCH', fault);
    await failureOf(sendImpatiently(replaceOf({ venueOrderId })));
    expect(await send(replaceOf({ venueOrderId }))).toEqual(TAKEN);
    expect(alpaca.order('C2').qty).toBe('200');
    expect(alpaca.orders).toHaveLength(2);
  });

  it('goes to the newest of the chain', async () => {
    await send(newOrder());
    const { id: venueOrderId } = alpaca.order('C1');
    await send(replaceOf({ venueOrderId }));
    expect(await send(replaceOf({ venueOrderId, clOrdId: 'C3', quantity: decimal('300') }))).toEqual(TAKEN);
    expect(alpaca.order('C3').replaces).toBe(alpaca.order('C2').id);
  });

  it('does not take another order of this clOrdId for its own', async () => {
    await send(newOrder());
    await send(newOrder({ clOrdId: 'C2' }));
    expect(await send(replaceOf())).toEqual(refused('another order at Alpaca has this clOrdId'));
  });

  it.each(['pending_new', 'pending_replace', 'pending_cancel', 'accepted'])(
    'waits while the order is %s',
    async (status) => {
      await send(newOrder());
      Object.assign(alpaca.order('C1'), { status });
      expect(await failureOf(send(replaceOf()))).toBeInstanceOf(NotYet);
      expect(alpaca.calls.filter((call) => call.startsWith('PATCH'))).toEqual([]);
    },
  );

  it('of an order that rests until the morning is refused', async () => {
    await send(newOrder());
    Object.assign(alpaca.order('C1'), { status: 'accepted', submitted_at: '2026-01-02T03:04:05Z' });
    expect(await send(replaceOf())).toMatchObject({ text: expect.stringContaining('cancel it instead') as string });
  });

  it('of an order that was filled is refused, and of one that is filled in that moment too', async () => {
    await send(newOrder());
    Object.assign(alpaca.order('C1'), { filled_qty: '100', filled_avg_price: '10', status: 'filled' });
    expect(await send(replaceOf())).toEqual(refused('Alpaca: cannot replace order in filled status'));
  });

  it('of an order that Alpaca does not know is refused', async () => {
    expect(await send(replaceOf())).toEqual(refused('Alpaca does not know the order'));
  });
});
