import { PubSub } from 'graphql-subscriptions';
import type { Logger } from 'pino';
import { type UserId, userId } from '../kernel/brand.ts';
import type { Position } from '../kernel/position.ts';
import type { EventWithout, StreamEvent } from './event.ts';

/**
 * An event; or where the stream's head is, for whoever missed one; or the word that anything may have been missed; or
 * that the service stops, and with it every follower.
 */
export type BusMessage = StreamEvent | { readonly head: Position } | 'nudge' | 'closed';

export interface BusSubscription {
  /** Resolves when the engine has acknowledged: from then on every message is heard. Never rejects. */
  readonly acknowledged: Promise<void>;
  close(): void;
}

/** Carries committed events between processes, for speed only: it may lose, repeat and reorder them. */
export interface Bus {
  /** Never throws and never waits. */
  publish(events: readonly StreamEvent[]): void;
  /** One engine subscription per user and process, whatever the number of listeners. A listener must not throw. */
  follow(user: UserId, listener: (message: BusMessage) => void): BusSubscription;
  followedUsers(): readonly UserId[];
  /** Tells the followers of a user in this process where the head is. */
  tellHead(user: UserId, head: Position): void;
  /** Messages are not carried now: followers live from the log, checked more often. */
  isDegraded(): boolean;
  /** Ends the followers of a user, so that their readers come back elsewhere; what is published still goes out. */
  endFollowers(user: UserId): void;
  /** Tells every process that there is something new of these users. Never throws and never waits. */
  announce(users: readonly UserId[]): void;
  /** Hears what is announced, by this process too. Called once. */
  onAnnounced(listener: (users: readonly UserId[]) => void): void;
  close(): Promise<void>;
}

/** What carries the messages. */
export interface Engine {
  readonly pubsub: Pick<PubSub, 'publish' | 'subscribe' | 'unsubscribe'>;
  /** Called whenever messages may have been lost. */
  readonly onReconnect: (listener: () => void) => void;
  /** Messages are not carried now. */
  readonly isDegraded: () => boolean;
  readonly close: () => Promise<void>;
}

interface Followed {
  readonly listeners: Set<(message: BusMessage) => void>;
  readonly subscribed: Promise<number | null>;
}

type Payload = readonly EventWithout<'userId'>[];

/** Where a user's events are published: for whoever does so without the bus, in one step with what they tell. */
export const userChannel = (prefix: string, user: UserId): string => `${prefix}user:${user}`;

/** In one process, without Redis. */
export function openLocalBus(log: Logger): Bus {
  return openBus(
    { pubsub: new PubSub(), onReconnect: () => undefined, isDegraded: () => false, close: () => Promise.resolve() },
    log,
    '',
  );
}

export function openBus(engine: Engine, log: Logger, prefix: string): Bus {
  const followed = new Map<UserId, Followed>();
  const channelOf = (user: UserId): string => userChannel(prefix, user);

  const tell = (user: UserId, message: BusMessage): void => {
    for (const listener of [...(followed.get(user)?.listeners ?? [])]) {
      try {
        listener(message);
      } catch (err) {
        // One listener's bug must neither silence the others nor look like a failed commit.
        log.error({ err }, 'bus listener failed');
      }
    }
  };
  engine.onReconnect(() => {
    for (const user of followed.keys()) tell(user, 'nudge');
  });

  const open = (user: UserId): Followed => {
    const hear = (payload: unknown): void => {
      if (!isPayload(payload)) {
        tell(user, 'nudge');
        return;
      }
      for (const event of payload) tell(user, { ...event, userId: user });
    };
    const subscribed = engine.pubsub.subscribe(channelOf(user), hear).catch((err: unknown) => {
      log.warn({ err }, 'bus subscription failed');
      return null;
    });
    return { listeners: new Set(), subscribed };
  };

  const release = (user: UserId, entry: Followed): void => {
    if (entry.listeners.size > 0 || followed.get(user) !== entry) return;
    followed.delete(user);
    // Only once SUBSCRIBE has settled: unsubscribing before would leave a dangling reader.
    void entry.subscribed.then((id) => id !== null && engine.pubsub.unsubscribe(id)).catch(() => undefined);
  };

  return {
    publish(events) {
      for (const [user, own] of groupByUser(events)) {
        engine.pubsub.publish(channelOf(user), own).catch((err: unknown) => log.debug({ err }, 'publish failed'));
      }
    },
    follow(user, listener) {
      const entry = followed.get(user) ?? open(user);
      followed.set(user, entry);
      entry.listeners.add(listener);
      return {
        acknowledged: entry.subscribed.then(() => undefined),
        close: () => {
          entry.listeners.delete(listener);
          release(user, entry);
        },
      };
    },
    followedUsers: () => [...followed.keys()],
    tellHead: (user, head) => tell(user, { head }),
    isDegraded: () => engine.isDegraded(),
    endFollowers: (user) => tell(user, 'closed'),
    ...announcing(engine, log, `${prefix}announced`),
    close: () => engine.close(),
  };
}

function announcing({ pubsub }: Engine, log: Logger, channel: string): Pick<Bus, 'announce' | 'onAnnounced'> {
  return {
    announce: (users) =>
      void pubsub.publish(channel, users).catch((err: unknown) => log.debug({ err }, 'publish failed')),
    onAnnounced(listener) {
      const hear = (users: unknown): void => {
        if (Array.isArray(users)) listener(users.filter((user) => typeof user === 'string').map(userId));
      };
      pubsub.subscribe(channel, hear).catch((err: unknown) => log.warn({ err }, 'bus subscription failed'));
    },
  };
}

function groupByUser(events: readonly StreamEvent[]): ReadonlyMap<UserId, Payload> {
  const groups = new Map<UserId, EventWithout<'userId'>[]>();
  for (const { userId: user, position, type, data } of events) {
    const group = groups.get(user) ?? [];
    groups.set(user, group);
    group.push({ position, type, data } as EventWithout<'userId'>);
  }
  return groups;
}

function isPayload(payload: unknown): payload is Payload {
  return (
    Array.isArray(payload) &&
    payload.every(
      (event: unknown) =>
        typeof event === 'object' && event !== null && 'position' in event && 'type' in event && 'data' in event,
    )
  );
}
