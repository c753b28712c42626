import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, expect, inject, it, vi } from 'vitest';
import type WebSocket from 'ws';
import { PlaceOrderDocument, PositionDocument } from '../generated/graphql.ts';
import { type Asked, wsClient } from '../support/client.ts';
import { request } from '../support/graphql.ts';
import { startService, type TestService } from '../support/service.ts';
import { marketOrder, openTrader } from '../support/trader.ts';
import { until } from '../support/until.ts';
import { type Watch, watchSocket, watchSse } from '../support/watch.ts';

const WITHIN = { withinMs: 3_000 };

let service: TestService;
let trader: Required<Asked>;
let redis: Redis;
/** Before the one event that there is: whoever has been handed that is following. */
let after: string;

beforeAll(async () => {
  // Yoga pings its readers every 12 s, but every 300 ms under test, which would hide a reader whose leaving went unnoticed.
  vi.stubEnv('NODE_ENV', 'development');
  redis = new Redis(inject('redisUrl'));
  service = await startService();
  trader = await openTrader(service.url, 'ann');
  after = (await request(trader, PositionDocument, {})).position;
  await request(trader, PlaceOrderDocument, { input: marketOrder() });
});
afterAll(async () => {
  await service.stop();
  redis.disconnect();
  vi.unstubAllEnvs();
});

const followed = (): readonly string[] => service.app.deps.bus.followedUsers();
const begun = (watch: Watch) => watch.until(({ length }) => length === 1);
/** The channels of users that Redis sends to this service. */
const channels = async (): Promise<readonly string[]> =>
  (await redis.pubsub('CHANNELS', `${service.app.deps.config.redisPrefix}user:*`)) as string[];

// Whatever a test did: nobody is followed any more, neither here nor at Redis.
afterEach(async () => {
  await until(() => followed().length === 0, WITHIN);
  await until(async () => (await channels()).length === 0, WITHIN);
});

it('unsubscribes when the last of several operations on a socket is completed', async () => {
  const client = wsClient(trader);
  const [first, second] = [watchSocket({ client }, { after }), watchSocket({ client }, { after })];
  await Promise.all([begun(first), begun(second)]);
  first.stop();
  await first.ended;
  // The server reads messages in order: once this is answered, it has seen the completion.
  await client.iterate({ query: '{ viewer { id } }' }).next();
  expect(followed()).toEqual(['ann']);
  expect(await channels()).toHaveLength(1);
  second.stop();
  await until(() => followed().length === 0, WITHIN);
  await client.dispose();
});

it('unsubscribes when a client leaves', async () => {
  const client = wsClient(trader);
  await begun(watchSocket({ client }, { after }));
  await client.dispose();
});

it('unsubscribes when a socket breaks', async () => {
  let socket: WebSocket | undefined;
  const client = wsClient(trader, { on: { connected: (connected) => (socket = connected as WebSocket) } });
  const watched = watchSocket({ client }, { after });
  await begun(watched);
  socket?.terminate();
  expect(await watched.ended).toEqual({ by: 'close', code: 1006 });
});

it('unsubscribes when a reader of Server-Sent Events leaves', async () => {
  const watches = [watchSse(trader, { after }), watchSse(trader, { after })];
  await Promise.all(watches.map(begun));
  for (const watch of watches) watch.stop();
});

/** One answer of the service later: a moment that is sometimes before and sometimes after the server's own steps. */
const aMoment = (): Promise<Response> => fetch(`${service.url}/healthz`);

it.each([0, 1, 2, 3])('keeps nothing of those who leave while they subscribe, %i moments later', async (moments) => {
  const clients = Array.from({ length: 20 }, () => wsClient(trader));
  const watches = clients.map((client) => watchSocket({ client }, { after }));
  const readers = Array.from({ length: 20 }, () => watchSse(trader, { after }));
  for (let n = 0; n < moments; n += 1) await aMoment();
  for (const watch of [...watches, ...readers]) watch.stop();
  for (const client of clients) await client.dispose();
  // Whatever had reached the server by then has begun: a stream that begins later, and stays, would show in what follows.
  const last = watchSse(trader, { after });
  await begun(last);
  last.stop();
});

it('unsubscribes one that a fault has ended', async () => {
  const watched = watchSocket(trader, { after: 'garbage' });
  expect((await watched.ended).by).toBe('errors');
  watched.stop();
});
