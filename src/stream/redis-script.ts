import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';

/** Redis did not take the question, or did not answer: the same one may be answered in a moment. */
export class RedisAwayError extends Error {}

/** A script that Redis runs in one step. @throws RedisAwayError */
export type RunScript = (keys: readonly string[], args: readonly (string | number)[]) => Promise<unknown>;

/** @returns what runs it by its digest (`EVALSHA`), and whole where Redis does not know it yet */
export function openScript(redis: Redis, lua: string): RunScript {
  // EVALSHA knows scripts by their SHA-1.
  const sha = createHash('sha1').update(lua).digest('hex');
  return async (keys, args) => {
    try {
      return await redis.evalsha(sha, keys.length, ...keys, ...args).catch((error: unknown) => {
        if (!isReply(error) || !error.message.startsWith('NOSCRIPT')) throw error;
        return redis.eval(lua, keys.length, ...keys, ...args);
      });
    } catch (error) {
      throw isAway(error) ? new RedisAwayError('redis does not answer', { cause: error }) : error;
    }
  };
}

const isReply = (error: unknown): error is Error => error instanceof Error && error.name === 'ReplyError';

/** What Redis says while it starts, fails over, or has no memory to give. */
const AWAY_REPLIES =
  /^(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|NOREPLICAS|OOM|BUSY|UNKILLABLE|NOAUTH|WRONGPASS)/;
const isAway = (error: unknown): boolean => !isReply(error) || AWAY_REPLIES.test(error.message);

/** A key of one user, all of which a Redis Cluster keeps on one node. The hash tag is never empty, whatever the user is called. */
export const userKey = (prefix: string, user: string, name: string): string => `${prefix}{u:${user}}:${name}`;
