import { z } from 'zod';
import { inTransaction } from '../db/transaction.ts';
import type { Deps } from '../deps.ts';
import type { Context } from '../graphql/context.ts';
import { type PageArgs, readConnection } from '../graphql/paging.ts';
import type { UserId } from '../kernel/brand.ts';
import { readExtent } from '../stream/history.ts';
import { cursorOf } from '../stream/resume.ts';
import { countUnreadCritical, findCritical, readCritical } from './critical-store.ts';
import { keyOf, type NotificationFilter, type NotificationKey, pageOf, passes } from './filter.ts';
import type { NotificationConnection } from './list-types.ts';
import type { NotificationView } from './view.ts';

/** Who asks, for which page, and how many rows the request may still ask for. */
interface Asked extends Pick<Context, 'rows'> {
  readonly user: UserId;
  readonly args: PageArgs;
}

const keySchema: z.ZodType<NotificationKey> = z.tuple([z.iso.datetime({ precision: 3 }), z.uuid()]);

/**
 * A page of both layers, newest first, with the place in both logs: what is not in the rows comes after it. The critical ones
 * are of one snapshot with their place, and so are the everyday ones with theirs.
 * @throws RedisAwayError: half of a list would look like the whole
 */
export async function readNotificationList(
  deps: Pick<Deps, 'db' | 'config' | 'feed'>,
  { user, ...asked }: Asked,
  filter: NotificationFilter,
): Promise<NotificationConnection> {
  const everyday = await deps.feed.list(user);
  const wanted = everyday.notifications.filter((view) => passes(view, filter));
  return inTransaction(
    deps.db,
    async (tx) => {
      const { head } = await readExtent(tx, user);
      const connection = await readConnection<NotificationView, NotificationView, NotificationKey>(asked, {
        key: keySchema,
        keyOf,
        nodeOf: (view) => view,
        read: async (page) => {
          const critical = filter.critical === false ? [] : await readCritical(tx, user, { filter, page });
          return pageOf([...wanted, ...critical], page);
        },
      });
      const unread = (await countUnreadCritical(tx, [user])).get(user) ?? 0;
      const unreadEveryday = everyday.notifications.filter(({ readAt }) => readAt === null).length;
      const position = cursorOf(deps, user, { log: head, feed: everyday.head });
      return { ...connection, unreadCount: unread + unreadEveryday, position };
    },
    'RepeatableRead',
  );
}

/** A notification of this user by its UUID, in whichever layer it is. */
export async function findNotification(
  { db, feed }: Pick<Deps, 'db' | 'feed'>,
  user: UserId,
  id: string,
): Promise<NotificationView | null> {
  return (await findCritical(db, user, id)) ?? (await feed.find(user, id));
}

/** How many notifications each of these users has neither read nor archived, in both layers. */
export async function readUnread(
  { db, feed }: Pick<Deps, 'db' | 'feed'>,
  users: readonly UserId[],
): Promise<ReadonlyMap<UserId, number>> {
  const [critical, everyday] = await Promise.all([countUnreadCritical(db, users), feed.unread(users)]);
  return new Map(users.map((user) => [user, (critical.get(user) ?? 0) + (everyday.get(user) ?? 0)]));
}
