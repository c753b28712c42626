import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, type GraphqlAnswer, linkAccount, postReports, report, type Report } from '../support/client.ts';
import { tokenOf } from '../support/env.ts';
import { startService, type TestService } from '../support/service.ts';
import { openSession, type Session, stored } from './rows.ts';

let service: TestService;
let session: Session;
let ops: { url: string; token: string };
let feed: { url: string; token: string };
beforeAll(async () => {
  service = await startService();
  session = await openSession(service.databaseUrl);
  ops = { url: service.url, token: await tokenOf('ops', { scopes: ['admin'] }) };
  feed = { url: service.url, token: await tokenOf('feed', { scopes: ['ingest'] }) };
  await linkAccount(ops, 'ann');
});
afterAll(async () => {
  await session.end();
  await service.stop();
});

const opening = (overrides: Report = {}): Report => {
  const name = randomUUID();
  return report({ venueOrderId: `V-${name}`, clOrdId: `C-${name}`, ...overrides });
};
const fillOf = ({ venueOrderId, clOrdId, account }: Report, overrides: Report = {}): Report => ({
  ...{ venueOrderId, clOrdId, account },
  ...{ execId: randomUUID(), execType: 'TRADE', lastQty: '40', lastPx: '10' },
  ...overrides,
});
const post = async (reports: Report | readonly Report[], id = randomUUID()): Promise<unknown> =>
  (await postReports(service.url, reports, { id })).body;
const counted = (accepted: number, duplicates = 0, quarantined = 0) => ({ accepted, duplicates, quarantined });

const INGEST = `mutation ($venue: String!, $deliveryId: String!, $reports: [ExecutionReportInput!]!) {
  ingestExecutionReports(venue: $venue, deliveryId: $deliveryId, reports: $reports) { accepted duplicates quarantined } }`;
const ingest = (
  reports: readonly Report[],
  { deliveryId = randomUUID(), venue = 'standard', asked = feed } = {},
): Promise<GraphqlAnswer> => ask(asked, INGEST, { venue, deliveryId, reports });
const ingested = async (...args: Parameters<typeof ingest>): Promise<unknown> =>
  (await ingest(...args)).data?.['ingestExecutionReports'];

const orderRow = async ({ clOrdId }: Report) =>
  (await session.rows('SELECT status, cum_qty::text, version FROM orders WHERE cl_ord_id = $1', [clOrdId]))[0];
const lastQuarantined = async () =>
  (await session.rows('SELECT * FROM quarantined_reports ORDER BY created_at DESC LIMIT 1'))[0];

describe('an execution', () => {
  it('that comes again, in another delivery, is a duplicate', async () => {
    const order = opening();
    const fill = fillOf(order);
    expect(await post([order, fill])).toEqual(counted(2));
    const before = await stored(session);
    expect(await post([fill, order])).toEqual(counted(0, 2));
    expect(await stored(session)).toEqual({ ...before, deliveries: before.deliveries + 1 });
    expect(await orderRow(order)).toMatchObject({ status: 'PARTIALLY_FILLED', version: 2 });
  });

  it('that comes twice in one delivery is a duplicate', async () => {
    const order = opening();
    const fill = fillOf(order);
    expect(await post([order, fill, fill])).toEqual(counted(2, 1));
  });

  it('that comes a thousand times, in parallel, counts once', async () => {
    const order = opening();
    await post(order);
    const fill = fillOf(order, { lastQty: '1' });
    const answers = await Promise.all(Array.from({ length: 100 }, () => post(Array.from({ length: 10 }, () => fill))));
    const total = (name: string) => answers.reduce<number>((sum, each) => sum + Number((each as Report)[name]), 0);
    expect([total('accepted'), total('duplicates'), total('quarantined')]).toEqual([1, 999, 0]);
    expect(Number((await orderRow(order))?.['cum_qty'])).toBe(1);
  });

  it('that comes again without the numbers that it had, or with the same ones spelled otherwise, is a duplicate', async () => {
    const order = opening();
    const fill = fillOf(order);
    await post([order, fill]);
    expect(await post({ ...fill, lastPx: undefined })).toEqual(counted(0, 1));
    expect(await post({ ...fill, lastQty: '40.000', lastPx: '010' })).toEqual(counted(0, 1));
  });

  it.each([
    ['another quantity', { lastQty: '41' }],
    ['another price', { lastPx: '10.01' }],
    ['another type', { execType: 'CANCELED' }],
  ])('that comes again with %s is neither a duplicate nor a fill', async (_name, other) => {
    const order = opening();
    const fill = fillOf(order);
    await post([order, fill]);
    expect(await post({ ...fill, ...other })).toEqual(counted(0, 0, 1));
    expect(await lastQuarantined()).toMatchObject({ reason: 'EXEC_ID_CONFLICT' });
    expect(await orderRow(order)).toMatchObject({ status: 'PARTIALLY_FILLED', version: 2 });
  });

  it('under the execId of another order’s is set aside', async () => {
    const [one, two] = [opening(), opening()];
    const fill = fillOf(one);
    await post([one, two, fill]);
    expect(await post(fillOf(two, { execId: fill['execId'] }))).toEqual(counted(0, 0, 1));
    expect(await lastQuarantined()).toMatchObject({ reason: 'EXEC_ID_CONFLICT' });
  });
});

describe('names of orders', () => {
  it('of two orders in one report are set aside, and the orders stay what they are', async () => {
    const [one, two] = [opening(), opening()];
    await post([one, two]);
    const mixed = fillOf({ ...one, clOrdId: two['clOrdId'] });
    expect(await post([mixed, fillOf(two)])).toEqual(counted(1, 0, 1));
    expect(await lastQuarantined()).toMatchObject({ reason: 'ORDER_MISMATCH' });
    expect(await orderRow(one)).toMatchObject({ status: 'NEW', version: 1 });
  });

  it('a replace to the clOrdId of another order is set aside', async () => {
    const [one, two] = [opening(), opening()];
    expect(await post([one, two])).toEqual(counted(2));
    const { venueOrderId, account } = one;
    const replace = { venueOrderId, account, execId: randomUUID(), execType: 'REPLACED', clOrdId: two['clOrdId'] };
    expect(await post([replace])).toEqual(counted(0, 0, 1));
    expect(await lastQuarantined()).toMatchObject({ reason: 'ORDER_MISMATCH' });
  });

  it('another account’s order under the same names is another order', async () => {
    const order = opening();
    await linkAccount(ops, 'bob', { account: 'ACC-2' });
    expect(await post([order, { ...order, account: 'ACC-2', execId: randomUUID() }])).toEqual(counted(2));
    const owners = await session.rows('SELECT user_id FROM orders WHERE cl_ord_id = $1 ORDER BY 1', [order['clOrdId']]);
    expect(owners).toEqual([{ user_id: 'ann' }, { user_id: 'bob' }]);
  });

  it('the whole chain of replaces finds the order, also when it was first seen by its replace or cancel', async () => {
    const order = opening();
    const next = `C-${randomUUID()}`;
    const replace = {
      ...order,
      execId: randomUUID(),
      execType: 'REPLACED',
      clOrdId: next,
      origClOrdId: order['clOrdId'],
    };
    await post(replace);
    expect(await post({ ...fillOf(order), venueOrderId: undefined })).toEqual(counted(1));
    expect(await session.count('SELECT count(*) FROM orders WHERE venue_order_id = $1', [order['venueOrderId']])).toBe(
      1,
    );
    expect(await session.count('SELECT cum_qty FROM orders WHERE cl_ord_id = $1', [next])).toBe(40);
  });
});

describe('the mutation ingestExecutionReports', () => {
  it('applies reports as the webhook does', async () => {
    const order = opening();
    expect(await ingested([order, fillOf(order)])).toEqual(counted(2));
    expect(await orderRow(order)).toMatchObject({ status: 'PARTIALLY_FILLED', version: 2 });
  });

  it('is idempotent by (venue, deliveryId)', async () => {
    const order = opening();
    const deliveryId = randomUUID();
    expect(await ingested([order], { deliveryId })).toEqual(counted(1));
    const before = await stored(session);
    expect(await ingested([order], { deliveryId })).toEqual(counted(0, 1));
    const other = await ingest([opening()], { deliveryId });
    expect(other.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(await stored(session)).toEqual(before);
  });

  it('is idempotent by (venue, execId), also across webhook and mutation', async () => {
    const [one, two] = [opening(), opening()];
    await post(one);
    expect(await ingested([one])).toEqual(counted(0, 1));
    await ingested([two]);
    expect(await post(two)).toEqual(counted(0, 1));
    expect(await ingested([{ ...two, execType: 'CANCELED' }])).toEqual(counted(0, 0, 1));
  });

  it('sets a bad report aside and applies the others', async () => {
    const order = opening();
    const nameless = { ...opening(), venueOrderId: undefined, clOrdId: undefined };
    expect(await ingested([order, nameless, fillOf(order, { lastQty: '0' })])).toEqual(counted(1, 0, 2));
  });

  it.each([
    ['no scope for it', 'FORBIDDEN', { asked: 'trader' }],
    ['no report', 'BAD_USER_INPUT', { reports: [] }],
    [
      '501 reports',
      'BAD_USER_INPUT',
      { reports: Array.from({ length: 501 }, () => ({ execId: 'e', execType: 'NEW' })) },
    ],
    ['an unknown venue', 'BAD_USER_INPUT', { venue: 'nowhere' }],
    ['an empty delivery id', 'BAD_USER_INPUT', { deliveryId: '' }],
    ['U+0000 in the delivery id', 'BAD_USER_INPUT', { deliveryId: 'a\0' }],
    ['a number for a decimal', 'BAD_USER_INPUT', { reports: [{ ...report(), quantity: 100 }] }],
    ['an unknown execType', 'BAD_USER_INPUT', { reports: [{ ...report(), execType: 'FILL' }] }],
  ])('with %s is refused as %s and stores nothing', async (_name, code, given) => {
    const { asked, reports = [opening()], ...options } = given as { asked?: string; reports?: Report[] };
    const before = await stored(session);
    const viewer = asked === undefined ? feed : { url: service.url, token: await tokenOf(asked) };
    const answer = await ingest(reports, { ...options, asked: viewer });
    expect(answer.errors?.map(({ extensions }) => extensions.code)).toEqual([code]);
    expect(await stored(session)).toEqual(before);
  });
});

describe('an account that belongs to nobody yet', () => {
  it('keeps its reports waiting, and once linked they are applied in the order they came', async () => {
    const account = `ACC-${randomUUID()}`;
    const order = opening({ account });
    expect(await post(order)).toEqual(counted(0, 0, 1));
    expect(await post([fillOf(order, { lastQty: '60' }), fillOf(order)])).toEqual(counted(0, 0, 2));
    expect(await lastQuarantined()).toMatchObject({ reason: 'UNMAPPED_ACCOUNT', account });
    await linkAccount(ops, 'carl', { account });
    expect(await orderRow(order)).toMatchObject({ status: 'FILLED', version: 3 });
    const events = await session.rows(
      `SELECT "offset"::int, data->'event'->>'execType' AS type, data->'event'->>'lastQty' AS qty
       FROM stream_events WHERE user_id = 'carl' ORDER BY 1`,
    );
    expect(events).toEqual([
      { offset: 1, type: 'NEW', qty: null },
      { offset: 2, type: 'TRADE', qty: '60' },
      { offset: 3, type: 'TRADE', qty: '40' },
    ]);
    const waiting = 'SELECT count(*) FROM quarantined_reports WHERE account = $1 AND resolved_at IS NULL';
    expect(await session.count(waiting, [account])).toBe(0);
  });

  it('can be linked twice to its user, and not to another one', async () => {
    const account = `ACC-${randomUUID()}`;
    await linkAccount(ops, 'carl', { account });
    const before = await stored(session);
    await linkAccount(ops, 'carl', { account });
    await expect(linkAccount(ops, 'dora', { account })).rejects.toThrow(/BAD_USER_INPUT/);
    expect(await stored(session)).toEqual(before);
  });

  it('leaves no report behind while it is linked', async () => {
    const account = `ACC-${randomUUID()}`;
    const orders = Array.from({ length: 60 }, () => opening({ account }));
    const posted = orders.map((order) => post(order));
    await linkAccount(ops, 'erin', { account });
    await Promise.all(posted);
    expect(await session.count(`SELECT count(*) FROM orders WHERE user_id = 'erin'`)).toBe(60);
    expect(await session.count(`SELECT "offset" FROM stream_heads WHERE user_id = 'erin'`)).toBe(60);
  });
});
