import type { Redis } from 'ioredis';
import type { Deps } from '../deps.ts';
import type { UserId } from '../kernel/brand.ts';
import { every } from '../kernel/clock.ts';
import { LEASE_MS, type Presence, RENEW_MS } from './presence.ts';
import { openOrderedScript, openScript, userKey } from '../stream/redis-script.ts';

interface RedisPresenceOptions extends Pick<Deps, 'ids' | 'log'> {
  readonly redis: Redis;
  readonly prefix: string;
  readonly leaseMs?: number;
  readonly renewMs?: number;
}

/** A lease is a member of the user's sorted set with its end as the score, by the clock of Redis; `ARGV`: name, length. */
const HOLD = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%d', now))
redis.call('ZADD', KEYS[1], string.format('%d', now + ARGV[2]), ARGV[1])
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`;

const DROP = `return redis.call('ZREM', KEYS[1], ARGV[1])`;

const IS_HELD = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
return redis.call('ZCOUNT', KEYS[1], string.format('(%d', now), '+inf')`;

/** For all processes: a process holds one lease for each user whom it serves in the foreground, and renews it while it lives. */
export function openRedisPresence(options: RedisPresenceOptions): Presence {
  const { redis, prefix, ids, log, leaseMs = LEASE_MS, renewMs = RENEW_MS } = options;
  const [hold, drop] = [openOrderedScript(redis, HOLD), openOrderedScript(redis, DROP)];
  const isHeld = openScript(redis, IS_HELD);
  const self = `process:${ids.uuid()}`;
  const foreground = new Map<UserId, Set<object>>();
  const keys = (user: UserId): string[] => [userKey(`${prefix}presence:`, user, 'leases')];
  // What could not be said is said with the next renewal, or ends with the lease.
  const note = (err: unknown): void => log.debug({ err }, 'presence can’t be told now');
  const renew = (user: UserId): void => void hold(keys(user), [self, leaseMs]).catch(note);
  const end = (user: UserId): void => void drop(keys(user), [self]).catch(note);
  const renewals = every(renewMs, () => [...foreground.keys()].forEach(renew));
  const report = (user: UserId, connection: object, isForeground: boolean): void => {
    const connections = foreground.get(user) ?? new Set();
    const before = connections.size;
    if (isForeground) connections.add(connection);
    else connections.delete(connection);
    if (connections.size > 0) foreground.set(user, connections);
    else foreground.delete(user);
    if (before === 0 && connections.size > 0) renew(user);
    if (before > 0 && connections.size === 0) end(user);
  };
  return {
    async onScreen(users) {
      // Commands of one moment go out together: one round trip.
      const held = await Promise.all(users.map((user) => isHeld(keys(user), [])));
      return new Set(users.filter((_user, n) => Number(held[n]) > 0));
    },
    open(user) {
      const connection = {};
      let closed = false;
      return {
        report: (isForeground) => report(user, connection, isForeground && !closed),
        close: () => {
          closed = true;
          report(user, connection, false);
        },
      };
    },
    async tell(user, installation, isForeground) {
      const name = `app:${installation}`;
      await (isForeground ? hold(keys(user), [name, leaseMs]) : drop(keys(user), [name]));
    },
    async close() {
      renewals[Symbol.dispose]();
      await Promise.all([...foreground.keys()].map((user) => drop(keys(user), [self]).catch(note)));
    },
  };
}
