import { randomBytes } from 'node:crypto';
import type { Client as SocketClient, Sink, SubscribePayload } from 'graphql-ws';
import { Client, cacheExchange, fetchExchange, subscriptionExchange } from 'urql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../src/kernel/clock.ts';
import { openPaperExchange, type PaperExchange } from '../../src/venues/paper/server.ts';
import { OrderDocument, OrderUpdatedDocument, PlaceOrderDocument, PositionDocument } from '../generated/graphql.ts';
import { type Asked, wsClient } from '../support/client.ts';
import { withoutTypenames } from '../support/graphql.ts';
import { expectFilledInParts, expectQueriedAsPushed, isFilled } from '../support/life.ts';
import { freePort } from '../support/processes.ts';
import { startService, type TestService } from '../support/service.ts';
import { marketOrder, openTrader } from '../support/trader.ts';
import type { Update } from '../support/watch.ts';

const PAPER_SECRET = `whsec_${randomBytes(32).toString('base64')}`;

let service: TestService;
let exchange: PaperExchange;
let socket: SocketClient;
let trader: Required<Asked>;

beforeAll(async () => {
  const port = await freePort();
  const env = { PAPER_URL: `http://127.0.0.1:${port}`, WEBHOOK_SECRET_PAPER: PAPER_SECRET };
  service = await startService({ env });
  exchange = await openPaperExchange({
    webhookUrl: `${service.url}/webhooks/paper`,
    secret: PAPER_SECRET,
    ...{ port, run: 'urql', seed: 1, clock: systemClock, log: service.app.deps.log },
    pacing: { ackDelayMs: 5, partDelayMs: 10, tickMs: 10 },
  });
  trader = await openTrader(service.url, 'uma', { venue: 'paper' });
  socket = wsClient(trader);
});
afterAll(async () => {
  await socket.dispose();
  await exchange.stop();
  await service.stop();
});

const common = () => ({
  url: `${service.url}/graphql`,
  preferGetMethod: false as const,
  fetchOptions: { headers: { authorization: `Bearer ${trader.token}` } },
});

/** As the README shows it. */
function openUrql(): Client {
  return new Client({
    ...common(),
    exchanges: [
      cacheExchange,
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: (operation) => ({
          subscribe: (sink) => ({ unsubscribe: socket.subscribe(operation as SubscribePayload, sink as Sink) }),
        }),
      }),
    ],
  });
}

const openUrqlOverSse = (): Client =>
  new Client({ ...common(), fetchSubscriptions: true, exchanges: [cacheExchange, fetchExchange] });

async function watchUntilFilled(urql: Client, after: string): Promise<readonly Update[]> {
  const updates: Update[] = [];
  const filled = new Promise<() => void>((resolve, reject) => {
    const source = urql.subscription(OrderUpdatedDocument, { after });
    const subscription = source.subscribe(({ data, error }) => {
      if (error) reject(error);
      if (data) updates.push(data.orderUpdated);
      if (isFilled(updates)) resolve(() => subscription.unsubscribe());
    });
  });
  (await filled)();
  return withoutTypenames(updates);
}

it.each([
  ['over graphql-ws', openUrql],
  ['over Server-Sent Events', openUrqlOverSse],
])('shows urql an order from PENDING_NEW to FILLED, once each and in order, %s', async (_how, open) => {
  const urql = open();
  const { data } = await urql.query(PositionDocument, {}, { requestPolicy: 'network-only' });
  const watched = watchUntilFilled(urql, data!.position);
  const input = marketOrder();
  const placed = await urql.mutation(PlaceOrderDocument, { input });
  expect(placed.data?.placeOrder).toMatchObject({ refusal: null, order: { clOrdId: input.clOrdId } });
  const updates = await watched;
  expect(updates.every(({ order }) => order.clOrdId === input.clOrdId)).toBe(true);
  expectFilledInParts(updates);

  const { order: last } = updates.at(-1)!;
  const queried = await urql.query(OrderDocument, { id: last.id }, { requestPolicy: 'network-only' });
  expectQueriedAsPushed(withoutTypenames(queried.data?.order), updates);
});
