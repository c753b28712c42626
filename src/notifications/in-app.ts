import type { Db } from '../db/client.ts';
import type { Deps } from '../deps.ts';
import type { Notification } from './notification.ts';
import type { NotificationParts } from './parts.ts';
import { POLICIES } from './policy.ts';
import type { NotificationView } from './view.ts';

/** Batches that wait for the feed; what comes beyond is left to the worker, which finds it in its rows. */
const BATCHES_WAITING_MAX = 4;

export interface FeedEntry {
  readonly notification: Notification;
  readonly view: NotificationView;
}

interface InAppDeps extends Pick<Deps, 'clock' | 'log'> {
  readonly db: Db;
  readonly parts: Pick<NotificationParts, 'feed'>;
}

export interface InApp {
  /** Never throws and never waits. */
  put(entries: readonly FeedEntry[]): void;
  stop(): Promise<void>;
}

/** The quick way into the feed for what has just been routed here, one batch after the other. */
export function openInApp(deps: InAppDeps): InApp {
  let waiting = 0;
  let last = Promise.resolve();
  return {
    put(entries) {
      if (entries.length === 0 || waiting >= BATCHES_WAITING_MAX) return;
      waiting += 1;
      last = last
        .then(() => putBatch(deps, entries))
        .catch((err: unknown) => deps.log.warn({ err }, 'notifications were not put into the feed at once'))
        .finally(() => (waiting -= 1));
    },
    stop: () => last,
  };
}

async function putBatch({ db, clock, parts }: InAppDeps, entries: readonly FeedEntry[]): Promise<void> {
  const put = await Promise.allSettled(
    entries.map(({ notification: { id, userId, type }, view }) =>
      parts.feed.append(userId, id, view, POLICIES[type].ttlSeconds),
    ),
  );
  const ids = entries.filter((_entry, n) => put[n]?.status === 'fulfilled').map(({ notification: { id } }) => id);
  if (ids.length === 0) return;
  // One that a worker has taken meanwhile is marked by it: it puts the same entry.
  await db.$executeRaw`
    UPDATE notification_deliveries SET state = 'SENT', at = ${clock.now()}, tries = 1, notification = NULL
    WHERE notification_id = ANY(${ids}::uuid[]) AND channel = 'IN_APP' AND state = 'PENDING' AND sending_since IS NULL`;
}
