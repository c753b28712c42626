import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemIds } from '../../src/kernel/clock.ts';
import { openMemoryPresence } from '../../src/notifications/memory-presence.ts';
import { LEASE_MS, type Presence } from '../../src/notifications/presence.ts';
import { openRedisPresence } from '../../src/notifications/redis-presence.ts';
import { ask, type Asked, wsClient } from '../support/client.ts';
import { tokenOf } from '../support/env.ts';
import { openRedisServer, type RedisServer } from '../support/redis.ts';
import { startService, type TestService } from '../support/service.ts';
import { until } from '../support/until.ts';
import { askSocket } from '../support/graphql.ts';
import { silent } from '../stream/fakes.ts';
import { users } from './told.ts';

const SOON = { withinMs: 10_000 };
const [ANN, BOB] = users('ann', 'bob') as [ReturnType<typeof users>[0], ReturnType<typeof users>[0]];
const clock = { time: Date.now(), now: () => new Date(clock.time) };

let redis: RedisServer;
beforeAll(async () => {
  redis = await openRedisServer();
});
afterAll(() => redis.stop());

const opened: { redis: Redis; presence: Presence }[] = [];
function openProcess(times: { leaseMs?: number; renewMs?: number } = {}) {
  const connection = new Redis(redis.url);
  const presence = openRedisPresence({ redis: connection, prefix: 'test:', ids: systemIds, log: silent, ...times });
  opened.push({ redis: connection, presence });
  return { presence, kill: () => connection.disconnect() };
}
afterEach(async () => {
  for (const each of opened.splice(0)) {
    if (each.redis.status !== 'end') await each.presence.close();
    each.redis.disconnect();
  }
  const admin = new Redis(redis.url);
  await admin.flushall();
  await admin.quit();
});
const seen = async (presence: Presence): Promise<string[]> => [...(await presence.onScreen([ANN, BOB]))];

describe.each([
  ['within this process', () => openMemoryPresence({ clock })],
  ['in Redis', () => openProcess().presence],
])('presence %s', (_where, open) => {
  it('is as long as one connection is in the foreground', async () => {
    const presence = open();
    const [phone, desk] = [presence.open(ANN), presence.open(ANN)];
    expect(await seen(presence)).toEqual([]);
    phone.report(true);
    desk.report(true);
    phone.report(false);
    expect(await seen(presence)).toEqual([ANN]);
    desk.close();
    expect(await seen(presence)).toEqual([]);
    // A word that comes after the end is none.
    desk.report(true);
    expect(await seen(presence)).toEqual([]);
  });

  it('may be told without a connection', async () => {
    const presence = open();
    await presence.tell(BOB, 'phone', true);
    await presence.tell(BOB, 'tablet', true);
    await presence.tell(BOB, 'phone', false);
    expect(await seen(presence)).toEqual([BOB]);
    await presence.tell(BOB, 'tablet', false);
    expect(await seen(presence)).toEqual([]);
  });
});

it('told without a connection ends by itself, within this process', async () => {
  const presence = openMemoryPresence({ clock });
  await presence.tell(ANN, 'phone', true);
  clock.time += LEASE_MS - 1;
  expect(await seen(presence)).toEqual([ANN]);
  clock.time += 1;
  expect(await seen(presence)).toEqual([]);
});

describe('presence of several processes', () => {
  it('is known in each of them, and ends in one alone', async () => {
    const [one, two] = [openProcess(), openProcess()];
    const [here, there] = [one.presence.open(ANN), two.presence.open(ANN)];
    here.report(true);
    there.report(true);
    await until(async () => (await seen(two.presence)).length === 1, SOON);
    here.close();
    expect(await seen(one.presence)).toEqual([ANN]);
    await two.presence.close();
    expect(await seen(one.presence)).toEqual([]);
  });

  it(`is a lease of ${LEASE_MS} ms, which ends when its process was killed and not before`, async () => {
    const admin = new Redis(redis.url);
    openProcess().presence.open(ANN).report(true);
    const key = await until(async () => (await admin.keys('*'))[0] ?? '', SOON);
    const ttl = await admin.pttl(key);
    expect(ttl).toBeLessThanOrEqual(LEASE_MS);
    expect(ttl).toBeGreaterThan(LEASE_MS - 5_000);
    await admin.flushall();
    await admin.quit();

    const [dying, watching] = [openProcess({ leaseMs: 400, renewMs: 50 }), openProcess()];
    dying.presence.open(BOB).report(true);
    // It is renewed: it outlasts its own length.
    const start = performance.now();
    await until(() => performance.now() - start > 600, SOON);
    expect(await seen(watching.presence)).toEqual([BOB]);
    dying.kill();
    expect(await seen(watching.presence)).toEqual([BOB]);
    await until(async () => (await seen(watching.presence)).length === 0, { withinMs: 3_000 });
  });
});

describe('the presence of an app', () => {
  let service: TestService;
  let asked: Asked & { token: string };
  beforeAll(async () => {
    service = await startService({ env: { REDIS_URL: redis.url } });
    asked = { url: service.url, token: await tokenOf('ann') };
  });
  afterAll(() => service.stop());
  const isSeen = (is: boolean) => () =>
    service.app.deps.presence.onScreen([ANN]).then(
      ({ size }) => (size === 1) === is,
      () => false,
    );
  const report = (foreground: boolean): string =>
    `mutation { reportPresence(input: { installation: "tab", foreground: ${foreground} }) { promptForPush } }`;

  it('is its socket’s, from the parameters of the connection until it closes', async () => {
    const presence = { installation: 'tab', foreground: true };
    const client = wsClient(asked, { connectionParams: { authorization: asked.token, presence } });
    expect(await askSocket(client, { query: '{ viewer { id } }' })).toMatchObject({ data: { viewer: { id: 'ann' } } });
    await until(isSeen(true), SOON);
    expect(await askSocket(client, { query: report(false) })).toEqual({
      data: { reportPresence: { promptForPush: false } },
    });
    await until(isSeen(false), SOON);
    const live = client.iterate({ query: 'subscription { orderUpdated { cursor } }' });
    void live.next().catch(() => undefined);
    await askSocket(client, { query: report(true) });
    await until(isSeen(true), SOON);
    client.terminate();
    await until(isSeen(false), SOON);
  });

  it('is a lease over HTTP', async () => {
    await ask(asked, report(true));
    await until(isSeen(true), SOON);
    await ask(asked, report(false));
    await until(isSeen(false), SOON);
  });
});
