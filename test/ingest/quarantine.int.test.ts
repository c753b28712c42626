import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../support/client.ts';
import { tokenOf } from '../support/env.ts';
import { counted, fillOf, openDesk, opening } from './desk.ts';

let desk: Awaited<ReturnType<typeof openDesk>>;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.close());

const LIST = `query ($filter: QuarantineFilter, $first: Int, $after: String) {
  quarantinedReports(filter: $filter, first: $first, after: $after) {
    edges { cursor node { id venue account reason detail body createdAt resolvedAt } } pageInfo { hasNextPage } } }`;
const REPLAY = 'mutation ($ids: [ID!]!) { replayQuarantined(ids: $ids) { id reason resolvedAt } }';

interface Listed {
  readonly edges: readonly { readonly cursor: string; readonly node: Record<string, string | null> }[];
  readonly pageInfo: { readonly hasNextPage: boolean };
}

async function list(variables: object): Promise<Listed> {
  const { data } = await ask(desk.ops, LIST, variables);
  return data?.['quarantinedReports'] as Listed;
}

async function replay(ids: readonly string[]): Promise<readonly { readonly resolvedAt: string | null }[]> {
  const { data } = await ask(desk.ops, REPLAY, { ids });
  return data?.['replayQuarantined'] as { resolvedAt: string | null }[];
}

describe('an operator', () => {
  it('sees what was set aside, whole, with its reason, by page and by filter', async () => {
    const order = opening();
    const invalid = fillOf(order, { lastQty: '-1' });
    await desk.post([order, invalid, fillOf(opening())]);
    const filter = { reasons: ['INVALID_REPORT'], resolved: false };
    const { edges } = await list({ filter });
    expect(edges[0]?.node).toMatchObject({
      venue: 'standard',
      account: 'ACC-1',
      reason: 'INVALID_REPORT',
      resolvedAt: null,
    });
    expect(JSON.parse(edges[0]?.node['body'] ?? '')).toEqual(invalid);
    const first = await list({ first: 1 });
    const second = await list({ first: 1, after: first.edges[0]?.cursor });
    expect(first.pageInfo.hasNextPage).toBe(true);
    expect(second.edges[0]?.node['id']).not.toBe(first.edges[0]?.node['id']);
  });

  it('has a report tried again once its cause is gone', async () => {
    const [one, two] = [opening(), opening()];
    await desk.post([one, two]);
    // Its names are of two orders, until the venue gives the second another number.
    const mixed = fillOf(one, { clOrdId: two['clOrdId'] });
    expect(await desk.post(mixed)).toEqual(counted(0, 0, 1));
    const [edge] = (await list({ filter: { reasons: ['ORDER_MISMATCH'], resolved: false } })).edges;
    const id = edge?.node['id'] ?? '';
    expect(await replay([id])).toMatchObject([{ id, reason: 'ORDER_MISMATCH' }]);
    // It is set aside again, under another id: the cause was still there.
    const [again] = (await list({ filter: { reasons: ['ORDER_MISMATCH'], resolved: false } })).edges;
    expect(again?.node['id']).not.toBe(id);
    await desk.session.rows('DELETE FROM order_refs WHERE ref = $1', [`c:${String(two['clOrdId'])}`]);
    const [done] = await replay([again?.node['id'] ?? '']);
    expect(done?.resolvedAt).not.toBeNull();
    expect(await desk.orderRow(one)).toMatchObject({ status: 'PARTIALLY_FILLED', version: 2 });
    const before = await desk.orderRow(one);
    await replay([again?.node['id'] ?? '', id]);
    expect(await desk.orderRow(one)).toEqual(before);
  });

  it('is asked for ids that are some', async () => {
    const { errors } = await ask(desk.ops, REPLAY, { ids: ['nonsense'] });
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(await replay([Buffer.from(`QuarantinedReport:${randomUUID()}`).toString('base64')])).toEqual([]);
  });
});

describe('anybody else', () => {
  it.each([
    ['the list', LIST, {}],
    ['a replay', REPLAY, { ids: ['x'] }],
  ])('is refused %s', async (_name, query, variables) => {
    const token = await tokenOf('ann', { scopes: ['read', 'trade', 'ingest'] });
    const { errors } = await ask({ url: desk.url, token }, query, variables);
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });
});
