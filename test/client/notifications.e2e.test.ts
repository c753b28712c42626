import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type NotificationList, openNotifications, watchPresence } from '../../src/client/notifications.ts';
import { userId } from '../../src/kernel/brand.ts';
import { tellCritical, tellEveryday } from '../notifications/app.ts';
import { postReports, report } from '../support/client.ts';
import { startService, type TestService } from '../support/service.ts';
import { openTrader } from '../support/trader.ts';
import { until } from '../support/until.ts';
import { type BlockingProxy, openBlockingProxy } from './blocking-proxy.ts';
import { follow, openApp, type TestApp } from './support.ts';

const SOON = { withinMs: 15_000 };

let service: TestService;
let proxy: BlockingProxy;
let user = userId('nia');
let apps: TestApp[];
beforeAll(async () => {
  service = await startService({ env: { NOTIFICATIONS: '1' } });
});
afterAll(() => service.stop());
beforeEach(async () => {
  proxy = await openBlockingProxy(service.url);
  user = userId(`nia-${randomUUID().slice(0, 8)}`);
  apps = [];
});
afterEach(async () => {
  for (const { client } of apps) client.close();
  await proxy.close();
});

/** One after the other: of two that are made in the same millisecond no one says which is the newer one. */
let made = 0;
const next = () => ({ userId: user, createdAt: new Date((made = Math.max(Date.now(), made + 1))) });
const everyday = (): Promise<string> => tellEveryday(service.app, next());
const critical = (): Promise<string> => tellCritical(service.app, next());

/** One device of the user, with the ids that it was told of as new. */
async function openDevice(options: Parameters<typeof openApp>[1] = {}) {
  const trader = { ...(await openTrader(service.url, user)), url: proxy.url };
  const app = openApp(trader, { failuresMax: 2, ...options });
  apps.push(app);
  const received: string[] = [];
  const list = openNotifications(app.client, { onReceived: ({ id }) => void received.push(id) });
  list.start();
  await until(() => list.getSnapshot().asOf !== null, SOON);
  return { app, list, received, trader };
}

const idsOf = (list: NotificationList): string[] => list.getSnapshot().notifications.map(({ id }) => id);
const shows = (list: NotificationList, ids: readonly string[], unreadCount: number): Promise<unknown> =>
  until(() => {
    const { notifications, unreadCount: count } = list.getSnapshot();
    const unread = notifications.filter(({ readAt }) => readAt === null).length;
    return JSON.stringify(idsOf(list)) === JSON.stringify(ids) && unread === unreadCount && count === unreadCount;
  }, SOON);

it('shows what was there, and each new one of both layers once, also over a cut connection', async () => {
  const before = await everyday();
  // It stays with its WebSocket.
  const { app, list, received } = await openDevice({ failuresMax: 100 });
  await app.statusThat(({ state }) => state === 'live');
  await shows(list, [before], 1);
  const live = [await everyday(), await critical()];
  await until(() => live.every((id) => received.includes(id)), SOON);

  proxy.block({ websocket: true, sse: true, rest: true });
  await app.statusThat(({ state }) => state !== 'live');
  const missed = [await critical(), await everyday()];
  proxy.block({});
  await until(() => missed.every((id) => received.includes(id)), SOON);
  expect(received.toSorted()).toEqual([...live, ...missed].toSorted());
  await until(() => list.getSnapshot().unreadCount === 5, SOON);
  expect(idsOf(list).toSorted()).toEqual([before, ...live, ...missed].toSorted());
  expect(app.faults).toEqual([]);
});

it('keeps marks and counts in step on all devices of the user', async () => {
  const [first, second, third] = [await everyday(), await critical(), await everyday()];
  const [phone, desk] = [await openDevice(), await openDevice()];
  for (const { list } of [phone, desk]) await shows(list, [third, second, first], 3);

  await phone.list.markRead([second]);
  for (const { list } of [phone, desk]) await shows(list, [third, second, first], 2);
  await desk.list.archive([third]);
  for (const { list } of [phone, desk]) await shows(list, [second, first], 1);
  await phone.list.markRead('all');
  for (const { list } of [phone, desk]) await shows(list, [second, first], 0);
  const next = await critical();
  for (const { list } of [phone, desk]) await shows(list, [next, second, first], 1);
});

it('counts what is marked and was not loaded', async () => {
  const ids: string[] = [];
  for (let n = 0; n < 4; n++) ids.push(await everyday());
  const { app } = await openDevice();
  const short = openNotifications(app.client, { pageSize: 2 });
  short.start();
  await until(() => short.getSnapshot().unreadCount === 4, SOON);
  const other = await openDevice();
  await other.list.markRead(ids.slice(0, 2));
  await until(() => short.getSnapshot().unreadCount === 2, SOON);
  expect(idsOf(short)).toEqual(ids.slice(2).toReversed());
  await short.loadMore();
  await shows(short, ids.toReversed(), 2);
});

it('without a WebSocket tells critical ones at once, orders nothing of them, and on its return the rest, none twice', async () => {
  const { app, list, received, trader } = await openDevice();
  const orders = await follow(app, trader);
  await app.statusThat(({ state }) => state === 'live');
  const before = await critical();
  await until(() => received.includes(before), SOON);

  proxy.block({ websocket: true });
  await app.statusThat(({ transport, state }) => transport === 'sse' && state === 'live');
  const waiting = await everyday();
  const urgent = await critical();
  await until(() => received.includes(urgent), SOON);
  expect(idsOf(list)).not.toContain(waiting);
  await postReports(service.url, report({ account: user, clOrdId: 'a', venueOrderId: 'a', execId: `${user}-1` }));
  await orders.until(`${user}-1`);

  proxy.block({});
  await app.statusThat(({ transport, state }) => transport === 'websocket' && state === 'live');
  await until(() => idsOf(list).includes(waiting), SOON);
  const after = await everyday();
  await until(() => received.includes(after), SOON);
  expect(new Set(received).size).toBe(received.length);
  expect({ faults: app.faults, errors: orders.errors }).toEqual({ faults: [], errors: [] });
});

it('is read from its own place without an `after` of the app', async () => {
  const { app } = await openDevice();
  const told: string[] = [];
  const query = 'subscription { notificationReceived { notification { id } } }';
  app.client.subscribe<{ notificationReceived: { notification: { id: string } } }>(
    { query },
    {
      next: ({ data }) => void told.push(data.notificationReceived.notification.id),
      error: ({ code }) => void told.push(code),
    },
  );
  const ids: string[] = [];
  await until(async () => {
    ids.push(await everyday());
    return told.length > 0;
  }, SOON);
  proxy.block({ websocket: true, sse: true, rest: true });
  await app.statusThat(({ state }) => state !== 'live');
  const last = await everyday();
  proxy.block({});
  await until(() => told.includes(last), SOON);
  expect(told).toEqual([...ids, last].slice(-told.length));
});

it('says whether somebody looks: on the socket, and without one by requests', async () => {
  const isOnScreen = async (): Promise<boolean> => (await service.app.deps.presence.onScreen([user])).has(user);
  const { app } = await openDevice({ presence: watchPresence('a-phone') });
  await until(isOnScreen, SOON);
  app.client.close();
  await until(async () => !(await isOnScreen()), SOON);
  proxy.block({ websocket: true, sse: true });
  await openDevice({ presence: watchPresence('a-phone') });
  await until(isOnScreen, SOON);
});
