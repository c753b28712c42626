import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Target } from '../../../src/notifications/channels/channel.ts';
import { vapidKeysOf } from '../../../src/notifications/channels/vapid.ts';
import { PAYLOAD_BYTES_MAX, webPushPort } from '../../../src/notifications/channels/web-push.ts';
import { openPushService, type PushService } from './doubles/push-service.ts';
import { itAnswersAsTheProvider } from './http-cases.ts';
import { ID, messageOf, NOW, signal } from './message.ts';

const keys = vapidKeysOf('of this test');
const clock = { now: () => NOW };
const subject = 'mailto:test@example.com';

let service: PushService;
let port: ReturnType<typeof webPushPort>;
let target: Extract<Target, { kind: 'WEB_PUSH' }>;
beforeEach(async () => {
  service = await openPushService({ publicKey: keys.publicKey });
  port = webPushPort({ settings: { keys, subject, origins: [service.url] }, clock });
  target = service.subscribe();
});
afterEach(async () => {
  await port.close();
  await service.close();
});

describe('a message reaches the browser', () => {
  it('encrypted, with its collapse key, urgency and time to live', async () => {
    expect(await port.send(messageOf(), target, signal)).toEqual({
      ...{ status: 'sent', providerId: `${service.url}/message/1` },
    });
    const [message] = service.messages;
    expect(message).toMatchObject({ ttl: 3_600, urgency: 'normal', topic: 'order-AAPL-1' });
    expect(message?.payload).toEqual({
      title: 'AAPL partly filled',
      options: {
        ...{ body: 'Bought 10 of 100 at $187.20', lang: 'en', dir: 'ltr', tag: 'order-AAPL-1' },
        ...{ renotify: true, silent: false, requireInteraction: false, timestamp: NOW.getTime() },
        data: {
          notificationId: Buffer.from(`Notification:${ID}`).toString('base64'),
          ...{ type: 'ORDER_PARTIALLY_FILLED', category: 'ORDERS', orderId: 'T3JkZXI6MQ==' },
        },
      },
      unreadCount: 3,
    });
  });

  it.each([
    [{ priority: 'HIGH' as const, critical: true }, 'high', { requireInteraction: true, renotify: true }],
    [{ priority: 'LOW' as const }, 'low', {}],
    [{ priority: 'HIGH' as const, critical: true, quiet: true }, 'low', { silent: true, renotify: false }],
  ])('%o', async (more, urgency, options) => {
    await port.send(messageOf(more), target, signal);
    expect(service.messages[0]).toMatchObject({ urgency, payload: { options } });
  });

  it('without a collapse key it replaces only itself; expired it lives for no time', async () => {
    await port.send(messageOf({ collapseKey: null, expiresAt: new Date(NOW.getTime() - 1) }), target, signal);
    expect(service.messages[0]).toMatchObject({ topic: ID.replaceAll('-', ''), ttl: 0 });
  });

  it('as much of a long one as fits, cut between characters', async () => {
    const letter = 'क्षि';
    await port.send(messageOf({ body: letter.repeat(3_000), locale: 'hi' }), target, signal);
    const [message] = service.messages;
    expect(message?.bytes).toBeLessThanOrEqual(4_096);
    expect(message?.bytes).toBeGreaterThan(PAYLOAD_BYTES_MAX);
    const body = message?.payload.options.body ?? '';
    expect(body.endsWith('…')).toBe(true);
    expect(body.slice(0, -1).replaceAll(letter, '')).toBe('');
  });
});

describe('is refused', () => {
  it('a title that leaves no room', async () => {
    expect(await port.send(messageOf({ title: 'x'.repeat(5_000) }), target, signal)).toMatchObject({
      status: 'refused',
    });
  });

  it('an endpoint that is no push service', async () => {
    const elsewhere = { ...target, endpoint: 'https://127.0.0.1/push/1' };
    expect(await port.send(messageOf(), elsewhere, signal)).toMatchObject({ status: 'refused' });
    expect(service.received).toEqual([]);
  });

  it('a known push service whose name leads into our network', async () => {
    await port.close();
    const resolve = ((_host: string, _options: object, done: (error: null, found: object[]) => void) =>
      done(null, [{ address: '10.0.0.1', family: 4 }])) as never;
    port = webPushPort({ settings: { keys, subject, origins: [] }, clock, lookup: resolve });
    const known = { ...target, endpoint: 'https://fcm.googleapis.com/fcm/send/1' };
    expect(await port.send(messageOf(), known, signal)).toEqual({
      ...{ status: 'refused', text: 'the address is not public' },
    });
  });

  it('what another key of ours signed', async () => {
    port = webPushPort({ settings: { keys: vapidKeysOf('another'), subject, origins: [service.url] }, clock });
    expect(await port.send(messageOf(), target, signal)).toMatchObject({ status: 'refused' });
  });
});

describe('is gone', () => {
  it.each([404, 410])('%i', async (status) => {
    service.plan({ status });
    expect(await port.send(messageOf(), target, signal)).toMatchObject({ status: 'gone', deadSince: null });
  });

  it('a subscription without keys', async () => {
    expect(await port.send(messageOf(), { ...target, p256dh: 'AAAA' }, signal)).toMatchObject({ status: 'gone' });
    expect(service.received).toEqual([]);
  });
});

describe('the push service', () => {
  itAnswersAsTheProvider(() => ({
    double: service,
    taken: () => service.messages.length,
    now: NOW,
    send: (limited) => port.send(messageOf(), target, limited),
  }));
});
