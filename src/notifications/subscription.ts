import { z } from 'zod';
import { builder } from '../graphql/builder.ts';
import { NotificationCategory, NotificationChange, NotificationRef } from './types.ts';
import { unserved } from './unserved.ts';
import type { NotificationUpdateView } from './view.ts';
import { CATEGORIES } from './words.ts';

/** An update with the cursor already printed for its viewer. */
export interface NotificationUpdate extends NotificationUpdateView {
  readonly cursor: string;
}

const NotificationUpdateRef = builder.objectRef<NotificationUpdate>('NotificationUpdate').implement({
  description: 'A new notification, or that one was read or archived, here or on another device.',
  fields: (t) => ({
    cursor: t.expose('cursor', {
      type: 'Cursor',
      description: 'Resume from here: `notificationReceived(after: cursor)`.',
    }),
    change: t.expose('change', { type: NotificationChange }),
    notification: t.expose('notification', { type: NotificationRef }),
  }),
});

builder.subscriptionField('notificationReceived', (t) =>
  t.field({
    type: NotificationUpdateRef,
    authScopes: { read: true },
    description:
      'Every notification of the viewer, and every mark on one, once each, from a cursor on or from now on. Ends with RESUME_EXPIRED when one of its two logs no longer reaches back to the cursor: `extensions.half` says which, `everyday` or `critical`. Load `notifications` then, and follow its position.',
    args: {
      after: t.arg({
        type: 'Cursor',
        description: 'From `notifications { position }` or an update; from now on unless given.',
      }),
      categories: t.arg({
        type: [NotificationCategory],
        validate: z.array(z.any()).max(CATEGORIES.length).nullish(),
        description: 'Only these.',
      }),
    },
    subscribe: (): AsyncIterable<NotificationUpdate> => unserved(),
    resolve: (update) => update,
  }),
);
