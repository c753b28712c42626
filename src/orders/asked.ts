import type { Db } from '../db/client.ts';
import { decimal } from '../kernel/decimal.ts';
import type { KnownOrder, Page } from '../venues/reconcile.ts';

interface Row {
  readonly id: string;
  readonly account: string;
  readonly venueOrderId: string | null;
  readonly clOrdId: string | null;
  readonly unsent: boolean;
  readonly doubt: string | null;
}

/**
 * The next orders of a venue, by id, that it is to be asked about: those that are open, and those that it has told more of
 * than we know. An order with a request that has not reached the venue yet is left out: it would be unknown there.
 */
export async function readAskedOrders(
  db: Db,
  venue: string,
  { after, limit }: { after: string | null; limit: number },
): Promise<Page> {
  const from = after ?? '00000000-0000-0000-0000-000000000000';
  const rows = await db.$queryRaw<Row[]>`
    WITH asked AS (
      (SELECT id FROM orders WHERE venue = ${venue} AND open AND id > ${from}::uuid ORDER BY id LIMIT ${limit})
      UNION
      (SELECT order_id FROM order_doubts WHERE venue = ${venue} AND order_id > ${from}::uuid
       ORDER BY order_id LIMIT ${limit})
      ORDER BY id LIMIT ${limit}
    )
    SELECT id::text, account, venue_order_id AS "venueOrderId", cl_ord_id AS "clOrdId", doubt.cum_qty::text AS doubt,
      EXISTS (
        SELECT FROM order_requests AS request
        WHERE request.order_id = orders.id AND request.request IS NOT NULL AND sent_at IS NULL
      ) AS unsent
    FROM asked JOIN orders USING (id) LEFT JOIN order_doubts AS doubt ON doubt.order_id = id
    ORDER BY id`;
  const last = rows.length < limit ? null : (rows.at(-1)?.id ?? null);
  return { orders: rows.filter(({ unsent }) => !unsent).map(knownOrder), last };
}

const knownOrder = ({ id, account, venueOrderId, clOrdId, doubt }: Row): KnownOrder => ({
  id,
  asked: { account, venueOrderId, clOrdId },
  doubt: doubt === null ? null : decimal(doubt),
});
