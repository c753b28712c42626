import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { CLOCK_SKEW_SECONDS } from '../../src/auth/token.ts';
import type { GetToken, Transport } from '../../src/client/index.ts';
import { openNotifications } from '../../src/client/notifications.ts';
import { openOrder } from '../../src/client/order.ts';
import { openOrderList } from '../../src/client/orders.ts';
import { delay } from '../../src/kernel/clock.ts';
import { postReports, report } from '../support/client.ts';
import { tokenOf } from '../support/env.ts';
import { startService, type TestService } from '../support/service.ts';
import { openTrader } from '../support/trader.ts';
import { until } from '../support/until.ts';
import { openBlockingProxy } from './blocking-proxy.ts';
import { SOURCES } from './sources.ts';
import { openApp } from './support.ts';

const SOON = { withinMs: 10_000 };
const LONG_MS = 60_000;

let service: TestService;
beforeAll(async () => {
  service = await startService({ env: { NOTIFICATIONS: '1' } });
});
afterAll(() => service.stop());

const fill = (user: string, n: number, name = user): Promise<unknown> => {
  const terms = { account: user, clOrdId: name, venueOrderId: name };
  const execution = { execId: `${user}-${n}`, execType: 'TRADE', lastQty: '1', lastPx: '10' };
  return postReports(service.url, report({ ...terms, ...execution }));
};

describe('after the client has given up for want of a good token', () => {
  it.each(SOURCES)('a list on %s says so until it is followed again', { timeout: LONG_MS }, async (kind, open) => {
    const user = `end-${kind.replace(/\W/g, '')}`;
    const proxy = await openBlockingProxy(service.url);
    const trader = { ...(await openTrader(service.url, user)), url: proxy.url };
    let isSignedIn = true;
    const app = openApp(trader, { getToken: () => (isSignedIn ? trader.token : 'not.a.token'), failuresMax: 100 });
    const headers = { authorization: `Bearer ${trader.token}` };
    await fill(user, 0, `${user}-before`);
    await fill(user, 1);
    const list = openOrderList(open(app, { url: service.url, headers, fetch }), { pageSize: 1 });
    const one = openOrder(open(app, { url: service.url, headers, fetch }), (await firstId(list))!);
    const told = openNotifications(app.client);
    const ends = [one.start(), told.start()];
    await app.statusThat(({ state }) => state === 'live');
    await until(() => told.getSnapshot().asOf !== null && one.getSnapshot().order !== null, SOON);

    isSignedIn = false;
    proxy.block({ websocket: true });
    await app.statusThat(({ state }) => state === 'recovering');
    proxy.block({});
    await app.statusThat(({ fault }) => fault !== null);
    const all = [list, one, told];
    const codes = () => all.map((each) => (each.getSnapshot().error as { code?: string } | null)?.code);
    await until(() => codes().every((code) => code === 'UNAUTHENTICATED'), SOON);
    await list.loadMore();
    expect(codes()).toEqual(all.map(() => 'UNAUTHENTICATED'));

    isSignedIn = true;
    app.client.reconnect();
    await app.statusThat(({ state }) => state === 'live');
    await until(() => all.every((each) => each.getSnapshot().error === null), SOON);
    await fill(user, 2);
    await until(() => list.getSnapshot().orders[0]?.version === 2 && one.getSnapshot().order?.version === 2, SOON);
    for (const end of ends) end();
    app.client.close();
    await proxy.close();
  });

  /** Starts the list. */
  async function firstId(list: ReturnType<typeof openOrderList>): Promise<string | undefined> {
    list.start();
    await until(() => list.getSnapshot().orders.length > 0, SOON);
    return list.getSnapshot().orders[0]?.id;
  }

  it('it gives up again when the app hurries it without a good one, and a new subscription asks for another', async () => {
    const trader = await openTrader(service.url, 'hurried');
    let token = 'not.a.token';
    const app = openApp(trader, { getToken: () => token });
    const query = 'subscription { orderUpdated { order { id version } } }';
    const errors: string[] = [];
    const sink = { next: () => undefined, error: ({ code }: { code: string }) => void errors.push(code) };
    app.client.subscribe({ query }, sink);
    await app.statusThat(({ fault }) => fault !== null);
    app.client.reconnect();
    await app.statusThat(({ fault }) => fault === null);
    await app.statusThat(({ fault }) => fault?.code === 'UNAUTHENTICATED');
    token = trader.token;
    app.client.subscribe({ query }, sink);
    await app.statusThat(({ state }) => state === 'live');
    expect(errors).toEqual(['UNAUTHENTICATED']);
    app.client.close();
  });
});

describe.each<[Transport, number]>([
  ['websocket', 4403],
  ['sse', 401],
  ['polling', 401],
])('a token that has ended, over %s', (transport, code) => {
  const expired = (user: string): Promise<string> => tokenOf(user, { ttlSeconds: -CLOCK_SKEW_SECONDS - 60 });
  const openAs = async (user: string, getToken: GetToken) =>
    openApp(await openTrader(service.url, user), { getToken, transports: [transport] });
  const query = 'subscription { orderUpdated { order { id version } } }';
  const sink = { next: () => undefined, error: () => undefined };

  it('is asked for anew, and the app told that the one it keeps was refused', async () => {
    const user = `kept-${transport}`;
    const asked: boolean[] = [];
    let kept = await expired(user);
    const app = await openAs(user, async ({ refused }) => {
      asked.push(refused);
      if (refused) kept = await tokenOf(user);
      return kept;
    });
    app.client.subscribe({ query }, sink);
    const { lastClose } = await app.statusThat(({ state }) => state === 'live' || state === 'polling');
    expect({ asked, code: lastClose?.code }).toEqual({ asked: [false, true], code });
    app.client.close();
  });

  it('is asked for as long as it may help when the app has no other one', async () => {
    const user = `same-${transport}`;
    const kept = await expired(user);
    const asked: boolean[] = [];
    const app = await openAs(user, ({ refused }) => {
      asked.push(refused);
      return kept;
    });
    app.client.subscribe({ query }, sink);
    // A socket's 4403 says to come back: the next token may be good, so it is asked for without end.
    const { fault } = await app.statusThat((status) => status.fault !== null || asked.length === 4);
    const [times, why] = transport === 'websocket' ? [4, undefined] : [2, 'UNAUTHENTICATED'];
    expect({ asked, code: fault?.code }).toEqual({ asked: [false, true, true, true].slice(0, times), code: why });
    app.client.close();
  });
});

it('tells the app of a token that a request was refused with', async () => {
  const trader = await openTrader(service.url, 'asking');
  const asked: boolean[] = [];
  const app = openApp(trader, {
    getToken: ({ refused }) => {
      asked.push(refused);
      return refused ? trader.token : 'not.a.token';
    },
  });
  await expect(app.client.ask('{ position }')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  await app.client.ask('{ position }');
  expect(asked).toEqual([false, true]);
  app.client.close();
});

it('gives up at once when nobody is signed in', async () => {
  let asked = 0;
  const app = openApp(await openTrader(service.url, 'nobody'), { getToken: () => (asked++, null) });
  app.client.subscribe(
    { query: 'subscription { orderUpdated { order { id version } } }' },
    { next: () => undefined, error: () => undefined },
  );
  const { fault } = await app.statusThat((status) => status.fault !== null);
  expect({ asked, code: fault?.code }).toEqual({ asked: 1, code: 'UNAUTHENTICATED' });
  app.client.close();
});

describe('a subscription that fails inside of the service', () => {
  /** Speaks as much of graphql-ws as it takes; each operation fails after so long. */
  async function openFailing(afterMs: number) {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    let connections = 0;
    server.on('connection', (socket) => {
      connections += 1;
      const say = (message: object): void => socket.send(JSON.stringify(message));
      socket.on('message', (data: Buffer) => {
        const { type, id } = JSON.parse(data.toString()) as { type: string; id?: string };
        if (type === 'connection_init') say({ type: 'connection_ack' });
        if (type === 'ping') say({ type: 'pong' });
        const extensions = { code: 'INTERNAL_SERVER_ERROR' };
        if (type === 'subscribe')
          void delay(afterMs).then(() => say({ id, type: 'error', payload: [{ message: 'oh', extensions }] }));
      });
    });
    await new Promise((resolve) => server.on('listening', resolve));
    return {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      connections: () => connections,
      close: () => server.close(),
    };
  }
  const query = 'subscription ($after: Cursor) { orderUpdated(after: $after) { cursor order { id version } } }';

  it.each([
    ['again and again ends', 0, true],
    ['now and then, after connections that have lasted, goes on', 400, false],
  ])('%s', async (_name, afterMs, ends) => {
    const server = await openFailing(afterMs);
    const errors: string[] = [];
    // Connections are sound after 200 ms here.
    const app = openApp({ url: server.url, token: 't' }, { failuresMax: 100, transports: ['websocket'] });
    app.client.subscribe(
      { query, variables: { after: 'somewhere' } },
      { next: () => undefined, error: ({ code }) => void errors.push(code) },
    );
    await until(() => errors.length > 0 || server.connections() > 6, SOON);
    expect(errors).toEqual(ends ? ['INTERNAL_SERVER_ERROR'] : []);
    app.client.close();
    server.close();
  });
});
