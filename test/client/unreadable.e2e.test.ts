import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { openNotifications } from '../../src/client/notifications.ts';
import { openOrderList } from '../../src/client/orders.ts';
import { userId } from '../../src/kernel/brand.ts';
import { tellCritical } from '../notifications/app.ts';
import { type Asked, positionOf, postReports, report } from '../support/client.ts';
import { startService, type TestService } from '../support/service.ts';
import { sweepAway } from '../support/sweep-away.ts';
import { openTrader } from '../support/trader.ts';
import { until } from '../support/until.ts';
import { type BlockingProxy, openBlockingProxy } from './blocking-proxy.ts';
import { follow, openApp, type TestApp } from './support.ts';

const SOON = { withinMs: 10_000 };

let service: TestService;
let proxy: BlockingProxy;
let trader: Required<Asked>;
let app: TestApp;
let user: string;
let users = 0;
beforeAll(async () => {
  service = await startService({ env: { NOTIFICATIONS: '1' } });
});
afterAll(() => service.stop());
beforeEach(async () => {
  proxy = await openBlockingProxy(service.url);
  user = `odd-${++users}`;
  trader = { ...(await openTrader(service.url, user)), url: proxy.url };
  app = openApp(trader, { failuresMax: 100 });
});
afterEach(async () => {
  app.client.close();
  await proxy.close();
});

async function fill(n: number, symbol = 'AAPL'): Promise<void> {
  const terms = { account: user, clOrdId: `${user}-${symbol}`, venueOrderId: `${user}-${symbol}`, symbol };
  const execution = { execId: `${user}-${n}`, execType: 'TRADE', lastQty: '1', lastPx: '10' };
  await postReports(service.url, report({ ...terms, ...execution }));
}

it('one order that can’t be read is left out of its page and told of, and comes back with its next update', async () => {
  for (const [n, symbol] of ['AAPL', 'MSFT', 'TSLA'].entries()) await fill(n, symbol);
  proxy.tamper({ from: '"symbol":"MSFT"', to: '"symbol": 12345' });
  const list = openOrderList(app.client);
  const stop = list.start();
  const symbols = () => list.getSnapshot().orders.map(({ symbol }) => symbol);
  await until(() => symbols().length > 0, SOON);
  expect(symbols()).toEqual(['TSLA', 'AAPL']);
  expect(list.getSnapshot().error?.message).toBe('Order.symbol: not a String');
  expect(app.faults).toEqual([{ code: 'UNREADABLE', message: 'Order.symbol: not a String' }]);
  await app.statusThat(({ state }) => state === 'live');
  proxy.tamper(null);
  await fill(3, 'MSFT');
  await until(() => symbols().join() === 'TSLA,MSFT,AAPL', SOON);
  await list.refresh();
  expect(list.getSnapshot().error).toBeNull();
  stop();
});

it('where the last order of a page can’t be read, the next page begins behind it', async () => {
  for (const [n, symbol] of ['AAPL', 'MSFT', 'TSLA'].entries()) await fill(n, symbol);
  proxy.tamper({ from: '"symbol":"MSFT"', to: '"symbol": 12345' });
  const list = openOrderList(app.client, { pageSize: 2 });
  const stop = list.start();
  const symbols = () => list.getSnapshot().orders.map(({ symbol }) => symbol);
  await until(() => symbols().length > 0, SOON);
  expect(symbols()).toEqual(['TSLA']);
  await app.statusThat(({ state }) => state === 'live');
  proxy.tamper(null);
  await fill(3, 'MSFT');
  await until(() => symbols().join() === 'TSLA,MSFT', SOON);
  await list.loadMore();
  expect(symbols()).toEqual(['TSLA', 'MSFT', 'AAPL']);
  stop();
});

it('one notification that can’t be read is left out and told of', async () => {
  const ids: string[] = [];
  for (const at of [1, 2]) ids.push(await tellCritical(service.app, { userId: userId(user), createdAt: new Date(at) }));
  const from = `"id":"${ids[1]}"`;
  proxy.tamper({ from, to: '"id":0'.padEnd(from.length) });
  const list = openNotifications(app.client);
  const stop = list.start();
  await until(() => list.getSnapshot().notifications.length > 0, SOON);
  expect(list.getSnapshot().notifications.map(({ id }) => id)).toEqual([ids[0]]);
  expect(list.getSnapshot().error?.message).toBe('Notification.id: not a ID');
  expect(app.faults).toMatchObject([{ code: 'UNREADABLE' }]);
  stop();
});

const QUERY = `subscription ($after: Cursor) { orderUpdated(after: $after) { event { execId } order { id version } } }`;

it('a handler that fails after RESUME_EXPIRED is called again, and holds up no other subscription', async () => {
  const start = await positionOf(trader);
  for (const n of [1, 2, 3]) await fill(n);
  await sweepAway(service.app, user);
  const other = await follow(app, trader);
  await app.statusThat(({ state }) => state === 'live');
  let calls = 0;
  const execIds: string[] = [];
  app.client.subscribe<{ orderUpdated: { event: { execId: string } } }>(
    { query: QUERY, variables: { after: start } },
    {
      next: ({ data }) => void execIds.push(data.orderUpdated.event.execId),
      error: () => undefined,
      async reload() {
        calls += 1;
        if (calls === 1) await fill(4);
        if (calls < 3) throw new Error('no network');
      },
    },
  );
  await until(() => calls === 3, SOON);
  await app.statusThat(({ state }) => state === 'live');
  await fill(5);
  await other.until(`${user}-5`);
  await until(() => execIds.includes(`${user}-5`), SOON);
  expect(execIds).toEqual([`${user}-4`, `${user}-5`]);
  expect(other.execIds()).toEqual([`${user}-4`, `${user}-5`]);
  expect(app.faults).toEqual([1, 2].map(() => ({ code: 'RELOAD', message: 'Error: no network' })));
  expect(app.client.status.getSnapshot().lastClose).toBeNull();
});

it('an order whose update can’t be read is loaded again until that works, unless nobody wants it any more', async () => {
  const after = await positionOf(trader);
  let calls = 0;
  let fails = 2;
  const sink = {
    next: () => undefined,
    error: () => undefined,
    reload() {
      calls += 1;
      if (calls <= fails) throw new Error('no network');
    },
  };
  const stop = app.client.subscribe({ query: QUERY, variables: { after } }, sink);
  await app.statusThat(({ state }) => state === 'live');
  proxy.tamper({ from: '"version":1', to: '"versiom":1' });
  await fill(1);
  await until(() => calls === 3, SOON);
  expect(app.faults.filter(({ code }) => code === 'RELOAD')).toHaveLength(2);

  fails = Number.POSITIVE_INFINITY;
  let others = 0;
  const failing = (): void => {
    others += 1;
    throw new Error('no network');
  };
  const other = { ...sink, reload: failing };
  app.client.subscribe({ query: QUERY, variables: { after: await positionOf(trader) } }, other);
  proxy.tamper({ from: '"version":2', to: '"versiom":2' });
  await fill(2);
  await until(() => calls > 4 && others > 1, SOON);
  stop();
  const [before, othersBefore] = [calls, others];
  // The other one waits as long between two calls.
  await until(() => others > othersBefore + 3, SOON);
  expect(calls).toBe(before);
});
