import type { Db, Tx } from '../db/client.ts';
import { type Decimal, printDecimal } from '../kernel/decimal.ts';
import { isDoubtful, type Said } from './doubt.ts';
import type { Order } from './order.ts';

/** A doubt that is as old is left: it stays where operators see it, and its venue is no longer asked because of it. */
export const DOUBT_MS_MAX = 24 * 3_600_000;

interface Weighed {
  readonly order: Order;
  readonly said: Said;
}

/**
 * Notes the orders that their venue knows more of than we do, and forgets those that have caught up. Where it has named no
 * sum only asking helps: that is noted of venues that are asked.
 */
export async function writeDoubts(tx: Tx, weighed: readonly Weighed[], now: Date): Promise<void> {
  const doubtful = weighed.filter(({ order, said }) => isDoubtful(order, said));
  const caughtUp = weighed.filter(({ order, said }) => said.mayEndDoubt && !isDoubtful(order, said));
  if (doubtful.length > 0) {
    await tx.$executeRaw`
      INSERT INTO order_doubts AS known (order_id, venue, since, cum_qty)
      SELECT id, venue, ${now}, cum_qty FROM json_to_recordset(${rowsOf(doubtful, sumInDoubt)}::json)
        AS doubt (id uuid, venue text, cum_qty numeric)
      WHERE cum_qty IS NOT NULL OR EXISTS (SELECT FROM venue_sweeps WHERE venue_sweeps.venue = doubt.venue)
      ORDER BY id
      ON CONFLICT (order_id) DO UPDATE SET cum_qty = greatest(known.cum_qty, EXCLUDED.cum_qty),
        since = EXCLUDED.since, asked_at = NULL
      WHERE EXCLUDED.cum_qty IS NULL OR known.cum_qty IS NULL OR EXCLUDED.cum_qty > known.cum_qty`;
  }
  if (caughtUp.length > 0) {
    await tx.$executeRaw`
      DELETE FROM order_doubts WHERE order_id IN (
        SELECT order_id FROM order_doubts
        JOIN json_to_recordset(${rowsOf(caughtUp, ({ order }) => order.cumQty)}::json) AS ours (id uuid, cum_qty numeric)
          ON ours.id = order_id AND ours.cum_qty >= order_doubts.cum_qty AND below_qty IS NULL
        ORDER BY order_id FOR UPDATE OF order_doubts)`;
  }
}

const sumInDoubt = ({ order, said: { cumQty } }: Weighed): Decimal | null => (cumQty?.gt(order.cumQty) ? cumQty : null);

function rowsOf(weighed: readonly Weighed[], sum: (each: Weighed) => Decimal | null): string {
  return JSON.stringify(
    weighed.map((each) => {
      const cumQty = sum(each);
      return { id: each.order.id, venue: each.order.venue, cum_qty: cumQty && printDecimal(cumQty) };
    }),
  );
}

interface Below {
  readonly order: Order;
  /** The venue's sum, which is less than ours. */
  readonly cumQty: Decimal;
}

/**
 * Notes the orders of which the venue states less than we have counted.
 * @returns the ids of those of which that is news
 */
export async function writeBelow(db: Db, below: readonly Below[], now: Date): Promise<readonly string[]> {
  if (below.length === 0) return [];
  const rows = below.map(({ order: { id, venue }, cumQty }) => ({ id, venue, below_qty: printDecimal(cumQty) }));
  const news = await db.$queryRaw<{ id: string }[]>`
    INSERT INTO order_doubts AS known (order_id, venue, since, below_qty)
    SELECT id, venue, ${now}, below_qty FROM json_to_recordset(${JSON.stringify(rows)}::json)
      AS below (id uuid, venue text, below_qty numeric)
    ORDER BY id
    ON CONFLICT (order_id) DO UPDATE SET below_qty = EXCLUDED.below_qty, since = EXCLUDED.since, asked_at = NULL
    WHERE known.below_qty IS DISTINCT FROM EXCLUDED.below_qty
    RETURNING order_id::text AS id`;
  return news.map(({ id }) => id);
}

/**
 * Notes that their venue was asked because of these doubts.
 * @returns the orders whose doubts are left from now on: they have grown too old
 */
export async function noteDoubtsAsked(db: Db, orderIds: readonly string[], now: Date): Promise<readonly string[]> {
  if (orderIds.length === 0) return [];
  const age = `${DOUBT_MS_MAX} milliseconds`;
  const noted = await db.$queryRaw<{ id: string; left: boolean }[]>`
    UPDATE order_doubts SET asked_at = ${now}
    WHERE order_id IN (
      SELECT order_id FROM order_doubts WHERE order_id = ANY(${[...orderIds]}::uuid[])
        AND (asked_at IS NULL OR asked_at < since + ${age}::interval)
      ORDER BY order_id FOR UPDATE SKIP LOCKED)
    RETURNING order_id::text AS id, asked_at >= since + ${age}::interval AS left`;
  return noted.flatMap(({ id, left }) => (left ? [id] : []));
}

/** A doubt as it was when its order was asked about. */
export interface Doubt {
  readonly orderId: string;
  readonly cumQty: Decimal | null;
}

/** Forgets doubts that the venue's answer has settled; one that has grown since stays. Rows that are held stay as well. */
export async function removeDoubts(db: Db, doubts: readonly Doubt[]): Promise<void> {
  if (doubts.length === 0) return;
  const rows = doubts.map(({ orderId, cumQty }) => ({ id: orderId, cum_qty: cumQty && printDecimal(cumQty) }));
  await db.$executeRaw`
    DELETE FROM order_doubts WHERE order_id IN (
      SELECT order_id FROM order_doubts
      JOIN json_to_recordset(${JSON.stringify(rows)}::json) AS asked (id uuid, cum_qty numeric)
        ON asked.id = order_id AND asked.cum_qty IS NOT DISTINCT FROM order_doubts.cum_qty
      ORDER BY order_id FOR UPDATE OF order_doubts SKIP LOCKED)`;
}
