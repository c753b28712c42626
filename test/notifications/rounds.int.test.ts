import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { userId } from '../../src/kernel/brand.ts';
import { systemClock, systemIds } from '../../src/kernel/clock.ts';
import { inTransaction } from '../../src/db/transaction.ts';
import { type NewFact, takeFacts } from '../../src/notifications/facts-store.ts';
import { livePartsOf } from '../../src/notifications/live-parts.ts';
import { forgetterOf, KEPT_DAYS } from '../../src/notifications/forget-old.ts';
import type { NotificationParts } from '../../src/notifications/parts.ts';
import { until } from '../support/until.ts';
import { REACHABLE } from './given.ts';
import { useStage } from './used-stage.ts';
import { WEEKDAYS } from '../../src/notifications/local-time.ts';
import { routePlainly } from './delivery-parts.ts';
import { movedClock, type Stage } from './delivery-stage.ts';
import type { Provider } from './http-provider.ts';

const WITHIN = { withinMs: 15_000 };
const used = useStage();
const { open } = used;
let stage: Stage;
let provider: Provider;
beforeEach(() => {
  ({ stage, provider } = used);
});

const fact = (user: string, more: Partial<NewFact> = {}): NewFact => ({
  ...{ userId: userId(user), type: 'PRICE_ALERT', key: randomUUID(), occurredAt: new Date() },
  ...{ orderId: null, symbol: 'ACME', strategy: null, data: { price: '1.5' } },
  ...more,
});
const take = (facts: readonly NewFact[]): Promise<number> =>
  inTransaction(stage.db, (tx) => takeFacts(tx, { clock: systemClock, ids: systemIds }, facts));
const keys = async (): Promise<readonly string[]> =>
  (await stage.db.notificationFact.findMany({ orderBy: [{ userId: 'asc' }, { key: 'asc' }] })).map(
    (row) => `${row.userId} ${row.key}`,
  );

/** Everything but the feed waits until the time given. */
const heldUntil =
  (releaseAt: Date): typeof routePlainly =>
  (notification, situation) =>
    routePlainly(notification, situation).map((one) =>
      one.channel === 'PUSH' ? { channel: 'PUSH', action: 'HOLD', reason: 'QUIET_HOURS', releaseAt } : one,
    );

describe('facts', () => {
  it('told twice are told once, also by two processes', async () => {
    const told = [fact('ann', { key: 'k' }), fact('bob', { key: 'k' })];
    expect(await take(told)).toBe(2);
    expect(await take(told)).toBe(0);
    const both = [open({}), open({})];
    for (const one of both) one.tell([userId('ann'), userId('bob')]);
    await stage.settled(10);
    expect(await stage.db.notificationFact.count({ where: { routedAt: null } })).toBe(0);
  });

  it('count for the caps of those that come with them', async () => {
    await stage.addDevice('ann', 'phone');
    await take(Array.from({ length: 4 }, () => fact('ann')));
    const day = new Date(Date.now() + 86_400_000);
    const counts: unknown[] = [];
    const notifications = open({
      route: (notification, situation) => {
        counts.push(situation.counts.PUSH?.minute ?? 0);
        return (situation.counts.PUSH?.minute ?? 0) < 2
          ? routePlainly(notification, situation)
          : heldUntil(day)(notification, situation);
      },
    });
    await stage.settled(20);
    expect(counts).toEqual([0, 1, 2, 2]);
    await take([fact('ann')]);
    notifications.tell([userId('ann')]);
    await stage.settled(25);
    expect(counts).toEqual([0, 1, 2, 2, 2]);
  });
});

describe('what is held', () => {
  it('is told by one digest, without what is no longer true, and becomes what the digest becomes', async () => {
    await stage.addDevice('ann', 'phone');
    await take([fact('ann', { key: 'a' }), fact('ann', { key: 'b' }), fact('ann', { key: 'c' })]);
    const route = heldUntil(new Date(Date.now() + 3_600_000));
    const clock = movedClock();
    open(
      {
        route,
        digest: (_tx, { held }) =>
          Promise.resolve({
            dropped: held.filter(({ key }) => key === 'b').map(({ id }) => ({ id, reason: 'SUPERSEDED' })),
            data: { count: held.length },
          }),
      },
      { clock },
    );
    const before = await stage.settled(15);
    expect(before.states).toEqual({ PENDING: 0, HELD: 3, SENT: 3, SUPPRESSED: 9, FAILED: 0 });
    provider.answer = () => ({ status: 400 });
    clock.forward(2 * 3_600_000);
    await until(async () => (await stage.rows(`state = 'FAILED'`)).length === 3, WITHIN);
    const failed = await stage.rows(`channel = 'PUSH'`);
    expect(failed.map(({ key, state, reason }) => [String(key).slice(0, 6), state, reason])).toEqual(
      expect.arrayContaining([
        ['a', 'FAILED', 'PROVIDER_REFUSED'],
        ['b', 'SUPPRESSED', 'SUPERSEDED'],
        ['c', 'FAILED', 'PROVIDER_REFUSED'],
        ['digest', 'FAILED', 'PROVIDER_REFUSED'],
      ]),
    );
    provider.answer = () => ({ status: 200 });
    expect(await stage.replay({ channel: null, limit: 10 })).toBe(1);
    const { states } = await stage.settled(16);
    expect(states).toEqual({ PENDING: 0, HELD: 0, SENT: 6, SUPPRESSED: 10, FAILED: 0 });
    expect(await stage.rows(`reason = 'DIGEST' AND digest_id IS NOT NULL AND state = 'SENT'`)).toHaveLength(2);
    expect(new Set(provider.received.map(({ title }) => title))).toEqual(new Set(['DIGEST PUSH']));
  });

  it('that a later word of the same order has made untrue, which was not held, is not told', async () => {
    const { digest } = livePartsOf({ db: stage.db } as never);
    await stage.addDevice('ann', 'phone');
    const clock = movedClock();
    const night = heldUntil(new Date(Date.now() + 1_800_000));
    const word = (orderId: string, type: 'ORDER_SUBMITTED' | 'ORDER_FILLED', version: number) =>
      fact('ann', { type, orderId, key: `${orderId} ${type}`, data: { version } });
    open(
      {
        digest,
        route: (one, situation) =>
          one.type === 'ORDER_SUBMITTED' ? night(one, situation) : routePlainly(one, { ...situation, devices: [] }),
      },
      { clock },
    );
    await take([word('o1', 'ORDER_SUBMITTED', 1), word('o2', 'ORDER_SUBMITTED', 1)]);
    await stage.settled(10);
    await take([word('o1', 'ORDER_FILLED', 2)]);
    await stage.settled(15);
    clock.forward(1_860_000);
    await until(async () => (await stage.rows(`type = 'DIGEST' AND state = 'SENT'`)).length === 1, WITHIN);
    expect(
      (await stage.rows(`type = 'ORDER_SUBMITTED' AND channel = 'PUSH'`)).map(({ key, state, reason }) => [
        key,
        state,
        reason,
      ]),
    ).toEqual(
      expect.arrayContaining([
        ['o1 ORDER_SUBMITTED', 'SUPPRESSED', 'SUPERSEDED'],
        ['o2 ORDER_SUBMITTED', 'SENT', 'DIGEST'],
      ]),
    );
  });

  it('is left out when its user has switched it off or muted it meanwhile, and waits for quiet hours that are new', async () => {
    await stage.addDevice('ann', 'phone');
    const clock = movedClock();
    const now = new Date(Date.now());
    let preferences = { ...REACHABLE, contactStates: {} };
    open(
      {
        route: heldUntil(new Date(now.getTime() + 600_000)),
        readPreferences: (_db, users) => Promise.resolve(new Map(users.map((user) => [user, preferences]))),
      },
      { clock },
    );
    await take([
      fact('ann', { key: 'off', type: 'STRATEGY_STATUS' }),
      fact('ann', { key: 'muted', symbol: 'TSLA' }),
      fact('ann', { key: 'told' }),
    ]);
    await stage.settled(15);
    const hour = (ms: number): string => new Date(now.getTime() + ms).toISOString().slice(11, 16);
    const quiet = { days: [...WEEKDAYS], from: hour(-60_000), to: hour(1_800_000), channels: null };
    preferences = {
      ...preferences,
      channels: { STRATEGIES: { PUSH: 'OFF' } },
      mutedSymbols: ['tsla'],
      quietHours: [quiet],
    };
    clock.forward(660_000);
    const push = async () =>
      Object.fromEntries(
        (await stage.rows(`channel = 'PUSH'`)).map(({ key, state, reason }) => [
          String(key).slice(0, 6),
          `${state} ${reason}`,
        ]),
      );
    await until(
      async () => (await stage.rows(`channel = 'PUSH' AND release_at > now() + interval '15 minutes'`)).length === 3,
      WITHIN,
    );
    clock.forward(1_300_000);
    await until(async () => (await push())['told'] === 'SENT DIGEST', WITHIN);
    expect(await push()).toMatchObject({
      off: 'SUPPRESSED SWITCHED_OFF',
      muted: 'SUPPRESSED MUTED_SYMBOL',
      digest: 'SENT DIGEST',
    });
  });

  it('is released by one of two processes, and a digest that can’t be made holds up no other', async () => {
    await stage.addDevice('ann', 'a');
    await stage.addDevice('bob', 'b');
    await take([fact('ann'), fact('ann'), fact('bob')]);
    const route = heldUntil(new Date(Date.now() - 1_000));
    const digest: NotificationParts['digest'] = (_tx, { user }) =>
      user === 'ann' ? Promise.reject(new Error('broken')) : Promise.resolve({ dropped: [], data: {} });
    open({ route, digest });
    open({ route, digest });
    await until(() => provider.received.length === 1, WITHIN);
    expect(provider.received.map(({ to }) => to)).toEqual(['b']);
    const { states } = await stage.settled(16);
    expect(states.HELD).toBe(2);
  });
});

describe('a notice', () => {
  it('reaches its region and the old versions of an app, and each user once', async () => {
    await take(['a', 'b', 'c', 'd'].map((user) => fact(user, { key: 'first' })));
    await stage.db
      .$executeRaw`INSERT INTO notification_preferences VALUES ('a', '{"region":"EU-DE"}', 1, now()), ('b', '{"region":"EUX"}', 1, now())`;
    const devices = [
      ['c', '2.9.1'],
      ['d', '2.10.0'],
    ] as const;
    for (const [user, appVersion] of devices)
      await stage.db.device.update({ where: { id: await stage.addDevice(user, user) }, data: { appVersion } });
    const notice = { title: 't', body: 'b', createdBy: 'ops', createdAt: new Date() };
    await stage.db.systemNotice.createMany({
      data: [
        { ...notice, id: randomUUID(), type: 'SYSTEM_NOTICE', region: 'EU' },
        { ...notice, id: randomUUID(), type: 'SYSTEM_MAINTENANCE', appVersionBelow: '2.10' },
        { ...notice, id: randomUUID(), type: 'REGULATORY_NOTICE' },
      ],
    });
    open({});
    open({});
    await until(async () => (await stage.db.systemNotice.count({ where: { doneAt: null } })) === 0, WITHIN);
    const told = await stage.db.notificationFact.findMany({ where: { key: { startsWith: 'notice:' } } });
    expect(told.map(({ userId: user, type }) => `${user} ${type}`).sort()).toEqual([
      ...['a REGULATORY_NOTICE', 'a SYSTEM_NOTICE', 'b REGULATORY_NOTICE', 'c REGULATORY_NOTICE'],
      ...['c SYSTEM_MAINTENANCE', 'd REGULATORY_NOTICE'],
    ]);
  });
});

describe('a venue that falls silent', () => {
  it('is told of once for each outage, to those who have orders there', async () => {
    let since = new Date('2026-11-20T10:00:00Z');
    const venues = {
      stale: () => Promise.resolve([{ venue: 'x', since }]),
      affected: () => Promise.resolve([userId('ann'), userId('bob')]),
    };
    open({ venues });
    open({ venues });
    await stage.settled(10);
    since = new Date('2026-11-20T11:00:00Z');
    open({ venues });
    await stage.settled(20);
    expect(await keys()).toEqual([
      ...['ann venue:x:2026-11-20T10:00:00.000Z', 'ann venue:x:2026-11-20T11:00:00.000Z'],
      ...['bob venue:x:2026-11-20T10:00:00.000Z', 'bob venue:x:2026-11-20T11:00:00.000Z'],
    ]);
  });
});

it('what is over and old is forgotten; what is critical, owed or held is kept', async () => {
  await stage.addDevice('ann', 'phone');
  await take([fact('ann', { key: 'everyday' }), fact('ann', { key: 'critical', type: 'RISK_VIOLATION' })]);
  const route = heldUntil(new Date(Date.now() + 3_600_000));
  const notifications = open({ route });
  await stage.settled(10);
  await notifications.stop();
  const signal = new AbortController().signal;
  const forget = (days: number): Promise<void> => {
    const now = (): Date => new Date(Date.now() + days * 24 * 3_600_000);
    return forgetterOf({ db: stage.db, clock: { now } })(signal);
  };
  await forget(KEPT_DAYS - 1);
  expect([(await stage.rows()).length, await keys()]).toEqual([10, ['ann critical', 'ann everyday']]);
  await forget(KEPT_DAYS + 1);
  const left = await stage.rows();
  expect(left.map(({ type, state }) => `${String(type)} ${state}`).toSorted()).toEqual([
    'PRICE_ALERT HELD',
    ...['HELD', 'SENT', 'SUPPRESSED', 'SUPPRESSED', 'SUPPRESSED'].map((state) => `RISK_VIOLATION ${state}`),
  ]);
  expect(await keys()).toEqual([]);
});
