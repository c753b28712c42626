import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { globalId } from '../../src/kernel/global-id.ts';
import { ORDER_FIELDS } from '../../src/verify/selection.ts';
import { ask, linkAccount, positionOf, postReports, report } from '../support/client.ts';
import { tokenOf } from '../support/env.ts';
import { startService, type TestService } from '../support/service.ts';

interface Order extends Record<string, unknown> {
  readonly id: string;
  readonly version: number;
}
interface Page {
  readonly items: readonly Order[];
  readonly position: string;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
}

let service: TestService;
let token: string;
beforeAll(async () => {
  service = await startService();
  const ops = { url: service.url, token: await tokenOf('ops', { scopes: ['admin'] }) };
  await linkAccount(ops, 'ann');
  token = await tokenOf('ann');
  for (const n of [1, 2, 3, 4]) {
    const symbol = n % 2 === 0 ? 'MSFT' : 'AAPL';
    await postReports(service.url, report({ venueOrderId: `V${n}`, clOrdId: `C${n}`, symbol }));
  }
  await postReports(service.url, fill('V1', 'C1'));
});
afterAll(() => service.stop());

const fill = (venueOrderId: string, clOrdId: string) =>
  report({ venueOrderId, clOrdId, execType: 'TRADE', lastQty: '1', lastPx: '9.50' });

function get(
  path: string,
  { as = token, headers = {} }: { as?: string | null; headers?: Record<string, string> } = {},
): Promise<Response> {
  return fetch(`${service.url}${path}`, {
    headers: { ...(as !== null && { authorization: `Bearer ${as}` }), ...headers },
  });
}
const page = async (query = ''): Promise<Page> => (await get(`/v1/orders?${query}`)).json() as Promise<Page>;
const clOrdIds = ({ items }: Page): readonly unknown[] => items.map((order) => order['clOrdId']);

describe('GET /v1/orders', () => {
  it('answers what GraphQL answers: the same values, position and pages', async () => {
    const { data } = await ask(
      { url: service.url, token },
      `{ orders { position pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { node { ${ORDER_FIELDS.join(' ')} } } } }`,
    );
    const { edges, ...rest } = data?.['orders'] as { edges: { node: Order }[] };
    expect(await page()).toEqual({ items: edges.map(({ node }) => node), ...rest });
    expect((await page()).position).toBe(await positionOf({ url: service.url, token }));
  });

  it('pages in either order', async () => {
    const first = await page('first=3');
    expect(clOrdIds(first)).toEqual(['C4', 'C3', 'C2']);
    expect(clOrdIds(await page(`first=3&after=${first.pageInfo.endCursor}`))).toEqual(['C1']);
    expect(clOrdIds(await page('sort=UPDATED_AT&first=2'))).toEqual(['C1', 'C4']);
    expect(clOrdIds(await page('sort=CREATED_AT&direction=ASC&first=2'))).toEqual(['C1', 'C2']);
    expect(clOrdIds(await page('last=1'))).toEqual(['C1']);
  });

  it.each([
    ['symbols=AAPL', ['C3', 'C1']],
    ['symbols=AAPL,MSFT&statuses=PARTIALLY_FILLED', ['C1']],
    ['statuses=NEW&statuses=CANCELED', ['C4', 'C3', 'C2']],
    ['open=true&side=BUY', ['C4', 'C3', 'C2', 'C1']],
    ['open=false', []],
    ['side=SELL', []],
    ['assetClasses=EQUITY&venues=standard&platforms=API', ['C4', 'C3', 'C2', 'C1']],
    ['venues=paper', []],
    ['assetClasses=CRYPTO', []],
    ['platforms=WEB', []],
    ['clients=acme', []],
    ['createdAfter=2000-01-01T00:00:00Z', ['C4', 'C3', 'C2', 'C1']],
    ['createdBefore=2000-01-01T00:00:00Z', []],
  ])('is narrowed by %s', async (query, expected) => {
    expect(clOrdIds(await page(query))).toEqual(expected);
  });

  it.each([
    'first=0',
    'first=101',
    'first=1&last=1&first=2',
    'after=garbage',
    'status=NEW',
    'statuses=new',
    'open=1',
    'sort=SYMBOL',
  ])('refuses %s', async (query) => {
    const response = await get(`/v1/orders?${query}`);
    expect([response.status, await response.json()]).toMatchObject([400, { error: { code: 'BAD_USER_INPUT' } }]);
  });

  it('is for whoever has a token that may read, and shows their own', async () => {
    expect((await get('/v1/orders', { as: null })).status).toBe(401);
    expect((await get('/v1/orders', { as: await tokenOf('ann', { scopes: ['trade'] }) })).status).toBe(403);
    const bobs = (await (await get('/v1/orders', { as: await tokenOf('bob') })).json()) as Page;
    expect(bobs.items).toEqual([]);
  });
});

describe('GET /v1/orders/:id', () => {
  it('answers the order with a tag that is good until it changes', async () => {
    const [listed] = (await page('symbols=MSFT&first=1')).items;
    const path = `/v1/orders/${listed!.id}`;
    const response = await get(path);
    const tag = response.headers.get('etag') ?? '';
    expect(tag).toMatch(/^"[0-9a-f-]{36}:1"$/);
    expect(await response.json()).toEqual(listed);

    const known = await get(path, { headers: { 'if-none-match': tag, origin: 'http://localhost:3000' } });
    expect([known.status, await known.text(), known.headers.get('etag')]).toEqual([304, '', tag]);
    expect(known.headers.get('access-control-allow-origin')).toBe('http://localhost:3000');
    for (const tags of [`"other", ${tag}`, `W/${tag}`, '*'])
      expect((await get(path, { headers: { 'if-none-match': tags } })).status).toBe(304);

    await postReports(service.url, fill('V4', 'C4'));
    const changed = await get(path, { headers: { 'if-none-match': tag } });
    expect([changed.status, await changed.json()]).toMatchObject([200, { version: 2, cumQty: '1', avgPx: '9.5' }]);
    expect(changed.headers.get('etag')).toBe(tag.replace(':1"', ':2"'));
  });

  it('answers another user’s order exactly as one that never was', async () => {
    const [own] = (await page('first=1')).items;
    const bob = { as: await tokenOf('bob') };
    const told = async (response: Response): Promise<readonly unknown[]> => [
      response.status,
      (await response.json()) as unknown,
      response.headers.get('etag'),
    ];
    const unknown = await told(
      await get(`/v1/orders/${globalId('Order', '0b0e7a52-6d8a-4c7e-9a51-0f2b6f1d3c44')}`, bob),
    );
    expect(unknown).toEqual([404, { error: { code: 'NOT_FOUND', message: 'no order of yours has this id' } }, null]);
    for (const id of [own!.id, 'garbage', globalId('Execution', '["a","b"]')])
      expect(await told(await get(`/v1/orders/${id}`, { ...bob, headers: { 'if-none-match': '*' } }))).toEqual(unknown);
  });

  it('is for whoever has a token', async () => {
    const [own] = (await page('first=1')).items;
    expect((await get(`/v1/orders/${own!.id}`, { as: null })).status).toBe(401);
  });
});

it('a page of another origin may ask with a tag', async () => {
  const preflight = await fetch(`${service.url}/v1/orders/x`, {
    method: 'OPTIONS',
    headers: { origin: 'http://localhost:3000', 'access-control-request-method': 'GET' },
  });
  expect(preflight.headers.get('access-control-allow-headers')?.toLowerCase()).toContain('if-none-match');
});
