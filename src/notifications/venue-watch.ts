import type { Db } from '../db/client.ts';
import { inTransaction } from '../db/transaction.ts';
import type { Deps } from '../deps.ts';
import type { UserId } from '../kernel/brand.ts';
import { type NewFact, takeFacts } from './facts-store.ts';
import type { StaleVenue, VenueHealth } from './parts.ts';

const USERS_PER_PAGE = 500;

interface WatchDeps extends Pick<Deps, 'clock' | 'ids'> {
  readonly db: Db;
  readonly taken: (users: readonly UserId[]) => void;
}

/**
 * Watches for venues that fall silent. Whoever has open orders there is told once for each outage, by whichever process sees
 * it first: an outage is named by when the venue was heard of last.
 */
export function venueWatch(deps: WatchDeps, health: VenueHealth): (signal: AbortSignal) => Promise<void> {
  /** By venue: the outage that this process has told everybody of. */
  const told = new Map<string, string>();
  return async (signal) => {
    const stale = await health.stale();
    for (const venue of [...told.keys()]) if (!stale.some((one) => one.venue === venue)) told.delete(venue);
    for (const one of stale) {
      if (told.get(one.venue) === outageOf(one) || signal.aborted) continue;
      if (await tellAffected(deps, health, { one, signal })) told.set(one.venue, outageOf(one));
    }
  };
}

const outageOf = ({ venue, since }: StaleVenue): string => `venue:${venue}:${since?.toISOString() ?? 'never'}`;

interface Telling {
  readonly one: StaleVenue;
  readonly signal: AbortSignal;
}

/** @returns whether it came to the end */
async function tellAffected(deps: WatchDeps, health: VenueHealth, { one, signal }: Telling): Promise<boolean> {
  for (let after = ''; !signal.aborted;) {
    const users = await health.affected(one.venue, { after, limit: USERS_PER_PAGE });
    const facts = users.map((user) => disconnected(user, one, deps.clock.now()));
    const added = await inTransaction(deps.db, (tx) => takeFacts(tx, deps, facts));
    if (added > 0) deps.taken(users);
    if (users.length < USERS_PER_PAGE) return true;
    after = users.at(-1) ?? '';
  }
  return false;
}

const disconnected = (user: UserId, one: StaleVenue, now: Date): NewFact => ({
  ...{ userId: user, type: 'BROKER_DISCONNECTED', key: outageOf(one), occurredAt: now },
  ...{ orderId: null, symbol: null, strategy: null },
  data: { venue: one.venue, since: one.since?.toISOString() ?? null },
});
