import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { startService, type TestService } from '../support/service.ts';
import { openTrader } from '../support/trader.ts';
import { openBusyVenue } from '../support/venue.ts';
import { type BlockingProxy, openBlockingProxy } from './blocking-proxy.ts';
import { follow, openApp } from './support.ts';

const LONG_MS = 60_000;

let service: TestService;
let proxy: BlockingProxy;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());
beforeEach(async () => {
  proxy = await openBlockingProxy(service.url);
});
afterEach(() => proxy.close());

it(
  'goes down from WebSocket to event streams to polling and back up, and loses and repeats nothing on the way',
  async () => {
    const trader = { ...(await openTrader(service.url, 'fay')), url: proxy.url };
    const app = openApp(trader, { failuresMax: 2 });
    const following = await follow(app, trader);
    const venue = openBusyVenue(service.url, 'fay');
    const isOn = (transport: string, state: string) => (status: { transport: string; state: string }) =>
      status.transport === transport && status.state === state;
    const hasMore = async (): Promise<void> => following.until(venue.execIds.at(-1)!);
    await app.statusThat(isOn('websocket', 'live'));
    await hasMore();

    proxy.block({ websocket: true });
    await app.statusThat(isOn('sse', 'live'));
    await hasMore();

    proxy.block({ websocket: true, sse: true });
    await app.statusThat(isOn('polling', 'polling'));
    await hasMore();

    proxy.block({ websocket: true });
    await app.statusThat(isOn('sse', 'live'));
    await hasMore();

    proxy.block({});
    await app.statusThat(isOn('websocket', 'live'));
    await hasMore();

    const sent = await venue.stop();
    await following.until(sent.at(-1)!);
    expect(following.execIds()).toEqual(sent);
    expect({ errors: following.errors, faults: app.faults }).toEqual({ errors: [], faults: [] });
    app.client.close();
  },
  LONG_MS,
);

it('is idle while nothing is followed, and says so rather than that it connects', async () => {
  const trader = { ...(await openTrader(service.url, 'ida')), url: proxy.url };
  const app = openApp(trader);
  expect(app.client.status.getSnapshot()).toMatchObject({ state: 'idle', attempt: 0 });
  const following = await follow(app, trader);
  await app.statusThat(({ state }) => state === 'live');
  following.stop();
  await app.statusThat(({ state }) => state === 'idle');
  expect([...new Set(app.statuses.map(({ state }) => state))]).toEqual(['idle', 'connecting', 'live']);
  expect(app.statuses.at(-1)?.state).toBe('idle');
  app.client.close();
});

it(
  'goes straight from polling to a WebSocket that works again, without a state in which nothing comes',
  async () => {
    const trader = { ...(await openTrader(service.url, 'gil')), url: proxy.url };
    proxy.block({ websocket: true, sse: true });
    const app = openApp(trader, { failuresMax: 1 });
    const following = await follow(app, trader);
    await app.statusThat(({ state }) => state === 'polling');
    const venue = openBusyVenue(service.url, 'gil');
    await following.until('gil-3');
    const before = app.statuses.length;
    proxy.block({});
    await app.statusThat(({ state }) => state === 'live');
    expect(app.statuses.slice(before).map(({ state }) => state)).not.toContain('recovering');
    const sent = await venue.stop();
    await following.until(sent.at(-1)!);
    expect(following.execIds()).toEqual(sent);
    app.client.close();
  },
  LONG_MS,
);

it('is offline, and comes back, when nothing gets through', async () => {
  const trader = { ...(await openTrader(service.url, 'off')), url: proxy.url };
  const app = openApp(trader, { failuresMax: 1 });
  const following = await follow(app, trader);
  await app.statusThat(({ state }) => state === 'live');
  proxy.block({ websocket: true, sse: true, rest: true });
  const { lastUpdateAt, attempt } = await app.statusThat(({ state }) => state === 'offline');
  expect(attempt).toBeGreaterThanOrEqual(3);
  expect(lastUpdateAt).not.toBeNull();
  proxy.block({});
  await app.statusThat(({ state }) => state === 'live');
  expect(following.errors).toEqual([]);
  app.client.close();
});
