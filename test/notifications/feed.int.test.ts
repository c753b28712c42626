import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { userId } from '../../src/kernel/brand.ts';
import { systemIds } from '../../src/kernel/clock.ts';
import { globalId } from '../../src/kernel/global-id.ts';
import {
  type Feed,
  FEED_NOTIFICATIONS_MAX,
  FEED_TTL_SECONDS_MIN,
  FEED_UPDATES_MAX,
} from '../../src/notifications/feed.ts';
import { openMemoryFeed } from '../../src/notifications/memory-feed.ts';
import { openRedisFeed } from '../../src/notifications/redis-feed.ts';
import type { StreamEvent } from '../../src/stream/event.ts';
import { follow, ResumeExpiredError } from '../../src/stream/follow.ts';
import { openConnections } from '../../src/stream/redis-bus.ts';
import { openRedisServer, type RedisServer } from '../support/redis.ts';
import { until } from '../support/until.ts';
import { silent } from '../stream/fakes.ts';
import { notificationOf, viewOf } from './told.ts';

const SOON = { withinMs: 15_000 };
/** Names of which one is a Redis hash tag of its own, and one breaks out of it. */
const [ANN, BOB] = [userId('}ann{'), userId('bob')];
const HOUR = 3_600;

let redis: RedisServer;
beforeAll(async () => {
  redis = await openRedisServer();
});
afterAll(() => redis.stop());

const clock = { time: Date.now(), now: () => new Date(clock.time) };
const openRedis = (): Feed => {
  const connections = openConnections({ url: redis.url, log: silent });
  return openRedisFeed({ connections, prefix: 'test:', log: silent, clock, ids: systemIds });
};
const openMemory = (): Feed => openMemoryFeed({ log: silent, clock, ids: systemIds });

/** Tells a user something everyday. @returns the id of the notification */
async function tell(feed: Feed, user = ANN, ttlSeconds = HOUR): Promise<string> {
  const notification = notificationOf({ userId: user, createdAt: clock.now() });
  await feed.append(user, notification.id, viewOf(notification), ttlSeconds);
  return notification.id;
}

const idsOf = async (feed: Feed, user = ANN): Promise<string[]> =>
  (await feed.list(user)).notifications
    .map(({ id }) => Buffer.from(id, 'base64').toString().split(':')[1] ?? '')
    .sort();
const unreadOf = async (feed: Feed, user = ANN): Promise<number | undefined> => (await feed.unread([user])).get(user);
const following = async (feed: Feed) =>
  follow(
    { reader: feed.reader, bus: feed.bus, log: silent },
    { user: ANN, after: (await feed.reader.extent(ANN)).head },
  );

describe.each([
  ['in memory', openMemory],
  ['in Redis', openRedis],
])('the feed %s', (_where, open) => {
  let feed: Feed;
  beforeEach(async () => {
    clock.time = Date.now();
    feed = open();
    const admin = new Redis(redis.url);
    await admin.flushall();
    await admin.quit();
    await until(async () => (await feed.unread([ANN])).size === 1, SOON);
  });
  afterEach(() => feed.close());

  it('tells a notification once, live and from its log, whatever the number of tries', async () => {
    const live = await following(feed);
    const first = live.next();
    const notification = notificationOf({ userId: ANN });
    const view = viewOf(notification);
    for (let n = 0; n < 3; n++) await feed.append(ANN, notification.id, view, HOUR);
    await tell(feed);
    expect(await first).toMatchObject({
      value: { userId: ANN, position: { offset: 1 }, type: 'notificationReceived' },
    });
    expect(((await first).value as StreamEvent).data).toEqual({ change: 'RECEIVED', notification: view });
    expect(await live.next()).toMatchObject({ value: { position: { offset: 2 } } });
    await live.return?.();
    const { head, events, retainedFrom, full } = await feed.reader.page(ANN, 0);
    expect([head.offset, retainedFrom, full]).toEqual([2, 0, false]);
    expect(events.map(({ position }) => position.offset)).toEqual([1, 2]);
    expect(events[0]?.data).toEqual({ change: 'RECEIVED', notification: view });
    expect(await feed.find(ANN, notification.id)).toEqual(view);
  });

  it('keeps users apart', async () => {
    const id = await tell(feed);
    expect(await idsOf(feed, BOB)).toEqual([]);
    expect(await feed.find(BOB, id)).toBeNull();
    expect(await feed.mark(BOB, { ids: [id], change: 'READ', at: clock.now() })).toEqual([]);
    expect(await feed.unread([ANN, BOB])).toEqual(
      new Map([
        [ANN, 1],
        [BOB, 0],
      ]),
    );
    expect((await feed.reader.extent(BOB)).head.offset).toBe(0);
  });

  it('marks a notification once, as an update of the same log', async () => {
    const [first, second] = [await tell(feed), await tell(feed)];
    const live = await following(feed);
    const at = new Date(clock.time + 5);
    const mark = { ids: [first, first, randomUUID()], change: 'READ' as const, at };
    const views = await feed.mark(ANN, mark);
    expect(views.map(({ readAt, archivedAt }) => [readAt, archivedAt])).toEqual([[at.toISOString(), null]]);
    expect(await feed.mark(ANN, { ...mark, at: new Date(clock.time + 9) })).toEqual(views);
    expect(await unreadOf(feed)).toBe(1);
    expect((await live.next()).value).toMatchObject({
      position: { offset: 3 },
      data: { change: 'READ', notification: views[0] },
    });
    const archived = await feed.mark(ANN, { ids: [first, second], change: 'ARCHIVED', at });
    expect(archived.map(({ readAt, archivedAt }) => [readAt, archivedAt])).toEqual([
      [at.toISOString(), at.toISOString()],
      [at.toISOString(), at.toISOString()],
    ]);
    expect(await unreadOf(feed)).toBe(0);
    expect((await live.next()).value).toMatchObject({ position: { offset: 4 }, data: { change: 'ARCHIVED' } });
    expect((await feed.list(ANN)).head.offset).toBe(5);
    await live.return?.();
  });

  it('marks all at once', async () => {
    for (let n = 0; n < 3; n++) await tell(feed);
    expect(await feed.mark(ANN, { ids: 'all', change: 'READ', at: clock.now() })).toEqual([]);
    expect(await unreadOf(feed)).toBe(0);
    expect((await feed.mark(ANN, { ids: [], change: 'READ', at: clock.now() })).length).toBe(0);
    expect((await feed.reader.extent(ANN)).head.offset).toBe(6);
  });

  it(`keeps ${FEED_NOTIFICATIONS_MAX} notifications and ${FEED_UPDATES_MAX} updates, and forgets the oldest first`, async () => {
    const start = (await feed.reader.extent(ANN)).head;
    const told: string[] = [];
    for (let n = 0; n < FEED_NOTIFICATIONS_MAX + 2; n++) {
      clock.time += 1;
      told.push(await tell(feed));
    }
    expect(await idsOf(feed)).toEqual(told.slice(2).sort());
    expect(await unreadOf(feed)).toBe(FEED_NOTIFICATIONS_MAX);
    await feed.mark(ANN, { ids: 'all', change: 'READ', at: clock.now() });
    const extent = await feed.reader.extent(ANN);
    const updates = 2 * FEED_NOTIFICATIONS_MAX + 2;
    expect(extent).toEqual({ head: { ...start, offset: updates }, retainedFrom: updates - FEED_UPDATES_MAX });
    const page = await feed.reader.page(ANN, extent.retainedFrom);
    expect([page.events.length, page.full, page.events[0]?.position.offset]).toEqual([500, true, 3]);
    const late = follow({ reader: feed.reader, bus: feed.bus, log: silent }, { user: ANN, after: start });
    await expect(late.next()).rejects.toThrow(ResumeExpiredError);
  });

  it('forgets a notification when its time is over, and sooner none', async () => {
    await tell(feed);
    const report = await tell(feed, ANN, 28 * 24 * HOUR);
    clock.time += FEED_TTL_SECONDS_MIN * 1_000 - 1;
    expect((await idsOf(feed)).length).toBe(2);
    clock.time += 1;
    expect(await idsOf(feed)).toEqual([report]);
    expect(await unreadOf(feed)).toBe(1);
  });
});

describe('the feed in Redis', () => {
  let feed: Feed;
  beforeEach(async () => {
    clock.time = Date.now();
    feed = openRedis();
    await until(async () => (await feed.unread([ANN])).size === 1, SOON);
  });
  afterEach(async () => {
    redis.thaw();
    await feed.close();
  });

  it('ends by itself when nobody asks for it any more, each key at the same time', async () => {
    await tell(feed, ANN, 28 * 24 * HOUR);
    await feed.mark(ANN, { ids: 'all', change: 'ARCHIVED', at: clock.now() });
    const admin = new Redis(redis.url);
    const keys = await admin.keys('*');
    expect(keys.filter((key) => key.includes('ann')).length).toBe(6);
    for (const key of keys) {
      const ttl = await admin.ttl(key);
      expect(ttl).toBeGreaterThan(key.includes('ann') ? 27 * 24 * HOUR : 0);
      expect(ttl).toBeLessThanOrEqual(28 * 24 * HOUR);
    }
    await admin.quit();
  });

  it('that was lost with Redis is not resumed, and does not hang while Redis is away', async () => {
    await tell(feed);
    const live = await following(feed);
    const waiting = live.next();
    waiting.catch(() => undefined);
    await redis.kill();
    await until(
      () =>
        feed.reader.extent(ANN).then(
          () => false,
          () => true,
        ),
      SOON,
    );
    await redis.restart();
    await expect(waiting).rejects.toThrow(ResumeExpiredError);
    await until(async () => (await idsOf(feed)).length === 0, SOON);
  });

  it('goes on where it was after Redis was frozen', async () => {
    const live = await following(feed);
    redis.freeze();
    await expect(feed.list(ANN)).rejects.toThrow();
    await until(() => feed.bus.isDegraded(), SOON);
    redis.thaw();
    const { id, ...notification } = notificationOf({ userId: ANN });
    await until(() => feed.append(ANN, id, viewOf({ id, ...notification }), HOUR).then(() => true), SOON);
    const told = await live.next();
    expect(told.value).toMatchObject({ data: { notification: { id: globalId('Notification', id) } } });
    await live.return?.();
  });
});
