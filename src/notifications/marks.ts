import { inTransaction } from '../db/transaction.ts';
import type { Deps } from '../deps.ts';
import type { UserId } from '../kernel/brand.ts';
import { parseUuidOf } from '../kernel/global-id.ts';
import { append, type NewEvent } from '../stream/append.ts';
import type { StreamEvent } from '../stream/event.ts';
import { markCritical, MARKS_MAX, readCriticalByIds } from './critical-store.ts';
import type { Mark } from './feed.ts';
import { readUnread } from './list.ts';
import type { NotificationsPayload } from './list-types.ts';
import type { NotificationView } from './view.ts';

type MarkDeps = Pick<Deps, 'db' | 'bus' | 'clock' | 'feed'>;

/** Transactions that `all` takes at most; what is left then is marked by the next one that asks. */
const BATCHES_MAX = 20;

/**
 * Marks notifications of this user in both layers, each as an update of its own log, so that every device hears of it.
 * Idempotent; ids that are unknown or another user's are left out.
 * @param asked their Relay ids
 * @throws RedisAwayError with the critical ones marked: it is done whole when it is asked again
 */
export async function markNotifications(
  deps: MarkDeps,
  user: UserId,
  { ids: asked, change }: { readonly ids: readonly string[] | 'all'; readonly change: Mark['change'] },
): Promise<NotificationsPayload> {
  const ids = asked === 'all' ? asked : asked.flatMap((id) => parseUuidOf('Notification', id) ?? []);
  const mark: Mark = { ids, change, at: deps.clock.now() };
  await markAllCritical(deps, user, mark);
  const critical = ids === 'all' ? [] : await readCriticalByIds(deps.db, user, ids);
  const everyday = await deps.feed.mark(user, mark);
  const known = new Map([...critical, ...everyday].map((view) => [view.id, view]));
  const notifications = asked === 'all' ? [] : inOrder(asked, known);
  return { notifications, unreadCount: (await readUnread(deps, [user])).get(user) ?? 0 };
}

const inOrder = (asked: readonly string[], known: ReadonlyMap<string, NotificationView>): NotificationView[] =>
  [...new Set(asked)].flatMap((id) => known.get(id) ?? []);

async function markAllCritical({ db, bus }: MarkDeps, user: UserId, mark: Mark): Promise<void> {
  if (mark.ids.length === 0) return;
  for (let batch = 0; batch < BATCHES_MAX; batch++) {
    const events = await inTransaction(db, async (tx): Promise<readonly StreamEvent[]> => {
      const marked = await markCritical(tx, user, mark);
      const news = marked.map((notification): NewEvent => ({
        ...{ userId: user, type: 'notificationReceived', orderId: null, change: null },
        data: { change: mark.change, notification },
      }));
      return append(tx, news, mark.at);
    });
    bus.publish(events);
    if (events.length < MARKS_MAX) return;
  }
}
