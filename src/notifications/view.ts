import { globalId } from '../kernel/global-id.ts';
import type { Notification } from './notification.ts';
import { POLICIES } from './policy.ts';
import type { Category, Locale, NotificationChange, NotificationType, Priority } from './words.ts';

/** A notification as apps see it: the names and JSON values of the GraphQL type `Notification`, the same on every transport. */
export interface NotificationView {
  readonly id: string;
  readonly type: NotificationType;
  readonly category: Category;
  readonly priority: Priority;
  readonly critical: boolean;
  /** In the user's language as of when it was made. */
  readonly title: string;
  readonly body: string;
  readonly locale: Locale;
  readonly orderId: string | null;
  readonly symbol: string | null;
  readonly strategy: string | null;
  readonly occurredAt: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly readAt: string | null;
  readonly archivedAt: string | null;
}

/** What `notificationReceived` carries: a new notification, or that one was read or archived. */
export interface NotificationUpdateView {
  readonly change: NotificationChange;
  readonly notification: NotificationView;
}

/** The words of a notification in one language. */
export interface Words {
  readonly title: string;
  readonly body: string;
  readonly locale: Locale;
}

export function notificationView(notification: Notification, words: Words): NotificationView {
  const { type, orderId, symbol, strategy } = notification;
  const { category, priority, critical } = POLICIES[type];
  return {
    id: globalId('Notification', notification.id),
    ...{ type, category, priority, critical, orderId, symbol, strategy },
    ...{ title: words.title, body: words.body, locale: words.locale },
    occurredAt: notification.occurredAt.toISOString(),
    createdAt: notification.createdAt.toISOString(),
    expiresAt: notification.expiresAt.toISOString(),
    readAt: null,
    archivedAt: null,
  };
}
