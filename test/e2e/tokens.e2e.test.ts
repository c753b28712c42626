import { randomUUID } from 'node:crypto';
import { print } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLOCK_SKEW_SECONDS } from '../../src/auth/token.ts';
import type { Scope } from '../../src/auth/viewer.ts';
import {
  IngestExecutionReportsDocument,
  LinkVenueAccountDocument,
  OrdersDocument,
  PlaceOrderDocument,
} from '../generated/graphql.ts';
import { ask, type Asked, wsClient } from '../support/client.ts';
import { tokenOf } from '../support/env.ts';
import { askSocket } from '../support/graphql.ts';
import { startService, type TestService } from '../support/service.ts';
import { marketOrder, openTrader } from '../support/trader.ts';
import { watchSocket, watchSse } from '../support/watch.ts';

/** Signed so long ago that the verifier's tolerance ends in one to two seconds. */
const SHORT_TTL_SECONDS = 2 - CLOCK_SKEW_SECONDS;
const CLOSES_WITHIN_MS = 1_000;

let service: TestService;
beforeAll(async () => {
  service = await startService();
  await openTrader(service.url, 'ann');
});
afterAll(() => service.stop());

const withScopes = async (...scopes: Scope[]): Promise<Required<Asked>> => ({
  url: service.url,
  token: await tokenOf('ann', { scopes }),
});

interface Operation {
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

const OPERATIONS: Record<string, { needs: Scope; make: () => Operation }> = {
  orders: { needs: 'read', make: () => ({ query: print(OrdersDocument), variables: { first: 1 } }) },
  placeOrder: {
    needs: 'trade',
    make: () => ({ query: print(PlaceOrderDocument), variables: { input: marketOrder() } }),
  },
  ingestExecutionReports: {
    needs: 'ingest',
    make: () => {
      const reports = [{ execId: randomUUID(), execType: 'NEW', clOrdId: 'unknown', account: 'ann' }];
      const variables = { venue: 'standard', deliveryId: randomUUID(), reports };
      return { query: print(IngestExecutionReportsDocument), variables };
    },
  },
  linkVenueAccount: {
    needs: 'admin',
    make: () => {
      const variables = { venue: 'standard', account: randomUUID(), userId: 'zoe' };
      return { query: print(LinkVenueAccountDocument), variables };
    },
  },
};

/** The codes of the answer's errors; none when it was done. */
async function overHttp(asked: Asked, { query, variables }: Operation): Promise<readonly unknown[]> {
  const { errors } = await ask(asked, query, variables);
  return (errors ?? []).map(({ extensions }) => extensions.code);
}

async function overSocket(asked: Asked, operation: Operation): Promise<readonly unknown[]> {
  const client = wsClient(asked);
  const { errors } = await askSocket(client, operation);
  await client.dispose();
  return (errors ?? []).map(({ extensions }) => extensions.code);
}

describe.each([
  ['HTTP', overHttp],
  ['WebSocket', overSocket],
])('over %s', (_transport, perform) => {
  it.each(Object.entries(OPERATIONS))('%s needs its scope', async (_name, { needs, make }) => {
    const others = (['read', 'trade', 'ingest', 'admin'] as const).filter((scope) => scope !== needs);
    expect(await perform(await withScopes(...others), make())).toEqual(['FORBIDDEN']);
    expect(await perform(await withScopes(needs), make())).toEqual([]);
  });
});

it.each(Object.entries(OPERATIONS))('%s needs a token over HTTP', async (_name, { make }) => {
  const { url } = service;
  expect(await overHttp({ url }, make())).toEqual(['UNAUTHENTICATED']);
  expect(await overHttp({ url, token: 'not.a.token' }, make())).toEqual(['UNAUTHENTICATED']);
  const token = await tokenOf('ann', { ttlSeconds: -1 - CLOCK_SKEW_SECONDS });
  expect(await overHttp({ url, token }, make())).toEqual(['UNAUTHENTICATED']);
});

it.each([
  ['WebSocket', watchSocket],
  ['Server-Sent Events', watchSse],
])('orderUpdated needs the scope read over %s', async (_transport, watch) => {
  const watched = watch(await withScopes('trade', 'ingest', 'admin'));
  expect(await watched.ended).toEqual({ by: 'errors', codes: ['FORBIDDEN'] });
  watched.stop();
});

it('orderUpdated needs a token over Server-Sent Events', async () => {
  for (const asked of [{ url: service.url }, { url: service.url, token: 'not.a.token' }]) {
    expect(await watchSse(asked).ended).toEqual({ by: 'errors', codes: ['UNAUTHENTICATED'] });
  }
});

describe('a socket', () => {
  it.each([
    ['no token', {}, 4401],
    ['a malformed token', { authorization: 'Bearer not.a.token' }, 4401],
    ['a number for a token', { authorization: 7 }, 4401],
  ])('with %s is closed with 4401', async (_what, connectionParams, code) => {
    const client = wsClient({ url: service.url }, { connectionParams });
    expect(await watchSocket({ client }).ended).toEqual({ by: 'close', code });
  });

  it('with a token of another signer is closed with 4401', async () => {
    const token = (await tokenOf('ann')).replace(/[^.]+$/, (signature) => signature.split('').reverse().join(''));
    expect(await watchSocket({ url: service.url, token }).ended).toEqual({ by: 'close', code: 4401 });
  });

  it('with a token that has expired before is closed with 4403', async () => {
    const token = await tokenOf('ann', { ttlSeconds: -1 - CLOCK_SKEW_SECONDS });
    expect(await watchSocket({ url: service.url, token }).ended).toEqual({ by: 'close', code: 4403 });
  });

  it('takes the key of its token in any case', async () => {
    const { token } = await withScopes('read');
    const client = wsClient({ url: service.url }, { connectionParams: { AUTHORIZATION: token } });
    const answer = await askSocket(client, { query: '{ viewer { id scopes } }' });
    expect(answer).toEqual({ data: { viewer: { id: 'ann', scopes: ['read'] } } });
    await client.dispose();
  });
});

describe('while it is streamed to, a token that expires', () => {
  it.each([
    ['closes its socket with 4403', watchSocket, { by: 'close', code: 4403 }],
    ['ends Server-Sent Events with UNAUTHENTICATED', watchSse, { by: 'errors', codes: ['UNAUTHENTICATED'] }],
  ])('%s within a second', async (_what, watch, ending) => {
    const token = await tokenOf('ann', { ttlSeconds: SHORT_TTL_SECONDS });
    const [, claims] = token.split('.');
    const { exp } = JSON.parse(Buffer.from(claims!, 'base64url').toString()) as { exp: number };
    const diesAt = (exp + CLOCK_SKEW_SECONDS) * 1_000;
    expect(await watch({ url: service.url, token }).ended).toEqual(ending);
    expect(Date.now() - diesAt).toBeGreaterThanOrEqual(0);
    expect(Date.now() - diesAt).toBeLessThan(CLOSES_WITHIN_MS);
    expect(service.app.deps.bus.followedUsers()).toEqual([]);
  });
});

describe('a document above the bounds', () => {
  const query = `{ ${Array.from({ length: 20 }, (_, i) => `a${i}: position`).join(' ')} }`;

  it('is refused over HTTP', async () => {
    expect(await overHttp(await withScopes('read'), { query, variables: {} })).toEqual(['GRAPHQL_VALIDATION_FAILED']);
  });

  it('is an error of that operation alone on a socket', async () => {
    const client = wsClient(await withScopes('read'));
    await expect(askSocket(client, { query })).rejects.toMatchObject([
      { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
    ]);
    expect(await askSocket(client, { query: '{ viewer { id } }' })).toEqual({ data: { viewer: { id: 'ann' } } });
    await client.dispose();
  });
});
