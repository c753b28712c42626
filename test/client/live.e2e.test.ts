import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client';
import { cacheExchange, Client, fetchExchange } from '@urql/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apolloSource, fillstreamLink, orderPolicies } from '../../src/client/apollo.ts';
import { openOrderList, type OrderList, type OrderSource } from '../../src/client/orders.ts';
import { fillstreamExchange, liveOrdersExchange, urqlSource } from '../../src/client/urql.ts';
import { type Asked, postReports, report } from '../support/client.ts';
import { startService, type TestService } from '../support/service.ts';
import { openTrader } from '../support/trader.ts';
import { until } from '../support/until.ts';
import { type BlockingProxy, openBlockingProxy } from './blocking-proxy.ts';
import { openApp, type TestApp } from './support.ts';

const SOON = { withinMs: 10_000 };
/** As many as come in thirty seconds, one after the other. */
const UPDATES = 45;

type Open = (app: TestApp, asked: Required<Asked>) => OrderSource;
const headersOf = ({ token }: Required<Asked>) => ({ authorization: `Bearer ${token}` });
const KINDS: readonly (readonly [string, Open])[] = [
  ['fillstream/client', (app) => app.client],
  [
    'Apollo Client',
    (app, asked) => {
      const http = new HttpLink({ uri: `${asked.url}/graphql`, headers: headersOf(asked) });
      const cache = new InMemoryCache({ typePolicies: { ...orderPolicies } });
      return apolloSource(new ApolloClient({ cache, link: fillstreamLink(app.client, http) }));
    },
  ],
  [
    'urql',
    (app, asked) =>
      urqlSource(
        new Client({
          ...{ url: `${asked.url}/graphql`, preferGetMethod: false, fetchOptions: { headers: headersOf(asked) } },
          exchanges: [liveOrdersExchange(), cacheExchange, fillstreamExchange(app.client), fetchExchange],
        }),
      ),
  ],
];

const fill = (service: TestService, user: string, n: number): Promise<unknown> => {
  const terms = { account: user, clOrdId: user, venueOrderId: user };
  const execution = { execId: `${user}-${n}`, execType: 'TRADE', lastQty: '1', lastPx: '10' };
  return postReports(service.url, report({ ...terms, ...execution }));
};
const versionIn = (list: OrderList): number => list.getSnapshot().orders[0]?.version ?? 0;

describe('while a WebSocket is live', () => {
  let service: TestService;
  let proxy: BlockingProxy;
  beforeAll(async () => {
    service = await startService();
    proxy = await openBlockingProxy(service.url);
  });
  afterAll(async () => {
    await proxy.close();
    await service.stop();
  });

  it.each(KINDS)('updates cost %s no HTTP request and no connection, as a proxy counts', async (kind, open) => {
    const user = `live-${kind.replace(/\W/g, '')}`;
    const trader = { ...(await openTrader(service.url, user)), url: proxy.url };
    const app = openApp(trader);
    const list = openOrderList(open(app, trader));
    const stop = list.start();
    await app.statusThat(({ state }) => state === 'live');
    await fill(service, user, 1);
    await until(() => versionIn(list) === 1, SOON);
    const before = proxy.seen.length;
    expect(proxy.seen).toContain('websocket');
    for (let n = 2; n <= UPDATES; n++) await fill(service, user, n);
    await until(() => versionIn(list) === UPDATES, SOON);
    expect(proxy.seen.slice(before)).toEqual([]);
    stop();
    app.client.close();
  });
});

describe('where an operator has switched WebSockets off', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService({ env: { TRANSPORTS: 'sse,polling' } });
  });
  afterAll(() => service.stop());

  it.each(KINDS)('%s is told so, and follows over event streams', async (kind, open) => {
    const user = `off-${kind.replace(/\W/g, '')}`;
    const trader = await openTrader(service.url, user);
    const app = openApp(trader, { failuresMax: 100 });
    const list = openOrderList(open(app, trader));
    const stop = list.start();
    const { transport, lastClose } = await app.statusThat(({ state }) => state === 'live');
    expect({ transport, lastClose }).toMatchObject({ transport: 'sse', lastClose: { code: 1008 } });
    expect(lastClose?.reason).toMatch(/^FEATURE_DISABLED/);
    await fill(service, user, 1);
    await until(() => versionIn(list) === 1, SOON);
    stop();
    app.client.close();
  });
});

describe('where event streams are off as well', () => {
  it('the client polls at once', async () => {
    const service = await startService({ env: { TRANSPORTS: 'polling' } });
    const trader = await openTrader(service.url, 'poll');
    const app = openApp(trader, { failuresMax: 100 });
    const list = openOrderList(app.client);
    const stop = list.start();
    const { lastClose } = await app.statusThat(({ state }) => state === 'polling');
    expect(lastClose?.code).toBe('FEATURE_DISABLED');
    stop();
    app.client.close();
    await service.stop();
  });
});
