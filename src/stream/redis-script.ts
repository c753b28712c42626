import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { delay } from '../kernel/clock.ts';

/** Redis did not take the question, or did not answer: the same one may be answered in a moment. */
export class RedisAwayError extends Error {}

/** A script that Redis runs in one step. @throws RedisAwayError */
export type RunScript = (keys: readonly string[], args: readonly (string | number)[]) => Promise<unknown>;

/** For a connection that is being made anew, as when a beat came late on a busy machine. */
export const READY_WAIT_MS = 500;

/**
 * Runs a script that may run twice and comes to the same: by its digest (`EVALSHA`), whole where Redis does not know it yet,
 * and once more when the connection breaks or gives no answer.
 */
export function openScript(redis: Redis, lua: string): RunScript {
  // EVALSHA knows scripts by their SHA-1.
  const sha = createHash('sha1').update(lua).digest('hex');
  const run: RunScript = (keys, args) =>
    redis.evalsha(sha, keys.length, ...keys, ...args).catch((error: unknown) => {
      if (!isReply(error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return redis.eval(lua, keys.length, ...keys, ...args);
    });
  return async (keys, args) => {
    await readiness(redis);
    try {
      return await run(keys, args);
    } catch (error) {
      if (!isAway(error)) throw error;
    }
    await readiness(redis);
    return await orAway(run(keys, args));
  };
}

/** Runs a script at once, whole and once: what is sent after it runs after it. */
export const openOrderedScript =
  (redis: Redis, lua: string): RunScript =>
  (keys, args) =>
    orAway(redis.eval(lua, keys.length, ...keys, ...args));

async function orAway<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw isAway(error) ? new RedisAwayError('redis does not answer', { cause: error }) : error;
  }
}

/** One wait for all who ask meanwhile, whether or not it is ready after it. */
const waits = new WeakMap<Redis, Promise<void>>();

function readiness(redis: Redis): Promise<void> {
  if (redis.status === 'ready') return Promise.resolve();
  const wait = waits.get(redis) ?? untilReady(redis).finally(() => waits.delete(redis));
  waits.set(redis, wait);
  return wait;
}

async function untilReady(redis: Redis): Promise<void> {
  const over = new AbortController();
  const end = (): void => over.abort();
  redis.once('ready', end);
  await delay(READY_WAIT_MS, over.signal);
  redis.off('ready', end);
}

const isReply = (error: unknown): error is Error => error instanceof Error && error.name === 'ReplyError';

/** What Redis says while it starts, fails over, or has no memory to give. */
const AWAY_REPLIES =
  /^(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|NOREPLICAS|OOM|BUSY|UNKILLABLE|NOAUTH|WRONGPASS)/;
const isAway = (error: unknown): boolean => !isReply(error) || AWAY_REPLIES.test(error.message);

/** A key of one user, all of which a Redis Cluster keeps on one node. The hash tag is never empty, whatever the user is called. */
export const userKey = (prefix: string, user: string, name: string): string => `${prefix}{u:${user}}:${name}`;
