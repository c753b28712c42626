import { inject } from 'vitest';

export { openRedisServer, type RedisServer } from './redis-server.ts';

/** The Redis that all tests of this run share: use channels and keys of your own. */
export function redisUrl(): string {
  return inject('redisUrl');
}
