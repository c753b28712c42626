import { OperationTypeNode } from 'graphql';
import { builder } from '../graphql/builder.ts';
import { type Context, viewerOf } from '../graphql/context.ts';
import { badInput } from '../graphql/errors.ts';
import { readDeliveries } from './delivery-store.ts';
import { type DeliveryView, NotificationDeliveryRef } from './delivery-types.ts';
import { uuidOf } from './filter.ts';
import { NotificationChannel, NotificationRef } from './types.ts';

type LoadDeliveries = (id: string) => Promise<readonly DeliveryView[]>;

/** By request, which its `rows` stand for: all notifications of an answer are asked about in one statement. */
const loaders = new WeakMap<Context['rows'], LoadDeliveries>();

function loaderOf(context: Context): LoadDeliveries {
  const load = loaders.get(context.rows) ?? openLoader(context);
  loaders.set(context.rows, load);
  return load;
}

function openLoader(context: Context): LoadDeliveries {
  const { id: user } = viewerOf(context);
  let next: { readonly ids: Set<string>; readonly read: ReturnType<typeof readDeliveries> } | null = null;
  return async (id) => {
    if (!next) {
      const ids = new Set<string>();
      // The fields of a whole list are resolved before any promise goes on.
      const read = Promise.resolve().then(() => {
        next = null;
        return readDeliveries(context.deps.db, user, [...ids]);
      });
      next = { ids, read };
    }
    next.ids.add(id);
    return (await next.read).get(id) ?? [];
  };
}

builder.objectField(NotificationRef, 'deliveries', (t) =>
  t.field({
    type: [NotificationDeliveryRef],
    description:
      'What was decided for it on each channel, and what came of it: why the viewer did, or did not, get it there. Not within a subscription.',
    args: { channel: t.arg({ type: NotificationChannel, description: 'Only this one.' }) },
    resolve: async (...[notification, { channel }, context, { operation }]) => {
      if (operation.operation === OperationTypeNode.SUBSCRIPTION) {
        throw badInput('deliveries is not served within a subscription');
      }
      const deliveries = await loaderOf(context)(uuidOf(notification));
      return deliveries.filter((delivery) => !channel || delivery.channel === channel);
    },
  }),
);
