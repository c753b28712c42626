import type { Db } from '../db/client.ts';
import type { Deps } from '../deps.ts';
import { readExact } from '../kernel/exact-json.ts';
import type { Claimed, Owed } from '../venues/submit.ts';
import type { VenueRequest } from '../venues/venue.ts';

/** Longer than a venue may take to answer; then another process may send for the order. */
export const CLAIM_MS = 10_000;

interface ClaimRow {
  readonly user_id: string;
  readonly venue: string;
  readonly created_at: Date;
  readonly request: unknown;
  readonly mine: boolean;
}

/** What orders still have to tell their venues: the unsent requests of order_requests. */
export function owedRequests({ db, clock }: Pick<Deps, 'db' | 'clock'>): Omit<Owed, 'applyRefusal'> {
  return {
    async claim(orderId) {
      const now = clock.now();
      const heldUntil = new Date(now.getTime() + CLAIM_MS);
      // The oldest one alone: what was asked later must not reach the venue first.
      const [row] = await db.$queryRaw<ClaimRow[]>`
        WITH oldest AS (
          SELECT user_id, cl_ord_id, held_until FROM order_requests
          WHERE order_id = ${orderId}::uuid AND request IS NOT NULL AND sent_at IS NULL
          ORDER BY version LIMIT 1 FOR UPDATE
        ), held AS (
          UPDATE order_requests AS asked SET held_until = ${heldUntil} FROM oldest
          WHERE asked.user_id = oldest.user_id AND asked.cl_ord_id = oldest.cl_ord_id
            AND (oldest.held_until IS NULL OR oldest.held_until < ${now})
          RETURNING asked.user_id, asked.venue, asked.created_at, asked.request
        )
        SELECT held.*, held.user_id IS NOT NULL AS mine FROM oldest LEFT JOIN held ON true`;
      if (!row) return null;
      if (!row.mine) return 'busy';
      const request = readExact(JSON.stringify(row.request)) as VenueRequest;
      return { userId: row.user_id, venue: row.venue, askedAt: row.created_at, request };
    },
    markSent: (claimed) => update(db, claimed, { sentAt: clock.now() }),
    release: (claimed) => update(db, claimed, { heldUntil: null }),
  };
}

async function update(
  db: Db,
  { userId, request }: Claimed,
  data: { readonly sentAt: Date } | { readonly heldUntil: null },
): Promise<void> {
  await db.orderRequest.update({ where: { userId_clOrdId: { userId, clOrdId: request.clOrdId } }, data });
}
