import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CancelOrderDocument,
  LinkVenueAccountDocument,
  ModifyOrderDocument,
  NodeDocument,
  OrderDocument,
  OrdersDocument,
  PlaceOrderDocument,
  PositionDocument,
} from '../generated/graphql.ts';
import { type Asked, postReports, report } from '../support/client.ts';
import { tokenOf } from '../support/env.ts';
import { refusalCodes, request } from '../support/graphql.ts';
import { startService, type TestService } from '../support/service.ts';
import { marketOrder, openTrader } from '../support/trader.ts';
import { watchSocket, watchSse } from '../support/watch.ts';

const GARBAGE_CURSOR = 'bm90LWEtY3Vyc29y';
const NEVER_WAS = Buffer.from(`Order:${randomUUID()}`).toString('base64');

let service: TestService;
let ann: Asked;
let eve: Asked;
let annsOrder: { id: string; clOrdId: string; cursor: string };

beforeAll(async () => {
  service = await startService();
  [ann, eve] = await Promise.all([openTrader(service.url, 'ann'), openTrader(service.url, 'eve')]);
  const input = marketOrder();
  const { placeOrder } = await request(ann, PlaceOrderDocument, { input });
  annsOrder = { id: placeOrder.order!.id, clOrdId: input.clOrdId, cursor: placeOrder.position };
});
afterAll(() => service.stop());

/** Reports the next fill of Ann's order as the venue does. */
async function fill(): Promise<string> {
  const execId = randomUUID();
  const trade = { execType: 'TRADE', lastQty: '1', lastPx: '10', venueOrderId: null, orderType: 'MARKET', price: null };
  const own = { execId, account: 'ann', clOrdId: annsOrder.clOrdId };
  const { body } = await postReports(service.url, report({ ...trade, ...own }));
  expect(body).toEqual({ accepted: 1, duplicates: 0, quarantined: 0 });
  return execId;
}

it('shows every device of a user everything, and nobody else anything', async () => {
  const after = (await request(ann, PositionDocument, {})).position;
  const devices = [watchSocket(ann, { after }), watchSocket(ann, { after }), watchSse(ann, { after })];
  const evesAfter = (await request(eve, PositionDocument, {})).position;
  const evesDevices = [watchSocket(eve, { after: evesAfter }), watchSse(eve, { after: evesAfter })];
  const execIds = [await fill(), await fill(), await fill()];
  for (const device of devices) {
    const seen = await device.until(({ length }) => length === 3);
    expect(seen.map(({ event }) => event.execId)).toEqual(execIds);
    expect(seen).toEqual(devices[0]!.updates);
  }
  // Her own order comes after all of Ann's: whatever had leaked would have come before it.
  const own = await request(eve, PlaceOrderDocument, { input: marketOrder() });
  for (const device of evesDevices) {
    const [first] = await device.until(({ length }) => length > 0);
    expect(first?.order.id).toBe(own.placeOrder.order?.id);
  }
  for (const device of [...devices, ...evesDevices]) device.stop();
});

describe('a foreign order', () => {
  it.each([
    ['order(id)', () => request(eve, OrderDocument, { id: annsOrder.id })],
    ['order(clOrdId)', () => request(eve, OrderDocument, { clOrdId: annsOrder.clOrdId })],
    ['order(id) of none', () => request(eve, OrderDocument, { id: NEVER_WAS })],
  ])('is not found by %s', async (_how, find) => {
    expect(await find()).toEqual({ order: null });
  });

  it('is not found by node(id), as one that never was', async () => {
    expect(await request(ann, NodeDocument, { id: annsOrder.id })).toEqual({
      node: { __typename: 'Order', id: annsOrder.id },
    });
    expect(await request(eve, NodeDocument, { id: annsOrder.id })).toEqual({ node: null });
    expect(await request(eve, NodeDocument, { id: NEVER_WAS })).toEqual({ node: null });
  });

  it('is in no list, whatever the filter', async () => {
    for (const filter of [{}, { symbols: ['AAPL'] }, { venues: ['standard'] }, { open: true }]) {
      const { orders } = await request(eve, OrdersDocument, { first: 100, filter });
      expect(orders.edges.map(({ node }) => node.id)).not.toContain(annsOrder.id);
    }
  });

  it('is not in a list read on from the owner’s page', async () => {
    const { orders } = await request(ann, OrdersDocument, { first: 1 });
    const page = await request(eve, OrdersDocument, { first: 100, after: orders.pageInfo.endCursor ?? null });
    expect(page.orders.edges.map(({ node }) => node.clOrdId)).not.toContain(annsOrder.clOrdId);
  });

  it('is as unknown to cancelOrder and modifyOrder as one that never was', async () => {
    const answers = [];
    for (const orderId of [annsOrder.id, NEVER_WAS, 'no id at all']) {
      const cancel = await request(eve, CancelOrderDocument, { input: { orderId, clOrdId: randomUUID() } });
      const change = { orderId, clOrdId: randomUUID(), quantity: '5' };
      const modify = await request(eve, ModifyOrderDocument, { input: change });
      answers.push([cancel.cancelOrder, modify.modifyOrder].map(({ order, refusal }) => ({ order, refusal })));
    }
    expect(answers[0]).toEqual([
      { order: null, refusal: { code: 'UNKNOWN_ORDER', message: answers[1]![0]!.refusal?.message } },
      { order: null, refusal: { code: 'UNKNOWN_ORDER', message: answers[1]![1]!.refusal?.message } },
    ]);
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
    const { order } = await request(ann, OrderDocument, { id: annsOrder.id });
    expect(order?.pendingAction).toBeNull();
  });

  it.each([
    ['over WebSocket', watchSocket],
    ['over Server-Sent Events', watchSse],
  ])('can’t be followed by its id %s, as one that never was', async (_how, watch) => {
    for (const orderId of [annsOrder.id, NEVER_WAS]) {
      const watched = watch(eve, { orderId });
      expect(await watched.ended).toEqual({ by: 'errors', codes: ['NOT_FOUND'] });
      watched.stop();
    }
  });
});

it.each([
  ['over WebSocket', watchSocket],
  ['over Server-Sent Events', watchSse],
])('answers a foreign cursor as it answers garbage %s', async (_how, watch) => {
  for (const after of [annsOrder.cursor, GARBAGE_CURSOR, '']) {
    const watched = watch(eve, { after });
    expect(await watched.ended).toEqual({ by: 'errors', codes: ['BAD_USER_INPUT'] });
    watched.stop();
  }
});

it('links no account that is another user’s', async () => {
  const operator = { url: service.url, token: await tokenOf('operator', { scopes: ['admin'] }) };
  const taken = { venue: 'standard', account: 'ann', userId: 'eve' };
  expect(await refusalCodes(operator, LinkVenueAccountDocument, taken)).toEqual(['BAD_USER_INPUT']);
});
