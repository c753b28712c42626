import type { Db } from '../db/client.ts';

/** A sweep that this process holds. */
export interface HeldSweep {
  readonly venue: string;
  readonly holder: string;
}

/** While a process sweeps no other one does; when it has died, another one takes over after this. */
export const SWEEP_LEASE_MS = 60_000;

/** The clock of PostgreSQL counts, so that processes whose clocks differ agree. */
const lease = `${SWEEP_LEASE_MS} milliseconds`;

/**
 * Takes the sweep of a venue when it is due and nobody is at it.
 * @returns the place after which it goes on; null when there is nothing to take
 */
export async function claimSweep(db: Db, { venue, holder }: HeldSweep): Promise<{ place: string | null } | null> {
  const [row] = await db.$queryRaw<{ place: string | null }[]>`
    UPDATE venue_sweeps SET holder = ${holder}::uuid, held_until = now() + ${lease}::interval
    WHERE venue = ${venue} AND next_at <= now() AND (held_until IS NULL OR held_until <= now())
    RETURNING place::text`;
  return row ?? null;
}

/** The first process that knows the venue makes its row. */
export async function ensureSweep(db: Db, venue: string): Promise<void> {
  await db.$executeRaw`INSERT INTO venue_sweeps (venue, next_at) VALUES (${venue}, now()) ON CONFLICT DO NOTHING`;
}

/** Holds the sweep for longer, at this place. False when another process has taken it over. */
export async function holdSweep(db: Db, { venue, holder }: HeldSweep, at: SweepState): Promise<boolean> {
  const held = await db.$executeRaw`
    UPDATE venue_sweeps SET place = ${at.place}::uuid, held_until = now() + ${lease}::interval,
      answered_at = coalesce(${at.answeredAt}, answered_at)
    WHERE venue = ${venue} AND holder = ${holder}::uuid AND held_until > now()`;
  return held === 1;
}

/** Gives the sweep back, until the next one. */
export async function endSweep(
  db: Db,
  { venue, holder }: HeldSweep,
  { place, answeredAt, nextInMs }: SweepState & { readonly nextInMs: number },
): Promise<void> {
  await db.$executeRaw`
    UPDATE venue_sweeps SET place = ${place}::uuid, answered_at = coalesce(${answeredAt}, answered_at),
      next_at = now() + ${`${nextInMs} milliseconds`}::interval, holder = NULL, held_until = NULL
    WHERE venue = ${venue} AND holder = ${holder}::uuid`;
}

/** How far a sweep has come. */
export interface SweepState {
  /** The last order that was asked about; null when the next sweep begins with the first one. */
  readonly place: string | null;
  /** When the venue answered last in this sweep. */
  readonly answeredAt: Date | null;
}
