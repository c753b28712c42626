import { randomBytes, randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Webhook } from 'standardwebhooks';
import { linkAccount, postReports, report, type WebhookAnswer } from '../support/client.ts';
import { STANDARD_SECRET, tokenOf } from '../support/env.ts';
import { startService, type TestService } from '../support/service.ts';
import { openSession, type Session, stored } from './rows.ts';

const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;
const ROTATED_SECRET = newSecret();
const PAPER_SECRET = newSecret();
const OLD_SECRET = newSecret();

let service: TestService;
let session: Session;
beforeAll(async () => {
  const env = { WEBHOOK_SECRET_STANDARD: `${STANDARD_SECRET} ${ROTATED_SECRET}`, WEBHOOK_SECRET_PAPER: PAPER_SECRET };
  service = await startService({ env });
  session = await openSession(service.databaseUrl);
  await linkAccount({ url: service.url, token: await tokenOf('ops', { scopes: ['admin'] }) }, 'ann');
});
afterAll(async () => {
  await session.end();
  await service.stop();
});

const ID = 'msg_1';
const signed = (body: string, { secret = STANDARD_SECRET, id = ID, at = new Date() } = {}): string =>
  new Webhook(secret).sign(id, at, body);
const envelope = (): string =>
  JSON.stringify({ type: 'execution.reported', timestamp: new Date().toISOString(), data: freshReport() });
const freshReport = () => report({ venueOrderId: randomUUID(), clOrdId: randomUUID() });
const wrong = (): string => `v1,${randomBytes(32).toString('base64')}`;

const REFUSAL = {
  error: { code: 'UNAUTHENTICATED', message: 'the signature does not match this venue, its time or the body' },
};

async function expectRefused(post: () => Promise<WebhookAnswer>): Promise<void> {
  const before = await stored(session);
  const { status, body } = await post();
  expect({ status, body }).toEqual({ status: 401, body: REFUSAL });
  expect(await stored(session)).toEqual(before);
}

async function expectTaken(post: () => Promise<WebhookAnswer>): Promise<void> {
  const before = await stored(session);
  const { status, body } = await post();
  expect({ status, body }).toEqual({ status: 200, body: { accepted: 1, duplicates: 0, quarantined: 0 } });
  expect(await stored(session)).toEqual({
    orders: before.orders + 1,
    events: before.events + 1,
    executions: before.executions + 1,
    deliveries: before.deliveries + 1,
    quarantined: before.quarantined,
  });
}

/** Posts a body under a fixed id with these headers; they may depend on the body. */
function post(headersOf: (body: string, at: Date) => Record<string, string>): Promise<WebhookAnswer> {
  const body = envelope();
  const at = new Date();
  return postReports(service.url, [], { id: ID, at, body, headers: headersOf(body, at) });
}

describe('a delivery is refused, and nothing of it is stored,', () => {
  it.each([
    ['without a signature', ''],
    ['with an empty signature of v1', 'v1,'],
    ['with another signature', wrong()],
    ['with text that is no signature', 'not base64 at all'],
    ['with no base64', 'v1,%%%%'],
    ['with two wrong signatures', `${wrong()} ${wrong()}`],
  ])('%s', async (_name, signature) => {
    await expectRefused(() => post(() => ({ 'webhook-signature': signature })));
  });

  it.each([
    ['under another version', (right: string) => right.replace('v1,', 'v0,')],
    ['under no version', (right: string) => right.replace('v1,', '')],
    ['cut short', (right: string) => right.slice(0, -5)],
    ['as the 21st', (right: string) => `${Array.from({ length: 20 }, wrong).join(' ')} ${right}`],
  ])('with the right signature %s', async (_name, change) => {
    await expectRefused(() => post((body, at) => ({ 'webhook-signature': change(signed(body, { at })) })));
  });

  it('under a secret that is not in use', async () => {
    await expectRefused(() => postReports(service.url, freshReport(), { secret: OLD_SECRET }));
  });

  it('under another venue’s secret', async () => {
    await expectRefused(() => postReports(service.url, freshReport(), { secret: PAPER_SECRET }));
    await expectRefused(() => postReports(service.url, freshReport(), { venue: 'paper' }));
  });

  it('for an unknown venue, in the same words', async () => {
    for (const venue of ['nowhere', 'constructor', '__proto__', '%00', 'STANDARD']) {
      await expectRefused(() => postReports(service.url, freshReport(), { venue }));
    }
  });

  it.each([
    ['one byte', (body: string) => body.replace('"10"', '"19"')],
    ['white space', (body: string) => ` ${body}`],
  ])('with a body that has changed by %s', async (_name, change) => {
    const body = envelope();
    const headers = { 'webhook-signature': signed(body) };
    await expectRefused(() => postReports(service.url, [], { id: ID, body: change(body), headers }));
  });

  it('under another id than the signed one', async () => {
    await expectRefused(() => post((body, at) => ({ 'webhook-signature': signed(body, { id: 'msg_2', at }) })));
  });

  // A minute past the limit, since the clock goes on while the request travels; authenticate.test.ts has it to the second.
  it.each(['-360', '360'])('%s s from our clock', async (seconds) => {
    const at = new Date(Date.now() + Number(seconds) * 1_000);
    await expectRefused(() => postReports(service.url, freshReport(), { at }));
  });

  it.each(['', 'abc', '1e9', '-1', '1.5', '0x10', '12345678901234567890', 'NaN'])('at the time %j', async (time) => {
    await expectRefused(() => post(() => ({ 'webhook-timestamp': time })));
  });

  it.each([
    ['with a point', 'msg.1'],
    ['of 257 characters', 'm'.repeat(257)],
    ['of 10 KB', 'm'.repeat(10_240)],
    ['with a space', 'msg 1'],
    ['that is empty', ''],
  ])('under an id %s', async (_name, id) => {
    await expectRefused(() => postReports(service.url, freshReport(), { id }));
  });

  it.each(['webhook-id', 'webhook-timestamp'])('with two headers %s', async (name) => {
    const body = envelope();
    const at = new Date();
    const headers: Record<string, string> = {
      'webhook-id': ID,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': signed(body, { at }),
    };
    await expectRefused(() => postRaw({ ...headers, [name]: [headers[name] ?? '', headers[name] ?? ''] }, body));
  });

  it('with more signatures than headers may hold', async () => {
    const before = await stored(session);
    const headers = { 'webhook-signature': Array.from({ length: 1_000 }, wrong).join(' ') };
    const { status } = await fetch(`${service.url}/webhooks/standard`, { method: 'POST', headers, body: envelope() });
    expect(status).toBe(431);
    expect(await stored(session)).toEqual(before);
  });
});

describe('a delivery is taken', () => {
  it('under either of two live secrets', async () => {
    await expectTaken(() => postReports(service.url, freshReport()));
    await expectTaken(() => postReports(service.url, freshReport(), { secret: ROTATED_SECRET }));
  });

  it('with two signatures of which the second is right', async () => {
    const id = randomUUID();
    const body = envelope();
    const at = new Date();
    const headers = { 'webhook-signature': `${wrong()} ${signed(body, { id, at })}` };
    await expectTaken(() => postReports(service.url, [], { id, at, body, headers }));
  });

  it.each(['-240', '299'])('%s s from our clock', async (seconds) => {
    const at = new Date(Date.now() + Number(seconds) * 1_000);
    await expectTaken(() => postReports(service.url, freshReport(), { at }));
  });

  it('with header names in any case', async () => {
    const id = randomUUID();
    const body = envelope();
    const at = new Date();
    const headers = {
      'Webhook-ID': id,
      'WEBHOOK-TIMESTAMP': String(Math.floor(at.getTime() / 1_000)),
      'WebHook-Signature': signed(body, { id, at }),
    };
    await expectTaken(() => postRaw(headers, body));
  });
});

/** As fetch does, but with the header names as they are given, and each as often as it is given. */
function postRaw(headers: Record<string, string | string[]>, body: string): Promise<WebhookAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request(`${service.url}/webhooks/standard`, { method: 'POST', headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as unknown, headers: new Headers() });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
