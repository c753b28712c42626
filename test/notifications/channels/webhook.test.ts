import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { webhookPort } from '../../../src/notifications/channels/webhook.ts';
import { CERT } from './doubles/certificate.ts';
import { openWebhookReceiver, type WebhookReceiver } from './doubles/webhook-receiver.ts';
import { itAnswersAsTheProvider } from './http-cases.ts';
import { ID, later, messageOf, signal } from './message.ts';

const SECRET = `whsec_${Buffer.from('of this test, and of nothing else').toString('base64')}`;
/** Receivers look at the time by their own clock. */
const now = new Date(new Date().setMilliseconds(0));
const clock = { now: () => now };

let receiver: WebhookReceiver;
let port: ReturnType<typeof webhookPort>;
beforeEach(async () => {
  receiver = await openWebhookReceiver(SECRET);
  port = webhookPort({ origins: [receiver.url], clock });
});
afterEach(async () => {
  await port.close();
  await receiver.close();
});
const send = (more = {}, limited = signal) =>
  port.send(messageOf(), { kind: 'WEBHOOK', url: `${receiver.url}/hook?key=1`, secret: SECRET, ...more }, limited);

describe('a message reaches the receiver', () => {
  it('signed, and told twice it is one', async () => {
    expect(await send()).toEqual({ status: 'sent', providerId: null });
    await send();
    expect(receiver.received).toHaveLength(2);
    expect([...receiver.messages]).toEqual([
      [
        ID,
        {
          type: 'notification.received',
          timestamp: '2026-01-02T03:04:05.000Z',
          data: {
            id: Buffer.from(`Notification:${ID}`).toString('base64'),
            ...{ type: 'ORDER_PARTIALLY_FILLED', category: 'ORDERS', priority: 'NORMAL', critical: false },
            ...{ title: 'AAPL partly filled', body: 'Bought 10 of 100 at $187.20', locale: 'en' },
            ...{
              ...{ orderId: 'T3JkZXI6MQ==', symbol: 'AAPL', strategy: 'momentum' },
              occurredAt: '2026-01-02T03:04:04.000Z',
              createdAt: '2026-01-02T03:04:05.000Z',
              expiresAt: '2026-01-02T04:04:05.000Z',
            },
            facts: { lastQty: '10' },
          },
        },
      ],
    ]);
  });

  it('a digest with as many as fit, and how many more there are', async () => {
    const told = Array.from({ length: 20 }, (_, n) => ({ id: n, data: { clOrdId: '"'.repeat(500) } }));
    const data = { count: 25, more: 5, told: JSON.stringify(told) };
    const target = { kind: 'WEBHOOK', url: `${receiver.url}/hook?key=1`, secret: SECRET } as const;
    expect(await port.send(messageOf({ type: 'DIGEST', data }), target, signal)).toMatchObject({ status: 'sent' });
    const [first] = [...receiver.messages.values()] as { data: { facts: { more: number; told: string } } }[];
    const { more, told: fitting } = first!.data.facts;
    const shown = JSON.parse(fitting) as object[];
    expect(shown.length).toBeGreaterThan(3);
    expect(shown).toEqual(told.slice(0, shown.length));
    expect(shown.length + more).toBe(25);
  });

  it('over TLS', async () => {
    const tls = await openWebhookReceiver(SECRET, { tls: true });
    port = webhookPort({ origins: [tls.url], clock, ca: CERT });
    expect(await send({ url: tls.url })).toMatchObject({ status: 'sent' });
    port = webhookPort({ origins: [tls.url], clock });
    expect(await send({ url: tls.url })).toEqual({
      ...{ status: 'later', text: 'no connection: DEPTH_ZERO_SELF_SIGNED_CERT', retryAfterMs: null },
    });
    expect(tls.received).toHaveLength(1);
    await tls.close();
  });
});

describe('the receiver answers', () => {
  it.each([
    [410, { status: 'gone' }],
    [413, { status: 'refused' }],
    [404, later()],
    [401, later()],
  ])('%i', async (status, outcome) => {
    receiver.plan({ status });
    expect(await send()).toMatchObject(outcome);
  });

  it('nothing: it is not waited for', async () => {
    port = webhookPort({ origins: [receiver.url], clock, sendMsMax: 50 });
    receiver.plan('hang');
    await expect(send()).rejects.toThrow('no answer');
  });
});

describe('is refused', () => {
  it.each([
    'http://example.com/hook',
    'https://example.com:8443/hook',
    'https://user:secret@example.com/hook',
    'https://127.0.0.1/hook',
    'https://2130706433/hook',
    'https://0x7f.1/hook',
    'https://169.254.169.254/latest/meta-data',
    'https://[::1]/hook',
    'https://[::ffff:10.0.0.1]/hook',
    'https://0.0.0.0/hook',
    'ftp://example.com',
    'example.com',
    `https://example.com/${'x'.repeat(2_048)}`,
  ])('%s', async (url) => {
    expect(await send({ url })).toMatchObject({
      status: 'refused',
      text: expect.stringMatching(/^the address: /) as string,
    });
  });

  it.each([
    ['private', ['10.1.2.3']],
    ['public and private', ['93.184.216.34', '127.0.0.1']],
    ['nothing', []],
  ])('a name that leads to %s addresses, which nobody connects to', async (_what, addresses) => {
    let asked = 0;
    const resolve = ((_host: string, _options: object, done: (error: null, found: object[]) => void) => {
      asked++;
      done(
        null,
        addresses.map((address) => ({ address, family: 4 })),
      );
    }) as never;
    port = webhookPort({ origins: [], clock, lookup: resolve });
    expect(await send({ url: 'https://hooks.example.com/' })).toEqual({
      ...{ status: 'refused', text: 'the address is not public' },
    });
    expect(asked).toBe(1);
  });

  it('localhost, by the machine’s own look-up', async () => {
    expect(await send({ url: 'https://localhost/' })).toMatchObject({ status: 'refused' });
  });

  it('a secret that is none, and a body that is too long', async () => {
    expect(await send({ secret: 'whsec_%%%' })).toMatchObject({ status: 'refused' });
    const long = messageOf({ body: 'x'.repeat(20_001) });
    const target = { kind: 'WEBHOOK', url: receiver.url, secret: SECRET } as const;
    expect(await port.send(long, target, signal)).toMatchObject({ status: 'refused' });
    expect(receiver.received).toEqual([]);
  });
});

it('a name that is not found: later', async () => {
  const resolve = ((_host: string, _options: object, done: (error: Error) => void) =>
    done(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }))) as never;
  port = webhookPort({ origins: [], clock, lookup: resolve });
  expect(await send({ url: 'https://hooks.example.com/' })).toMatchObject({ status: 'later' });
});

describe('the connection', () => {
  itAnswersAsTheProvider(() => ({
    double: receiver,
    taken: () => receiver.messages.size,
    now,
    send: (limited) => send({}, limited),
  }));
});
