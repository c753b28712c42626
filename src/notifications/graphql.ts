import { z } from 'zod';
import { builder } from '../graphql/builder.ts';
import { PAGE_SIZE_MAX } from '../graphql/builder.ts';
import { pageArgs } from '../graphql/paging.ts';
import { NotificationDeliveryRef } from './delivery-types.ts';
import { NotificationConnectionRef, NotificationFilterInput, NotificationsPayloadRef } from './list-types.ts';
import { NotificationChannel, NotificationRef } from './types.ts';
import { unserved } from './unserved.ts';

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
    resolve: unserved,
  }),
);

builder.mutationFields((t) => ({
  markNotificationsRead: t.field({
    type: NotificationsPayloadRef,
    authScopes: { read: true },
    description: 'Marks notifications as read, on every device. Idempotent.',
    args: { input: t.arg({ type: MarkNotificationsReadInput, required: true }) },
    resolve: unserved,
  }),
  archiveNotifications: t.field({
    type: NotificationsPayloadRef,
    authScopes: { read: true },
    description: 'Takes notifications out of the list, on every device; what was unread counts as read. Idempotent.',
    args: { input: t.arg({ type: ArchiveNotificationsInput, required: true }) },
    resolve: unserved,
  }),
}));

builder.objectField(NotificationRef, 'deliveries', (t) =>
  t.field({
    type: [NotificationDeliveryRef],
    description:
      'What was decided for it on each channel, and what came of it: why the viewer did, or did not, get it there. Not within a subscription.',
    args: { channel: t.arg({ type: NotificationChannel, description: 'Only this one.' }) },
    resolve: unserved,
  }),
);
