import type { Db } from '../db/client.ts';
import { decimal } from '../kernel/decimal.ts';
import { DOUBT_MS_MAX } from './doubts.ts';
import type { KnownOrder, Page } from '../venues/reconcile.ts';

interface Row {
  readonly id: string;
  readonly account: string;
  readonly venueOrderId: string | null;
  readonly clOrdId: string | null;
  readonly unsent: boolean;
  readonly doubted: boolean;
  readonly doubt: string | null;
}

interface AskedPage {
  readonly after: string | null;
  readonly limit: number;
  readonly now: Date;
}

/**
 * The next orders of a venue, by id, that it is to be asked about: those that are open, and those that are in doubt. Of a
 * doubt it is asked again when as much time has passed since the last time as the doubt was old then, and no more when it
 * has grown too old. An order that has not reached the venue yet is left out: it would be unknown there.
 */
export async function readAskedOrders(db: Db, venue: string, { after, limit, now }: AskedPage): Promise<Page> {
  const from = after ?? '00000000-0000-0000-0000-000000000000';
  const rows = await db.$queryRaw<Row[]>`
    WITH asked AS (
      (SELECT id FROM orders WHERE venue = ${venue} AND open AND id > ${from}::uuid ORDER BY id LIMIT ${limit})
      UNION
      (SELECT order_id FROM order_doubts WHERE venue = ${venue} AND order_id > ${from}::uuid
         AND (asked_at IS NULL
           OR asked_at < since + ${`${DOUBT_MS_MAX} milliseconds`}::interval AND ${now}::timestamptz - asked_at >= asked_at - since)
       ORDER BY order_id LIMIT ${limit})
      ORDER BY id LIMIT ${limit}
    )
    SELECT id::text, account, venue_order_id AS "venueOrderId", cl_ord_id AS "clOrdId",
      doubt.order_id IS NOT NULL AS doubted, doubt.cum_qty::text AS doubt,
      EXISTS (
        SELECT FROM order_requests AS request
        WHERE request.order_id = orders.id AND request.kind = 'NEW' AND request.request IS NOT NULL AND sent_at IS NULL
      ) AS unsent
    FROM asked JOIN orders USING (id) LEFT JOIN order_doubts AS doubt ON doubt.order_id = id
    ORDER BY id`;
  const last = rows.length < limit ? null : (rows.at(-1)?.id ?? null);
  return { orders: rows.filter(({ unsent }) => !unsent).map(knownOrder), last };
}

const knownOrder = ({ id, account, venueOrderId, clOrdId, doubted, doubt }: Row): KnownOrder => ({
  id,
  asked: { account, venueOrderId, clOrdId },
  doubt: doubted ? { cumQty: doubt === null ? null : decimal(doubt) } : null,
});
