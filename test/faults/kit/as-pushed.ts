import type { ClientHistory, Logged, Seen } from '../../../src/verify/history.ts';
import { ORDER_FIELDS } from '../../../src/verify/selection.ts';

interface Data {
  readonly event: unknown;
  readonly order: Readonly<Record<string, unknown>>;
}

/**
 * What an app with a cache was pushed. No cache shows an order older than known: where another answer was ahead of the
 * update, the app is handed the event with the newer order, in place of which the one as of the event is put.
 */
export function asPushed<T extends ClientHistory>(client: T, log: readonly Logged[]): T {
  const byId = new Map(log.filter(({ user }) => user === client.user).map((entry) => [entry.eventId, entry]));
  const pushed = (seen: Seen): Seen => {
    const entry = byId.get(seen.eventId);
    if (!entry) return seen;
    const [given, logged] = [JSON.parse(seen.data) as Data, JSON.parse(entry.data) as Data];
    if (Number(given.order['version']) <= Number(logged.order['version'])) return seen;
    const order = Object.fromEntries(ORDER_FIELDS.map((name) => [name, logged.order[name]]));
    return { ...seen, data: JSON.stringify({ event: given.event, order }) };
  };
  return { ...client, sessions: client.sessions.map((each) => ({ ...each, seen: each.seen.map(pushed) })) };
}
