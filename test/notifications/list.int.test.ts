import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { userId } from '../../src/kernel/brand.ts';
import { startService, type TestService } from '../support/service.ts';
import { ask, type Asked, positionOf, wsClient } from '../support/client.ts';
import { tokenOf } from '../support/env.ts';
import { until } from '../support/until.ts';
import { data, tellCritical, tellEveryday, watchNotifications } from './app.ts';

const SOON = { withinMs: 10_000 };
const statements: string[] = [];
let service: TestService;
let asked: Asked & { readonly token: string };
let user = userId('ann');
let users = 0;
beforeAll(async () => {
  service = await startService({ onStatement: (sql) => statements.push(sql) });
  await until(async () => (await service.app.deps.feed.unread([user])).size === 1, SOON);
});
afterAll(() => service.stop());
beforeEach(async () => {
  user = userId(`ann${(users += 1)}`);
  asked = { url: service.url, token: await tokenOf(user) };
});

const everyday = (at?: Date) => tellEveryday(service.app, { userId: user, ...(at && { createdAt: at }) });
const critical = (at?: Date) => tellCritical(service.app, { userId: user, ...(at && { createdAt: at }) });
const ofOther = async (): Promise<Asked> => ({ url: service.url, token: await tokenOf('mallory') });

interface List {
  readonly notifications: {
    readonly edges: { readonly cursor: string; readonly node: { readonly id: string; readonly critical: boolean } }[];
    readonly unreadCount: number;
    readonly position: string;
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}
const LIST = `query ($first: Int, $after: String, $last: Int, $before: String, $filter: NotificationFilter) {
  notifications(first: $first, after: $after, last: $last, before: $before, filter: $filter) {
    edges { cursor node { id critical } } unreadCount position pageInfo { hasNextPage endCursor } } }`;
const list = async (variables: object = {}) => (await data<List>(asked, LIST, variables)).notifications;
const idsOf = ({ edges }: List['notifications']): string[] => edges.map(({ node }) => node.id);
const MARK = `mutation ($input: MarkNotificationsReadInput!) { markNotificationsRead(input: $input) {
  notifications { id readAt } unreadCount } }`;
const ARCHIVE = `mutation ($input: ArchiveNotificationsInput!) { archiveNotifications(input: $input) {
  notifications { id archivedAt } unreadCount } }`;

describe('the list of notifications', () => {
  it('is one list over both layers, newest first, in pages from either end', async () => {
    const start = Date.now();
    // Two of them share a time: then their ids tell their order.
    const times = [0, 1, 2, 3, 3, 4].map((ms) => new Date(start + ms));
    for (const [n, at] of times.entries()) await (n % 2 ? everyday(at) : critical(at));
    const all = await list();
    expect(all.edges.map(({ node }) => node.critical).filter(Boolean).length).toBe(3);
    expect(all.unreadCount).toBe(6);
    const pages: string[] = [];
    for (let after: string | null = null; ;) {
      const page: List['notifications'] = await list({ first: 2, after });
      pages.push(...idsOf(page));
      after = page.pageInfo.endCursor;
      if (!page.pageInfo.hasNextPage) break;
    }
    expect(pages).toEqual(idsOf(all));
    const before = all.edges[4]?.cursor;
    expect(idsOf(await list({ last: 3, before }))).toEqual(idsOf(all).slice(1, 4));
    const { errors } = await ask(asked, LIST, { after: 'bm9uZQ' });
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  it('is narrowed, and counts what is unread whatever the filter', async () => {
    const [one, two, three] = [await everyday(), await critical(), await everyday()];
    await data(asked, MARK, { input: { ids: [one] } });
    await data(asked, ARCHIVE, { input: { ids: [three] } });
    const of = async (filter: object): Promise<string[]> => idsOf(await list({ filter })).sort();
    expect(await of({})).toEqual([one, two].sort());
    expect(await of({ unread: true })).toEqual([two]);
    expect(await of({ unread: false })).toEqual([one]);
    expect(await of({ archived: true })).toEqual([three]);
    expect(await of({ critical: false })).toEqual([one]);
    expect(await of({ critical: true })).toEqual([two]);
    expect(await of({ types: ['EXECUTION_BUSTED'] })).toEqual([two]);
    expect(await of({ types: ['ORDER_FILLED'] })).toEqual([one]);
    expect(await of({ categories: ['RISK'] })).toEqual([]);
    expect((await list({ filter: { categories: ['RISK'] } })).unreadCount).toBe(1);
  });

  it('is narrowed to strategies in both layers', async () => {
    const ids = [];
    for (const strategy of ['momentum', 'pairs', null]) {
      ids.push(await tellEveryday(service.app, { userId: user, strategy }));
      ids.push(await tellCritical(service.app, { userId: user, strategy }));
    }
    const of = async (strategies: readonly string[]): Promise<string[]> =>
      idsOf(await list({ filter: { strategies } })).sort();
    expect(await of(['momentum'])).toEqual(ids.slice(0, 2).sort());
    expect(await of(['momentum', 'pairs'])).toEqual(ids.slice(0, 4).sort());
    expect(await of(['Momentum'])).toEqual([]);
    expect(await of([])).toEqual([]);
    const { errors } = await ask(asked, LIST, { filter: { strategies: Array.from({ length: 101 }, () => 'x') } });
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  it('answers another user’s notification exactly as one that never was', async () => {
    const ids = [await everyday(), await critical()];
    const other = await ofOther();
    const node = 'query ($id: ID!) { node(id: $id) { id __typename } }';
    for (const id of ids) {
      expect(await data(asked, node, { id })).toEqual({ node: { id, __typename: 'Notification' } });
      expect(await data(other, node, { id })).toEqual({ node: null });
    }
    const nothing = { notifications: [], unreadCount: 0 };
    expect(await data(other, MARK, { input: { ids } })).toEqual({ markNotificationsRead: nothing });
    expect(await data(other, ARCHIVE, { input: { ids } })).toEqual({ archiveNotifications: nothing });
    expect((await list()).unreadCount).toBe(2);
    for (const input of [{}, { ids, all: true }, { ids: Array.from({ length: 101 }, () => 'x') }]) {
      expect((await ask(asked, MARK, { input })).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    }
  });

  it('tells what came of each on its channels, in one statement for a page, and not within a subscription', async () => {
    const ids = [await everyday(), await critical(), await everyday()];
    const { db } = service.app.deps;
    const device = await db.device.create({
      data: {
        ...{ id: crypto.randomUUID(), userId: user, installation: 'phone', platform: 'IOS', permission: 'GRANTED' },
        ...{ registeredAt: new Date(), seenAt: new Date() },
      },
    });
    const at = new Date();
    const told = { deviceId: device.id, state: 'GONE', text: 'Unregistered', at: at.toISOString(), providerId: null };
    const rows = ids.flatMap((id) => {
      const notificationId = Buffer.from(id, 'base64').toString().split(':')[1] ?? '';
      const row = { notificationId, userId: user, type: 'ORDER_FILLED', key: id, createdAt: at, at };
      return [
        { ...row, channel: 'PUSH', state: 'FAILED', reason: 'ADDRESS_GONE', tries: 1, targets: [told] },
        { ...row, channel: 'IN_APP', state: 'SENT', reason: 'DEFAULT' },
      ];
    });
    await db.notificationDelivery.createMany({ data: rows });
    statements.length = 0;
    const query = `query ($channel: NotificationChannel) { notifications { edges { node { deliveries(channel: $channel) {
      channel state reason tries targets { device platform state text } } } } } }`;
    const page = await data<{ notifications: { edges: { node: { deliveries: object[] } }[] } }>(asked, query);
    expect(statements.filter((sql) => sql.includes('notification_deliveries')).length).toBe(1);
    expect(page.notifications.edges.length).toBe(3);
    const target = { device: Buffer.from(`Device:${device.id}`).toString('base64'), platform: 'IOS' };
    for (const { node } of page.notifications.edges) {
      expect(node.deliveries).toEqual([
        { channel: 'IN_APP', state: 'SENT', reason: 'DEFAULT', tries: 0, targets: [] },
        {
          ...{ channel: 'PUSH', state: 'FAILED', reason: 'ADDRESS_GONE', tries: 1 },
          targets: [{ ...target, state: 'GONE', text: 'Unregistered' }],
        },
      ]);
    }
    const one = await data<typeof page>(asked, query, { channel: 'PUSH' });
    expect(one.notifications.edges[0]?.node.deliveries.length).toBe(1);
    const { position } = await list();
    const client = wsClient(asked);
    const subscription = `subscription ($after: Cursor) {
      notificationReceived(after: $after) { notification { deliveries { state } } } }`;
    await everyday();
    const updates = client.iterate({ query: subscription, variables: { after: position } });
    expect((await updates.next()).value).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    client.terminate();
  });
});

describe('notificationReceived', () => {
  it('goes on where a socket was cut, without loss and without repeat, on both halves', async () => {
    const { position } = await list();
    const told = [await everyday(), await critical()];
    const first = watchNotifications(asked, { after: position });
    const seen = [...(await first.take(2))];
    first.cut();
    for (let n = 0; n < 2; n++) told.push(await everyday(), await critical());
    const second = watchNotifications(asked, { after: seen.at(-1)?.cursor ?? '' });
    // One at a time: each cursor is safe to resume from.
    for (let n = 0; n < 2; n++) seen.push(...(await second.take(1)));
    second.cut();
    const third = watchNotifications(asked, { after: seen.at(-1)?.cursor ?? '' });
    seen.push(...(await third.take(2)));
    told.push(await critical(), await everyday());
    seen.push(...(await third.take(2)));
    third.cut();
    expect(seen.map(({ notification }) => notification.id).sort()).toEqual(told.sort());
    expect(new Set(seen.map(({ cursor }) => cursor)).size).toBe(8);
  });

  it('hands out only the categories asked for', async () => {
    const { position } = await list();
    const risk = watchNotifications(asked, { after: position, categories: ['RISK'] });
    await everyday();
    await critical();
    const id = await tellCritical(service.app, { userId: user, type: 'LIMIT_BREACHED' });
    const [update] = await risk.take(1);
    expect(update?.notification.id).toBe(id);
    risk.cut();
    const again = watchNotifications(asked, { after: update?.cursor ?? '', categories: ['RISK'] });
    await everyday();
    const next = await tellCritical(service.app, { userId: user, type: 'LIMIT_BREACHED' });
    expect((await again.take(1))[0]?.notification.id).toBe(next);
    again.cut();
  });

  it('hands out only what is of the strategies asked for, marks too', async () => {
    const { position } = await list();
    const watch = watchNotifications(asked, { after: position, strategies: ['momentum'] });
    await everyday();
    await tellCritical(service.app, { userId: user, strategy: 'pairs' });
    const ids = [
      await tellEveryday(service.app, { userId: user, strategy: 'momentum' }),
      await tellCritical(service.app, { userId: user, strategy: 'momentum' }),
    ];
    expect((await watch.take(2)).map(({ notification }) => notification.id).sort()).toEqual([...ids].sort());
    await data(asked, MARK, { input: { all: true } });
    const marks = await watch.take(2);
    expect(marks.map(({ change, notification }) => [change, notification.id]).sort()).toEqual(
      ids.map((id) => ['READ', id]).sort(),
    );
    watch.cut();
  });

  it('shows marks on every device, as updates of both logs', async () => {
    const ids = [await everyday(), await critical()];
    const { position } = await list();
    const [phone, desk] = [0, 1].map(() => watchNotifications(asked, { after: position }));
    const read = await data<{ markNotificationsRead: { notifications: { id: string }[]; unreadCount: number } }>(
      ...([asked, MARK, { input: { ids: [...ids, ids[0], 'bm9uZQ=='] } }] as const),
    );
    expect(read.markNotificationsRead.notifications.map(({ id }) => id)).toEqual(ids);
    expect(read.markNotificationsRead.unreadCount).toBe(0);
    // Again does nothing.
    await data(asked, MARK, { input: { ids } });
    await data(asked, MARK, { input: { all: true } });
    await data(asked, ARCHIVE, { input: { ids } });
    for (const device of [phone, desk]) {
      const updates = (await device?.take(4)) ?? [];
      for (const id of ids) {
        const own = updates.filter(({ notification }) => notification.id === id);
        expect(own.map(({ change }) => change)).toEqual(['READ', 'ARCHIVED']);
        expect(own.every(({ notification }) => notification.readAt !== null)).toBe(true);
        expect(own.map(({ notification }) => notification.archivedAt !== null)).toEqual([false, true]);
      }
      device?.cut();
    }
    expect(idsOf(await list())).toEqual([]);
    await critical();
    await everyday();
    expect(await data(asked, MARK, { input: { all: true } })).toEqual({
      markNotificationsRead: { notifications: [], unreadCount: 0 },
    });
  });

  it('takes no cursor of another user, nor of the log alone', async () => {
    const { position } = await list();
    for (const [who, after] of [
      [await ofOther(), position],
      [asked, await positionOf(asked)],
      [asked, `${position.slice(0, -1)}A`],
    ] as const) {
      const watch = watchNotifications(who, { after: after === position && who === asked ? 'x' : after });
      expect(await watch.ended()).toEqual({ code: 'BAD_USER_INPUT', half: undefined });
      watch.cut();
    }
    const order = wsClient(asked).iterate({ query: `subscription { orderUpdated(after: "${position}") { cursor } }` });
    await expect(order.next()).rejects.toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  it('says which half can’t be resumed', async () => {
    await critical();
    const { position } = await list();
    await critical();
    const { db } = service.app.deps;
    await db.$executeRaw`UPDATE stream_heads SET retained_from = "offset" WHERE user_id = ${user}`;
    const cut = watchNotifications(asked, { after: position });
    expect(await cut.ended()).toEqual({ code: 'RESUME_EXPIRED', half: 'critical' });
    cut.cut();
  });
});
