import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { userId } from '../../src/kernel/brand.ts';
import { globalId } from '../../src/kernel/global-id.ts';
import { type ExecutionKey, executionPageSql } from '../../src/orders/execution-queries.ts';
import { Prisma } from '../../src/generated/prisma/client.ts';
import { fillOf, openDesk, opening } from '../ingest/desk.ts';
import { ask, linkAccount, type Report, wsClient } from '../support/client.ts';
import { tokenOf } from '../support/env.ts';
import { askSocket } from '../support/graphql.ts';
import { openDb } from '../../src/db/client.ts';

let desk: Awaited<ReturnType<typeof openDesk>>;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.close());

/** A user with an account of their own, of whom nobody else's tests know. */
async function openUser() {
  const user = `user-${randomUUID()}`;
  await linkAccount(desk.ops, user, { account: user });
  const asked = { url: desk.url, token: await tokenOf(user) };
  const opened = (fields: Report = {}): Report => opening({ account: user, ...fields });
  return { user, asked, opened };
}

interface Node extends Record<string, unknown> {
  readonly execId: string;
}
interface Page {
  readonly edges: readonly { readonly cursor: string; readonly node: Node }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly hasPreviousPage: boolean; readonly endCursor: string };
}

const FIELDS = `id execId execType execRefId orderId clOrdId symbol assetClass side venue account platform client
  lastQty lastPx amount transactTime receivedAt committedAt counts busted correctedBy`;
const QUERY = `query ($first: Int, $after: String, $last: Int, $before: String, $filter: ExecutionFilter, $orderBy: ExecutionOrder) {
  executions(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {
    edges { cursor node { ${FIELDS} } } pageInfo { hasNextPage hasPreviousPage endCursor }
  }
}`;

async function read(asked: { url: string; token: string }, variables: object = {}): Promise<Page> {
  const { data, errors } = await ask(asked, QUERY, variables);
  if (errors) throw new Error(JSON.stringify(errors));
  return data?.['executions'] as Page;
}
const ids = ({ edges }: Page): readonly string[] => edges.map(({ node }) => node.execId);
const at = (second: number): string => new Date(Date.UTC(2026, 0, 31, 15, 0, second)).toISOString();

describe('an execution', () => {
  it('is shown with its order, its numbers and the times of both clocks', async () => {
    const { asked, opened, user } = await openUser();
    const order = opened({ symbol: 'BTCUSD', assetClass: 'CRYPTO', side: 'SELL' });
    const trade = fillOf(order, { lastQty: '0.000000000000000003', lastPx: '1.5', transactTime: at(1) });
    await desk.post([order, trade]);
    const { edges } = await read(asked);
    const [row] = await desk.session.rows(
      `SELECT e.received_at, s.committed_at FROM executions e JOIN stream_events s USING (order_id)
       WHERE e.exec_id = $1 AND s.data->'event'->>'execId' = $1`,
      [trade['execId']],
    );
    expect(edges.map(({ node }) => node)).toEqual([
      {
        ...{ id: globalId('Execution', JSON.stringify(['standard', trade['execId']])), execId: trade['execId'] },
        ...{ execType: 'TRADE', execRefId: null, clOrdId: order['clOrdId'], symbol: 'BTCUSD', assetClass: 'CRYPTO' },
        ...{ side: 'SELL', venue: 'standard', account: user, platform: 'API', client: null },
        ...{ lastQty: '0.000000000000000003', lastPx: '1.5', amount: '0.000000000000000004', transactTime: at(1) },
        orderId: expect.any(String) as string,
        receivedAt: (row?.['received_at'] as Date).toISOString(),
        committedAt: (row?.['committed_at'] as Date).toISOString(),
        ...{ counts: true, busted: false, correctedBy: null },
      },
    ]);
  });

  it('shows a busted fill as busted and a corrected one with its correction: what counts is the order’s cumQty', async () => {
    const { asked, opened } = await openUser();
    const order = opened();
    const names = ['kept', 'busted', 'corrected'];
    const [kept, busted, corrected] = names.map((execId, n) =>
      fillOf(order, { execId: `${execId}-${randomUUID()}`, lastQty: '10', transactTime: at(n) }),
    );
    const correction = fillOf(order, {
      ...{ execType: 'TRADE_CORRECT', execRefId: corrected!['execId'], lastQty: '7', transactTime: at(3) },
    });
    const bust = fillOf(order, { execType: 'TRADE_CANCEL', execRefId: busted!['execId'], transactTime: at(4) });
    await desk.post([order, kept!, busted!, corrected!, correction, bust]);
    const { edges } = await read(asked);
    const standing = edges.map(({ node: { execId, counts, busted: isBusted, correctedBy } }) => [
      execId,
      counts,
      isBusted,
      correctedBy,
    ]);
    expect(standing).toEqual([
      [bust['execId'], false, false, null],
      [correction['execId'], true, false, null],
      [corrected!['execId'], false, false, correction['execId']],
      [busted!['execId'], false, true, null],
      [kept!['execId'], true, false, null],
    ]);
    expect((await desk.orderRow(order))?.['cum_qty']).toBe('17.000000000000000000');
    const { data } = await ask(
      asked,
      '{ orders { edges { node { cumQty executions { edges { node { execId } } } } } } }',
    );
    const [own] = (data?.['orders'] as { edges: { node: { cumQty: string; executions: Page } }[] }).edges;
    expect(own?.node.cumQty).toBe('17');
    expect(ids(own!.node.executions)).toEqual(ids({ edges } as Page).toReversed());
  });

  it('is none of the reports that are no fills', async () => {
    const { asked, opened } = await openUser();
    const order = opened();
    const { clOrdId, venueOrderId, account } = order;
    await desk.post([order, { clOrdId, venueOrderId, account, execId: randomUUID(), execType: 'CANCELED' }]);
    expect(ids(await read(asked))).toEqual([]);
  });

  it('is found when a process of the version before has written it', async () => {
    const { asked, opened } = await openUser();
    const order = opened();
    await desk.post(order);
    await desk.session.rows(
      `INSERT INTO executions SELECT * FROM json_populate_recordset(NULL::executions, json_build_array(json_build_object(
         'venue', 'standard', 'exec_id', $1::text, 'order_id', (SELECT id FROM orders WHERE cl_ord_id = $2),
         'exec_type', 'TRADE', 'last_qty', '1', 'last_px', '2', 'claim', '{}'::json, 'received_at', now())))`,
      ['before-', order['clOrdId']],
    );
    const { edges } = await read(asked);
    expect(edges.map(({ node: { execId, amount } }) => [execId, amount])).toEqual([['before-', '2']]);
    expect(edges[0]?.node['committedAt']).toEqual(expect.any(String));
  });
});

describe('a list of executions', () => {
  it('is narrowed by each filter alone', async () => {
    const { asked, opened } = await openUser();
    const one = opened({ symbol: 'AAPL', assetClass: 'EQUITY', side: 'BUY' });
    const two = opened({ symbol: 'BTCUSD', assetClass: 'CRYPTO', side: 'SELL' });
    const [a, b] = [fillOf(one, { transactTime: at(10) }), fillOf(two, { transactTime: at(20) })];
    const c = fillOf(two);
    await desk.post([one, two, a, b, c]);
    const of = async (filter: object): Promise<readonly string[]> =>
      ids(await read(asked, { filter, orderBy: { direction: 'ASC' } }));
    const [ofA, ofB, ofC] = [a, b, c].map(({ execId }) => execId as string);
    const orderId = (await read(asked, { filter: { symbols: ['AAPL'] } })).edges[0]?.node['orderId'];
    expect(await of({})).toEqual([ofA, ofB, ofC]);
    expect(await of({ symbols: ['AAPL', 'MSFT'] })).toEqual([ofA]);
    expect(await of({ symbols: [] })).toEqual([]);
    expect(await of({ assetClasses: ['CRYPTO'] })).toEqual([ofB, ofC]);
    expect(await of({ side: 'BUY' })).toEqual([ofA]);
    expect(await of({ venues: ['standard'] })).toEqual([ofA, ofB, ofC]);
    expect(await of({ venues: ['paper'] })).toEqual([]);
    expect(await of({ platforms: ['API'] })).toEqual([ofA, ofB, ofC]);
    expect(await of({ platforms: ['WEB'] })).toEqual([]);
    expect(await of({ clients: ['acme'] })).toEqual([]);
    expect(await of({ orderId })).toEqual([ofA]);
    expect(await of({ from: at(20) })).toEqual([ofB, ofC]);
    expect(await of({ to: at(20) })).toEqual([ofA]);
    expect(await of({ from: at(10), to: at(20), side: 'SELL' })).toEqual([]);
  });

  it('is of nobody else, whose order answers as one that never was', async () => {
    const [ann, bob] = await Promise.all([openUser(), openUser()]);
    const order = ann.opened();
    await desk.post([order, fillOf(order)]);
    const orderId = (await read(ann.asked)).edges[0]?.node['orderId'];
    for (const id of [orderId, globalId('Order', randomUUID()), 'garbage'])
      expect(ids(await read(bob.asked, { filter: { orderId: id } }))).toEqual([]);
    const { errors } = await ask({ ...bob.asked, token: await tokenOf(bob.user, { scopes: ['trade'] }) }, QUERY);
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it.each(['DESC', 'ASC'])('shows all that was there once, %s, while others arrive', async (direction) => {
    const { asked, opened } = await openUser();
    const order = opened({ quantity: '100000' });
    // Several in the same millisecond, so that only the identity tells them apart.
    const trades = Array.from({ length: 20 }, (_, n) => fillOf(order, { lastQty: '1', transactTime: at(n % 7) }));
    await desk.post([order, ...trades]);
    const whole = ids(await read(asked, { first: 100, orderBy: { direction } }));
    const there = new Set(whole);
    const seen: string[] = [];
    let page = await read(asked, { first: 3, orderBy: { direction } });
    for (let n = 0; ; n++) {
      seen.push(...ids(page));
      if (!page.pageInfo.hasNextPage) break;
      const late = [n % 7, 59].map((second) => fillOf(order, { lastQty: '1', transactTime: at(second) }));
      await desk.post([...late, fillOf(order, { execType: 'TRADE_CANCEL', execRefId: seen.at(-1)! })]);
      page = await read(asked, { first: 3, after: page.pageInfo.endCursor, orderBy: { direction } });
    }
    expect(seen.filter((id) => there.has(id))).toEqual(whole);
    expect(new Set(seen).size).toBe(seen.length);
    const back = await read(asked, { last: 5, before: page.edges.at(-1)!.cursor, orderBy: { direction } });
    expect(back.edges).toHaveLength(5);
    expect(back.pageInfo.hasPreviousPage).toBe(true);
  });

  it('takes no cursor of another list, and no subscription', async () => {
    const { asked, opened } = await openUser();
    const order = opened();
    await desk.post([order, fillOf(order)]);
    const { data } = await ask(asked, '{ position orders { edges { cursor } } }');
    const [edge] = (data?.['orders'] as { edges: { cursor: string }[] }).edges;
    for (const after of [edge?.cursor, 'garbage']) {
      const { errors } = await ask(asked, QUERY, { after });
      expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    }
    const client = wsClient(asked);
    const query = 'subscription { orderUpdated { order { executions { edges { node { id } } } } } }';
    const answer = askSocket(client, { query });
    await desk.post(fillOf(order));
    expect((await answer).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    await client.dispose();
  });
});

interface Plan {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows': number;
  readonly Plans?: readonly Plan[];
}
const nodesOf = (plan: Plan): readonly Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

it('a page of a user with 100,000 executions reads what it answers, by the index', { timeout: 60_000 }, async () => {
  const { asked, opened, user } = await openUser();
  const order = opened({ quantity: '1000000' });
  await desk.post([order, fillOf(order)]);
  await desk.session.rows(
    `INSERT INTO executions (venue, exec_id, order_id, exec_type, last_qty, last_px, claim, transact_time, received_at, user_id)
     SELECT 'standard', $1 || n, (SELECT id FROM orders WHERE cl_ord_id = $2), 'TRADE', 1, 1, '{}',
       '2026-01-01'::timestamptz + n * interval '1 second', now(), $1 FROM generate_series(1, 100000) AS n`,
    [user, order['clOrdId']],
  );
  await desk.session.rows('ANALYZE executions, orders');
  const db = openDb({ url: desk.databaseUrl });
  const middle: ExecutionKey = ['2026-01-01T12:00:00.000Z', 'standard', ''];
  const starts = [null, middle].flatMap((after) => [false, true].map((inverted) => ({ after, inverted })));
  for (const start of starts) {
    const page = { ...start, before: null, limit: 21 };
    const sql = executionPageSql(userId(user), { filter: {}, direction: 'DESC', page });
    const rows = await db.$queryRaw<{ 'QUERY PLAN': [{ Plan: Plan }] }[]>(
      Prisma.sql`EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`,
    );
    const nodes = nodesOf(rows[0]!['QUERY PLAN'][0].Plan);
    expect(nodes.map((node) => node['Index Name'])).toContain('executions_of_user_idx');
    expect(Math.max(...nodes.map((node) => node['Actual Rows']))).toBeLessThanOrEqual(21);
  }
  await db.$disconnect();
  expect((await read(asked, { first: 2 })).edges).toHaveLength(2);
});
