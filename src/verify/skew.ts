import type { ClientHistory, Logged } from './history.ts';

/**
 * The log with its times by this machine's clock. Two machines' clocks differ, so the quickest delivery of the run counts as
 * taking no time, and every other one is measured by it.
 */
export function byOurClock(log: readonly Logged[], clients: readonly ClientHistory[]): readonly Logged[] {
  const committedAt = new Map(log.map((logged) => [logged.eventId, logged.committedAt]));
  let skew = Number.POSITIVE_INFINITY;
  for (const { sessions } of clients) {
    for (const { seen } of sessions) {
      for (const { eventId, at } of seen)
        skew = Math.min(skew, at - (committedAt.get(eventId) ?? Number.NEGATIVE_INFINITY));
    }
  }
  if (!Number.isFinite(skew)) return log;
  return log.map((logged) => ({ ...logged, committedAt: logged.committedAt + skew }));
}
