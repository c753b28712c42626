import { OperationTypeNode } from 'graphql';
import { z } from 'zod';
import { builder } from '../graphql/builder.ts';
import { type Context, viewerOf } from '../graphql/context.ts';
import { badInput } from '../graphql/errors.ts';
import { findsNode } from '../graphql/node.ts';
import { type Connection, pageArgs, readConnection } from '../graphql/paging.ts';
import { parseUuidOf } from '../kernel/global-id.ts';
import { idSchema } from '../kernel/text.ts';
import { ExecutionConnectionRef, ExecutionFilterInput, ExecutionOrderInput } from './execution-types.ts';
import { type OrderConnection, readExecutionList, readOrderList } from './lists.ts';
import {
  findOrderByClOrdId,
  findOrderById,
  NEWEST_FIRST,
  type OffsetKey,
  type PlacedUpdate,
  readOrderEvents,
} from './queries.ts';
import { OrderEventRef, OrderFilterInput, OrderOrderInput, OrderRef } from './types.ts';
import { type OrderEventView, type OrderView, orderView } from './view.ts';

const OrderConnectionRef = builder.connectionObject<
  typeof OrderRef,
  OrderConnection,
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
  return uuid === null ? null : findOwnByUuid(context, uuid);
}

async function findOwnByUuid(context: Context, uuid: string): Promise<OrderView | null> {
  const order = await findOrderById(context.deps.db, viewerOf(context).id, uuid);
  return order && orderView(order);
}

findsNode('Order', findOwnByUuid);

const offsetKeySchema: z.ZodType<OffsetKey> = z.tuple([z.number().int().nonnegative()]);

/** Of which there are no executions: an id that is none of ours answers as an unknown one. */
const NO_ORDER = '00000000-0000-0000-0000-000000000000';

builder.queryFields((t) => ({
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
    description:
      'The viewer’s orders, newest first unless told. Follow `orderUpdated(after: position)` from the first page.',
    args: { ...pageArgs(t), filter: t.arg({ type: OrderFilterInput }), orderBy: t.arg({ type: OrderOrderInput }) },
    resolve: (_root, { filter, orderBy, ...args }, context) => {
      const asked = { user: viewerOf(context).id, args, rows: context.rows };
      return readOrderList(context.deps, asked, { filter: filter ?? {}, sort: orderBy ?? NEWEST_FIRST });
    },
  }),
  executions: t.field({
    type: ExecutionConnectionRef,
    authScopes: { read: true },
    description: 'The viewer’s fills, and what venues said of them afterwards, the latest first unless told.',
    args: {
      ...pageArgs(t),
      filter: t.arg({ type: ExecutionFilterInput }),
      orderBy: t.arg({ type: ExecutionOrderInput }),
    },
    resolve: (_root, { filter, orderBy, ...args }, context) => {
      const { orderId, ...rest } = filter ?? {};
      const order = typeof orderId === 'string' ? (parseUuidOf('Order', orderId) ?? NO_ORDER) : null;
      const asked = { user: viewerOf(context).id, args, rows: context.rows };
      const direction = orderBy?.direction ?? 'DESC';
      return readExecutionList(context.deps.db, asked, { filter: { ...rest, order }, direction });
    },
  }),
}));

/** @throws BAD_USER_INPUT within a subscription, where it would read the database for each event */
function refuseSubscription(field: string, operation: OperationTypeNode): void {
  if (operation !== OperationTypeNode.SUBSCRIPTION) return;
  throw badInput(`${field} is not served within a subscription`);
}

builder.objectField(OrderRef, 'history', (t) =>
  t.field({
    type: OrderEventConnectionRef,
    description: 'All that happened to the order, oldest first. Not within a subscription, which carries each event.',
    args: pageArgs(t),
    resolve: (...[order, args, { deps, rows }, { operation }]) => {
      refuseSubscription('history', operation.operation);
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

builder.objectField(OrderRef, 'executions', (t) =>
  t.field({
    type: ExecutionConnectionRef,
    description: 'Its fills, busts and corrections, oldest first unless told. Not within a subscription.',
    args: { ...pageArgs(t), orderBy: t.arg({ type: ExecutionOrderInput }) },
    resolve: (...[order, { orderBy, ...args }, context, { operation }]) => {
      refuseSubscription('executions', operation.operation);
      const asked = { user: viewerOf(context).id, args, rows: context.rows };
      const filter = { order: parseUuidOf('Order', order.id) ?? NO_ORDER };
      return readExecutionList(context.deps.db, asked, { filter, direction: orderBy?.direction ?? 'ASC' });
    },
  }),
);
