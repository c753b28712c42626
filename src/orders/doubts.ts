import type { Db, Tx } from '../db/client.ts';
import { type Decimal, printDecimal } from '../kernel/decimal.ts';
import { isDoubtful, type Said } from './doubt.ts';
import type { Order } from './order.ts';

interface Weighed {
  readonly order: Order;
  readonly said: Said;
}

/** Notes the orders that their venue knows more of than we do, and forgets those that have caught up. */
export async function writeDoubts(tx: Tx, weighed: readonly Weighed[], now: Date): Promise<void> {
  const doubtful = weighed.filter(({ order, said }) => isDoubtful(order, said));
  const caughtUp = weighed.filter(({ order, said }) => said.mayEndDoubt && !isDoubtful(order, said));
  if (doubtful.length > 0) {
    await tx.$executeRaw`
      INSERT INTO order_doubts AS known (order_id, venue, since, cum_qty)
      SELECT id, venue, ${now}, cum_qty FROM json_to_recordset(${rowsOf(doubtful, ({ said }) => said.cumQty)}::json)
        AS doubt (id uuid, venue text, cum_qty numeric)
      ORDER BY id
      ON CONFLICT (order_id) DO UPDATE SET cum_qty = greatest(known.cum_qty, EXCLUDED.cum_qty)`;
  }
  if (caughtUp.length > 0) {
    await tx.$executeRaw`
      DELETE FROM order_doubts WHERE order_id IN (
        SELECT order_id FROM order_doubts
        JOIN json_to_recordset(${rowsOf(caughtUp, ({ order }) => order.cumQty)}::json) AS ours (id uuid, cum_qty numeric)
          ON ours.id = order_id AND ours.cum_qty >= order_doubts.cum_qty
        ORDER BY order_id FOR UPDATE OF order_doubts)`;
  }
}

function rowsOf(weighed: readonly Weighed[], sum: (each: Weighed) => Decimal): string {
  return JSON.stringify(
    weighed.map((each) => ({ id: each.order.id, venue: each.order.venue, cum_qty: printDecimal(sum(each)) })),
  );
}

/** A doubt as it was when its order was asked about. */
export interface Doubt {
  readonly orderId: string;
  readonly cumQty: Decimal;
}

/** Forgets doubts that the venue's answer has settled; one that has grown since stays. Rows that are held stay as well. */
export async function removeDoubts(db: Db, doubts: readonly Doubt[]): Promise<void> {
  if (doubts.length === 0) return;
  const rows = doubts.map(({ orderId, cumQty }) => ({ id: orderId, cum_qty: printDecimal(cumQty) }));
  await db.$executeRaw`
    DELETE FROM order_doubts WHERE order_id IN (
      SELECT order_id FROM order_doubts
      JOIN json_to_recordset(${JSON.stringify(rows)}::json) AS asked (id uuid, cum_qty numeric)
        ON asked.id = order_id AND asked.cum_qty = order_doubts.cum_qty
      ORDER BY order_id FOR UPDATE OF order_doubts SKIP LOCKED)`;
}
