import type { Fact, Notification } from '../../src/notifications/notification.ts';
import type { DeviceRow, NotificationParts } from '../../src/notifications/parts.ts';
import type { UserPreferences } from '../../src/notifications/contact.ts';
import type { Decision, Situation } from '../../src/notifications/route.ts';
import { POLICIES } from '../../src/notifications/policy.ts';
import { CHANNELS, type NotificationType } from '../../src/notifications/words.ts';
import type { NotificationView } from '../../src/notifications/view.ts';
import { type UserId, userId } from '../../src/kernel/brand.ts';
import type { Db, Tx } from '../../src/db/client.ts';

/** Rules of the tests' own for what decides and words: as small as can be, so that what is tested is the delivery. */

const PREFERENCES: UserPreferences = {
  ...{ locale: 'en', timeZone: 'UTC', region: null, channels: {}, criticalChannels: null },
  ...{ mutedSymbols: [], mutedStrategies: [], quietHours: [], caps: {}, digestAt: ['08:00'], reports: {} },
  contacts: { email: 'a@example.com', phone: '+4915112345678', webhook: null },
  contactStates: { EMAIL: 'VERIFIED', SMS: 'VERIFIED' },
};

const TYPES: Readonly<Record<string, NotificationType>> = {
  NEW: 'ORDER_SUBMITTED',
  TRADE: 'ORDER_FILLED',
  REJECTED: 'ORDER_REJECTED',
};

/** What an event of the log tells, by its execType. */
export const factsOf: NotificationParts['factsOf'] = (user, { event, order }) => {
  const type = TYPES[event.execType];
  const of = { orderId: order.id, symbol: order.symbol, strategy: null, data: {} };
  const at = new Date(event.committedAt);
  const fact = (name: NotificationType): Fact => ({
    ...{ ...of, userId: user, type: name, key: `event:${event.id}`, occurredAt: at, receivedAt: at },
  });
  return type === undefined ? [] : [fact(type)];
};

/** The channels of the policy; an urgent one has the SMS in reserve. */
export function routePlainly({ type }: Notification, { devices, configured }: Situation): readonly Decision[] {
  const { channels, urgent } = POLICIES[type];
  return CHANNELS.map((channel): Decision => {
    if (channel === 'IN_APP') return { channel, action: 'SEND', reason: 'DEFAULT' };
    if (channel === 'SMS' && configured.has('SMS') && urgent) return { channel, action: 'SUPPRESS', reason: 'STANDBY' };
    if (channel !== 'PUSH' || !channels.includes('PUSH'))
      return { channel, action: 'SUPPRESS', reason: 'NOT_FOR_TYPE' };
    return devices.length > 0
      ? { channel, action: 'SEND', reason: 'DEFAULT' }
      : { channel, action: 'SUPPRESS', reason: 'NO_DEVICE' };
  });
}

/** The same, but what is urgent goes by SMS at once. */
export const routeUrgently: typeof routePlainly = (notification, situation) =>
  routePlainly(notification, situation).map((one) =>
    one.channel === 'SMS' && one.reason === 'STANDBY' ? { channel: 'SMS', action: 'SEND', reason: 'CRITICAL' } : one,
  );

/** The rows of the table `devices`. */
export async function readDevices(
  db: Db | Tx,
  users: readonly UserId[],
): Promise<ReadonlyMap<UserId, readonly DeviceRow[]>> {
  const rows = await db.device.findMany({ where: { userId: { in: [...users] } } });
  const byUser = new Map<UserId, DeviceRow[]>();
  for (const row of rows) {
    const { id, provider, token, permission, registeredAt } = row;
    const device = { id, provider, token, keys: null, permission, registeredAt } as DeviceRow;
    byUser.set(userId(row.userId), [...(byUser.get(userId(row.userId)) ?? []), device]);
  }
  return byUser;
}

export type TestFeed = NotificationParts['feed'] & { readonly entries: Map<string, NotificationView> };

export function memoryFeed(): TestFeed {
  const entries = new Map<string, NotificationView>();
  return {
    entries,
    append(_user, id, view) {
      entries.set(id, view);
      return Promise.resolve();
    },
  };
}

export function testParts(parts: Partial<NotificationParts>): NotificationParts {
  return {
    ...{ factsOf, route: routePlainly, readDevices, feed: memoryFeed(), ports: {} },
    wordsOf: ({ type }, _language, channel) => ({
      title: `${type} ${channel}`,
      body: '',
      html: null,
      direction: 'ltr',
    }),
    digest: (_tx, { held }) => Promise.resolve({ dropped: [], data: { count: held.length } }),
    readPreferences: (_db, users) => Promise.resolve(new Map(users.map((user) => [user, PREFERENCES]))),
    onScreen: () => Promise.resolve(new Set()),
    unread: () => Promise.resolve(new Map()),
    reports: { figures: () => Promise.resolve({ data: {}, offset: 0 }), nextAt: () => null },
    venues: { stale: () => Promise.resolve([]), affected: () => Promise.resolve([]) },
    ...parts,
  };
}
