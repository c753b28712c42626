import type { Deps } from '../deps.ts';

/** When something was last heard of a venue, and whether orders wait for it. */
export interface Heard {
  /** Its newest delivery, also one without reports. */
  readonly lastEventAt: Date | null;
  /** When it last answered a sweep. */
  readonly lastSweepAt: Date | null;
  /** An order was open there before the time that a venue may be silent. */
  readonly isAwaited: boolean;
}

type HeardDeps = Pick<Deps, 'db' | 'clock' | 'config'>;

const silentSince = ({ clock, config }: Pick<HeardDeps, 'clock' | 'config'>): Date =>
  new Date(clock.now().getTime() - config.venueStaleMs);

/**
 * What is known of each of these venues, in their order. A delivery that a process of an earlier version has taken says
 * nothing of whether it is our own; each of the two questions finds its newest by the index.
 */
export async function readHeard(deps: HeardDeps, venues: readonly string[]): Promise<readonly Heard[]> {
  const rows = await deps.db.$queryRaw<Heard[]>`
    SELECT
      greatest(
        (SELECT max(received_at) FROM webhook_inbox WHERE webhook_inbox.venue = asked.venue AND NOT own),
        (SELECT max(received_at) FROM webhook_inbox WHERE webhook_inbox.venue = asked.venue AND own IS NULL)
      ) AS "lastEventAt",
      (SELECT answered_at FROM venue_sweeps WHERE venue_sweeps.venue = asked.venue) AS "lastSweepAt",
      EXISTS (
        SELECT FROM orders WHERE orders.venue = asked.venue AND open AND created_at <= ${silentSince(deps)}
      ) AS "isAwaited"
    FROM unnest(${[...venues]}::text[]) WITH ORDINALITY AS asked (venue, place) ORDER BY place`;
  return rows;
}

/** Orders wait for the venue, and nothing was heard of it for VENUE_STALE_SECONDS. */
export function isStale(
  { lastEventAt, lastSweepAt, isAwaited }: Heard,
  deps: Pick<HeardDeps, 'clock' | 'config'>,
): boolean {
  const since = silentSince(deps);
  return isAwaited && [lastEventAt, lastSweepAt].every((heardAt) => heardAt === null || heardAt <= since);
}
