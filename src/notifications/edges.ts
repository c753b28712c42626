import type { Config } from '../config.ts';
import type { Deps } from '../deps.ts';
import { openConnections } from '../stream/redis-bus.ts';
import type { Feed } from './feed.ts';
import { openMemoryFeed } from './memory-feed.ts';
import { openMemoryPresence } from './memory-presence.ts';
import type { Presence } from './presence.ts';
import { openRedisFeed } from './redis-feed.ts';
import { openRedisPresence } from './redis-presence.ts';

/** The feed of everyday notifications, and who looks at the app: in Redis for all processes, or within this one. */
export function openFeedAndPresence(
  { redisUrl, redisPrefix: prefix }: Config,
  deps: Pick<Deps, 'log' | 'clock' | 'ids'>,
): { readonly feed: Feed; readonly presence: Presence } {
  if (redisUrl === null) return { feed: openMemoryFeed(deps), presence: openMemoryPresence(deps) };
  const connections = openConnections({ url: redisUrl, log: deps.log });
  return {
    feed: openRedisFeed({ ...deps, connections, prefix }),
    presence: openRedisPresence({ ...deps, redis: connections.publisher, prefix }),
  };
}
