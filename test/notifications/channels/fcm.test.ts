import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fcmPort } from '../../../src/notifications/channels/fcm.ts';
import { readChannelSettings } from '../../../src/notifications/channels/read-settings.ts';
import { type FcmDouble, fcmFault, openFcmDouble } from './doubles/fcm.ts';
import { itAnswersAsTheProvider } from './http-cases.ts';
import { later, messageOf, NOW, signal } from './message.ts';

const TARGET = { kind: 'FCM', token: 'device-1' } as const;

let fcm: FcmDouble;
let port: ReturnType<typeof fcmPort>;
let now: Date;
beforeEach(async () => {
  now = NOW;
  fcm = await openFcmDouble({ clock: () => now });
  const { channels } = readChannelSettings({ FCM_SERVICE_ACCOUNT: fcm.serviceAccount, FCM_URL: fcm.url }, null);
  port = fcmPort({ ...channels.fcm!, clock: { now: () => now } });
});
afterEach(async () => {
  await port.close();
  await fcm.close();
});
const send = (more = {}) => port.send(messageOf(more), TARGET, signal);

describe('a message reaches the device', () => {
  it('with its tag, priority and time to live, on Android and on iOS', async () => {
    expect(await send()).toEqual({ status: 'sent', providerId: 'projects/fillstream-test/messages/0:1' });
    expect(fcm.messages[0]).toMatchObject({
      token: 'device-1',
      notification: { title: 'AAPL partly filled', body: 'Bought 10 of 100 at $187.20' },
      data: { type: 'ORDER_PARTIALLY_FILLED', orderId: 'T3JkZXI6MQ==' },
      android: {
        ...{ priority: 'NORMAL', ttl: '3600s' },
        notification: { tag: 'order-AAPL-1', channel_id: 'orders', notification_count: 3 },
      },
      apns: {
        headers: { 'apns-collapse-id': 'order-AAPL-1', 'apns-priority': '10' },
        payload: { aps: { badge: 3, 'thread-id': 'orders', 'interruption-level': 'active' } },
      },
    });
  });

  it('at once when it matters, and quietly when it takes the place of another', async () => {
    await send({ priority: 'HIGH' });
    await send({ priority: 'HIGH', quiet: true });
    expect(fcm.messages.map(({ android }) => android.priority)).toEqual(['HIGH', 'NORMAL']);
    expect(fcm.messages.map(({ apns }) => apns.headers['apns-priority'])).toEqual(['10', '5']);
    expect(fcm.messages[1]?.android.notification).toMatchObject({
      channel_id: 'quiet',
      notification_priority: 'PRIORITY_LOW',
    });
  });

  it('as much of a long one as fits', async () => {
    expect(await send({ body: '€'.repeat(5_000) })).toMatchObject({ status: 'sent' });
    expect(fcm.messages[0]?.notification.body).toMatch(/^€{1000,}…$/);
  });
});

describe('the grant', () => {
  it('is asked for once by many, and again before it ends', async () => {
    await Promise.all(Array.from({ length: 20 }, () => send()));
    expect(fcm.grants()).toBe(1);
    now = new Date(NOW.getTime() + 3_298_000);
    await send();
    expect(fcm.grants()).toBe(1);
    now = new Date(NOW.getTime() + 3_300_000);
    await send();
    expect(fcm.grants()).toBe(2);
  });

  it('that FCM takes no more is asked for anew', async () => {
    await send();
    fcm.revoke();
    expect(await send()).toMatchObject(later());
    expect(await send()).toMatchObject({ status: 'sent' });
  });

  it.each([
    [{ status: 500 } as const, later()],
    [{ status: 429, headers: { 'retry-after': '9' } } as const, later(9_000)],
    ['cut after' as const, later()],
  ])('%o: the message has not left', async (fault, outcome) => {
    fcm.planGrant(fault);
    expect(await send()).toMatchObject(outcome);
    expect(fcm.received).toEqual([]);
    expect(await send()).toMatchObject({ status: 'sent' });
  });
});

describe('FCM answers', () => {
  it('UNREGISTERED: gone', async () => {
    fcm.unregistered.add(TARGET.token);
    expect(await send()).toEqual({ status: 'gone', text: 'FCM answered 404 UNREGISTERED', deadSince: null });
  });

  it('404 that is not Google’s: our address is wrong, and no token is dead', async () => {
    fcm.plan({ status: 404, body: '<!DOCTYPE html>' });
    expect(await send()).toMatchObject(later());
  });

  it.each([
    [fcmFault(403, 'PERMISSION_DENIED', 'SENDER_ID_MISMATCH'), { status: 'refused' }],
    [fcmFault(401, 'UNAUTHENTICATED', 'THIRD_PARTY_AUTH_ERROR'), { status: 'refused' }],
    [fcmFault(400, 'INVALID_ARGUMENT', 'INVALID_ARGUMENT'), { status: 'refused' }],
    [fcmFault(403, 'PERMISSION_DENIED'), later()],
    [fcmFault(429, 'RESOURCE_EXHAUSTED', 'QUOTA_EXCEEDED'), { ...later(60_000), ofTarget: true }],
    [fcmFault(503, 'UNAVAILABLE', 'UNAVAILABLE'), later()],
  ])('%o', async (fault, outcome) => {
    fcm.plan(fault);
    expect(await send()).toMatchObject(outcome);
  });
});

describe('the connection', () => {
  itAnswersAsTheProvider(() => ({
    double: fcm,
    taken: () => fcm.messages.length,
    now: NOW,
    send: (limited) => port.send(messageOf(), TARGET, limited),
  }));
});
