import type { Db } from '../db/client.ts';
import type { UserId } from '../kernel/brand.ts';
import { batched } from './batch.ts';
import { type Extent, type HistoryPage, readExtents, readPages } from './history.ts';

export const PAGE_EVENTS_MAX = 500;
/** What one statement brings at most, shared out among those who ask in it. */
export const BATCH_EVENTS_MAX = 4_000;
export const BATCH_PAGES_MAX = 80;
export const BATCH_EXTENTS_MAX = 500;
/** Statements at a time, of each kind: thousands of readers that come back at once leave the database to the others. */
export const BATCHES_IN_FLIGHT_MAX = 2;
export const BATCH_REST_MS = 20;

/** The log as its readers see it, whose questions go to the database together. */
export interface LogReader {
  /** Where a user's stream begins and ends now. */
  extent(user: UserId): Promise<Extent>;
  /** The events after an offset, oldest first; a page is shorter when many ask at once. */
  page(user: UserId, after: number): Promise<HistoryPage>;
}

/** @param onAway told when the database stops answering, once until it answers again */
export function openLogReader(db: Db, onAway: (err: unknown) => void = () => undefined): LogReader {
  const pace = { inFlightMax: BATCHES_IN_FLIGHT_MAX, restMs: BATCH_REST_MS };
  let told = false;
  const watched = async <T>(asked: Promise<T>): Promise<T> => {
    try {
      const answer = await asked;
      told = false;
      return answer;
    } catch (error) {
      if (!told) onAway(error);
      told = true;
      throw error;
    }
  };
  const extent = batched((users: readonly UserId[]) => watched(readExtents(db, users)), {
    ...{ ...pace, keysMax: BATCH_EXTENTS_MAX },
    nameOf: (user) => user,
  });
  const page = batched(
    (asked: readonly { user: UserId; after: number }[]) =>
      watched(readPages(db, asked, Math.min(PAGE_EVENTS_MAX, Math.floor(BATCH_EVENTS_MAX / asked.length)))),
    { ...pace, keysMax: BATCH_PAGES_MAX, nameOf: ({ user, after }) => `${after} ${user}` },
  );
  return { extent, page: (user, after) => page({ user, after }) };
}
