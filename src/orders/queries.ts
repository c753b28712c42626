import type { Db, Tx } from '../db/client.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import type { Page } from '../graphql/paging.ts';
import type { UserId } from '../kernel/brand.ts';
import type { Order } from './order.ts';
import { orderOfRow } from './row.ts';
import { clOrdIdRef } from './store.ts';
import type { OrderUpdateView } from './view.ts';
import type { OrderOrderField, SortDirection } from './words.ts';

/** What a list of orders is narrowed to; an absent member narrows nothing. */
export interface OrderFilter {
  readonly open?: boolean | null | undefined;
  readonly statuses?: readonly string[] | null | undefined;
  readonly symbols?: readonly string[] | null | undefined;
  readonly assetClasses?: readonly string[] | null | undefined;
  readonly side?: string | null | undefined;
  readonly venues?: readonly string[] | null | undefined;
  readonly platforms?: readonly string[] | null | undefined;
  readonly clients?: readonly string[] | null | undefined;
  readonly createdAfter?: Date | null | undefined;
  readonly createdBefore?: Date | null | undefined;
}

/** A place in a list of orders: [createdAt, id], or [updatedAt, id, UPDATED_AT]. A cursor of one list is none of the other. */
export type OrderKey = readonly [string, string] | readonly [string, string, 'UPDATED_AT'];

export interface OrderSort {
  readonly field: OrderOrderField;
  readonly direction: SortDirection;
}

export const NEWEST_FIRST: OrderSort = { field: 'CREATED_AT', direction: 'DESC' };

export async function findOrderById(db: Db | Tx, user: UserId, id: string): Promise<Order | null> {
  const row = await db.order.findFirst({ where: { id, userId: user } });
  return row && orderOfRow(row);
}

/** By any clOrdId of its chain; where several accounts use the same one, the newest. */
export async function findOrderByClOrdId(db: Db, user: UserId, clOrdId: string): Promise<Order | null> {
  const refs = await db.orderRef.findMany({ where: { userId: user, ref: clOrdIdRef(clOrdId) }, take: 100 });
  const row = await db.order.findFirst({
    where: { userId: user, id: { in: refs.map(({ orderId }) => orderId) } },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
  });
  return row && orderOfRow(row);
}

export async function readOrders(
  tx: Tx,
  user: UserId,
  { filter, sort, page }: { filter: OrderFilter; sort: OrderSort; page: Page<OrderKey> },
): Promise<readonly Order[]> {
  const isDescending = sort.direction === 'DESC';
  const direction = isDescending === page.inverted ? 'asc' : 'desc';
  const { after, before } = page;
  const rows = await tx.order.findMany({
    where: {
      userId: user,
      AND: [
        whereFilter(filter),
        after ? (isDescending ? older(sort, after) : newer(sort, after)) : {},
        before ? (isDescending ? newer(sort, before) : older(sort, before)) : {},
      ],
    },
    orderBy: [sort.field === 'UPDATED_AT' ? { updatedAt: direction } : { createdAt: direction }, { id: direction }],
    take: page.limit,
  });
  return rows.map(orderOfRow);
}

/** The time alone bounds the range of the index that is read; the id tells apart what has the same time. */
function older({ field }: OrderSort, [time, id]: OrderKey): Prisma.OrderWhereInput {
  return field === 'UPDATED_AT'
    ? { updatedAt: { lte: time }, OR: [{ updatedAt: { lt: time } }, { id: { lt: id } }] }
    : { createdAt: { lte: time }, OR: [{ createdAt: { lt: time } }, { id: { lt: id } }] };
}

function newer({ field }: OrderSort, [time, id]: OrderKey): Prisma.OrderWhereInput {
  return field === 'UPDATED_AT'
    ? { updatedAt: { gte: time }, OR: [{ updatedAt: { gt: time } }, { id: { gt: id } }] }
    : { createdAt: { gte: time }, OR: [{ createdAt: { gt: time } }, { id: { gt: id } }] };
}

function whereFilter(filter: OrderFilter): Prisma.OrderWhereInput {
  const { open, statuses, symbols, assetClasses, side, venues, platforms, clients } = filter;
  const { createdAfter, createdBefore } = filter;
  const clauses: (Prisma.OrderWhereInput | false)[] = [
    typeof open === 'boolean' && { open },
    !!statuses && { status: { in: [...statuses] } },
    !!symbols && { symbol: { in: [...symbols] } },
    !!assetClasses && { assetClass: { in: [...assetClasses] } },
    !!side && { side },
    !!venues && { venue: { in: [...venues] } },
    !!platforms && { platform: { in: [...platforms] } },
    !!clients && { client: { in: [...clients] } },
    !!createdAfter && { createdAt: { gt: createdAfter } },
    !!createdBefore && { createdAt: { lt: createdBefore } },
  ];
  return { AND: clauses.filter((clause) => clause !== false) };
}

/** The offset of an event in its user's stream. */
export type OffsetKey = readonly [number];

export interface PlacedUpdate {
  readonly offset: number;
  readonly data: OrderUpdateView;
}

/** An order's events, oldest first, by their offset in the user's stream. */
export async function readOrderEvents(
  db: Db,
  orderId: string,
  page: Page<OffsetKey>,
): Promise<readonly PlacedUpdate[]> {
  const rows = await db.streamEvent.findMany({
    where: {
      orderId,
      offset: { ...(page.after && { gt: page.after[0] }), ...(page.before && { lt: page.before[0] }) },
    },
    orderBy: { offset: page.inverted ? 'desc' : 'asc' },
    take: page.limit,
    select: { offset: true, data: true },
  });
  return rows.map(({ offset, data }) => ({ offset: Number(offset), data: data as unknown as OrderUpdateView }));
}
