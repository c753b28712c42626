import type { Deps } from '../deps.ts';
import type { QuarantinedReport } from '../generated/prisma/client.ts';

type ClaimDeps = Pick<Deps, 'db' | 'clock'>;

/**
 * Takes the claim of a venue that is due first, for this process alone and for a while; whoever dies with it leaves it to the
 * others when that is over.
 */
export async function claimNext(
  { db, clock }: ClaimDeps,
  { venue, holdMs }: { venue: string; holdMs: number },
): Promise<QuarantinedReport | null> {
  const now = clock.now();
  const heldUntil = new Date(now.getTime() + holdMs);
  const [row] = await db.$queryRaw<QuarantinedReport[]>`
    WITH due AS (
      SELECT id FROM quarantined_reports WHERE try_at <= ${now} AND venue = ${venue} AND resolved_at IS NULL
      ORDER BY try_at LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    UPDATE quarantined_reports AS report SET try_at = ${heldUntil}, tries = tries + 1
    FROM due WHERE report.id = due.id
    RETURNING report.id, venue, account, delivery_id AS "deliveryId", position, reason, detail, body,
      created_at AS "createdAt", resolved_at AS "resolvedAt", waits_for AS "waitsFor", try_at AS "tryAt", tries`;
  return row ?? null;
}

/** What became of a try: when the next one is (null: none), and what operators should know. */
export interface Tried {
  readonly tryAt: Date | null;
  readonly detail?: string;
}

export async function writeTried({ db }: ClaimDeps, { id }: QuarantinedReport, tried: Tried): Promise<void> {
  await db.quarantinedReport.updateMany({ where: { id, resolvedAt: null }, data: tried });
}

/** Says of claims of venues that can't be asked which variables are missing; they are tried once those are there. */
export async function noteUnlinked({ db, clock }: ClaimDeps, linked: readonly string[]): Promise<void> {
  await db.$executeRaw`
    UPDATE quarantined_reports SET try_at = NULL,
      detail = detail || '; it can’t be: VENUE_URL_' || upper(venue) || ' and VENUE_CREDENTIALS_' || upper(venue) || ' are missing'
    WHERE try_at <= ${clock.now()} AND resolved_at IS NULL AND NOT venue = ANY(${[...linked]}::text[])`;
}

/** What was given up may be confirmed under the configuration that this process has begun with. */
export async function reopenClaims({ db, clock }: ClaimDeps, linked: readonly string[]): Promise<void> {
  if (linked.length === 0) return;
  await db.quarantinedReport.updateMany({
    where: { reason: 'UNCONFIRMED', resolvedAt: null, tryAt: null, venue: { in: [...linked] } },
    data: { tryAt: clock.now() },
  });
}
