import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, linkAccount, postReports, report } from '../support/client.ts';
import { tokenOf } from '../support/env.ts';
import { startService, type TestService } from '../support/service.ts';

let service: TestService;
let ann: { url: string; token: string };
beforeAll(async () => {
  service = await startService();
  await linkAccount({ url: service.url, token: await tokenOf('ops', { scopes: ['admin'] }) }, 'ann');
  ann = { url: service.url, token: await tokenOf('ann') };
});
afterAll(() => service.stop());

/** The codes of its errors, each once; none when it succeeds. */
async function codesOf(query: string, variables: object): Promise<readonly string[]> {
  const { errors } = await ask(ann, query, variables);
  return [...new Set((errors ?? []).map(({ extensions }) => extensions.code))];
}

async function makeOrders(count: number): Promise<void> {
  const reports = Array.from({ length: count }, () => report({ clOrdId: randomUUID(), venueOrderId: randomUUID() }));
  expect((await postReports(service.url, reports)).body).toMatchObject({ accepted: count });
}

describe('what PostgreSQL can’t hold is refused', () => {
  const ORDER = 'query ($clOrdId: String!) { order(clOrdId: $clOrdId) { id } }';
  const FILTERED = 'query ($filter: OrderFilter!) { orders(filter: $filter) { edges { cursor } } }';
  const AFTER = 'query ($after: String!) { orders(first: 1, after: $after) { edges { cursor } } }';
  const cursorOf = (createdAt: string): string =>
    Buffer.from(JSON.stringify([createdAt, randomUUID()])).toString('base64url');
  const symbols = (count: number): readonly string[] => Array.from({ length: count }, (_, n) => `S${n}`);

  it.each<[name: string, query: string, refused: object, taken: object]>([
    ['a clOrdId with U+0000', ORDER, { clOrdId: 'C\0' }, { clOrdId: 'C\u0001' }],
    ['a symbol with U+0000', FILTERED, { filter: { symbols: ['A', 'B\0'] } }, { filter: { symbols: ['A', 'B'] } }],
    ['101 symbols', FILTERED, { filter: { symbols: symbols(101) } }, { filter: { symbols: symbols(100) } }],
    [
      'a cursor of year 0',
      AFTER,
      { after: cursorOf('0000-06-01T00:00:00.000Z') },
      { after: cursorOf('0001-06-01T00:00:00.000Z') },
    ],
  ])('%s, and its neighbour is not', async (_name, ...[query, refused, taken]) => {
    expect(await codesOf(query, refused)).toEqual(['BAD_USER_INPUT']);
    expect(await codesOf(query, taken)).toEqual([]);
  });
});

describe('pages of pages whose sizes are variables', () => {
  const HISTORIES = `query ($n: Int!) {
    orders(first: $n) { edges { node { id history(first: $n) { edges { node { id } } } } } } }`;

  it('are refused once they ask for more than 5,000 rows; smaller ones are served', async () => {
    await makeOrders(49);
    expect(await codesOf(HISTORIES, { n: 100 })).toEqual([]);
    await makeOrders(1);
    expect(await codesOf(HISTORIES, { n: 100 })).toEqual(['BAD_USER_INPUT']);
    await makeOrders(450);
    expect(await codesOf(HISTORIES, { n: 100 })).toEqual(['BAD_USER_INPUT']);
    const { data, errors } = await ask(ann, HISTORIES, { n: 10 });
    expect(errors).toBeUndefined();
    const { edges } = data?.['orders'] as {
      edges: { node: { history: { edges: unknown[] } } }[];
    };
    expect(edges.map(({ node }) => node.history.edges.length)).toEqual(Array.from({ length: 10 }, () => 1));
  });
});
