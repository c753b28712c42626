import pg from 'pg';
import { every } from '../kernel/clock.ts';

/** Longer than any statement may take: past it PostgreSQL is frozen, or the link to it carries nothing. */
export const ANSWER_TIMEOUT_MS = 6_000;
const LOOK_MS = 500;

/**
 * Ends each connection whose answer stays away. PostgreSQL's own limits do not help when it is frozen; and a connection that is
 * only given up, as pg's `query_timeout` does, would go back to the pool in the middle of its transaction.
 * @returns what takes a connection under watch, until it ends
 */
export function openAnswerWatch(timeoutMs = ANSWER_TIMEOUT_MS): (client: pg.ClientBase) => void {
  /** By connection: how often it was found waiting for the same answer; null while it waits for none. */
  const looks = new Map<pg.Client, number | null>();
  let timer: Disposable | null = null;
  const look = (): void => {
    for (const [client, seen] of looks) {
      if (seen === null) continue;
      looks.set(client, seen + 1);
      if (seen * LOOK_MS >= timeoutMs) void client.end().catch(() => undefined);
    }
  };
  return (client) => {
    if (!(client instanceof pg.Client)) throw new Error('not a connection of pg');
    const send = client.query.bind(client) as (...args: readonly unknown[]) => unknown;
    Object.assign(client, {
      query: (...args: readonly unknown[]): unknown => {
        looks.set(client, 0);
        return send(...args);
      },
    });
    client.on('drain', () => looks.set(client, null));
    client.once('end', () => {
      looks.delete(client);
      if (looks.size > 0) return;
      timer?.[Symbol.dispose]();
      timer = null;
    });
    looks.set(client, null);
    timer ??= every(LOOK_MS, look);
  };
}
