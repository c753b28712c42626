import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linkAccount, postReports } from '../support/client.ts';
import { tokenOf } from '../support/env.ts';
import { startService, type TestService } from '../support/service.ts';
import { until } from '../support/until.ts';
import { counted } from './desk.ts';
import { openSession, type Session, stored } from './rows.ts';

const ALPACA_SECRET = `whsec_${randomBytes(32).toString('base64')}`;
const DESK_SECRET = `whsec_${randomBytes(32).toString('base64')}`;
const API_SECRET = randomBytes(16).toString('hex');
const ACCOUNT = 'aa4439c3-cf7d-4251-8689-a575a169d6d3';

let service: TestService;
let session: Session;
let ops: { url: string; token: string };
beforeAll(async () => {
  const env = {
    WEBHOOK_SECRET_ALPACA: ALPACA_SECRET,
    ...{ WEBHOOK_SECRET_DESK: DESK_SECRET, VENUE_FORMAT_DESK: 'kraken' },
    WEBHOOK_SECRET_ZERODHA: API_SECRET,
  };
  service = await startService({ env });
  session = await openSession(service.databaseUrl);
  ops = { url: service.url, token: await tokenOf('ops', { scopes: ['admin'] }) };
});
afterAll(async () => {
  await session.end();
  await service.stop();
});

const payload = (name: string): string =>
  readFileSync(path.join(import.meta.dirname, '../venues/formats/payloads', `${name}.json`), 'utf8');
const postAlpaca = (body: string) => postReports(service.url, [], { venue: 'alpaca', secret: ALPACA_SECRET, body });
const postDesk = (body: string) => postReports(service.url, [], { venue: 'desk', secret: DESK_SECRET, body });
const orderOf = async (venueOrderId: string) =>
  (
    await session.rows(
      'SELECT status, symbol, cum_qty::text AS "cumQty", user_id AS "user" FROM orders WHERE venue_order_id = $1',
      [venueOrderId],
    )
  )[0];
const waiting = (venue: string) =>
  session.rows(
    'SELECT reason, detail, body, account FROM quarantined_reports WHERE venue = $1 AND resolved_at IS NULL',
    [venue],
  );

describe('Alpaca, in its own words', () => {
  it('what it sent of an account that is not linked yet is kept as it was sent, and applied once it is', async () => {
    const body = payload('alpaca_sse_v2_stream_two_orders');
    expect((await postAlpaca(body)).body).toEqual(counted(0, 0, 3));
    const kept = await waiting('alpaca');
    expect(kept.map(({ reason, account }) => [reason, account])).toEqual(Array(3).fill(['UNMAPPED_ACCOUNT', ACCOUNT]));
    const sent = (JSON.parse(body) as unknown[]).map((event) => JSON.stringify(event));
    expect(kept.map((row) => row['body']).sort()).toEqual(sent.sort());
    await linkAccount(ops, 'ann', { venue: 'alpaca', account: ACCOUNT });
    expect(await waiting('alpaca')).toEqual([]);
    for (const id of ['bb2403bc-88ec-430b-b41c-f9ee80c8f0e1', 'db04069d-2e5a-48d4-a42f-6a0dea8ea0b8'])
      expect(await orderOf(id)).toMatchObject({ user: 'ann', symbol: 'AAPL', status: 'FILLED' });
  });

  it('the same fill by another path is a duplicate', async () => {
    expect((await postAlpaca(payload('alpaca_sse_v2_trade_fill'))).body).toEqual(counted(0, 1, 0));
  });

  it('fills of an order and of its replacement are one order’s, in whatever order they come', async () => {
    const event = (second: number, kind: string, { fill, ...order }: Record<string, unknown> & { fill?: object }) => ({
      ...{ event: kind, execution_id: `R${second}`, account_id: ACCOUNT, timestamp: `2023-10-13T13:40:0${second}Z` },
      ...fill,
      order: {
        ...{ symbol: 'AAPL', asset_class: 'us_equity', side: 'buy', type: 'limit', time_in_force: 'day' },
        ...{ qty: '10', limit_price: '6', ...order },
      },
    });
    const [first, second] = [
      { id: 'O1', client_order_id: 'C1' },
      { id: 'O2', client_order_id: 'a-2', replaces: 'O1', qty: '20' },
    ];
    const part = { qty: '4', price: '5' };
    const early = event(5, 'partial_fill', { ...second, filled_qty: '4', fill: part });
    expect((await postAlpaca(JSON.stringify(early))).body).toEqual(counted(0, 0, 1));
    expect(await waiting('alpaca')).toEqual([expect.objectContaining({ reason: 'UNKNOWN_ORDER' })]);
    expect((await postAlpaca(JSON.stringify(event(1, 'new', first)))).body).toEqual(counted(1));
    await until(async () => (await orderOf('O1'))?.['cumQty'] === '4.000000000000000000', { withinMs: 10_000 });
    const late = [
      event(6, 'partial_fill', { ...second, filled_qty: '7', fill: { qty: '3', price: '5' } }),
      event(3, 'replaced', { ...first, replaced_by: 'O2' }),
      event(4, 'new', second),
      event(2, 'partial_fill', { ...first, filled_qty: '1', fill: { qty: '1', price: '5' } }),
    ];
    expect((await postAlpaca(JSON.stringify([...late, ...late]))).body).toEqual(counted(4, 4));
    expect(await orderOf('O2')).toMatchObject({ status: 'PARTIALLY_FILLED', cumQty: '8.000000000000000000' });
    expect(await waiting('alpaca')).toEqual([]);
    const rows = await session.rows(`SELECT quantity::int FROM orders WHERE cl_ord_id IN ('C1', 'a-2')`);
    expect(rows).toEqual([{ quantity: 20 }]);
  });

  it('a kind of event that nobody knows is kept whole, with the reason', async () => {
    const event = { event: 'teleported', order: { id: 'O9' }, qty: 1 };
    expect((await postAlpaca(JSON.stringify(event))).body).toEqual(counted(0, 0, 1));
    expect(await waiting('alpaca')).toEqual([
      expect.objectContaining({
        ...{ reason: 'UNREADABLE_REPORT', body: JSON.stringify(event) },
        detail: expect.stringContaining('"teleported" is unknown') as string,
      }),
    ]);
  });
});

describe('a venue called desk that speaks as Kraken does', () => {
  it('its deltas add up to one filled order', async () => {
    await linkAccount(ops, 'dora', { venue: 'desk', account: '' });
    for (const name of ['pending_new', 'new', 'trade']) {
      expect((await postDesk(payload(`kraken_v2_executions_${name}`))).body).toEqual(counted(1));
    }
    const [row] = await session.rows(`SELECT status, version, cum_qty::text AS cum FROM orders WHERE venue = 'desk'`);
    expect(row).toMatchObject({ status: 'FILLED', version: 3 });
    expect(Number(row?.['cum'])).toBe(0.005);
  });

  it('a heartbeat is answered, and leaves nothing but the delivery', async () => {
    const before = await stored(session);
    expect(await postDesk('{"channel":"heartbeat"}')).toMatchObject({ status: 200, body: counted(0) });
    expect(await stored(session)).toEqual({ ...before, deliveries: before.deliveries + 1 });
  });

  it('under the wrong secret is refused', async () => {
    const body = payload('kraken_v2_executions_new');
    expect((await postReports(service.url, [], { venue: 'desk', secret: ALPACA_SECRET, body })).status).toBe(401);
  });
});

describe('Zerodha, by its checksum', () => {
  const postback = (more: object = {}): string => {
    const sample = JSON.parse(payload('zerodha_postback_complete')) as Record<string, string>;
    const covered = `${sample['order_id']}${sample['order_timestamp']}${API_SECRET}`;
    return JSON.stringify({ ...sample, checksum: createHash('sha256').update(covered).digest('hex'), ...more });
  };
  const post = async (body: string) => {
    const response = await fetch(`${service.url}/webhooks/zerodha`, { method: 'POST', body });
    return { status: response.status, body: (await response.json()) as unknown };
  };

  it('a postback waits to be confirmed, since anyone may have changed it; no user sees it', async () => {
    const before = await stored(session);
    const body = postback({ quantity: 1_000_000 });
    expect(await post(body)).toEqual({ status: 200, body: counted(0, 0, 1) });
    expect(await post(body)).toEqual({ status: 200, body: counted(0, 0, 1) });
    const after = await stored(session);
    expect(after).toEqual({ ...before, deliveries: before.deliveries + 1, quarantined: before.quarantined + 1 });
    const detail = expect.stringContaining('covers neither status nor quantity') as string;
    expect(await waiting('zerodha')).toEqual([{ reason: 'UNCONFIRMED', detail, body, account: 'AB1234' }]);
  });

  it.each([
    ['with another checksum', () => payload('zerodha_postback_complete')],
    ['of another order', () => postback({ order_id: '1' })],
    ['without a checksum', () => postback({ checksum: '' })],
    ['that is no JSON', () => 'order_id=1'],
    ['signed as others are', () => payload('kraken_v2_executions_new')],
  ])('a postback %s is refused, and nothing of it is stored', async (_name, bodyOf) => {
    const before = await stored(session);
    expect(await post(bodyOf())).toMatchObject({ status: 401, body: { error: { code: 'UNAUTHENTICATED' } } });
    expect(await stored(session)).toEqual(before);
  });
});
