import { z } from 'zod';
import { guarded } from '../auth/guarded.ts';
import { builder } from '../graphql/builder.ts';
import { type Context, viewerOf } from '../graphql/context.ts';
import { ids } from '../graphql/filter-values.ts';
import { tracked } from '../stream/progress.ts';
import { cursorOf } from '../stream/resume.ts';
import { followBoth, type PlacedUpdate, startBothAfter } from './both.ts';
import { isOfStrategy } from './filter.ts';
import { NotificationCategory, NotificationChange, NotificationRef } from './types.ts';
import type { NotificationUpdateView } from './view.ts';
import { CATEGORIES, type Category } from './words.ts';

type Update = PlacedUpdate & { readonly update: NotificationUpdateView };

const NotificationUpdateRef = builder.objectRef<Update>('NotificationUpdate').implement({
  description: 'A new notification, or that one was read or archived, here or on another device.',
  fields: (t) => ({
    cursor: t.field({
      type: 'Cursor',
      description: 'Resume from here: `notificationReceived(after: cursor)`.',
      resolve: ({ position }, _args, context) => cursorOf(context.deps, viewerOf(context).id, position),
    }),
    change: t.field({ type: NotificationChange, resolve: ({ update }) => update.change }),
    notification: t.field({ type: NotificationRef, resolve: ({ update }) => update.notification }),
  }),
});

interface Asked {
  readonly after?: string | null | undefined;
  readonly categories?: readonly Category[] | null | undefined;
  readonly strategies?: readonly string[] | null | undefined;
}

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
        description: 'Only these: `[SYSTEM]` is what the operator tells everybody.',
      }),
      strategies: t.arg.stringList({
        validate: ids,
        description: 'Only what is of one of these: their status, their orders, their alerts.',
      }),
    },
    subscribe: (_root, args, context) => updates(context, args),
    resolve: (update) => update,
  }),
);

async function updates(context: Context, asked: Asked): Promise<AsyncIterable<Update>> {
  const { deps } = context;
  const { id: user, expiresAt } = viewerOf(context);
  const categories = asked.categories ? new Set(asked.categories) : null;
  const wants = (placed: PlacedUpdate): placed is Update =>
    placed.update !== null &&
    (categories?.has(placed.update.notification.category) ?? true) &&
    isOfStrategy(placed.update.notification, asked.strategies);
  const from = await startBothAfter(deps, user, asked.after ?? null);
  const track = context.openTrack?.(from) ?? null;
  const events = guarded(deps, followBoth(deps, user, from), {
    ...{ expiresAt, wants },
    passed: ({ position }) => track?.passed(position),
  });
  return track ? tracked(events, track) : events;
}
