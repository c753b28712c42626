import { z } from 'zod';
import { guarded } from '../auth/guarded.ts';
import { builder } from '../graphql/builder.ts';
import { type Context, viewerOf } from '../graphql/context.ts';
import { apiError } from '../graphql/errors.ts';
import { ids } from '../graphql/filter-values.ts';
import { parseUuidOf } from '../kernel/global-id.ts';
import { conflated, type Merged } from '../stream/conflate.ts';
import type { Position } from '../kernel/position.ts';
import type { OrderUpdated, StreamEvent } from '../stream/event.ts';
import { follow } from '../stream/follow.ts';
import { tracked } from '../stream/progress.ts';
import { cursorOf, startAfter } from '../stream/resume.ts';
import { findOrderById } from './queries.ts';
import { OrderEventRef, OrderRef } from './types.ts';

const OrderUpdateRef = builder.objectRef<Merged<OrderUpdated>>('OrderUpdate').implement({
  description: 'One event of the viewer’s stream, with the order as of it.',
  fields: (t) => ({
    cursor: t.field({
      type: 'Cursor',
      description: 'Resume from here: `orderUpdated(after: cursor)`.',
      resolve: ({ userId, position }, _args, { deps }) => cursorOf(deps, userId, position),
    }),
    event: t.field({ type: OrderEventRef, resolve: ({ data }) => data.event }),
    order: t.field({ type: OrderRef, resolve: ({ data }) => data.order }),
    merged: t.int({
      description: 'How many events of this order the update stands for: 1, or more with `conflateMs`.',
      resolve: ({ merged = 1 }) => merged,
    }),
  }),
});

export const CONFLATE_MS_MIN = 100;
export const CONFLATE_MS_MAX = 60_000;

interface Asked {
  readonly after?: string | null | undefined;
  readonly orderId?: string | null | undefined;
  readonly symbols?: readonly string[] | null | undefined;
  readonly conflateMs?: number | null | undefined;
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
      conflateMs: t.arg.int({
        validate: z.number().min(CONFLATE_MS_MIN).max(CONFLATE_MS_MAX),
        description:
          'Milliseconds, 100 to 60,000: at most so often the latest state of each order that changed, in place of every event. Each cursor is still safe to resume from.',
      }),
    },
    subscribe: (_root, args, context) => updates(context, args),
    resolve: (update) => update,
  }),
);

async function updates(context: Context, asked: Asked): Promise<AsyncIterable<Merged<OrderUpdated>>> {
  const { deps } = context;
  const viewer = viewerOf(context);
  const { id: user, expiresAt } = viewer;
  const wants = await wantedOf(context, asked);
  const from = await startAfter(deps, user, asked.after ?? null);
  const track = context.openTrack?.(from) ?? null;
  const passed = (position: Position): void => track?.passed(position);
  const events = follow(deps, { user, after: from });
  const { conflateMs } = asked;
  const wanted =
    typeof conflateMs === 'number'
      ? conflated(guarded(deps, events, { expiresAt, wants: () => true }), {
          ...{ intervalMs: conflateMs, wants, passed },
          keyOf: ({ data }) => data.order.id,
        })
      : guarded(deps, events, { expiresAt, wants, passed: ({ position }) => passed(position) });
  return track ? tracked(wanted, track) : wanted;
}

type Wanted = (event: StreamEvent) => event is OrderUpdated;

/** @throws NOT_FOUND for an order that is not the viewer's, or not there */
async function wantedOf(context: Context, { orderId, symbols }: Asked): Promise<Wanted> {
  const wanted = symbols ? new Set(symbols) : null;
  const isOfSymbol = (symbol: string): boolean => !wanted || wanted.has(symbol);
  const isUpdate = (event: StreamEvent): event is OrderUpdated =>
    event.type === 'orderUpdated' && isOfSymbol(event.data.order.symbol);
  if (typeof orderId !== 'string') return isUpdate;
  const uuid = parseUuidOf('Order', orderId);
  const own = uuid !== null && (await findOrderById(context.deps.db, viewerOf(context).id, uuid));
  if (!own) throw apiError('NOT_FOUND', 'no order of yours has this id');
  return (event): event is OrderUpdated => isUpdate(event) && event.data.order.id === orderId;
}
