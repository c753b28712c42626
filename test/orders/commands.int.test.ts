import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, linkAccount, postReports, report } from '../support/client.ts';
import { tokenOf } from '../support/env.ts';
import { startService, type TestService } from '../support/service.ts';
import { openSession, type Session } from '../ingest/rows.ts';

let service: TestService;
let session: Session;
let ann: { url: string; token: string };
beforeAll(async () => {
  service = await startService();
  session = await openSession(service.databaseUrl);
  const ops = { url: service.url, token: await tokenOf('ops', { scopes: ['admin'] }) };
  await linkAccount(ops, 'ann');
  await linkAccount(ops, 'bob', { account: 'ACC-2' });
  ann = { url: service.url, token: await tokenOf('ann') };
});
afterAll(async () => {
  await session.end();
  await service.stop();
});

interface Payload {
  readonly order: { readonly id: string; readonly clOrdId: string; readonly status: string; version: number } | null;
  readonly refusal: { readonly code: string } | null;
}
interface Answer {
  readonly payload: Payload;
  readonly codes: readonly string[];
}

async function mutate(name: string, input: object, asked = ann): Promise<Answer> {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  const query = `mutation ($input: ${type}!) { ${name}(input: $input) {
    order { id clOrdId status version } position refusal { code } } }`;
  const { data, errors } = await ask(asked, query, { input });
  return { payload: data?.[name] as Payload, codes: (errors ?? []).map(({ extensions }) => extensions.code) };
}

const TERMS = { symbol: 'AAPL', assetClass: 'EQUITY', side: 'BUY', orderType: 'LIMIT', timeInForce: 'DAY' };
const place = (clOrdId: string, overrides: object = {}): Promise<Answer> =>
  mutate('placeOrder', { ...TERMS, clOrdId, quantity: '100', price: '10', ...overrides });
async function placed(): Promise<{ orderId: string; clOrdId: string }> {
  const { payload } = await place(randomUUID());
  return { orderId: payload.order?.id ?? '', clOrdId: payload.order?.clOrdId ?? '' };
}
const versions = (clOrdId: string): Promise<number> =>
  session.count('SELECT sum(version) FROM orders WHERE cl_ord_id = $1', [clOrdId]);

describe('a request', () => {
  it('made ten times at once is done once, and every answer names the same order', async () => {
    const clOrdId = randomUUID();
    const answers = await Promise.all(Array.from({ length: 10 }, () => place(clOrdId)));
    expect(answers.flatMap(({ codes }) => codes)).toEqual([]);
    expect(new Set(answers.map(({ payload }) => payload.order?.id)).size).toBe(1);
    expect(await versions(clOrdId)).toBe(1);
  });

  it('to cancel, made twice, is one cancel', async () => {
    const { orderId, clOrdId } = await placed();
    const cancel = { orderId, clOrdId: randomUUID() };
    const answers = await Promise.all([mutate('cancelOrder', cancel), mutate('cancelOrder', cancel)]);
    expect(answers.map(({ payload }) => payload.order?.status)).toEqual(['PENDING_CANCEL', 'PENDING_CANCEL']);
    expect(await versions(clOrdId)).toBe(2);
  });

  it('under the clOrdId of another request is refused', async () => {
    const { orderId, clOrdId } = await placed();
    const other = await place(clOrdId, { quantity: '101' });
    expect(other.payload).toMatchObject({ order: null, refusal: { code: 'DUPLICATE_CL_ORD_ID' } });
    const cancel = await mutate('cancelOrder', { orderId, clOrdId });
    expect(cancel.payload).toMatchObject({ order: null, refusal: { code: 'DUPLICATE_CL_ORD_ID' } });
  });

  it.each(['modifyOrder', 'cancelOrder'])(
    '%s under a clOrdId that the venue knows already is refused',
    async (name) => {
      const [{ orderId, clOrdId }, taken] = [await placed(), randomUUID()];
      await postReports(service.url, report({ clOrdId: taken, venueOrderId: randomUUID() }));
      const change = name === 'modifyOrder' ? { price: '11' } : {};
      const { payload, codes } = await mutate(name, { orderId, clOrdId: taken, ...change });
      expect(codes).toEqual([]);
      expect(payload).toMatchObject({ order: null, refusal: { code: 'DUPLICATE_CL_ORD_ID' } });
      expect(await versions(clOrdId)).toBe(1);
    },
  );

  it('about another user’s order is answered as about an order that never was', async () => {
    const { orderId, clOrdId } = await placed();
    const bob = { url: service.url, token: await tokenOf('bob') };
    for (const id of [orderId, 'T3JkZXI6Nw==', 'nonsense']) {
      const { payload } = await mutate('cancelOrder', { orderId: id, clOrdId: randomUUID() }, bob);
      expect(payload).toMatchObject({ order: null, refusal: { code: 'UNKNOWN_ORDER' } });
    }
    expect(await versions(clOrdId)).toBe(1);
  });

  it('about an order that another transaction holds for too long should be made again', async () => {
    const { orderId, clOrdId } = await placed();
    await session.rows('BEGIN');
    await session.rows('SELECT 1 FROM orders WHERE cl_ord_id = $1 FOR UPDATE', [clOrdId]);
    const cancel = { orderId, clOrdId: randomUUID() };
    const { codes } = await mutate('cancelOrder', cancel);
    await session.rows('COMMIT');
    expect(codes).toEqual(['UNAVAILABLE']);
    expect((await mutate('cancelOrder', cancel)).payload.order?.status).toBe('PENDING_CANCEL');
  });

  it('whose id PostgreSQL can’t hold is refused', async () => {
    for (const clOrdId of ['', 'a\0b', '\ud800', 'x'.repeat(129)]) {
      expect((await place(clOrdId)).codes, JSON.stringify(clOrdId)).toEqual(['BAD_USER_INPUT']);
    }
    expect((await place(randomUUID(), { symbol: 'A\0' })).codes).toEqual(['BAD_USER_INPUT']);
  });
});
