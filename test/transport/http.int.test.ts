import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tokenOf } from '../support/env.ts';
import { startService, type TestService } from '../support/service.ts';
import { openSession, type Session } from '../ingest/rows.ts';
import { openSocket, WAYS } from './ways.ts';

let service: TestService;
let session: Session;
let asked: { url: string; token: string };
beforeAll(async () => {
  service = await startService({ env: { LOG_LEVEL: 'silent' } });
  session = await openSession(service.databaseUrl);
  asked = { url: service.url, token: await tokenOf('ann') };
});
afterAll(async () => {
  await session.end();
  await service.stop();
});

/** Asked for, it makes a request that can't be served a 4xx rather than a 200. */
const STRICT = 'application/graphql-response+json';

interface Answered {
  readonly status: number;
  readonly codes: readonly string[];
  readonly text: string;
}

async function send(path: string, init: RequestInit = {}): Promise<Answered> {
  const headers = { authorization: `Bearer ${asked.token}`, 'content-type': 'application/json', accept: STRICT };
  const response = await fetch(`${asked.url}${path}`, { headers, ...init });
  const text = await response.text();
  const codes = [...text.matchAll(/"code":"(\w+)"/g)].map(([, code]) => code ?? '');
  return { status: response.status, codes, text };
}
const post = (body: unknown): Promise<Answered> =>
  send('/graphql', { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) });

const CANCEL = 'mutation { cancelOrder(input: { orderId: "x", clOrdId: "c" }) { refusal { code } } }';

describe('over HTTP', () => {
  it('a query may come by GET', async () => {
    const { status, text } = await send(`/graphql?query=${encodeURIComponent('{ viewer { id } }')}`);
    expect([status, text]).toEqual([200, '{"data":{"viewer":{"id":"ann"}}}']);
  });

  it('a mutation by GET is refused', async () => {
    const { status, codes } = await send(`/graphql?query=${encodeURIComponent(CANCEL)}`);
    expect([status, codes]).toEqual([405, ['BAD_USER_INPUT']]);
  });

  it('a token in the address is no token', async () => {
    const path = `/graphql?query=${encodeURIComponent('{ viewer { id } }')}&token=${asked.token}&access_token=${asked.token}`;
    const { status, codes } = await send(path, { headers: { accept: STRICT } });
    expect([status, codes]).toEqual([401, ['UNAUTHENTICATED']]);
  });

  it.each([
    ['a batch', [{ query: '{ viewer { id } }' }, { query: '{ viewer { id } }' }]],
    ['an empty batch', []],
    ['an empty query', { query: '' }],
    ['no query', { variables: {} }],
    ['a query that is no text', { query: 7 }],
    ['variables that are no object', { query: '{ viewer { id } }', variables: 'x' }],
    ['null', null],
    ['text', '"query"'],
    ['half of JSON', '{"query":'],
    ['nothing', ''],
  ])('%s is refused as BAD_USER_INPUT or GRAPHQL_PARSE_FAILED', async (_name, body) => {
    const { status, codes } = await post(body);
    expect(status).toBe(400);
    expect(codes).toHaveLength(1);
    expect(['BAD_USER_INPUT', 'GRAPHQL_PARSE_FAILED']).toContain(codes[0]);
  });

  it('a body of more than 256 KiB is 413', async () => {
    const { status, codes } = await post({
      query: '{ viewer { id } }',
      variables: { padding: 'x'.repeat(256 * 1_024) },
    });
    expect([status, codes]).toEqual([413, ['TOO_LARGE']]);
  });

  it('what is not there is 404, in the words of the API', async () => {
    const files = [
      '/assets/',
      '/assets/nothing.js',
      '/assets/..%2findex.html',
      '/assets/%2e%2e/index.html',
      '/main.tsx',
    ];
    for (const path of ['/nothing', '/webhooks', '/../etc/passwd', '/webhooks/standard', ...files])
      expect(await send(path)).toMatchObject({ status: 404, codes: ['NOT_FOUND'] });
  });
});

describe('health', () => {
  it('is told while the service runs', async () => {
    expect(await send('/healthz')).toMatchObject({ status: 200, text: '{"status":"ok"}' });
  });

  it('is readiness too while the database answers', async () => {
    const { status, text } = await send('/readyz');
    expect([status, JSON.parse(text)]).toEqual([200, { status: 'ready', degraded: expect.any(Boolean) as boolean }]);
  });
});

describe('introspection', () => {
  it('and the suggestion of names are for where the API is explored by hand', async () => {
    const closed = await startService({ env: { GRAPHIQL: '0' } });
    for (const [, ask] of WAYS) {
      const there = { url: closed.url, token: asked.token };
      const { errors } = await ask(there, { query: '{ __schema { types { name } } }' });
      expect(errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
      const misspelt = await ask(there, { query: '{ viewer { scope } }' });
      expect(misspelt.errors?.[0]?.message).not.toContain('scopes');
      expect((await ask(asked, { query: '{ __schema { queryType { name } } }' })).errors).toBeUndefined();
    }
    await closed.stop();
  });
});

describe('an unexpected error', () => {
  it('is told without its details, on every transport, and the service goes on', async () => {
    await session.rows('ALTER TABLE orders RENAME TO orders_away');
    const query = '{ orders { edges { node { id } } } }';
    for (const [name, ask] of WAYS) {
      const { data, errors } = await ask(asked, { query });
      expect(data ?? null, name).toBeNull();
      expect(errors, name).toHaveLength(1);
      expect(errors?.[0]?.extensions, name).toEqual({ code: 'INTERNAL_SERVER_ERROR' });
      expect(JSON.stringify(errors), name).not.toMatch(/prisma|relation|orders_away|stack|\bat \//i);
    }
    const id = Buffer.from('Order:0b0e7a52-6d8a-4c7e-9a51-0f2b6f1d3c44').toString('base64');
    const socket = await openSocket(asked);
    const answer = await socket.ask({ query: `subscription { orderUpdated(orderId: "${id}") { cursor } }` });
    expect(answer).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }] });
    expect(JSON.stringify(answer)).not.toMatch(/prisma|relation|orders_away|stack/i);
    await session.rows('ALTER TABLE orders_away RENAME TO orders');
    expect(await socket.ask({ query })).toMatchObject({ type: 'next', payload: { data: { orders: { edges: [] } } } });
    await socket.close();
  });
});
