import type { Tx } from '../db/client.ts';
import { ConflictError } from '../db/transaction.ts';
import { Prisma, type Order as OrderRow } from '../generated/prisma/client.ts';
import type { OrderId, UserId } from '../kernel/brand.ts';
import type { Order } from './order.ts';
import { orderOfRow, rowOfOrder } from './row.ts';

/** A name that a venue's report may call an order by, unique in its account: `c:<clOrdId>` or `v:<venueOrderId>`. */
export interface OrderRef {
  readonly venue: string;
  readonly account: string;
  readonly ref: string;
}

export const refKey = ({ venue, account, ref }: OrderRef): string => JSON.stringify([venue, account, ref]);
export const clOrdIdRef = (clOrdId: string): string => `c:${clOrdId}`;
export const venueOrderIdRef = (venueOrderId: string): string => `v:${venueOrderId}`;

/** The orders that these names are known for, by refKey. */
export async function readRefs(tx: Tx, refs: readonly OrderRef[]): Promise<ReadonlyMap<string, string>> {
  if (refs.length === 0) return new Map();
  const rows = await tx.$queryRaw<(OrderRef & { order_id: string })[]>`
    SELECT venue, account, ref, order_id FROM order_refs
    JOIN json_to_recordset(${JSON.stringify(refs)}::json) AS asked (venue text, account text, ref text)
      USING (venue, account, ref)`;
  return new Map(rows.map((row) => [refKey(row), row.order_id]));
}

const ORDER_COLUMNS = Prisma.raw(`id, user_id AS "userId", venue, account, cl_ord_id AS "clOrdId",
  venue_order_id AS "venueOrderId", symbol, asset_class AS "assetClass", side, order_type AS "orderType",
  time_in_force AS "timeInForce", quantity, notional, price, stop_px AS "stopPx", accepted, closed, session, stopped, complete, stamps, settled, pending,
  derived_qty AS "derivedQty",
  cum_qty AS "cumQty", cum_amount AS "cumAmount", status, open, text, reject_reason AS "rejectReason", platform, client, strategy,
  created_at AS "createdAt", updated_at AS "updatedAt", version`);

/**
 * Locks these orders, sorted by id, until commit. With `skip` an order that another transaction holds is left out.
 * @returns the orders as they are now
 */
export async function lockOrders(tx: Tx, ids: readonly string[], mode: 'wait' | 'skip'): Promise<readonly Order[]> {
  if (ids.length === 0) return [];
  const skip = mode === 'skip' ? Prisma.sql`SKIP LOCKED` : Prisma.empty;
  const rows = await tx.$queryRaw<OrderRow[]>`
    SELECT ${ORDER_COLUMNS} FROM orders WHERE id = ANY(${[...ids]}::uuid[]) ORDER BY id FOR UPDATE ${skip}`;
  return rows.map(orderOfRow);
}

/** Inserts or updates these orders, which the transaction has locked or just made. */
export async function writeOrders(tx: Tx, orders: readonly Order[]): Promise<void> {
  if (orders.length === 0) return;
  await tx.$executeRaw`
    INSERT INTO orders SELECT * FROM jsonb_populate_recordset(NULL::orders, ${JSON.stringify(orders.map(rowOfOrder))}::jsonb)
    ON CONFLICT (id) DO UPDATE SET cl_ord_id = EXCLUDED.cl_ord_id, venue_order_id = EXCLUDED.venue_order_id,
      order_type = EXCLUDED.order_type, time_in_force = EXCLUDED.time_in_force, quantity = EXCLUDED.quantity,
      notional = EXCLUDED.notional, price = EXCLUDED.price, stop_px = EXCLUDED.stop_px, accepted = EXCLUDED.accepted,
      closed = EXCLUDED.closed, session = EXCLUDED.session, stopped = EXCLUDED.stopped, complete = EXCLUDED.complete,
      derived_qty = EXCLUDED.derived_qty,
      stamps = EXCLUDED.stamps, settled = EXCLUDED.settled, pending = EXCLUDED.pending, cum_qty = EXCLUDED.cum_qty,
      cum_amount = EXCLUDED.cum_amount, status = EXCLUDED.status, open = EXCLUDED.open, text = EXCLUDED.text,
      reject_reason = EXCLUDED.reject_reason, updated_at = EXCLUDED.updated_at, version = EXCLUDED.version`;
}

/** @throws ConflictError when another transaction has just given one of the names away. */
export async function writeRefs(
  tx: Tx,
  refs: readonly (OrderRef & { readonly userId: UserId; readonly orderId: OrderId })[],
): Promise<void> {
  if (refs.length === 0) return;
  const rows = refs.map(({ venue, account, ref, userId, orderId }) => ({
    ...{ venue, account, ref },
    user_id: userId,
    order_id: orderId,
  }));
  const written = await tx.$executeRaw`
    INSERT INTO order_refs SELECT * FROM json_populate_recordset(NULL::order_refs, ${JSON.stringify(rows)}::json)
    ORDER BY venue, account, ref ON CONFLICT DO NOTHING`;
  if (written < rows.length) throw new ConflictError('an order name was given away meanwhile');
}
