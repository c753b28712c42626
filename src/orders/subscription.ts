import { guarded } from '../auth/guarded.ts';
import { builder } from '../graphql/builder.ts';
import { type Context, viewerOf } from '../graphql/context.ts';
import { apiError } from '../graphql/errors.ts';
import { parseUuidOf } from '../kernel/global-id.ts';
import type { StreamEvent } from '../stream/event.ts';
import { follow } from '../stream/follow.ts';
import { cursorOf, startAfter } from '../stream/resume.ts';
import { findOrderById } from './queries.ts';
import { ids, OrderEventRef, OrderRef } from './types.ts';

const OrderUpdateRef = builder.objectRef<StreamEvent>('OrderUpdate').implement({
  description: 'One event of the viewer’s stream, with the order as of it.',
  fields: (t) => ({
    cursor: t.field({
      type: 'Cursor',
      description: 'Resume from here: `orderUpdated(after: cursor)`.',
      resolve: ({ userId, position }, _args, { deps }) => cursorOf(deps, userId, position),
    }),
    event: t.field({ type: OrderEventRef, resolve: ({ data }) => data.event }),
    order: t.field({ type: OrderRef, resolve: ({ data }) => data.order }),
  }),
});

interface Wanted {
  readonly orderId?: string | null | undefined;
  readonly symbols?: readonly string[] | null | undefined;
}

builder.subscriptionField('orderUpdated', (t) =>
  t.field({
    type: OrderUpdateRef,
    authScopes: { read: true },
    description:
      'Every event of the viewer’s orders, once each and in order, from a cursor on or from now on. Ends with RESUME_EXPIRED when the log no longer reaches back to the cursor.',
    args: {
      after: t.arg({
        type: 'Cursor',
        description: 'From a position, an update or a payload; from now on unless given.',
      }),
      orderId: t.arg.id({ description: 'Only this order.' }),
      symbols: t.arg.stringList({ validate: ids, description: 'Only these symbols.' }),
    },
    subscribe: (_root, args, context) => updates(context, args.after ?? null, args),
    resolve: (event) => event,
  }),
);

async function updates(context: Context, after: string | null, wanted: Wanted): Promise<AsyncIterable<StreamEvent>> {
  const { deps } = context;
  const viewer = viewerOf(context);
  const { orderId } = wanted;
  if (typeof orderId === 'string') {
    const uuid = parseUuidOf('Order', orderId);
    const own = uuid !== null && (await findOrderById(deps.db, viewer.id, uuid));
    if (!own) throw apiError('NOT_FOUND', 'no order of yours has this id');
  }
  const from = await startAfter(deps, viewer.id, after);
  const symbols = wanted.symbols ? new Set(wanted.symbols) : null;
  return guarded(deps, follow(deps, { user: viewer.id, after: from }), {
    expiresAt: viewer.expiresAt,
    wants: ({ data: { order } }) =>
      (typeof orderId !== 'string' || order.id === orderId) && (!symbols || symbols.has(order.symbol)),
  });
}
