import { z } from 'zod';
import type { Db } from '../db/client.ts';
import { inTransaction } from '../db/transaction.ts';
import type { Deps } from '../deps.ts';
import type { Context } from '../graphql/context.ts';
import { type Connection, type PageArgs, readConnection } from '../graphql/paging.ts';
import type { UserId } from '../kernel/brand.ts';
import { isStorable } from '../kernel/text.ts';
import { isStorableTime } from '../kernel/time.ts';
import { readExtent } from '../stream/history.ts';
import { cursorOf } from '../stream/resume.ts';
import { type ExecutionFilter, type ExecutionKey, executionKeyOf, readExecutionViews } from './execution-queries.ts';
import type { ExecutionView } from './execution-view.ts';
import type { Order } from './order.ts';
import { type OrderFilter, type OrderKey, type OrderSort, readOrders } from './queries.ts';
import { type OrderView, orderView } from './view.ts';
import type { SortDirection } from './words.ts';

/** Who asks, for which page, and how many rows the request may still ask for. */
interface Asked extends Pick<Context, 'rows'> {
  readonly user: UserId;
  readonly args: PageArgs;
}

export type OrderConnection = Connection<OrderView> & { readonly position: string };

const timeSchema = z.iso.datetime().refine((text) => isStorableTime(new Date(text)));
const orderKeySchema: Readonly<Record<OrderSort['field'], z.ZodType<OrderKey>>> = {
  CREATED_AT: z.tuple([timeSchema, z.uuid()]),
  UPDATED_AT: z.tuple([timeSchema, z.uuid(), z.literal('UPDATED_AT')]),
};

/** A page of a user's orders with the position of their stream, in one snapshot: what is not in the rows comes after it. */
export function readOrderList(
  deps: Pick<Deps, 'db' | 'config'>,
  { user, ...asked }: Asked,
  { filter, sort }: { filter: OrderFilter; sort: OrderSort },
): Promise<OrderConnection> {
  return inTransaction(
    deps.db,
    async (tx) => {
      const { head } = await readExtent(tx, user);
      const connection = await readConnection<Order, OrderView, OrderKey>(asked, {
        key: orderKeySchema[sort.field],
        keyOf: ({ id, createdAt, updatedAt }) =>
          sort.field === 'UPDATED_AT' ? [updatedAt.toISOString(), id, 'UPDATED_AT'] : [createdAt.toISOString(), id],
        nodeOf: orderView,
        read: (page) => readOrders(tx, user, { filter, sort, page }),
      });
      return { ...connection, position: cursorOf(deps, user, head) };
    },
    'RepeatableRead',
  );
}

const nameSchema = z.string().max(255).refine(isStorable);
const executionKeySchema: z.ZodType<ExecutionKey> = z.tuple([timeSchema, nameSchema, nameSchema]);

/** A page of a user's executions, each as it stands now. */
export function readExecutionList(
  db: Db,
  { user, ...asked }: Asked,
  { filter, direction }: { filter: ExecutionFilter; direction: SortDirection },
): Promise<Connection<ExecutionView>> {
  return readConnection<ExecutionView, ExecutionView, ExecutionKey>(asked, {
    key: executionKeySchema,
    keyOf: executionKeyOf,
    nodeOf: (execution) => execution,
    read: (page) => readExecutionViews(db, user, { filter, direction, page }),
  });
}
