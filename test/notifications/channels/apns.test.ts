import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { apnsPort } from '../../../src/notifications/channels/apns.ts';
import type { Outcome } from '../../../src/notifications/channels/channel.ts';
import { until } from '../../support/until.ts';
import { type ApnsDouble, KEY_ID, openApnsDouble, reason, TEAM_ID, TOPIC } from './doubles/apns.ts';
import { CERT } from './doubles/certificate.ts';
import { ID, IN_HALF_A_MINUTE, later, messageOf, NOW, signal } from './message.ts';

const TARGET = { kind: 'APNS', token: 'ab12' } as const;

let apns: ApnsDouble;
let port: ReturnType<typeof apnsPort>;
let now: Date;
const open = (more = {}) =>
  apnsPort({
    ...{ url: apns.url, key: apns.key, keyId: KEY_ID, teamId: TEAM_ID, topic: TOPIC },
    ...{ clock: { now: () => now }, ca: CERT, ...more },
  });
beforeEach(async () => {
  now = NOW;
  apns = await openApnsDouble({ clock: () => now });
  port = open();
});
afterEach(async () => {
  await port.close();
  await apns.close();
});
const send = (more = {}): Promise<Outcome> => port.send(messageOf(more), TARGET, signal);

describe('a message reaches the device', () => {
  it('with its id, collapse id, expiry and priority', async () => {
    expect(await send()).toEqual({ status: 'sent', providerId: ID });
    const [message] = apns.messages;
    expect(message).toMatchObject({
      token: 'ab12',
      headers: {
        ...{ 'apns-id': ID, 'apns-collapse-id': 'order-AAPL-1', 'apns-priority': '10', 'apns-push-type': 'alert' },
        'apns-expiration': String(NOW.getTime() / 1_000 + 3_600),
      },
    });
    expect(message?.payload).toEqual({
      aps: {
        ...{ alert: { title: 'AAPL partly filled', body: 'Bought 10 of 100 at $187.20' }, badge: 3, sound: 'default' },
        ...{ 'thread-id': 'orders', 'interruption-level': 'active' },
      },
      notificationId: Buffer.from(`Notification:${ID}`).toString('base64'),
      ...{ type: 'ORDER_PARTIALLY_FILLED', category: 'ORDERS', orderId: 'T3JkZXI6MQ==' },
    });
  });

  it.each([
    [{ critical: true }, '10', { 'interruption-level': 'time-sensitive', sound: 'default' }],
    [{ priority: 'LOW' }, '5', { 'interruption-level': 'active' }],
  ])('%o', async (more, priority, aps) => {
    await send(more);
    expect(apns.messages[0]).toMatchObject({ headers: { 'apns-priority': priority }, payload: { aps } });
  });

  it('quietly when it takes the place of another', async () => {
    await send({ quiet: true, critical: true });
    const [message] = apns.messages;
    expect(message?.headers['apns-priority']).toBe('5');
    expect(message?.payload.aps).toMatchObject({ 'interruption-level': 'passive' });
    expect(message?.payload.aps).not.toHaveProperty('sound');
  });

  it('as much of a long one as fits', async () => {
    expect(await send({ body: '🚀'.repeat(3_000) })).toMatchObject({ status: 'sent' });
    expect((apns.messages[0]?.payload.aps['alert'] as { body: string }).body).toMatch(/^(🚀){900,}…$/u);
  });

  it('without TLS, where the operator says so', async () => {
    await port.close();
    await apns.close();
    apns = await openApnsDouble({ tls: false, clock: () => now });
    port = open();
    expect(await send()).toMatchObject({ status: 'sent' });
  });
});

it('one connection serves all, and one token for 50 minutes', async () => {
  await Promise.all(Array.from({ length: 30 }, () => send()));
  now = new Date(NOW.getTime() + 2_999_000);
  await send();
  expect([apns.connections(), apns.providerTokens.size]).toEqual([1, 1]);
  now = new Date(NOW.getTime() + 3_000_000);
  expect(await send()).toMatchObject({ status: 'sent' });
  expect([apns.connections(), apns.providerTokens.size]).toEqual([1, 2]);
});

describe('APNs answers', () => {
  it('410: gone, since the time that it says', async () => {
    apns.unregistered.set(TARGET.token, new Date('2026-01-01T00:00:00.123Z'));
    expect(await send()).toEqual({
      ...{ status: 'gone', text: 'APNs answered 410 Unregistered', deadSince: new Date('2026-01-01T00:00:00.123Z') },
    });
    apns.plan(reason(410, 'ExpiredToken'));
    expect(await send()).toMatchObject({ status: 'gone', deadSince: null });
  });

  it.each([
    [reason(400, 'BadDeviceToken'), { status: 'refused' }],
    [reason(413, 'PayloadTooLarge'), { status: 'refused' }],
    [reason(429, 'TooManyRequests'), { ...later(), ofTarget: true }],
    [
      { ...reason(429, 'TooManyRequests'), headers: { 'retry-after': '30' } },
      { ...later(30_000), ofTarget: true },
    ],
    [{ ...reason(503, 'ServiceUnavailable'), headers: { 'retry-after': IN_HALF_A_MINUTE } }, later(30_000)],
    [reason(429, 'TooManyProviderTokenUpdates'), later()],
    [reason(500, 'InternalServerError'), later()],
    [reason(403, 'InvalidProviderToken'), later()],
    [{ status: 502 }, later()],
  ])('%o', async (fault, outcome) => {
    apns.plan(fault);
    expect(await send()).toMatchObject(outcome);
    expect(await send()).toMatchObject({ status: 'sent' });
  });

  it('that our token is too old: the next one is another', async () => {
    await send();
    apns.plan(reason(403, 'ExpiredProviderToken'));
    now = new Date(NOW.getTime() + 1_000);
    expect(await send()).toMatchObject(later());
    expect(await send()).toMatchObject({ status: 'sent' });
    expect(apns.providerTokens.size).toBe(2);
  });
});

describe('the connection', () => {
  it.each(['refuse', 'go away'] as const)('%s: nobody has the message', async (fault) => {
    await send();
    apns.plan(fault);
    expect(await send()).toMatchObject(later());
    expect(await send()).toMatchObject({ status: 'sent' });
  });

  it('is cut after the message was taken: nobody knows, and the next one has another', async () => {
    apns.plan('cut after');
    await expect(send()).rejects.toThrow('no answer');
    expect(apns.messages).toHaveLength(1);
    expect(await send()).toMatchObject({ status: 'sent' });
    expect(apns.connections()).toBe(2);
  });

  it('hangs: it is given up at the signal, and not used again', async () => {
    apns.plan('hang');
    const stop = new AbortController();
    const sending = port.send(messageOf(), TARGET, stop.signal);
    await until(() => apns.messages.length === 1, { withinMs: 5_000 });
    stop.abort();
    await expect(sending).rejects.toThrow('no answer');
    expect(await send()).toMatchObject({ status: 'sent' });
    expect(apns.connections()).toBe(2);
  });

  it('finds nobody, or somebody else: later, for nobody has it', async () => {
    await apns.close();
    expect(await send()).toEqual({ status: 'later', text: 'no connection: ECONNREFUSED', retryAfterMs: null });
    apns = await openApnsDouble({ clock: () => now });
    port = open({ ca: undefined });
    expect(await send()).toMatchObject({ status: 'later', text: 'no connection: DEPTH_ZERO_SELF_SIGNED_CERT' });
  });
});
