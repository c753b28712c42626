import type { Deps } from '../deps.ts';
import { type UserId, userId } from '../kernel/brand.ts';
import type { StaleVenue, VenueHealth } from '../notifications/parts.ts';
import { isStale, readHeard } from './heard.ts';

type SilentDeps = Pick<Deps, 'db' | 'clock' | 'config' | 'venues'>;

/**
 * Venues that are silent although orders wait there. A process that has just begun says nothing yet: while no process ran,
 * no venue could be heard.
 */
export function venueHealthOf(deps: SilentDeps): VenueHealth {
  const startedAt = deps.clock.now().getTime();
  return {
    async stale() {
      if (deps.clock.now().getTime() - startedAt < deps.config.venueStaleMs) return [];
      const names = [...deps.venues.keys()];
      const heard = await readHeard(deps, names);
      return heard.flatMap((one, n): readonly StaleVenue[] => {
        const times = [one.lastEventAt, one.lastSweepAt].filter((time) => time !== null);
        const since = times.reduce<Date | null>((last, time) => (last && last > time ? last : time), null);
        return isStale(one, deps) ? [{ venue: names[n] ?? '', since }] : [];
      });
    },
    affected: (venue, page) => readAffected(deps, venue, page),
  };
}

/** Users with open orders at this venue. */
async function readAffected(
  { db }: Pick<Deps, 'db'>,
  venue: string,
  { after, limit }: { readonly after: string; readonly limit: number },
): Promise<readonly UserId[]> {
  const rows = await db.$queryRaw<{ user_id: string }[]>`
    SELECT DISTINCT user_id FROM orders WHERE venue = ${venue} AND open AND user_id > ${after}
    ORDER BY user_id LIMIT ${limit}`;
  return rows.map(({ user_id }) => userId(user_id));
}
