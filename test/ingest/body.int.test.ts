import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Webhook } from 'standardwebhooks';
import { linkAccount, postReports, report, type WebhookAnswer } from '../support/client.ts';
import { STANDARD_SECRET, tokenOf } from '../support/env.ts';
import { startService, type TestService } from '../support/service.ts';
import { openSession, type Session, type Stored, stored } from './rows.ts';

let service: TestService;
let session: Session;
let before: Stored;
beforeAll(async () => {
  service = await startService();
  session = await openSession(service.databaseUrl);
  await linkAccount({ url: service.url, token: await tokenOf('ops', { scopes: ['admin'] }) }, 'ann');
});
afterAll(async () => {
  await session.end();
  await service.stop();
});
beforeEach(async () => {
  before = await stored(session);
});

const freshReport = () => report({ execId: randomUUID(), venueOrderId: randomUUID(), clOrdId: randomUUID() });
const envelope = (data: unknown, rest: object = {}): string =>
  JSON.stringify({ type: 'execution.reported', timestamp: new Date().toISOString(), data, ...rest });
const post = (body: string, id = randomUUID()): Promise<WebhookAnswer> => postReports(service.url, [], { body, id });

/** 422 and one quarantined row for the whole delivery, and the same answer to its repeat, with nothing more stored. */
async function expectUnreadable(body: string): Promise<void> {
  const id = randomUUID();
  const first = await post(body, id);
  expect(first).toMatchObject({ status: 422, body: { error: { code: 'UNREADABLE' } } });
  const after = { ...before, deliveries: before.deliveries + 1, quarantined: before.quarantined + 1 };
  expect(await stored(session)).toEqual(after);
  const again = await post(body, id);
  expect(again).toMatchObject({ status: 422, body: { error: { code: 'UNREADABLE' } } });
  expect(await stored(session)).toEqual(after);
}

describe('an envelope that can’t be read is answered 422 and quarantined whole, once:', () => {
  it.each([
    ['nothing', ''],
    ['null', 'null'],
    ['an array', `[${envelope([])}]`],
    ['a number', '1'],
    ['text', '"execution.reported"'],
    ['JSON cut short', envelope([freshReport()]).slice(0, -1)],
    ['JSON with something behind it', `${envelope([freshReport()])}x`],
    ['a byte order mark', `\uFEFF${envelope([freshReport()])}`],
    ['another type', envelope([freshReport()], { type: 'order.created' })],
    ['no type', envelope([freshReport()], { type: undefined })],
    ['no timestamp', envelope([freshReport()], { timestamp: undefined })],
    ['a timestamp that is none', envelope([freshReport()], { timestamp: 'yesterday' })],
    ['no data', envelope(undefined)],
    ['data that is text', envelope('TRADE')],
    ['data that is null', envelope(null)],
    ['no report', envelope([])],
    ['501 reports', envelope(Array.from({ length: 501 }, () => ({})))],
    ['a hundred thousand brackets', '['.repeat(100_000)],
    ['a nesting of 20,000', envelope('HERE').replace('"HERE"', `[${'['.repeat(20_000)}${']'.repeat(20_000)}]`)],
  ])('%s', async (_name, body) => {
    await expectUnreadable(body);
  });

  it('keys that are named twice, of which JSON would keep the last', async () => {
    const body = envelope(freshReport()).replace('"quantity":"100"', '"quantity":"100","quantity":"999"');
    await expectUnreadable(body);
  });

  it('bytes that are not UTF-8 are kept as they came', async () => {
    const bytes = Buffer.from(envelope([freshReport()]).replace('AAPL', 'AAPÿ'), 'latin1');
    const { status } = await postBytes(bytes);
    expect(status).toBe(422);
    const [row] = await session.rows(`SELECT body FROM quarantined_reports ORDER BY created_at DESC LIMIT 1`);
    expect(Buffer.from(String(row?.['body']), 'base64')).toEqual(bytes);
  });
});

/** fetch sends a string as UTF-8; this sends and signs the very bytes. */
async function postBytes(bytes: Buffer): Promise<Response> {
  const id = randomUUID();
  const at = new Date();
  return fetch(`${service.url}/webhooks/standard`, {
    method: 'POST',
    headers: {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': new Webhook(STANDARD_SECRET).sign(id, at, bytes),
    },
    body: new Uint8Array(bytes),
  });
}

describe('a body', () => {
  const padded = (bytes: number): string => {
    const body = envelope([freshReport()]);
    return body + ' '.repeat(bytes - Buffer.byteLength(body));
  };

  it('of 256 KiB is taken', async () => {
    expect((await post(padded(256 * 1_024))).status).toBe(200);
  });

  it('of one byte more is 413, and nothing of it is stored', async () => {
    const { status, body, headers } = await post(padded(256 * 1_024 + 1));
    expect(status).toBe(413);
    expect(body).toMatchObject({ error: { code: 'TOO_LARGE' } });
    // The rest of the body is never read, so no other request may follow on this connection.
    expect(headers.get('connection')).toBe('close');
    expect(await stored(session)).toEqual(before);
  });

  it('of unknown length that grows past the limit is 413, before it ends', async () => {
    const sent = request(`${service.url}/webhooks/standard`, { method: 'POST' });
    const answered = once(sent, 'response') as Promise<[IncomingMessage]>;
    sent.write(new Uint8Array(256 * 1_024 + 1));
    const [{ statusCode }] = await answered;
    sent.destroy();
    expect(statusCode).toBe(413);
    expect(await stored(session)).toEqual(before);
  });

  it('may hold 500 reports, which are applied together', async () => {
    const bare = { execType: 'TRADE', lastQty: '0.1', lastPx: '10', account: 'ACC-1' };
    const order = randomUUID();
    const more = Array.from({ length: 499 }, () => ({ ...bare, execId: randomUUID(), venueOrderId: order }));
    const answer = await post(
      envelope([report({ execId: randomUUID(), venueOrderId: order, clOrdId: order }), ...more]),
    );
    expect(answer).toMatchObject({ status: 200, body: { accepted: 500, duplicates: 0, quarantined: 0 } });
  });

  it('may hold one report without an array around it', async () => {
    expect(await post(envelope(freshReport()))).toMatchObject({ status: 200, body: { accepted: 1 } });
  });

  it('may hold keys that are nobody’s, and they change nothing', async () => {
    const hostile = '{"__proto__":{"execType":"CANCELED"},"constructor":{"prototype":{}},"toString":1,';
    const body = envelope(freshReport()).replace('"data":{', `"data":${hostile}`);
    expect(await post(body)).toMatchObject({ status: 200, body: { accepted: 1, quarantined: 0 } });
    expect(({} as { execType?: string }).execType).toBeUndefined();
  });
});

describe('a delivery id', () => {
  it('that comes again with the same body is answered 200 and changes nothing', async () => {
    const id = randomUUID();
    const body = envelope([freshReport(), { ...freshReport(), quantity: 'many' }]);
    expect(await post(body, id)).toMatchObject({ status: 200, body: { accepted: 1, duplicates: 0, quarantined: 1 } });
    const after = await stored(session);
    expect(await post(body, id)).toMatchObject({ status: 200, body: { accepted: 0, duplicates: 1, quarantined: 1 } });
    expect(await stored(session)).toEqual(after);
  });

  it('that comes again with another body is 409 and changes nothing', async () => {
    const id = randomUUID();
    await post(envelope(freshReport()), id);
    const after = await stored(session);
    const answer = await post(envelope(freshReport()), id);
    expect(answer).toMatchObject({ status: 409, body: { error: { code: 'DELIVERY_CONFLICT' } } });
    expect(await stored(session)).toEqual(after);
  });

  it('that comes ten times at once is applied once', async () => {
    const id = randomUUID();
    const body = envelope(freshReport());
    const answers = await Promise.all(Array.from({ length: 10 }, () => post(body, id)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    const accepted = answers.map(({ body: counts }) => (counts as { accepted: number }).accepted);
    expect(accepted.sort()).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    const { orders, events, deliveries } = await stored(session);
    expect([orders, events, deliveries]).toEqual([before.orders + 1, before.events + 1, before.deliveries + 1]);
  });
});
