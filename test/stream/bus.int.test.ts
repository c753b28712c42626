import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { userId } from '../../src/kernel/brand.ts';
import { systemClock, systemIds } from '../../src/kernel/clock.ts';
import { type Bus, type BusMessage, openLocalBus } from '../../src/stream/bus.ts';
import { openRedisBus } from '../../src/stream/redis-bus.ts';
import type { StreamEvent } from '../../src/stream/event.ts';
import { follow } from '../../src/stream/follow.ts';
import { openRedisServer, type RedisServer } from '../support/redis.ts';
import { until } from '../support/until.ts';
import { ANN, at, eventAt, openLog, silent } from './fakes.ts';

/** A listener whose messages can be waited for. */
function openListener() {
  const heard: BusMessage[] = [];
  let check = (): void => undefined;
  return {
    heard,
    hear: (message: BusMessage): void => {
      heard.push(message);
      check();
    },
    /** Resolves when one of the messages is so. */
    has: (wanted: (message: BusMessage) => boolean) =>
      new Promise<void>((resolve) => {
        check = () => (heard.some(wanted) ? resolve() : undefined);
        check();
      }),
  };
}
const isEvent = (offset: number) => (message: BusMessage) =>
  typeof message === 'object' && 'position' in message && message.position.offset === offset;

describe('the bus of one process', () => {
  it('carries events to every follower of their user, and to nobody else', async () => {
    const bus = openLocalBus(silent);
    const [one, two, other] = [openListener(), openListener(), openListener()];
    const subscriptions = [bus.follow(ANN, one.hear), bus.follow(ANN, two.hear), bus.follow(userId('bob'), other.hear)];
    for (const { acknowledged } of subscriptions) await acknowledged;
    bus.publish([eventAt(1), { ...eventAt(1), userId: userId('bob') }, eventAt(2)]);
    await Promise.all([one.has(isEvent(2)), two.has(isEvent(2)), other.has(isEvent(1))]);
    expect(one.heard).toEqual([eventAt(1), eventAt(2)]);
    expect(two.heard).toEqual(one.heard);
    expect(other.heard).toEqual([{ ...eventAt(1), userId: userId('bob') }]);
  });

  it('knows whom it follows until the last one lets go', async () => {
    const bus = openLocalBus(silent);
    const { hear, heard } = openListener();
    const [one, two] = [bus.follow(ANN, hear), bus.follow(ANN, () => undefined)];
    await Promise.all([one.acknowledged, two.acknowledged]);
    one.close();
    one.close();
    expect(bus.followedUsers()).toEqual([ANN]);
    bus.publish([eventAt(1)]);
    two.close();
    expect(bus.followedUsers()).toEqual([]);
    expect(heard).toEqual([]);
  });

  it('tells its followers when the service stops', async () => {
    const bus = openLocalBus(silent);
    const { hear, heard } = openListener();
    await bus.follow(ANN, hear).acknowledged;
    bus.endFollowers(ANN);
    expect(heard).toEqual(['closed']);
  });
});

describe('the bus over Redis', () => {
  let redis: RedisServer;
  let admin: Redis;
  let here: Bus;
  let there: Bus;
  const prefix = `test:${randomUUID()}:`;
  beforeEach(async () => {
    redis = await openRedisServer();
    admin = new Redis(redis.url);
    admin.on('error', () => undefined);
    here = openRedisBus({ url: redis.url, prefix, log: silent, clock: systemClock, ids: systemIds });
    there = openRedisBus({ url: redis.url, prefix, log: silent, clock: systemClock, ids: systemIds });
  });
  afterEach(async () => {
    await Promise.all([here.close(), there.close()]);
    admin.disconnect();
    await redis.stop();
  });
  const channels = async (): Promise<number> =>
    ((await admin.pubsub('CHANNELS', `${prefix}user:*`)) as string[]).length;
  const numbers = (events: readonly StreamEvent[]): number[] => events.map(({ position }) => position.offset);

  /** Publishes until it arrives: a publisher that is not connected yet drops what it is given. */
  async function publishUntilHeard(bus: Bus, offset: number, { heard }: ReturnType<typeof openListener>) {
    await until(
      () => {
        bus.publish([eventAt(offset)]);
        return heard.some(isEvent(offset));
      },
      { withinMs: 10_000 },
    );
  }

  it('carries events from one process to the other, as they were', async () => {
    const listener = openListener();
    await here.follow(ANN, listener.hear).acknowledged;
    await publishUntilHeard(there, 1, listener);
    expect(listener.heard.find(isEvent(1))).toEqual(eventAt(1));
  });

  it('has one subscription for all followers of a user, and none after the last', async () => {
    const subscriptions = Array.from({ length: 5 }, () => here.follow(ANN, () => undefined));
    for (const { acknowledged } of subscriptions) await acknowledged;
    expect(await admin.pubsub('NUMSUB', `${prefix}user:ann`)).toEqual([`${prefix}user:ann`, 1]);
    for (const subscription of subscriptions) subscription.close();
    await until(async () => (await channels()) === 0, { withinMs: 10_000 });
  });

  it('let go and followed again at once is still heard', async () => {
    const listener = openListener();
    here.follow(ANN, () => undefined).close();
    await here.follow(ANN, listener.hear).acknowledged;
    await publishUntilHeard(there, 7, listener);
    expect(await channels()).toBe(1);
  });

  it.each(['not JSON', '{}', '[{"position":1}]', '[null]', 'null', '""'])(
    'takes a message that it can’t read for a nudge: %s',
    async (message) => {
      const listener = openListener();
      await here.follow(ANN, listener.hear).acknowledged;
      await admin.publish(`${prefix}user:ann`, message);
      await listener.has((heard) => heard === 'nudge');
    },
  );

  /** A follower of a log whose events this process commits and the other process’s bus may or may not hear of. */
  async function openFollower() {
    const log = openLog(1);
    const events = follow({ reader: log.reader, bus: here, log: silent }, { user: ANN, after: at(0) });
    const next = async (): Promise<StreamEvent> => {
      const { value } = (await events.next()) as IteratorResult<StreamEvent, undefined>;
      if (!value) throw new Error('the follower ended');
      return value;
    };
    expect(numbers([await next()])).toEqual([1]);
    return { log, next };
  }

  it('whose subscriber connection is killed: its followers catch up from the log', async () => {
    const { log, next } = await openFollower();
    const waiting = next();
    await until(async () => (await channels()) === 1, { withinMs: 10_000 });
    expect(Number(await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub'))).toBeGreaterThan(0);
    // Committed while nobody is subscribed, so no message of it is ever heard.
    log.head = 2;
    expect(numbers([await waiting])).toEqual([2]);
    await until(async () => (await channels()) === 1, { withinMs: 10_000 });
  });

  it('followed and let go while it closes leaves no rejection behind, which would end the process', async () => {
    const rejections: unknown[] = [];
    const note = (reason: unknown): void => void rejections.push(reason);
    process.on('unhandledRejection', note);
    const before = here.follow(ANN, () => undefined);
    here.follow(userId('bob'), () => undefined);
    before.close();
    await here.close();
    here.follow(userId('carl'), () => undefined);
    // Redis has seen the end of both of its connections; the last of their promises are settled in the turns after it.
    const clients = async (): Promise<number> =>
      String(await admin.client('LIST'))
        .trim()
        .split('\n').length;
    await there.close();
    await until(async () => (await clients()) === 1, { withinMs: 10_000 });
    for (let turn = 0; turn < 10; turn++) await setImmediate();
    process.off('unhandledRejection', note);
    expect(rejections).toEqual([]);
  });

  it('outlasts a Redis that dies and comes back empty', async () => {
    const { log, next } = await openFollower();
    const waiting = next();
    await redis.kill();
    expect(() => here.publish([eventAt(9)])).not.toThrow();
    log.head = 3;
    await redis.restart();
    expect(numbers([await waiting, await next()])).toEqual([2, 3]);
  });

  it('can be followed while Redis is away: the log is read alone, and the bus joins later', async () => {
    await redis.kill();
    const { log, next } = await openFollower();
    const waiting = next();
    await redis.restart();
    log.head = 2;
    expect(numbers([await waiting])).toEqual([2]);
    await until(async () => (await channels()) === 1, { withinMs: 10_000 });
  });
});
