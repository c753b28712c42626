import { beforeEach, describe, expect, it } from 'vitest';
import { memoryFeed, routePlainly } from './delivery-parts.ts';
import { movedClock, type Stage } from './delivery-stage.ts';
import { openProvider, portsAt, type Provider, sends } from './http-provider.ts';
import { until } from '../support/until.ts';
import { useStage } from './used-stage.ts';

const QUICK = { guard: { sendMsMax: 2_000, openMsMin: 50 } };
const used = useStage(QUICK);
const { open } = used;
let stage: Stage;
let provider: Provider;
beforeEach(() => {
  ({ stage, provider } = used);
});

const push = async () => (await stage.rows(`channel = 'PUSH'`))[0];
const sms = async () => (await stage.rows(`channel = 'SMS'`))[0];
const WITHIN = { withinMs: 15_000 };

describe('a delivery', () => {
  it('goes to the feed and to each device, and is accounted for on every channel', async () => {
    const feed = memoryFeed();
    await stage.addDevice('ann', 'phone');
    await stage.addDevice('ann', 'tablet');
    await stage.commit([['ann', 'TRADE']]);
    open({ feed });
    const { states } = await stage.settled(5);
    expect(states).toEqual({ PENDING: 0, HELD: 0, SENT: 2, SUPPRESSED: 3, FAILED: 0 });
    expect(provider.received.map(({ to }) => to).sort()).toEqual(['phone', 'tablet']);
    expect([...feed.entries.values()].map(({ title }) => title)).toEqual(['ORDER_FILLED IN_APP']);
    expect(await push()).toMatchObject({ state: 'SENT', tries: 1, notification: null, sending_since: null });
  });

  it('of a critical one is in the log with the commit that made it', async () => {
    await stage.commit([['ann', 'REJECTED']]);
    const published: unknown[] = [];
    open(
      { feed: { append: () => Promise.reject(new Error('none')) } },
      { bus: { publish: (all) => published.push(...all) } },
    );
    await stage.settled(5);
    const events = await stage.db.streamEvent.findMany({ where: { type: 'notificationReceived' } });
    expect(events).toMatchObject([
      { userId: 'ann', offset: 2n, data: { change: 'RECEIVED', notification: { type: 'ORDER_REJECTED' } } },
    ]);
    expect(published).toMatchObject([{ userId: 'ann', position: { offset: 2 } }]);
    expect(await stage.db.criticalNotification.count()).toBe(1);
    expect(await stage.db.consumerCheckpoint.findMany()).toMatchObject([{ userId: 'ann', offset: 2n }]);
  });

  it('waits as long as the provider asks, and no shorter', async () => {
    await stage.addDevice('ann', 'phone');
    const askedAt: number[] = [];
    provider.answer = () => {
      askedAt.push(performance.now());
      return askedAt.length === 1 ? { status: 429, headers: { 'retry-after': '3' } } : { status: 200 };
    };
    await stage.commit([['ann', 'TRADE']]);
    open({});
    await stage.settled(5);
    expect(askedAt).toHaveLength(2);
    expect(askedAt[1]! - askedAt[0]!).toBeGreaterThanOrEqual(2_990);
    expect(await push()).toMatchObject({ state: 'SENT', tries: 2, text: 'status 429', unknown: 0 });
  });

  it('takes the dead token away, and no newer one', async () => {
    await stage.addDevice('ann', 'dead', new Date('2026-01-01'));
    await stage.addDevice('ann', 'again', new Date('2026-03-01'));
    provider.answer = () => ({ status: 410, body: { deadSince: '2026-02-01T00:00:00Z' } });
    await stage.commit([['ann', 'TRADE']]);
    open({});
    await stage.settled(5);
    expect(await push()).toMatchObject({ state: 'FAILED', reason: 'ADDRESS_GONE', tries: 1 });
    const devices = await stage.db.device.findMany({ orderBy: { installation: 'asc' } });
    expect(devices.map(({ installation, token }) => [installation, token])).toEqual([
      ['again', 'again'],
      ['dead', null],
    ]);
  });

  it('that hangs is cut off, and one that was taken by one device is not sent to it again', async () => {
    await stage.addDevice('ann', 'quick');
    await stage.addDevice('ann', 'stuck');
    let asked = 0;
    provider.answer = ({ to }) => (to === 'stuck' && ++asked === 1 ? null : { status: 200 });
    await stage.commit([['ann', 'TRADE']]);
    open({});
    await stage.settled(5);
    expect(provider.received.map(({ to }) => to).sort()).toEqual(['quick', 'stuck', 'stuck']);
    // It is idempotent by its own word: no try of it is in doubt.
    expect(await push()).toMatchObject({ state: 'SENT', tries: 2, unknown: 0 });
  });

  it('of an urgent one falls back when each device has failed, and of others does not', async () => {
    await stage.addDevice('ann', 'phone');
    provider.answer = ({ kind }) => ({ status: kind === 'FCM' ? 400 : 200 });
    await stage.commit([
      ['ann', 'REJECTED'],
      ['ann', 'TRADE'],
    ]);
    open({});
    const { states } = await stage.settled(10);
    expect(states).toMatchObject({ FAILED: 2, SENT: 3 });
    expect(sends(provider, 'SMS').size).toBe(1);
    expect(await stage.rows(`channel = 'SMS' AND state = 'SENT'`)).toMatchObject([
      { type: 'ORDER_REJECTED', reason: 'FALLBACK' },
    ]);
  });

  it('of two channels that fail at once lets the third stand in, once', async () => {
    await stage.addDevice('ann', 'phone');
    const route: typeof routePlainly = (notification, situation) =>
      routePlainly(notification, situation).map((one) =>
        one.channel === 'SMS'
          ? { channel: 'SMS', action: 'SEND', reason: 'CRITICAL' }
          : one.channel === 'EMAIL'
            ? { channel: 'EMAIL', action: 'SUPPRESS', reason: 'STANDBY' }
            : one,
      );
    provider.answer = () => ({ status: 400 });
    await stage.commit(Array.from({ length: 10 }, () => ['ann', 'REJECTED'] as const));
    open({ route });
    await stage.settled(50);
    // No port for e-mail is there: it was tried, and says so.
    const emails = await stage.rows(`channel = 'EMAIL'`);
    expect(emails.map(({ state, reason }) => [state, reason])).toEqual(Array(10).fill(['SUPPRESSED', 'CHANNEL_OFF']));
  });

  it('waits for a provider that is slow, and holds up no other', async () => {
    for (const user of ['ann', 'bob']) await stage.addDevice(user, user);
    let isOther = (): void => undefined;
    const other = new Promise<void>((resolve) => (isOther = resolve));
    provider.answer = async ({ to }) => {
      // The first answer comes after the second message.
      if (to === 'ann') await other;
      else isOther();
      return { status: 200 };
    };
    await stage.commit([['ann', 'TRADE']]);
    const notifications = open({});
    await until(() => provider.received.length === 1, WITHIN);
    notifications.tell((await stage.commit([['bob', 'TRADE']])).map(({ userId }) => userId));
    const { states } = await stage.settled(10);
    expect(states).toMatchObject({ SENT: 4, FAILED: 0 });
    expect(provider.received.map(({ to }) => to)).toEqual(['ann', 'bob']);
  });

  it('is given up for the dead letters when every try fails, and replayed once the provider is well', async () => {
    await stage.addDevice('ann', 'phone');
    provider.answer = () => ({ status: 400 });
    await stage.commit([['ann', 'TRADE']]);
    open({});
    await stage.settled(5);
    provider.answer = () => ({ status: 200 });
    expect(await stage.replay({ channel: 'EMAIL', limit: 10 })).toBe(0);
    expect(await stage.replay({ channel: 'PUSH', limit: 10 })).toBe(1);
    await until(async () => (await push())?.state === 'SENT', WITHIN);
    expect(await push()).toMatchObject({ tries: 1, reason: 'DEFAULT' });
    expect(await stage.replay({ channel: null, limit: 10 })).toBe(0);
  });

  it('that is no longer worth telling is not sent', async () => {
    await stage.addDevice('ann', 'phone');
    const clock = movedClock();
    provider.answer = () => ({ status: 503 });
    await stage.commit([['ann', 'TRADE']]);
    open({}, { ...QUICK, clock });
    await until(async () => (await push())?.['tries'] === 1 && (await push())?.['sending_since'] === null, WITHIN);
    clock.forward(25 * 3_600_000);
    await until(async () => (await push())?.state === 'SUPPRESSED', WITHIN);
    expect(await push()).toMatchObject({ reason: 'EXPIRED', text: 'status 503', notification: null });
  });

  it('of a critical one that runs out of time has failed, and its channel in reserve with it', async () => {
    await stage.addDevice('ann', 'phone');
    const clock = movedClock();
    provider.answer = () => ({ status: 503 });
    await stage.commit([['ann', 'REJECTED']]);
    open({}, { ...QUICK, clock });
    await until(async () => (await push())?.['tries'] === 1 && (await push())?.['sending_since'] === null, WITHIN);
    clock.forward(25 * 3_600_000);
    const { states } = await stage.settled(5);
    expect(states).toMatchObject({ FAILED: 2, SUPPRESSED: 2 });
    expect(await push()).toMatchObject({ state: 'FAILED', reason: 'GAVE_UP', text: 'status 503' });
  });

  it('is quiet when it takes the place of one that was shown', async () => {
    await stage.addDevice('ann', 'phone');
    const quietly = { symbol: 'ACME', strategy: null, orderId: 'o', data: {} };
    const factsOf = (user: never, { event }: { event: { id: string } }) => [
      {
        ...quietly,
        userId: user,
        type: 'ORDER_CANCELED' as const,
        key: event.id,
        occurredAt: new Date(),
        receivedAt: new Date(),
      },
    ];
    const notifications = open({ factsOf: factsOf as never });
    const first = await stage.commit([['ann', 'TRADE']]);
    notifications.tell(first.map(({ userId }) => userId));
    await stage.settled(5);
    const second = await stage.commit([['ann', 'TRADE']]);
    notifications.tell(second.map(({ userId }) => userId));
    await stage.settled(10);
    expect(provider.received.map(({ quiet }) => quiet)).toEqual([false, true]);
  });
});

describe('a provider that fails', () => {
  it('is left alone for a while, and everything arrives once when it is back', async () => {
    await stage.addDevice('ann', 'phone');
    provider.answer = () => ({ status: 503 });
    await stage.commit(Array.from({ length: 30 }, () => ['ann', 'TRADE'] as const));
    open({});
    await until(() => provider.received.length >= 5, WITHIN);
    const asked = provider.received.length;
    provider.answer = () => ({ status: 200 });
    const { states } = await stage.settled(150);
    expect(states).toMatchObject({ SENT: 60, FAILED: 0 });
    // Thirty were owed, and it was not asked for each while it failed.
    expect(asked).toBeLessThan(30);
    expect(sends(provider).size).toBe(30);
  });

  it('that is down leaves the other channels alone', async () => {
    await stage.addDevice('ann', 'phone');
    const away = await openProvider();
    const ports = { ...portsAt(provider.url), FCM: portsAt(away.url).FCM! };
    await away.close();
    await stage.commit([['ann', 'REJECTED']]);
    open({ ports });
    await until(async () => (await sms())?.state === 'SENT', WITHIN);
    expect(await sms()).toMatchObject({ reason: 'FALLBACK' });
    expect(await push()).toMatchObject({ state: 'FAILED', reason: 'GAVE_UP' });
  });
});
