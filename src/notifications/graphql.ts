import { z } from 'zod';
import { builder, PAGE_SIZE_MAX } from '../graphql/builder.ts';
import { viewerOf } from '../graphql/context.ts';
import { badInput } from '../graphql/errors.ts';
import { findsNode } from '../graphql/node.ts';
import { pageArgs } from '../graphql/paging.ts';
import { findNotification, readNotificationList } from './list.ts';
import { NotificationConnectionRef, NotificationFilterInput, NotificationsPayloadRef } from './list-types.ts';
import { markNotifications } from './marks.ts';

const ids = z.array(z.string().max(256)).max(PAGE_SIZE_MAX).nullish();

const MarkNotificationsReadInput = builder.inputType('MarkNotificationsReadInput', {
  description: 'Either `ids` or `all: true`.',
  fields: (t) => ({
    ids: t.idList({ validate: ids }),
    all: t.boolean({ description: 'All that are kept and not archived; the answer lists none of them.' }),
  }),
});

const ArchiveNotificationsInput = builder.inputType('ArchiveNotificationsInput', {
  fields: (t) => ({ ids: t.idList({ required: true, validate: ids }) }),
});

builder.queryField('notifications', (t) =>
  t.field({
    type: NotificationConnectionRef,
    authScopes: { read: true },
    description:
      'The viewer’s notifications, newest first. Follow `notificationReceived(after: position)` from the first page.',
    args: { ...pageArgs(t), filter: t.arg({ type: NotificationFilterInput }) },
    resolve: (_root, { filter, ...args }, context) => {
      const asked = { user: viewerOf(context).id, args, rows: context.rows };
      return readNotificationList(context.deps, asked, filter ?? {});
    },
  }),
);

builder.mutationFields((t) => ({
  markNotificationsRead: t.field({
    type: NotificationsPayloadRef,
    authScopes: { read: true },
    description: 'Marks notifications as read, on every device. Idempotent.',
    args: { input: t.arg({ type: MarkNotificationsReadInput, required: true }) },
    resolve: (_root, { input: { ids: named, all } }, context) => {
      if (!named === !all) throw badInput('give either ids or all: true');
      const marked = { ids: named ?? ('all' as const), change: 'READ' as const };
      return markNotifications(context.deps, viewerOf(context).id, marked);
    },
  }),
  archiveNotifications: t.field({
    type: NotificationsPayloadRef,
    authScopes: { read: true },
    description: 'Takes notifications out of the list, on every device; what was unread counts as read. Idempotent.',
    args: { input: t.arg({ type: ArchiveNotificationsInput, required: true }) },
    resolve: (_root, { input }, context) =>
      markNotifications(context.deps, viewerOf(context).id, { ids: input.ids, change: 'ARCHIVED' }),
  }),
}));

findsNode('Notification', (context, uuid) => findNotification(context.deps, viewerOf(context).id, uuid));
