import { afterAll, beforeAll, expect, it } from 'vitest';
import { CLOCK_SKEW_SECONDS } from '../../src/auth/token.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import { testEnvironment, tokenOf } from '../support/env.ts';
import { build, freePort } from '../support/processes.ts';
import { type ServiceProcess, startProcess } from '../support/service.ts';
import { openTrader } from '../support/trader.ts';
import { openBusyVenue } from '../support/venue.ts';
import { openBlockingProxy } from './blocking-proxy.ts';
import { follow, openApp } from './support.ts';

const LONG_MS = 60_000;

let database: TestDatabase;
let env: Record<string, string>;
let service: ServiceProcess;
beforeAll(async () => {
  await build();
  database = await cloneDatabase();
  env = testEnvironment(database.url, { PORT: String(await freePort()) });
  service = await startProcess(env);
});
afterAll(async () => {
  await service.end('SIGKILL');
  await database.drop();
});

it.each(['SIGKILL', 'SIGTERM'] as const)(
  'loses and repeats nothing when the service gets %s and comes back, where the stock client gives up',
  async (signal) => {
    const trader = await openTrader(service.url, `r-${signal}`);
    const app = openApp(trader);
    const following = await follow(app, trader);
    await app.statusThat(({ state }) => state === 'live');
    const venue = openBusyVenue(service.url, `r-${signal}`);
    await following.until(`r-${signal}-2`);

    await service.end(signal);
    await app.statusThat(({ state, attempt }) => state === 'recovering' && attempt >= 1);
    service = await startProcess(env);
    await app.statusThat(({ state }) => state === 'live');
    const sent = await venue.stop();
    await following.until(sent.at(-1)!);
    expect(following.execIds()).toEqual(sent);
    expect(following.errors).toEqual([]);
    app.client.close();
  },
  LONG_MS,
);

it(
  'comes back with a fresh token when the one it has expires',
  async () => {
    const trader = await openTrader(service.url, 'tess');
    let asked = 0;
    const getToken = async (): Promise<string> =>
      tokenOf('tess', { ttlSeconds: ++asked === 1 ? 2 - CLOCK_SKEW_SECONDS : 3_600 });
    const app = openApp(trader, { getToken });
    const following = await follow(app, trader);
    const venue = openBusyVenue(service.url, 'tess');
    const { lastClose } = await app.statusThat((status) => status.lastClose !== null);
    expect(lastClose?.code).toBe(4403);
    await app.statusThat(({ state }) => state === 'live');
    expect(asked).toBe(2);
    const sent = await venue.stop();
    await following.until(sent.at(-1)!);
    expect(following.execIds()).toEqual(sent);
    app.client.close();
  },
  LONG_MS,
);

it('asks once for another token when the service does not know the one it has, and then gives up', async () => {
  const trader = await openTrader(service.url, 'mal');
  let asked = 0;
  const app = openApp(trader, { getToken: () => `not.a.token${++asked}` });
  const following = await follow(app, trader);
  const { fault } = await app.statusThat(({ state }) => state === 'offline');
  expect(fault?.code).toBe('UNAUTHENTICATED');
  expect(following.errors).toMatchObject([{ code: 'UNAUTHENTICATED' }]);
  expect(asked).toBe(2);
  app.client.close();
});

it(
  'notices a connection that is half open, and loses nothing',
  async () => {
    const trader = await openTrader(service.url, 'hal');
    const proxy = await openBlockingProxy(service.url);
    const app = openApp({ ...trader, url: proxy.url });
    const following = await follow(app, trader);
    const venue = openBusyVenue(service.url, 'hal');
    await following.until('hal-2');
    proxy.freeze();
    const { lastClose } = await app.statusThat((status) => status.lastClose !== null);
    expect(lastClose?.code).toBe('SILENT');
    await app.statusThat(({ state }) => state === 'live');
    const sent = await venue.stop();
    await following.until(sent.at(-1)!);
    expect(following.execIds()).toEqual(sent);
    app.client.close();
    await proxy.close();
  },
  LONG_MS,
);
