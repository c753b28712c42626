import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { userId } from '../../src/kernel/brand.ts';
import { globalId, parseUuidOf } from '../../src/kernel/global-id.ts';
import { notificationId } from '../../src/notifications/told.ts';
import { ask, type Asked, linkAccount, postReports, report } from '../support/client.ts';
import { tokenOf } from '../support/env.ts';
import { startService, type TestService } from '../support/service.ts';
import { data } from './app.ts';

let service: TestService;
let ingest: Asked;
let admin: Asked;
let ann: Asked;
beforeAll(async () => {
  service = await startService();
  const as = async (user: string, scope: 'read' | 'ingest' | 'admin') => ({
    url: service.url,
    token: await tokenOf(user, { scopes: [scope] }),
  });
  [ingest, admin, ann] = await Promise.all([as('risk', 'ingest'), as('ops', 'admin'), as('ann', 'read')]);
});
afterAll(() => service.stop());

const FACTS = `mutation ($facts: [FactInput!]!) { reportFacts(input: { facts: $facts }) { accepted duplicates } }`;
const fact = (overrides: object = {}): object => ({
  ...{ userId: 'ann', type: 'LIMIT_BREACHED', key: randomUUID(), symbol: 'AAPL', occurredAt: '2026-01-02T03:04:05Z' },
  ...{ data: { limit: '1000.5', hard: true } },
  ...overrides,
});
const codeOf = async (who: Asked, query: string, variables: object = {}): Promise<string | undefined> =>
  (await ask(who, query, variables)).errors?.[0]?.extensions.code;

describe('reportFacts', () => {
  it('takes a fact once for its user, and none under a key of our own', async () => {
    const [first, second] = [fact({ key: 'event:1' }), fact({ key: 'event:1', userId: 'bob' })];
    expect(await data(ingest, FACTS, { facts: [first, second, first] })).toEqual({
      reportFacts: { accepted: 2, duplicates: 1 },
    });
    expect(await data(ingest, FACTS, { facts: [first] })).toEqual({ reportFacts: { accepted: 0, duplicates: 1 } });
    const rows = await service.app.deps.db.notificationFact.findMany({ where: { userId: 'ann' } });
    expect(rows.map(({ key, data: stored, routedAt }) => [key, stored, routedAt])).toEqual([
      ['fact:event:1', { limit: '1000.5', hard: true }, null],
    ]);
  });

  it.each([
    ['a type that is found out here', { type: 'ORDER_FILLED' }],
    ['data that is not flat', { data: { a: { b: 1 } } }],
    ['data that is a list', { data: [1] }],
    ['data under no name', { data: { 'a b': 1 } }],
    ['too much data', { data: Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`n${n}`, 1])) }],
    ['text that is too long', { data: { a: 'x'.repeat(501) } }],
    ['U+0000', { data: { a: '\0' } }],
    ['an order that is none', { orderId: globalId('Device', randomUUID()) }],
    ['no key', { key: '' }],
  ])('takes none of a report with %s', async (_what, overrides) => {
    const before = await service.app.deps.db.notificationFact.count();
    expect(await codeOf(ingest, FACTS, { facts: [fact(), fact(overrides)] })).toBe('BAD_USER_INPUT');
    expect(await service.app.deps.db.notificationFact.count()).toBe(before);
  });
});

it('is for those alone whom it is meant for', async () => {
  const notice = 'mutation { systemNotice(input: { type: SYSTEM_NOTICE, title: "a", body: "b" }) { id } }';
  const replay = 'mutation { replayDeliveries(input: { limit: 1 }) { replayed } }';
  const trace = '{ deliveryTrace(orderId: "x") { id } }';
  const accounts = '{ deliveryCounts { generated } }';
  expect(await codeOf(ann, FACTS, { facts: [fact()] })).toBe('FORBIDDEN');
  for (const query of [notice, replay, trace, accounts]) {
    expect(await codeOf(ann, query)).toBe('FORBIDDEN');
    expect(await codeOf(ingest, query)).toBe('FORBIDDEN');
  }
  expect(await codeOf({ url: service.url }, '{ notifications { unreadCount } }')).toBe('UNAUTHENTICATED');
});

it('writes a notice down, to be given out', async () => {
  const query = `mutation { systemNotice(input: { type: SYSTEM_MAINTENANCE, title: "Tonight", body: "From 22:00",
    region: "in", appVersionBelow: "2.10" }) { id } }`;
  const { systemNotice } = await data<{ systemNotice: { id: string } }>(admin, query);
  const id = parseUuidOf('SystemNotice', systemNotice.id) ?? '';
  expect(await service.app.deps.db.systemNotice.findUnique({ where: { id } })).toMatchObject({
    ...{ type: 'SYSTEM_MAINTENANCE', title: 'Tonight', body: 'From 22:00', region: 'IN', appVersionBelow: '2.10' },
    ...{ createdBy: 'ops', place: null, doneAt: null },
  });
});

it('writes a notice down once for its key, and no other under it', async () => {
  const NOTICE = 'mutation ($input: SystemNoticeInput!) { systemNotice(input: $input) { id } }';
  const input = { type: 'SYSTEM_NOTICE', title: 'Soon', body: 'Later', region: 'in', key: randomUUID() };
  const told = await Promise.all([0, 1, 2].map(() => data<{ systemNotice: object }>(admin, NOTICE, { input })));
  expect(new Set(told.map(({ systemNotice }) => JSON.stringify(systemNotice))).size).toBe(1);
  for (const other of [{ title: 'Now' }, { region: null }, { appVersionBelow: '2' }])
    expect(await codeOf(admin, NOTICE, { input: { ...input, ...other } })).toBe('BAD_USER_INPUT');
  const { key: _, ...unnamed } = input;
  for (let n = 0; n < 2; n++) await data(admin, NOTICE, { input: unnamed });
  const { db } = service.app.deps;
  expect(await db.systemNotice.count({ where: { key: input.key } })).toBe(1);
  expect(await db.systemNotice.count({ where: { title: 'Soon' } })).toBe(3);
});

it('says of each channel whether it is configured', async () => {
  const { channels } = await data<{ channels: object[] }>(
    ann,
    '{ channels { channel kinds configured webPushPublicKey } }',
  );
  const off = { kinds: [], configured: false, webPushPublicKey: null };
  expect(channels).toEqual([
    { ...off, channel: 'IN_APP', configured: true },
    // In development Web Push needs no configuration.
    {
      channel: 'PUSH',
      kinds: ['WEB_PUSH'],
      configured: true,
      webPushPublicKey: expect.stringMatching(/^B[\w-]{86}$/) as string,
    },
    ...['EMAIL', 'SMS', 'WEBHOOK'].map((channel) => ({ ...off, channel })),
  ]);
});

it('counts what has become of all deliveries, on a channel or on all', async () => {
  const { db } = service.app.deps;
  const COUNTS = `query ($channel: NotificationChannel) { deliveryCounts(channel: $channel) {
    generated pending held sent suppressed failed unknown } }`;
  const counts = async (channel: string | null) =>
    (await data<{ deliveryCounts: Record<string, number> }>(admin, COUNTS, { channel })).deliveryCounts;
  const [all, ofMail] = [await counts(null), await counts('EMAIL')];
  const at = new Date();
  const row = { userId: 'cora', type: 'ORDER_FILLED', reason: 'DEFAULT', key: 'k', createdAt: at, at };
  const states = ['PENDING', 'HELD', 'SENT', 'SUPPRESSED', 'FAILED'];
  const rows = states.flatMap((state, n) =>
    Array.from({ length: n + 1 }, () => ({
      ...row,
      notificationId: randomUUID(),
      channel: 'EMAIL',
      state,
      unknown: n,
    })),
  );
  await db.notificationDelivery.createMany({ data: rows });
  const grown = { pending: 1, held: 2, sent: 3, suppressed: 4, failed: 5, generated: 15, unknown: 40 };
  const more = (before: Record<string, number>) =>
    Object.fromEntries(Object.entries(grown).map(([name, count]) => [name, (before[name] ?? 0) + count]));
  expect([await counts(null), await counts('EMAIL')]).toEqual([more(all), more(ofMail)]);
  expect(await counts('SMS')).toMatchObject({ pending: 0, held: 0, failed: 0 });
});

it('traces an order from the webhook to the answer of a provider', async () => {
  await linkAccount(admin, 'tracy');
  const { db } = service.app.deps;
  await postReports(service.url, report(), { id: 'delivery-1' });
  const event = await db.streamEvent.findFirstOrThrow({ where: { userId: 'tracy' } });
  const { event: told, order } = event.data as { event: { id: string }; order: { id: string } };
  const at = new Date();
  const row = {
    notificationId: notificationId({ userId: userId('tracy'), key: `event:${told.id}` }),
    userId: 'tracy',
    type: 'ORDER_SUBMITTED',
    key: `event:${told.id}`,
    createdAt: at,
  };
  const target = { deviceId: 'D1', state: 'SENT', text: null, at: at.toISOString(), providerId: 'P1' };
  await db.notificationDelivery.createMany({
    data: [
      { ...row, channel: 'IN_APP', state: 'SENT', reason: 'DEFAULT', at },
      { ...row, channel: 'PUSH', state: 'SENT', reason: 'PREFERRED', at, tries: 1, targets: [target] },
      { ...row, channel: 'SMS', state: 'SUPPRESSED', reason: 'NOT_FOR_TYPE', at },
    ],
  });
  const TRACE = `query ($notificationId: ID, $orderId: ID) { deliveryTrace(notificationId: $notificationId, orderId: $orderId) {
    step id userId channel state reason text at } }`;
  interface Step {
    readonly step: string;
    readonly id: string;
    readonly channel: string | null;
  }
  const which = { notificationId: globalId('Notification', row.notificationId) };
  const { deliveryTrace: steps } = await data<{ deliveryTrace: Step[] }>(admin, TRACE, which);
  expect(steps.map(({ step, channel }) => [step, channel])).toEqual([
    ['WEBHOOK', null],
    ['ORDER_EVENT', null],
    ['NOTIFICATION', null],
    ['DELIVERY', 'IN_APP'],
    ['DELIVERY', 'PUSH'],
    ['DELIVERY', 'SMS'],
    ['PROVIDER', 'PUSH'],
  ]);
  expect([steps[0]?.id, steps[1]?.id, steps[6]?.id]).toEqual(['delivery-1', told.id, 'P1']);
  const ofOrder = await data<{ deliveryTrace: Step[] }>(admin, TRACE, { orderId: order.id });
  expect(ofOrder.deliveryTrace).toEqual(steps);
  expect(await data(admin, TRACE, { orderId: globalId('Order', randomUUID()) })).toEqual({ deliveryTrace: [] });
  expect(await codeOf(admin, TRACE)).toBe('BAD_USER_INPUT');
});
