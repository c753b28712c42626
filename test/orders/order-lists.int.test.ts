import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fillOf, openDesk, opening } from '../ingest/desk.ts';
import { ask, linkAccount, type Report } from '../support/client.ts';
import { tokenOf } from '../support/env.ts';

let desk: Awaited<ReturnType<typeof openDesk>>;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.close());

async function openUser(app: { platform?: string; client?: string } = {}) {
  const user = `user-${randomUUID()}`;
  await linkAccount(desk.ops, user, { account: user });
  const asked = { url: desk.url, token: await tokenOf(user, app) };
  return { user, asked, opened: (fields: Report = {}): Report => opening({ account: user, ...fields }) };
}

interface Page {
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly clOrdId: string } }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
}

const QUERY = `query ($first: Int, $after: String, $filter: OrderFilter, $orderBy: OrderOrder) {
  orders(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
    edges { cursor node { clOrdId platform client strategy statusText } } pageInfo { hasNextPage endCursor }
  }
}`;

async function read(asked: { url: string; token: string }, variables: object = {}): Promise<Page> {
  const { data, errors } = await ask(asked, QUERY, variables);
  if (errors) throw new Error(JSON.stringify(errors));
  return data?.['orders'] as Page;
}
const names = ({ edges }: Page): readonly string[] => edges.map(({ node }) => node.clOrdId);

async function readAll(
  asked: { url: string; token: string },
  orderBy: object,
  between: (seen: readonly string[]) => Promise<unknown> = () => Promise.resolve(),
): Promise<readonly string[]> {
  const seen: string[] = [];
  let after: string | undefined;
  for (;;) {
    const page = await read(asked, { first: 3, after, orderBy });
    seen.push(...names(page));
    if (!page.pageInfo.hasNextPage) return seen;
    after = page.pageInfo.endCursor;
    await between(seen);
  }
}

describe('orders sorted by when they were made', () => {
  it.each(['DESC', 'ASC'])('show all that were there once, %s, while others come and change', async (direction) => {
    const { asked, opened } = await openUser();
    // One delivery: many are made in the same millisecond.
    const orders = Array.from({ length: 14 }, () => opened({ quantity: '1000' }));
    await desk.post(orders);
    const whole = names(await read(asked, { first: 100, orderBy: { direction } }));
    expect([...whole].sort()).toEqual(orders.map(({ clOrdId }) => clOrdId as string).sort());
    const there = new Set(whole);
    const seen = await readAll(asked, { field: 'CREATED_AT', direction }, () =>
      desk.post([opened(), ...orders.map((order) => fillOf(order, { lastQty: '1' }))]),
    );
    expect(seen.filter((name) => there.has(name))).toEqual(whole);
    expect(new Set(seen).size).toBe(seen.length);
  });
});

describe('orders sorted by when they were updated', () => {
  it('show the one that changed last at the end that was asked for', async () => {
    const { asked, opened } = await openUser();
    const orders = [opened(), opened(), opened(), opened()];
    for (const order of orders) await desk.post(order);
    const [a, b, c, d] = orders.map(({ clOrdId }) => clOrdId as string);
    await desk.post(fillOf(orders[1]!));
    expect(await readAll(asked, { field: 'UPDATED_AT' })).toEqual([b, d, c, a]);
    expect(await readAll(asked, { field: 'UPDATED_AT', direction: 'ASC' })).toEqual([a, c, d, b]);
    expect(await readAll(asked, {})).toEqual([d, c, b, a]);
  });

  it('leave out, of those that were there, only what has changed meanwhile, and repeat nothing when descending', async () => {
    const { asked, opened } = await openUser();
    const orders = Array.from({ length: 14 }, () => opened({ quantity: '1000' }));
    await desk.post(orders);
    const whole = names(await read(asked, { first: 100, orderBy: { field: 'UPDATED_AT' } }));
    const changed = new Set<string>();
    const seen = await readAll(asked, { field: 'UPDATED_AT' }, async (soFar) => {
      const unseen = orders.filter(
        ({ clOrdId }) => !soFar.includes(clOrdId as string) && !changed.has(clOrdId as string),
      );
      const [next] = unseen;
      if (!next) return;
      changed.add(next['clOrdId'] as string);
      await desk.post(fillOf(next, { lastQty: '1' }));
    });
    expect(changed.size).toBeGreaterThan(2);
    expect(seen).toEqual(whole.filter((name) => !changed.has(name)));
  });

  it('show the ones that change again when ascending: nothing that was there is missed', async () => {
    const { asked, opened } = await openUser();
    const orders = Array.from({ length: 7 }, () => opened({ quantity: '1000' }));
    await desk.post(orders);
    let left = 3;
    const seen = await readAll(asked, { field: 'UPDATED_AT', direction: 'ASC' }, async ([first]) => {
      if (left-- > 0)
        await desk.post(
          fillOf(
            orders.find(({ clOrdId }) => clOrdId === first)!,
            { lastQty: '1' },
          ),
        );
    });
    expect(new Set(seen)).toEqual(new Set(orders.map(({ clOrdId }) => clOrdId as string)));
    expect(seen.length).toBeGreaterThan(orders.length);
  });

  it('have cursors of their own', async () => {
    const { asked, opened } = await openUser();
    await desk.post([opened(), opened()]);
    for (const [mine, other] of [['CREATED_AT', 'UPDATED_AT'] as const, ['UPDATED_AT', 'CREATED_AT'] as const]) {
      const { endCursor: after } = (await read(asked, { first: 1, orderBy: { field: mine } })).pageInfo;
      expect(names(await read(asked, { after, orderBy: { field: mine } }))).toHaveLength(1);
      const { errors } = await ask(asked, QUERY, { after, orderBy: { field: other } });
      expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    }
  });
});

const PLACE = `mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) {
  order { clOrdId platform client strategy } refusal { code } } }`;

const placed = {
  ...{ symbol: 'AAPL', assetClass: 'EQUITY', side: 'BUY', orderType: 'MARKET', timeInForce: 'DAY' },
  ...{ quantity: '10', venue: 'standard' },
};

async function place(asked: { url: string; token: string }, input: object = {}) {
  const { data, errors } = await ask(asked, PLACE, { input: { ...placed, clOrdId: randomUUID(), ...input } });
  if (errors) throw new Error(JSON.stringify(errors));
  return data?.['placeOrder'] as {
    order: { clOrdId: string; platform: string; client: string | null; strategy: string | null };
    refusal: unknown;
  };
}

describe('where an order was placed', () => {
  it('is what the token says, else the input, else the API', async () => {
    const { asked, user } = await openUser();
    const mobile = { ...asked, token: await tokenOf(user, { platform: 'ios', client: 'acme-ios' }) };
    const origin = async (of: typeof asked, input: object) => {
      const { platform, client } = (await place(of, input)).order;
      return [platform, client];
    };
    expect(await origin(asked, {})).toEqual(['API', null]);
    expect(await origin(asked, { platform: 'WEB', client: 'acme-web/1.2' })).toEqual(['WEB', 'acme-web/1.2']);
    expect(await origin(mobile, {})).toEqual(['IOS', 'acme-ios']);
    expect(await origin(mobile, { platform: 'WEB', client: 'acme-web/1.2' })).toEqual(['IOS', 'acme-ios']);
    expect(await origin(mobile, { client: 'acme-ios/2.3' })).toEqual(['IOS', 'acme-ios/2.3']);
    const filtered = async (filter: object) => (await read(asked, { filter })).edges.length;
    expect(await filtered({ clients: ['acme-ios'] })).toBe(2);
    expect(await filtered({ clients: ['acme-ios', 'acme-ios/2.3'] })).toBe(3);
    expect(await filtered({ platforms: ['IOS'] })).toBe(3);
    expect(await filtered({ clients: ['nobody'] })).toBe(0);
  });

  it('is kept through what the venue reports, and told to nobody by a report', async () => {
    const { asked, user, opened } = await openUser({ platform: 'android', client: 'acme' });
    const { order } = await place(asked);
    await desk.post(opened({ clOrdId: order.clOrdId, venueOrderId: `V-${user}` }));
    await desk.post(opened({ clOrdId: 'theirs', venueOrderId: `W-${user}` }));
    const { edges } = await read(asked);
    expect(edges.map(({ node }) => node)).toEqual([
      {
        ...{ clOrdId: 'theirs', platform: 'API', client: null, strategy: null },
        statusText: 'Accepted by the venue; nothing is filled yet.',
      },
      { ...order, statusText: 'Accepted by the venue; nothing is filled yet.' },
    ]);
  });

  it('has the strategy that decided on it for life, which a repeat must name too', async () => {
    const { asked, user, opened } = await openUser();
    const [clOrdId, plain] = [randomUUID(), randomUUID()];
    const first = await place(asked, { clOrdId, strategy: 'momentum' });
    expect(first.order.strategy).toBe('momentum');
    expect(await place(asked, { clOrdId, strategy: 'momentum' })).toEqual(first);
    for (const strategy of ['pairs', null])
      expect((await place(asked, { clOrdId, strategy })).refusal).toEqual({ code: 'DUPLICATE_CL_ORD_ID' });
    const unnamed = await place(asked, { clOrdId: plain, strategy: null });
    expect(unnamed.order.strategy).toBeNull();
    expect(await place(asked, { clOrdId: plain })).toEqual(unnamed);
    const order = opened({ clOrdId, venueOrderId: `V-${user}` });
    await desk.post([order, fillOf(order)]);
    const query = 'query ($clOrdId: String) { order(clOrdId: $clOrdId) { strategy status } }';
    expect((await ask(asked, query, { clOrdId })).data).toEqual({
      order: { strategy: 'momentum', status: 'FILLED' },
    });
    for (const strategy of ['x'.repeat(129), 'mean, reversion', 'momentum ', ''])
      expect((await ask(asked, PLACE, { input: { ...placed, clOrdId: randomUUID(), strategy } })).errors).toMatchObject(
        [{ extensions: { code: 'BAD_USER_INPUT' } }],
      );
  });

  it('makes no other request of a repeat, whichever app’s token it comes with', async () => {
    const { asked, user } = await openUser({ client: 'acme-ios' });
    const clOrdId = randomUUID();
    const first = await place(asked, { clOrdId });
    const again = await place(
      { ...asked, token: await tokenOf(user, { client: 'acme-web', platform: 'web' }) },
      { clOrdId },
    );
    expect(again).toEqual(first);
    expect((await place(asked, { clOrdId, client: 'acme-ios/2' })).refusal).toEqual({ code: 'DUPLICATE_CL_ORD_ID' });
  });
});
