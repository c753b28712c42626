import { RedisPubSub } from 'graphql-redis-subscriptions';
import { Redis } from 'ioredis';
import type { Deps } from '../deps.ts';
import { delay } from '../kernel/clock.ts';
import { type Beats, openBeats } from './beat.ts';
import { type Bus, type Engine, openBus } from './bus.ts';

interface RedisBusOptions extends Pick<Deps, 'log' | 'clock' | 'ids'> {
  readonly url: string;
  readonly prefix: string;
}

/** Between processes over Redis pub/sub. Connects in the background: Redis may be away now and come later. */
export function openRedisBus({ url, prefix, log, clock, ids }: RedisBusOptions): Bus {
  return openBusOver(openConnections({ url, log }), { prefix, log, clock, ids });
}

/** Two connections that come back by themselves. */
export function openConnections({ url, log }: Pick<RedisBusOptions, 'url' | 'log'>): Connections {
  // The subscriber waits for Redis for ever, since a rejected SUBSCRIBE would end the process as an unhandled
  // rejection; the publisher gives up at once, since what it carries is only a hint.
  const subscriber = new Redis(url, { maxRetriesPerRequest: null, retryStrategy: reconnectDelay });
  const publisher = new Redis(url, {
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    commandTimeout: 500,
    retryStrategy: reconnectDelay,
  });
  const note = (err: unknown): void => log.debug({ err }, 'redis');
  // RedisPubSub lets go of promises that depend on these: one that is rejected, since the connection closes before the
  // answer, would end the process as well. A SUBSCRIBE that fails is asked again, its followers being on the log meanwhile.
  Object.assign(subscriber, {
    subscribe: (channel: string, answered?: (error: null) => void) =>
      subscribeForGood(subscriber, channel, note).then(() => answered?.(null)),
    unsubscribe: (channel: string) => Redis.prototype.unsubscribe.call(subscriber, channel).catch(note),
    punsubscribe: (pattern: string) => Redis.prototype.punsubscribe.call(subscriber, pattern).catch(note),
  });
  subscriber.on('error', note);
  publisher.on('error', note);
  return { publisher, subscriber };
}

/** The connections to Redis, whichever way they were made. */
export interface Connections {
  readonly publisher: Redis;
  readonly subscriber: Redis;
}

/** The bus over two connections that come back by themselves. */
export function openBusOver(
  { publisher, subscriber }: Connections,
  { prefix, log, clock, ids }: Omit<RedisBusOptions, 'url'>,
): Bus {
  const pubsub = new RedisPubSub({ publisher, subscriber });
  const listeners: (() => void)[] = [];
  const beats = openRedisBeats(
    { pubsub, publisher, subscriber, log, clock },
    {
      channel: `${prefix}beat:${ids.uuid()}`,
      onBack: () => {
        for (const listener of listeners) listener();
      },
    },
  );
  const engine: Engine = {
    pubsub,
    // On the reconnect, and again on the first beat: thousands of channels are not subscribed anew at `ready`.
    onReconnect: (listener) => {
      listeners.push(listener);
      subscriber.on('ready', listener);
    },
    isDegraded: () => beats.isLost(),
    close: () => {
      beats[Symbol.dispose]();
      publisher.disconnect();
      subscriber.disconnect();
      return Promise.resolve();
    },
  };
  return openBus(engine, log, prefix);
}

/** Resolves once the channel is subscribed, or the connection is over; a refusal may be mended, as a wrong password is. */
async function subscribeForGood(subscriber: Redis, channel: string, note: (err: unknown) => void): Promise<void> {
  for (let done = false; !done && subscriber.status !== 'end';) {
    done = await Redis.prototype.subscribe.call(subscriber, channel).then(
      () => true,
      (error: unknown) => {
        note(error);
        return false;
      },
    );
    if (!done) await delay(RECONNECT_DELAY_MS_MAX);
  }
}

const RECONNECT_DELAY_MS_MAX = 1_000;
const reconnectDelay = (tries: number): number => Math.min(50 * tries, RECONNECT_DELAY_MS_MAX);

interface Link extends Pick<Deps, 'log' | 'clock'> {
  readonly pubsub: RedisPubSub;
  readonly publisher: Redis;
  readonly subscriber: Redis;
}

/** Beats go over the connections that events take, so that a beat which comes back proves both. */
function openRedisBeats(
  { pubsub, publisher, subscriber, log, clock }: Link,
  { channel, onBack }: { channel: string; onBack: () => void },
): Beats {
  let told = false;
  /** Connected at the last look, and not answered: what accepts the connection may be dead behind it. */
  let unanswered: readonly Redis[] = [];
  const beats = openBeats({
    clock,
    send: () => void pubsub.publish(channel, 1).catch(() => undefined),
    onLost: () => {
      if (!told) log.warn('redis does not carry messages: updates come from the log, a little later');
      told = true;
      // A half-open link looks ready and is dead, and either of the two may be; anything else is being connected anew.
      const ends = [subscriber, publisher];
      const dead = ends.filter(
        (end) => end.status === 'ready' || (end.status === 'connect' && unanswered.includes(end)),
      );
      unanswered = ends.filter((end) => end.status === 'connect' && !dead.includes(end));
      for (const end of dead) end.disconnect(true);
    },
    onBack: () => {
      if (told) log.warn('redis carries messages again');
      told = false;
      onBack();
    },
  });
  // A connection that is made anew is `ready` before its channels are subscribed again: only a beat proves that they are.
  for (const event of ['close', 'ready']) subscriber.on(event, () => beats.renewed());
  pubsub.subscribe(channel, () => beats.heard()).catch(() => undefined);
  return beats;
}
