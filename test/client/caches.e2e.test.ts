import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client';
import { Client, cacheExchange, type CombinedError, fetchExchange } from '@urql/core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { apolloSource, fillstreamLink, orderPolicies } from '../../src/client/apollo.ts';
import { openOrderList, type OrderList, type OrderSource } from '../../src/client/orders.ts';
import { fillstreamExchange, liveOrdersExchange, urqlSource } from '../../src/client/urql.ts';
import type { ReloadReason } from '../../src/client/index.ts';
import { sweepRetention } from '../../src/stream/retention.ts';
import { type Asked, positionOf, postReports, report } from '../support/client.ts';
import { startService, type TestService } from '../support/service.ts';
import { openTrader } from '../support/trader.ts';
import { until } from '../support/until.ts';
import { type BlockingProxy, openBlockingProxy } from './blocking-proxy.ts';
import { DETAIL, type Listed, ORDERS, WATCH, type Watched } from './documents.ts';
import { openApp, type TestApp } from './support.ts';

let service: TestService;
let proxy: BlockingProxy;
let user: string;
let users = 0;
let trader: Required<Asked>;
let app: TestApp;
let reloads: ReloadReason[];
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());
beforeEach(async () => {
  proxy = await openBlockingProxy(service.url);
  user = `cache-${++users}`;
  trader = { ...(await openTrader(service.url, user)), url: proxy.url };
  reloads = [];
  app = openApp(trader, { failuresMax: 1, onReload: (why) => void reloads.push(why) });
});
afterEach(async () => {
  app.client.close();
  await proxy.close();
});

async function fill(n: number): Promise<void> {
  const terms = { account: user, clOrdId: user, venueOrderId: user };
  await postReports(
    service.url,
    report({ ...terms, execId: `${user}-${n}`, execType: 'TRADE', lastQty: '1', lastPx: '10' }),
  );
}

const names = (...ns: number[]): readonly string[] => ns.map((n) => `${user}-${n}`);
const common = () => ({ authorization: `Bearer ${trader.token}` });

describe('Apollo Client', () => {
  let apollo: ApolloClient;
  beforeEach(() => {
    apollo = new ApolloClient({
      cache: new InMemoryCache({ typePolicies: { ...orderPolicies } }),
      link: fillstreamLink(app.client, new HttpLink({ uri: `${service.url}/graphql`, headers: common() })),
    });
  });
  afterEach(() => apollo.stop());

  it('shows what is pushed in every query, over WebSocket, event streams and polling, without a hole', async () => {
    await fill(1);
    const shown: string[] = [];
    const query = apollo.watchQuery<Listed>({ query: ORDERS });
    const showing = query.subscribe(({ data, dataState }) => {
      const first = dataState === 'complete' ? data.orders.edges[0]?.node.cumQty : undefined;
      if (first !== undefined) shown.push(first);
    });
    await until(() => shown.includes('1'), { withinMs: 5_000 });
    const { position } = query.getCurrentResult().data!.orders as Listed['orders'];
    const seen: string[] = [];
    const watching = apollo
      .subscribe<Watched>({ query: WATCH, variables: { after: position } })
      .subscribe(({ data }) => {
        seen.push(data!.orderUpdated.event.execId);
      });
    await app.statusThat(({ state }) => state === 'live');
    await fill(2);
    await until(() => shown.at(-1) === '2', { withinMs: 5_000 });
    proxy.block({ websocket: true });
    await app.statusThat(({ transport, state }) => transport === 'sse' && state === 'live');
    await fill(3);
    await until(() => shown.at(-1) === '3', { withinMs: 5_000 });
    proxy.block({ websocket: true, sse: true });
    await fill(4);
    await until(() => shown.at(-1) === '4', { withinMs: 10_000 });
    expect(seen).toEqual(names(2, 3, 4));
    watching.unsubscribe();
    showing.unsubscribe();
  });

  it('never puts an order of a lower version in the place of a higher one', async () => {
    await fill(1);
    const { data } = await apollo.query({ query: ORDERS });
    const [edge] = data!.orders.edges;
    const write = (version: number, cumQty: string): void => {
      const node = { ...edge!.node, version, cumQty };
      const orders = { ...data!.orders, edges: [{ ...edge, node }] };
      apollo.cache.writeQuery({ query: ORDERS, data: { orders } });
    };
    const held = (): unknown => apollo.cache.readQuery<Listed>({ query: ORDERS })?.orders.edges[0]?.node;
    write(7, '70');
    write(6, '60');
    expect(held()).toMatchObject({ version: 7, cumQty: '70' });
    write(8, '80');
    expect(held()).toMatchObject({ version: 8, cumQty: '80' });
  });

  it('shows no older order while a slow query brings fields that no update had', async () => {
    await fill(1);
    const after = await positionOf(trader);
    const id = (await apollo.query({ query: ORDERS })).data!.orders.edges[0]!.node.id;
    let answers = 0;
    let letGo = (): void => undefined;
    const isHeld = new Promise<void>((resolve) => (letGo = resolve));
    const slow: typeof fetch = async (...asked) => {
      const response = await fetch(...asked);
      answers += 1;
      await isHeld;
      return response;
    };
    const http = new HttpLink({ uri: `${service.url}/graphql`, headers: common(), fetch: slow });
    const cache = new InMemoryCache({ typePolicies: { ...orderPolicies } });
    const other = new ApolloClient({ cache, link: fillstreamLink(app.client, http) });
    const watching = other.subscribe<Watched>({ query: WATCH, variables: { after } }).subscribe(() => undefined);
    await app.statusThat(({ state }) => state === 'live');

    const shown: unknown[] = [];
    const showing = other.watchQuery({ query: DETAIL, variables: { id } }).subscribe(({ data, dataState }) => {
      if (dataState === 'complete') shown.push(data.order);
    });
    await until(() => answers === 1, { withinMs: 5_000 });
    await fill(2);
    await until(() => JSON.stringify(cache.extract()).includes('"version":2'), { withinMs: 5_000 });
    letGo();
    await until(() => shown.length > 0, { withinMs: 5_000 });
    expect(shown).toMatchObject([{ version: 2, cumQty: '2', price: '10', history: { edges: [{}] } }]);
    await fill(3);
    await until(() => shown.length === 2, { withinMs: 5_000 });
    expect(shown[1]).toMatchObject({ version: 3, cumQty: '3', price: '10' });
    expect(answers).toBe(1);
    watching.unsubscribe();
    showing.unsubscribe();
    other.stop();
  });

  it('keeps by their arguments the newer values of fields that take some', () => {
    const write = (version: number, event: string): void => {
      const history = {
        __typename: 'OrderHistory',
        edges: [{ __typename: 'Edge', node: { __typename: 'OrderEvent', id: event } }],
      };
      const order = { __typename: 'Order', id: 'o', version, cumQty: '0', price: null, history };
      apollo.cache.writeQuery({ query: DETAIL, variables: { id: 'o' }, data: { order } });
    };
    write(7, 'newer');
    write(6, 'older');
    const held = apollo.cache.readQuery({ query: DETAIL, variables: { id: 'o' } });
    expect(held?.order).toMatchObject({ version: 7, history: { edges: [{ node: { id: 'newer' } }] } });
  });

  it('is told in the words of the service why a subscription has ended', async () => {
    const failed = new Promise((resolve, reject) => {
      apollo
        .subscribe({ query: WATCH, variables: { after: 'nonsense' } })
        .subscribe({ next: ({ error }) => resolve(error), error: reject });
    });
    expect(await failed).toMatchObject({
      name: 'CombinedGraphQLErrors',
      errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
    });
  });

  it('loads again by the client’s handler what the log no longer reaches', async () => {
    const start = await positionOf(trader);
    for (const n of [1, 2, 3]) await fill(n);
    await sweepRetention(service.app.deps, { days: 30, eventsPerUser: 1 });
    const seen: string[] = [];
    const watching = apollo.subscribe<Watched>({ query: WATCH, variables: { after: start } }).subscribe(({ data }) => {
      seen.push(data!.orderUpdated.event.execId);
    });
    await until(() => reloads.length === 1, { withinMs: 5_000 });
    await app.statusThat(({ state }) => state === 'live');
    await fill(4);
    await until(() => seen.length > 0, { withinMs: 5_000 });
    expect(seen).toEqual(names(4));
    watching.unsubscribe();
  });
});

describe('urql', () => {
  it('shows what is pushed in every query of its document cache, over any transport, without a hole', async () => {
    await fill(1);
    let requests = 0;
    const urql = new Client({
      url: `${service.url}/graphql`,
      preferGetMethod: false,
      fetch: (...asked) => {
        requests += 1;
        return fetch(...asked);
      },
      fetchOptions: { headers: common() },
      exchanges: [liveOrdersExchange(), cacheExchange, fillstreamExchange(app.client), fetchExchange],
    });
    const shown: string[] = [];
    let position = '';
    const showing = urql.query<Listed>(ORDERS, {}).subscribe(({ data }) => {
      position ||= data!.orders.position;
      shown.push(data!.orders.edges[0]!.node.cumQty);
    });
    await until(() => shown.length > 0, { withinMs: 5_000 });
    const seen: string[] = [];
    const watching = urql.subscription<Watched>(WATCH, { after: position }).subscribe(({ data }) => {
      if (data) seen.push(data.orderUpdated.event.execId);
    });
    await app.statusThat(({ state }) => state === 'live');
    await fill(2);
    await until(() => shown.at(-1) === '2', { withinMs: 5_000 });
    proxy.block({ websocket: true });
    await app.statusThat(({ transport, state }) => transport === 'sse' && state === 'live');
    await fill(3);
    await until(() => shown.at(-1) === '3', { withinMs: 5_000 });
    expect({ seen, shown, requests }).toEqual({ seen: names(2, 3), shown: ['1', '2', '3'], requests: 1 });
    watching.unsubscribe();
    showing.unsubscribe();
  });

  it('shows in every query what any other one has brought', async () => {
    await fill(1);
    const urql = openUrql();
    const shown: string[] = [];
    const showing = urql.query<Listed>(ORDERS, {}).subscribe(({ data }) => {
      shown.push(data!.orders.edges[0]!.node.cumQty);
    });
    await until(() => shown.length > 0, { withinMs: 5_000 });
    await fill(2);
    await urqlSource(urql).ask('{ orders(first: 1) { edges { node { id version cumQty } } } }');
    expect(shown).toEqual(['1', '2']);
    showing.unsubscribe();
  });

  it('is told in the words of the service why a subscription has ended', async () => {
    const urql = new Client({
      ...{ url: `${service.url}/graphql`, preferGetMethod: false },
      exchanges: [fillstreamExchange(app.client)],
    });
    const error = await new Promise<CombinedError | undefined>((resolve) => {
      urql.subscription(WATCH, { after: 'nonsense' }).subscribe((result) => resolve(result.error));
    });
    expect(error?.graphQLErrors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });
});

const openApollo = (): ApolloClient =>
  new ApolloClient({
    cache: new InMemoryCache({ typePolicies: { ...orderPolicies } }),
    link: fillstreamLink(app.client, new HttpLink({ uri: `${proxy.url}/graphql`, headers: common() })),
  });
const openUrql = (): Client =>
  new Client({
    ...{ url: `${proxy.url}/graphql`, preferGetMethod: false, fetchOptions: { headers: common() } },
    exchanges: [liveOrdersExchange(), cacheExchange, fillstreamExchange(app.client), fetchExchange],
  });

describe.each<[string, () => OrderSource]>([
  ['the client itself', () => app.client],
  ['Apollo Client', () => apolloSource(openApollo())],
  ['urql', () => urqlSource(openUrql())],
])('the list of the hooks, through %s', (_name, open) => {
  const shownBy = (list: OrderList): readonly string[] =>
    list.getSnapshot().orders.map(({ cumQty, version }) => `${cumQty} v${version}`);

  it('is kept up to date, and loaded again when updates are missing', async () => {
    await fill(1);
    const list = openOrderList(open());
    const stop = list.start();
    await until(() => shownBy(list).includes('1 v1'), { withinMs: 5_000 });
    await app.statusThat(({ state }) => state === 'live');
    await fill(2);
    await until(() => shownBy(list).includes('2 v2'), { withinMs: 5_000 });

    proxy.block({ websocket: true, sse: true, rest: true });
    await app.statusThat(({ state }) => state === 'offline');
    for (const n of [3, 4, 5]) await fill(n);
    await sweepRetention(service.app.deps, { days: 30, eventsPerUser: 1 });
    proxy.block({});
    await until(() => shownBy(list).includes('5 v5'), { withinMs: 15_000 });
    await app.statusThat(({ state, reloads: times }) => state !== 'recovering' && times === 1);
    await fill(6);
    await until(() => shownBy(list).includes('6 v6'), { withinMs: 5_000 });
    expect(list.getSnapshot()).toMatchObject({ error: null, isLoading: false, isFromCache: false, hasMore: false });
    stop();
  });
});
