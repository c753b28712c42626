import { randomUUID } from 'node:crypto';
import type { PlaceOrderInput } from '../generated/graphql.ts';
import { type Asked, linkAccount } from './client.ts';
import { tokenOf } from './env.ts';

/** A new user with an account at the venue, as an app holds it: the service's address and a token. */
export async function openTrader(
  url: string,
  user: string,
  { venue = 'standard', account = user }: { venue?: string; account?: string } = {},
): Promise<Required<Asked>> {
  await linkAccount({ url, token: await tokenOf('operator', { scopes: ['admin'] }) }, user, { venue, account });
  return { url, token: await tokenOf(user) };
}

/** An order of 100 at market; override what matters to the test. */
export function marketOrder(overrides: Partial<PlaceOrderInput> = {}): PlaceOrderInput {
  return {
    clOrdId: randomUUID(),
    symbol: 'AAPL',
    assetClass: 'EQUITY',
    side: 'BUY',
    orderType: 'MARKET',
    timeInForce: 'DAY',
    quantity: '100',
    ...overrides,
  };
}
