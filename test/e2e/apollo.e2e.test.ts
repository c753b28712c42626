import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { OperationTypeNode } from 'graphql';
import type { Client } from 'graphql-ws';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { OrderDocument, OrderUpdatedDocument, PlaceOrderDocument, PositionDocument } from '../generated/graphql.ts';
import { type Asked, wsClient } from '../support/client.ts';
import { withoutTypenames } from '../support/graphql.ts';
import { expectFilledInParts, expectQueriedAsPushed, isFilled } from '../support/life.ts';
import { startService, type TestService } from '../support/service.ts';
import { marketOrder, openTrader } from '../support/trader.ts';
import type { Update } from '../support/watch.ts';

let service: TestService;
let socket: Client;
let apollo: ApolloClient;

beforeAll(async () => {
  service = await startService({ env: { DEMO: '1' } });
  const trader = await openTrader(service.url, 'dora', { venue: 'paper' });
  socket = wsClient(trader);
  apollo = openApollo(trader, socket);
});
afterAll(async () => {
  apollo.stop();
  await socket.dispose();
  await service.stop();
});

/** As the README shows it. */
function openApollo({ url, token }: Asked, client: Client): ApolloClient {
  return new ApolloClient({
    cache: new InMemoryCache(),
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(client),
      new HttpLink({ uri: `${url}/graphql`, headers: { authorization: `Bearer ${token ?? ''}` } }),
    ),
  });
}

function watchUntilFilled(after: string): Promise<readonly Update[]> {
  return new Promise((resolve, reject) => {
    const updates: Update[] = [];
    const subscription = apollo.subscribe({ query: OrderUpdatedDocument, variables: { after } }).subscribe({
      next: ({ data, error }) => {
        if (error) reject(new Error(error.message));
        if (data) updates.push(data.orderUpdated);
        if (!isFilled(updates)) return;
        subscription.unsubscribe();
        resolve(withoutTypenames(updates));
      },
      error: reject,
      complete: () => reject(new Error('the subscription ended')),
    });
  });
}

it('shows Apollo Client an order from PENDING_NEW to FILLED, once each and in order', async () => {
  const { data } = await apollo.query({ query: PositionDocument });
  const watched = watchUntilFilled(data!.position);
  const input = marketOrder();
  const placed = await apollo.mutate({ mutation: PlaceOrderDocument, variables: { input } });
  expect(placed.data?.placeOrder).toMatchObject({ refusal: null, order: { clOrdId: input.clOrdId } });
  const updates = await watched;
  expect(updates.every(({ order }) => order.clOrdId === input.clOrdId)).toBe(true);
  expectFilledInParts(updates);

  const queried = await apollo.query({
    query: OrderDocument,
    variables: { clOrdId: input.clOrdId },
    fetchPolicy: 'network-only',
  });
  expectQueriedAsPushed(withoutTypenames(queried.data?.order), updates);
});

it('keeps a query of Apollo Client up to date by the subscription alone', async () => {
  const { data } = await apollo.query({ query: PositionDocument, fetchPolicy: 'network-only' });
  const input = marketOrder({ quantity: '7' });
  const placed = await apollo.mutate({ mutation: PlaceOrderDocument, variables: { input } });
  const { id } = placed.data!.placeOrder.order!;
  const { order: last } = (await watchUntilFilled(data!.position)).at(-1)!;
  const cached = apollo.cache.extract() as Record<string, object>;
  expect(cached[`Order:${id}`]).toMatchObject(last);
});
