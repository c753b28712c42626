import { OperationTypeNode } from 'graphql';
import { z } from 'zod';
import { inTransaction } from '../db/transaction.ts';
import { builder } from '../graphql/builder.ts';
import { type Context, viewerOf } from '../graphql/context.ts';
import { badInput } from '../graphql/errors.ts';
import { type Connection, pageArgs, readConnection } from '../graphql/paging.ts';
import { parseUuidOf } from '../kernel/global-id.ts';
import { idSchema } from '../kernel/text.ts';
import { isStorableTime } from '../kernel/time.ts';
import { readExtent } from '../stream/history.ts';
import { cursorOf } from '../stream/resume.ts';
import type { Order } from './order.ts';
import {
  findOrderByClOrdId,
  findOrderById,
  type OffsetKey,
  type OrderKey,
  type PlacedUpdate,
  readOrderEvents,
  readOrders,
} from './queries.ts';
import { OrderEventRef, OrderFilterInput, OrderRef } from './types.ts';
import { type OrderEventView, type OrderView, orderView } from './view.ts';

const OrderConnectionRef = builder.connectionObject<
  typeof OrderRef,
  Connection<OrderView> & { readonly position: string },
  { list: false; items: false },
  false
>(
  {
    type: OrderRef,
    name: 'OrderConnection',
    description: 'A page of orders.',
    fields: (t) => ({
      position: t.field({
        type: 'Cursor',
        description: 'Where the viewer’s stream was when the rows were read, in one snapshot with them.',
        resolve: ({ position }) => position,
      }),
    }),
  },
  { name: 'OrderEdge' },
);

const OrderEventConnectionRef = builder.connectionObject<
  typeof OrderEventRef,
  Connection<OrderEventView>,
  { list: false; items: false },
  false
>({ type: OrderEventRef, name: 'OrderEventConnection' }, { name: 'OrderEventEdge' });

/** Another user's order answers exactly as one that never was. */
async function findOwn(context: Context, id: string): Promise<OrderView | null> {
  const uuid = parseUuidOf('Order', id);
  const order = uuid === null ? null : await findOrderById(context.deps.db, viewerOf(context).id, uuid);
  return order && orderView(order);
}

const orderKeySchema: z.ZodType<OrderKey> = z.tuple([
  z.iso.datetime().refine((text) => isStorableTime(new Date(text))),
  z.uuid(),
]);
const offsetKeySchema: z.ZodType<OffsetKey> = z.tuple([z.number().int().nonnegative()]);

builder.queryFields((t) => ({
  node: t.field({
    type: builder.nodeInterfaceRef(),
    nullable: true,
    authScopes: { read: true },
    description: 'Anything that has a global id; null when the viewer has none by this one.',
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, context) => findOwn(context, id),
  }),
  order: t.field({
    type: OrderRef,
    nullable: true,
    authScopes: { read: true },
    description: 'One order of the viewer, by its id or by any clOrdId of its replace chain; null when there is none.',
    args: { id: t.arg.id(), clOrdId: t.arg.string({ validate: idSchema.nullish() }) },
    resolve: async (_root, { id, clOrdId }, context) => {
      if (typeof id === typeof clOrdId) throw badInput('give either id or clOrdId');
      if (typeof id === 'string') return findOwn(context, id);
      const order = await findOrderByClOrdId(context.deps.db, viewerOf(context).id, clOrdId ?? '');
      return order && orderView(order);
    },
  }),
  orders: t.field({
    type: OrderConnectionRef,
    authScopes: { read: true },
    description: 'The viewer’s orders, newest first. Follow `orderUpdated(after: position)` from the first page.',
    args: { ...pageArgs(t), filter: t.arg({ type: OrderFilterInput }) },
    resolve: (_root, { filter, ...args }, context) => {
      const { id: user } = viewerOf(context);
      // Head and rows of one snapshot, so that what is not in the rows comes after the position.
      return inTransaction(
        context.deps.db,
        async (tx) => {
          const { head } = await readExtent(tx, user);
          const connection = await readConnection<Order, OrderView, OrderKey>(
            { args, rows: context.rows },
            {
              key: orderKeySchema,
              keyOf: (order) => [order.createdAt.toISOString(), order.id],
              nodeOf: orderView,
              read: (page) => readOrders(tx, user, { filter: filter ?? {}, page }),
            },
          );
          return { ...connection, position: cursorOf(context.deps, user, head) };
        },
        'RepeatableRead',
      );
    },
  }),
}));

builder.objectField(OrderRef, 'history', (t) =>
  t.field({
    type: OrderEventConnectionRef,
    description: 'All that happened to the order, oldest first. Not within a subscription, which carries each event.',
    args: pageArgs(t),
    resolve: (...[order, args, { deps, rows }, { operation }]) => {
      if (operation.operation === OperationTypeNode.SUBSCRIPTION)
        throw badInput('history is not served within a subscription');
      return readConnection<PlacedUpdate, OrderEventView, OffsetKey>(
        { args, rows },
        {
          key: offsetKeySchema,
          keyOf: ({ offset }) => [offset],
          nodeOf: ({ data }) => data.event,
          read: (page) => readOrderEvents(deps.db, parseUuidOf('Order', order.id) ?? '', page),
        },
      );
    },
  }),
);
