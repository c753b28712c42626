import { randomUUID } from 'node:crypto';
import { type UserId, userId } from '../../src/kernel/brand.ts';
import type { Notification } from '../../src/notifications/notification.ts';
import { type NotificationView, notificationView } from '../../src/notifications/view.ts';

/** A notification of ann's, as it is made now; override what matters to the test. */
export function notificationOf(overrides: Partial<Notification> = {}): Notification {
  const createdAt = overrides.createdAt ?? new Date();
  return {
    ...{ id: randomUUID(), userId: userId('ann'), type: 'ORDER_FILLED', key: randomUUID() },
    ...{ orderId: null, symbol: 'AAPL', strategy: null, data: {} },
    ...{ occurredAt: createdAt, createdAt, expiresAt: new Date(createdAt.getTime() + 3_600_000) },
    ...overrides,
  };
}

export const viewOf = (notification: Notification, title = 'Filled “AAPL”'): NotificationView =>
  notificationView(notification, { title, body: 'a\\b\n😀', locale: 'en' });

export const users = (...names: string[]): UserId[] => names.map((name) => userId(name));
