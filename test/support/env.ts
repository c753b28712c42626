import { randomBytes, randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { signToken, type TokenFacts } from '../../src/auth/token.ts';

export const JWT_SECRET = randomBytes(32).toString('base64');
export const STANDARD_SECRET = `whsec_${randomBytes(32).toString('base64')}`;

/** The environment of a service under test: a free port, no demo, and a Redis namespace of its own. */
export function testEnvironment(databaseUrl: string, overrides: Record<string, string> = {}): Record<string, string> {
  return {
    PORT: '0',
    DATABASE_URL: databaseUrl,
    REDIS_URL: inject('redisUrl'),
    REDIS_PREFIX: `test:${randomUUID()}:`,
    DEMO: '0',
    LOG_LEVEL: 'error',
    JWT_SECRET,
    CURSOR_SECRET: 'a secret of the tests, of thirty-two bytes and more',
    WEBHOOK_SECRET_STANDARD: STANDARD_SECRET,
    DRAIN_SECONDS: '5',
    // Its own tests switch it on: what is told of an order is beside what most tests look at, and takes its time.
    NOTIFICATIONS: '0',
    ...overrides,
  };
}

/** A token of this user, by default for an hour with the scopes of an app. */
export function tokenOf(
  user: string,
  { scopes = ['trade', 'read'], ttlSeconds = 3_600, ...app }: Partial<TokenFacts> = {},
): Promise<string> {
  return signToken(JWT_SECRET, { user, scopes, now: new Date(), ttlSeconds, ...app });
}
