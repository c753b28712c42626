import { signToken } from '../auth/token.ts';
import type { Deps } from '../deps.ts';
import { DEMO_USERS } from './users.ts';

/** A fresh token of each demo user, by user. */
export async function demoTokens(
  { config, clock }: Pick<Deps, 'config' | 'clock'>,
  ttlSeconds: number,
): Promise<ReadonlyMap<string, string>> {
  const { jwt } = config;
  if (jwt.kind !== 'secret') return new Map();
  const sign = async (user: string): Promise<readonly [string, string]> => [
    user,
    await signToken(jwt.secret, { user, scopes: ['trade', 'read'], now: clock.now(), ttlSeconds }),
  ];
  return new Map(await Promise.all(DEMO_USERS.map(sign)));
}
