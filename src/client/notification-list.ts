import type { Notification, NotificationFilter, NotificationUpdate } from './generated/schema.ts';

/** What has been loaded of a list of notifications, newest first, with what was pushed since. */
export interface NotificationsListed {
  readonly notifications: readonly Notification[];
  /** Where the next page begins; null: there is none. */
  readonly next: { readonly cursor: string; readonly createdAt: string } | null;
  /** Of all that are kept and not archived, whatever the filter. */
  readonly unreadCount: number;
  /** False: something was marked that is not in the list, so that the service has to be asked how many are unread. */
  readonly isCounted: boolean;
}

export const NOTHING_LISTED: NotificationsListed = { notifications: [], next: null, unreadCount: 0, isCounted: true };

/** Whether the service would list the notification; an absent field narrows nothing, but for `archived`. */
export function matchesFilter(filter: NotificationFilter, notification: Notification): boolean {
  const { unread, archived, categories, types, strategies, critical } = filter;
  const { readAt, archivedAt, category, type, strategy } = notification;
  return (
    (archivedAt !== null) === (archived ?? false) &&
    (typeof unread !== 'boolean' || unread === (readAt === null)) &&
    (categories?.includes(category) ?? true) &&
    (types?.includes(type) ?? true) &&
    (strategies?.some((one) => one === strategy) ?? true) &&
    (typeof critical !== 'boolean' || critical === notification.critical)
  );
}

type Update = Pick<NotificationUpdate, 'change' | 'notification'>;

/** The list after an update. Marks are never taken back: one that is known already changes nothing. */
export function withChange(
  listed: NotificationsListed,
  { change, notification }: Update,
  { filter, isKnown }: { readonly filter: NotificationFilter; readonly isKnown: boolean },
): NotificationsListed {
  const { id } = notification;
  const held = listed.notifications.find((each) => each.id === id);
  if (change === 'RECEIVED') {
    if (held || isKnown) return listed;
    const unreadCount = listed.unreadCount + (notification.readAt === null ? 1 : 0);
    return placed({ ...listed, unreadCount }, notification, filter);
  }
  if (!held) return placed({ ...listed, isCounted: false }, notification, filter);
  const marked = marksOf(held, notification);
  const unreadCount = Math.max(0, listed.unreadCount - (held.readAt === null && marked.readAt !== null ? 1 : 0));
  const notifications = listed.notifications
    .map((each) => (each.id === id ? marked : each))
    .filter((each) => each.id !== id || matchesFilter(filter, each));
  return { ...listed, notifications, unreadCount };
}

/** Of two states of one notification the marks of both. */
const marksOf = (held: Notification, other: Notification): Notification => ({
  ...held,
  readAt: held.readAt ?? other.readAt,
  archivedAt: held.archivedAt ?? other.archivedAt,
});

function placed(
  listed: NotificationsListed,
  notification: Notification,
  filter: NotificationFilter,
): NotificationsListed {
  const time = Date.parse(notification.createdAt);
  // Behind the last page it belongs to one that has not been loaded.
  const isOutside = listed.next !== null && time < Date.parse(listed.next.createdAt);
  if (isOutside || !matchesFilter(filter, notification)) return listed;
  const at = listed.notifications.findIndex(({ createdAt }) => Date.parse(createdAt) <= time);
  const place = at === -1 ? listed.notifications.length : at;
  const notifications = listed.notifications.toSpliced(place, 0, notification);
  return { ...listed, notifications };
}

interface Meeting {
  readonly filter: NotificationFilter;
  readonly isFirst: boolean;
  /** Updates that came while the page was on its way. */
  readonly since: readonly Update[];
}

/** The list with a page, after what is held or, when it is loaded anew, instead of it. */
export function withNotifications(
  held: NotificationsListed,
  page: NotificationsListed,
  { filter, isFirst, since }: Meeting,
): NotificationsListed {
  const inPage = new Set(page.notifications.map(({ id }) => id));
  const before = isFirst ? [] : held.notifications.filter(({ id }) => !inPage.has(id));
  const listed: NotificationsListed = { ...page, notifications: [...before, ...page.notifications] };
  // Whether the page has counted them, it does not say.
  const next = since.reduce((list, update) => withChange(list, update, { filter, isKnown: false }), listed);
  return { ...next, isCounted: since.length === 0 };
}
