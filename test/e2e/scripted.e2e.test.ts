import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../src/kernel/clock.ts';
import { paperPort } from '../../src/venues/paper-port.ts';
import { openPaperExchange, type PaperExchange } from '../../src/venues/paper/server.ts';
import { CancelOrderDocument, OrderDocument, PlaceOrderDocument, PositionDocument } from '../generated/graphql.ts';
import { type Asked, postReports, type Report } from '../support/client.ts';
import { request } from '../support/graphql.ts';
import { expectQueriedAsPushed, ofOrder } from '../support/life.ts';
import { freePort } from '../support/processes.ts';
import { startService, type TestService } from '../support/service.ts';
import { marketOrder, openTrader } from '../support/trader.ts';
import { until } from '../support/until.ts';
import { type Update, watchSocket } from '../support/watch.ts';

const PAPER_SECRET = `whsec_${randomBytes(32).toString('base64')}`;
const WITHIN_MS = 20_000;

let service: TestService;
let exchange: PaperExchange;
let trader: Required<Asked>;
let db: pg.Client;

beforeAll(async () => {
  const port = await freePort();
  service = await startService({ env: { PAPER_URL: `http://127.0.0.1:${port}`, WEBHOOK_SECRET_PAPER: PAPER_SECRET } });
  exchange = await openPaperExchange({
    webhookUrl: `${service.url}/webhooks/paper`,
    secret: PAPER_SECRET,
    ...{ port, run: 'scripted', seed: 1, clock: systemClock, log: service.app.deps.log },
    pacing: { ackDelayMs: 5, partDelayMs: 10, tickMs: 10 },
  });
  trader = await openTrader(service.url, 'sam', { venue: 'paper' });
  db = new pg.Client({ connectionString: service.databaseUrl });
  await db.connect();
});
afterAll(async () => {
  await db.end();
  await exchange.stop();
  await service.stop();
});

async function direct(body: object): Promise<void> {
  const response = await fetch(`${exchange.url}/scenarios`, { method: 'POST', body: JSON.stringify(body) });
  expect(await response.json()).toEqual({ status: 'taken' });
}

/** Deliveries of this order's reports that the service has taken. */
async function takenDeliveries(venueOrderId: string): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM webhook_inbox WHERE venue = $1 AND delivery_id LIKE $2',
    ['paper', `${venueOrderId}-%`],
  );
  return rows[0]?.count ?? 0;
}

const limitOrder = () => marketOrder({ orderType: 'LIMIT', price: '20' });
const fillsAndMore = (updates: readonly Update[]): readonly string[] =>
  updates.flatMap(({ event }) => (event.execId === null ? [] : [event.execId]));

it('ends a scripted life right, with each event once, when every report comes twice and out of order', async () => {
  const input = limitOrder();
  const steps = [
    ...[{ do: 'accept' }, { do: 'fill', qty: '40', px: '10' }, { do: 'fill', qty: '30', px: '11' }],
    ...[
      { do: 'fill', px: '12' },
      { do: 'bust', fill: 2 },
      { do: 'correct', fill: 3, qty: '20', px: '13' },
    ],
    ...[
      { do: 'fill', qty: '25', px: '14' },
      { do: 'cancel', text: 'the session is over' },
    ],
  ];
  await direct({ clOrdId: input.clOrdId, steps, delivery: { duplicate: 2, reorder: 8 } });
  const watched = watchSocket(trader, { after: (await request(trader, PositionDocument, {})).position });
  const placed = await request(trader, PlaceOrderDocument, { input });
  expect(placed.placeOrder.refusal).toBeNull();
  await watched.until((all) => new Set(fillsAndMore(ofOrder(all, input.clOrdId))).size === steps.length);
  const { order } = await request(trader, OrderDocument, { clOrdId: input.clOrdId });
  const venueOrderId = order!.venueOrderId!;
  await until(async () => (await takenDeliveries(venueOrderId)) === 2 * steps.length, { withinMs: WITHIN_MS });

  const updates = ofOrder(watched.updates, input.clOrdId);
  // The placement, and each report once: whatever came again told nothing new.
  expect(fillsAndMore(updates).toSorted()).toEqual(steps.map((_, i) => `${venueOrderId}-${i + 1}`));
  expect(fillsAndMore(updates)).not.toEqual(fillsAndMore(updates).toSorted());
  expect(updates.map(({ order: { version } }) => version)).toEqual(updates.map((_, i) => i + 1));
  // 40 at 10, 20 at 13 and 25 at 14: 1010 / 85.
  const ended = { status: 'CANCELED', cumQty: '85', leavesQty: '0', avgPx: '11.882352941176470588' };
  expect(updates.at(-1)!.order).toMatchObject(ended);
  const [statement] = await paperPort({ url: exchange.url }).ask!(
    [{ account: 'sam', venueOrderId, clOrdId: null }],
    new AbortController().signal,
  );
  expect(statement?.at(-1)).toMatchObject(ended);
  expectQueriedAsPushed((await request(trader, OrderDocument, { clOrdId: input.clOrdId })).order, updates);
  watched.stop();
});

it('lets a fill race the cancel that its trader asked for', async () => {
  const input = limitOrder();
  const steps = [
    ...[{ do: 'accept' }, { do: 'await_request' }, { do: 'pending_cancel' }, { do: 'fill', qty: '7', px: '19' }],
    { do: 'cancel' },
  ];
  await direct({ clOrdId: input.clOrdId, steps });
  const watched = watchSocket(trader, { after: (await request(trader, PositionDocument, {})).position });
  const { placeOrder } = await request(trader, PlaceOrderDocument, { input });
  await watched.until((all) => all.some(({ event }) => event.execType === 'NEW'));
  const cancel = { orderId: placeOrder.order!.id, clOrdId: `${input.clOrdId}-x` };
  await request(trader, CancelOrderDocument, { input: cancel });
  const updates = await watched.until((all) => all.some(({ event }) => event.execType === 'CANCELED'));
  expect(updates.map(({ event }) => [event.execType, event.status, event.cumQty])).toEqual([
    ['PENDING_NEW', 'PENDING_NEW', '0'],
    ['NEW', 'NEW', '0'],
    ['PENDING_CANCEL', 'PENDING_CANCEL', '0'],
    ['TRADE', 'PENDING_CANCEL', '7'],
    ['CANCELED', 'CANCELED', '7'],
  ]);
  watched.stop();
});

it('knows of a fill that it never sent; a sweep finds it, and its late message is a repeat', async () => {
  const input = limitOrder();
  await direct({ clOrdId: input.clOrdId, steps: [{ do: 'accept' }] });
  const watched = watchSocket(trader, { after: (await request(trader, PositionDocument, {})).position });
  await request(trader, PlaceOrderDocument, { input });
  await watched.until((all) => all.some(({ event }) => event.execType === 'NEW'));
  await direct({ clOrdId: input.clOrdId, steps: [{ do: 'fill' }], delivery: { drop: 1 } });
  const asked = { account: 'sam', venueOrderId: null, clOrdId: input.clOrdId };
  const port = paperPort({ url: exchange.url });
  const statement = await until(
    async () => {
      const [known] = await port.ask!([asked], new AbortController().signal);
      return known?.some(({ execType }) => execType === 'TRADE') ? known : null;
    },
    { withinMs: WITHIN_MS },
  );
  const { order } = await request(trader, OrderDocument, { clOrdId: input.clOrdId });
  expect(order).toMatchObject({ status: 'NEW', cumQty: '0' });
  expect(statement?.map(({ execType, status, cumQty }) => [execType, status, cumQty])).toEqual([
    ['NEW', 'NEW', '0'],
    ['TRADE', 'FILLED', '100'],
    ['ORDER_STATUS', 'FILLED', '100'],
  ]);
  // A sweep finds it, under the exchange's own execId.
  await db.query("UPDATE venue_sweeps SET next_at = now() WHERE venue = 'paper'");
  const repaired = await watched.until((updates) => updates.some(({ order: { status } }) => status === 'FILLED'));
  const trade = statement?.find(({ execType }) => execType === 'TRADE');
  expect(fillsAndMore(repaired)).toContain(trade?.execId);
  const late = await postReports(service.url, trade as Report, { venue: 'paper', secret: PAPER_SECRET });
  expect(late.body).toEqual({ accepted: 0, duplicates: 1, quarantined: 0 });
  watched.stop();
});
