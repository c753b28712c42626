import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SENDS_AT_ONCE } from '../../../src/venues/guarded-port.ts';
import {
  CancelOrderDocument,
  ModifyOrderDocument,
  OrderDocument,
  type PlaceOrderInput,
  PlaceOrderDocument,
} from '../../generated/graphql.ts';
import type { Asked } from '../../support/client.ts';
import { request } from '../../support/graphql.ts';
import { startService, type TestService } from '../../support/service.ts';
import { marketOrder, openTrader } from '../../support/trader.ts';
import { until } from '../../support/until.ts';
import { watchSocket } from '../../support/watch.ts';
import { type AlpacaDouble, KEY, openAlpacaDouble } from './double.ts';
import { environmentOf, openTradeUpdates, type TradeUpdates, WEBHOOK_SECRET } from './stream.ts';

const SOON = { withinMs: 15_000 };
/** A few more than Alpaca is sent at a time. */
const HANGING = SENDS_AT_ONCE + 2;

let alpaca: AlpacaDouble;
let desk: AlpacaDouble;
let service: TestService;
let ann: Required<Asked>;
let updates: TradeUpdates;
beforeAll(async () => {
  [alpaca, desk] = [await openAlpacaDouble(), await openAlpacaDouble()];
  const env = {
    ...environmentOf(alpaca, KEY),
    ...{ VENUE_FORMAT_DESK: 'alpaca', WEBHOOK_SECRET_DESK: WEBHOOK_SECRET },
    ...{ VENUE_URL_DESK: desk.url, VENUE_CREDENTIALS_DESK: `${KEY.keyId}:${KEY.secret}` },
  };
  service = await startService({ env });
  // The messages of the WebSocket name no account.
  ann = await openTrader(service.url, 'ann', { venue: 'alpaca', account: '' });
  await openTrader(service.url, 'ann', { venue: 'desk', account: '' });
  updates = openTradeUpdates(service.url);
});
afterEach(() => {
  alpaca.release();
  expect([...alpaca.violations, ...desk.violations]).toEqual([]);
});
afterAll(async () => {
  await service.stop();
  await Promise.all([alpaca.close(), desk.close()]);
});

const limitOrder = (more: Partial<PlaceOrderInput> = {}): PlaceOrderInput =>
  marketOrder({ venue: 'alpaca', orderType: 'LIMIT', price: '10', ...more });

async function place(input: PlaceOrderInput) {
  const { placeOrder } = await request(ann, PlaceOrderDocument, { input });
  expect(placeOrder.refusal).toBeNull();
  return { id: placeOrder.order!.id, clOrdId: input.clOrdId, after: placeOrder.position };
}

const modify = (orderId: string, clOrdId: string, quantity: string) =>
  request(ann, ModifyOrderDocument, { input: { orderId, clOrdId, quantity } });
const cancel = (orderId: string) => request(ann, CancelOrderDocument, { input: { orderId, clOrdId: randomUUID() } });
const read = async (id: string) => (await request(ann, OrderDocument, { id })).order!;
const isAtAlpaca = (clOrdId: string) =>
  until(() => alpaca.orders.some((order) => order.client_order_id === clOrdId), SOON);
const callsOf = (method: string) => alpaca.calls.filter((call) => call.startsWith(method)).length;

describe('an order at Alpaca', () => {
  it('is placed there once, and lives until it is filled', async () => {
    const placed = await place(limitOrder());
    const watch = watchSocket(ann, { after: placed.after, orderId: placed.id });
    await isAtAlpaca(placed.clOrdId);
    const order = alpaca.order(placed.clOrdId);
    expect(order).toMatchObject({ symbol: 'AAPL', side: 'buy', qty: '100', limit_price: '10', time_in_force: 'day' });
    await updates.send('new', order);
    await updates.fill(order, '40', '9.75');
    await updates.fill(order, '60', '9.75');
    const seen = await watch.until(({ length }) => length === 3);
    expect(seen.map(({ event }) => event.status)).toEqual(['NEW', 'PARTIALLY_FILLED', 'FILLED']);
    expect(await read(placed.id)).toMatchObject({
      cumQty: '100',
      leavesQty: '0',
      avgPx: '9.75',
      venueOrderId: order.id,
    });
    watch.stop();
  });

  it.each(['cut after', 'cut before'] as const)('is placed there once when the connection is %s', async (fault) => {
    alpaca.plan('POST', fault);
    const { clOrdId } = await place(limitOrder());
    const isSettled = async (): Promise<boolean> => (await unsentOf(clOrdId)) === 0;
    await until(isSettled, SOON);
    expect(alpaca.order(clOrdId).qty).toBe('100');
  });

  it('is replaced and canceled in a row, before Alpaca has told anything of it', async () => {
    const placed = await place(limitOrder());
    const second = randomUUID();
    expect((await modify(placed.id, second, '200')).modifyOrder.refusal).toBeNull();
    expect((await cancel(placed.id)).cancelOrder.refusal).toBeNull();
    await until(() => alpaca.orders.find((order) => order.client_order_id === second)?.status === 'canceled', SOON);
    const [first, next] = [alpaca.order(placed.clOrdId), alpaca.order(second)];
    expect(first).toMatchObject({ status: 'replaced', replaced_by: next.id });
    await updates.send('new', { ...first, status: 'new', replaced_by: null });
    await updates.send('replaced', first);
    await updates.send('new', { ...next, status: 'new' });
    await updates.send('canceled', next);
    expect(await read(placed.id)).toMatchObject({
      ...{ status: 'CANCELED', quantity: '200', clOrdId: second, venueOrderId: next.id, pendingAction: null },
    });
  });

  it('is replaced twice in a row', async () => {
    const placed = await place(limitOrder());
    const [second, third] = [randomUUID(), randomUUID()];
    await modify(placed.id, second, '200');
    await modify(placed.id, third, '300');
    await isAtAlpaca(third);
    const chain = [placed.clOrdId, second, third].map((name) => alpaca.order(name));
    expect(chain.map(({ status, qty }) => [status, qty])).toEqual([
      ...[
        ['replaced', '100'],
        ['replaced', '200'],
      ],
      ['new', '300'],
    ]);
    expect(chain[2]?.replaces).toBe(chain[1]?.id);
  });
});

const unsentOf = async (clOrdId: string): Promise<number> =>
  service.app.deps.db.orderRequest.count({ where: { clOrdId, sentAt: null } });

describe('a refusal reaches the trader', () => {
  it('of a new order, as REJECTED with Alpaca’s reason', async () => {
    alpaca.plan('POST', { status: 403, body: { code: 40310000, message: 'insufficient buying power' } });
    const { id } = await place(limitOrder());
    await until(async () => (await read(id)).status === 'REJECTED', SOON);
    expect((await read(id)).text).toBe('Alpaca: insufficient buying power');
  });

  it('of what Alpaca does not trade, in words of ours', async () => {
    const { id } = await place(limitOrder({ timeInForce: 'GTD' }));
    await until(async () => (await read(id)).status === 'REJECTED', SOON);
    expect((await read(id)).text).toBe('Alpaca has no time in force GTD for stocks and ETFs');
  });

  it('of a cancel and of a change that come too late, as CANCEL_REJECTED', async () => {
    const placed = await place(limitOrder());
    await isAtAlpaca(placed.clOrdId);
    // Filled at Alpaca, which has not told yet.
    Object.assign(alpaca.order(placed.clOrdId), { status: 'filled', filled_qty: '100', filled_avg_price: '10' });
    await modify(placed.id, randomUUID(), '200');
    await cancel(placed.id);
    const refusals = async () => {
      const { history } = await read(placed.id);
      return history.edges.map(({ node }) => node).filter(({ execType }) => execType === 'CANCEL_REJECTED');
    };
    await until(async () => (await refusals()).length === 2, SOON);
    expect((await refusals()).map(({ text }) => text)).toEqual([
      'Alpaca: cannot replace order in filled status',
      'Alpaca: order is already in "filled" state',
    ]);
    expect(await read(placed.id)).toMatchObject({ pendingAction: null, status: 'PENDING_NEW' });
  });
});

describe('a venue that hangs', () => {
  it('holds up no other one', async () => {
    alpaca.settings.hangs = true;
    const [abandoned, called] = [alpaca.abandoned(), callsOf('POST')];
    const hanging = await Promise.all(Array.from({ length: HANGING }, () => place(limitOrder())));
    await until(() => callsOf('POST') === called + SENDS_AT_ONCE, SOON);
    const { clOrdId } = await place(limitOrder({ venue: 'desk' }));
    await until(() => desk.orders.some((order) => order.client_order_id === clOrdId), SOON);
    // It came before any of the others had been given up.
    expect(alpaca.abandoned()).toBe(abandoned);
    // What hung is settled in the end, and each was placed once.
    alpaca.settings.hangs = false;
    alpaca.release();
    await until(async () => (await Promise.all(hanging.map((each) => unsentOf(each.clOrdId)))).every((n) => n === 0), {
      withinMs: 60_000,
    });
    for (const each of hanging) expect(alpaca.order(each.clOrdId).qty).toBe('100');
  }, 90_000);
});
