import { z } from 'zod';
import { builder } from '../graphql/builder.ts';
import { ids } from '../graphql/filter-values.ts';
import type { Connection } from '../graphql/paging.ts';
import { NotificationCategory, NotificationRef, NotificationType } from './types.ts';
import type { NotificationView } from './view.ts';
import { CATEGORIES, NOTIFICATION_TYPES } from './words.ts';

/** A page of a user's notifications, with the position already printed for them. */
export interface NotificationConnection extends Connection<NotificationView> {
  readonly unreadCount: number;
  readonly position: string;
}

export const NotificationConnectionRef = builder.connectionObject<
  typeof NotificationRef,
  NotificationConnection,
  { list: false; items: false },
  false
>(
  {
    type: NotificationRef,
    name: 'NotificationConnection',
    description: 'A page of notifications.',
    fields: (t) => ({
      unreadCount: t.int({
        description: 'Of all that are kept and not archived, whatever the filter.',
        resolve: ({ unreadCount }) => unreadCount,
      }),
      position: t.field({
        type: 'Cursor',
        description: 'Follow `notificationReceived(after: position)` from the first page, and nothing is missed.',
        resolve: ({ position }) => position,
      }),
    }),
  },
  { name: 'NotificationEdge' },
);

export const NotificationFilterInput = builder.inputType('NotificationFilter', {
  description: 'Narrows a list of notifications; an absent field narrows nothing.',
  fields: (t) => ({
    unread: t.boolean(),
    archived: t.boolean({ description: 'Absent: only what is not archived.' }),
    categories: t.field({ type: [NotificationCategory], validate: z.array(z.any()).max(CATEGORIES.length).nullish() }),
    types: t.field({ type: [NotificationType], validate: z.array(z.any()).max(NOTIFICATION_TYPES.length).nullish() }),
    strategies: t.stringList({ validate: ids, description: 'As `Order.strategy` and `reportFacts` spell them.' }),
    critical: t.boolean(),
  }),
});

/** What a mutation of notifications came to. */
export interface NotificationsPayload {
  readonly notifications: readonly NotificationView[];
  readonly unreadCount: number;
}

export const NotificationsPayloadRef = builder.objectRef<NotificationsPayload>('NotificationsPayload').implement({
  fields: (t) => ({
    notifications: t.field({
      type: [NotificationRef],
      description: 'As they are now; those that are not the viewer’s, or not there, are left out.',
      resolve: ({ notifications }) => [...notifications],
    }),
    unreadCount: t.exposeInt('unreadCount', { description: 'Of all that are kept and not archived.' }),
  }),
});
