import type { Db, Tx } from '../db/client.ts';
import type { CriticalNotification, Prisma } from '../generated/prisma/client.ts';
import type { Page } from '../graphql/paging.ts';
import type { UserId } from '../kernel/brand.ts';
import { globalId } from '../kernel/global-id.ts';
import type { Mark } from './feed.ts';
import type { NotificationFilter, NotificationKey } from './filter.ts';
import { POLICIES } from './policy.ts';
import type { NotificationView } from './view.ts';
import { CATEGORIES, type Locale, NOTIFICATION_TYPES, type NotificationType } from './words.ts';

/** As apps see it, in the words of when it was told. */
function viewOfRow(row: CriticalNotification): NotificationView {
  const { title, body, orderId, symbol, strategy } = row;
  const [type, locale] = [row.type as NotificationType, row.locale as Locale];
  const { category, priority, critical } = POLICIES[type];
  return {
    id: globalId('Notification', row.id),
    ...{ type, category, priority, critical, title, body, locale, orderId, symbol, strategy },
    occurredAt: row.occurredAt.toISOString(),
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    readAt: row.readAt?.toISOString() ?? null,
    archivedAt: row.archivedAt?.toISOString() ?? null,
  };
}

export async function findCritical(db: Db | Tx, user: UserId, id: string): Promise<NotificationView | null> {
  const row = await db.criticalNotification.findFirst({ where: { id, userId: user } });
  return row && viewOfRow(row);
}

export async function readCriticalByIds(
  db: Db | Tx,
  user: UserId,
  ids: readonly string[],
): Promise<readonly NotificationView[]> {
  const rows = await db.criticalNotification.findMany({ where: { userId: user, id: { in: [...ids] } } });
  return rows.map(viewOfRow);
}

/** Newest first, by time and id. */
export async function readCritical(
  tx: Tx,
  user: UserId,
  { filter, page }: { filter: NotificationFilter; page: Page<NotificationKey> },
): Promise<readonly NotificationView[]> {
  const { after, before, limit, inverted } = page;
  const direction = inverted ? 'asc' : 'desc';
  const rows = await tx.criticalNotification.findMany({
    where: { userId: user, AND: [whereFilter(filter), after ? older(after) : {}, before ? newer(before) : {}] },
    orderBy: [{ createdAt: direction }, { id: direction }],
    take: limit,
  });
  return rows.map(viewOfRow);
}

/** The time alone bounds the range of the index that is read; the id tells apart what has the same time. */
const older = ([time, id]: NotificationKey): Prisma.CriticalNotificationWhereInput => ({
  createdAt: { lte: time },
  OR: [{ createdAt: { lt: time } }, { id: { lt: id } }],
});
const newer = ([time, id]: NotificationKey): Prisma.CriticalNotificationWhereInput => ({
  createdAt: { gte: time },
  OR: [{ createdAt: { gt: time } }, { id: { gt: id } }],
});

function whereFilter({
  unread,
  archived,
  categories,
  types,
  strategies,
}: NotificationFilter): Prisma.CriticalNotificationWhereInput {
  const named = NOTIFICATION_TYPES.filter(
    (type) => (types?.includes(type) ?? true) && (categories ?? CATEGORIES).includes(POLICIES[type].category),
  );
  return {
    archivedAt: archived ? { not: null } : null,
    ...(typeof unread === 'boolean' && { readAt: unread ? null : { not: null } }),
    ...((types || categories) && { type: { in: named } }),
    ...(strategies && { strategy: { in: [...strategies] } }),
  };
}

/** How many critical ones each of these users has neither read nor archived. */
export async function countUnreadCritical(db: Db | Tx, users: readonly UserId[]): Promise<ReadonlyMap<string, number>> {
  const rows = await db.$queryRaw<{ user_id: string; count: number }[]>`
    SELECT user_id, count(*)::int AS count FROM critical_notifications
    WHERE user_id = ANY(${[...users]}::text[]) AND read_at IS NULL GROUP BY user_id`;
  return new Map(rows.map(({ user_id, count }) => [user_id, count]));
}

/** What one transaction marks at most. */
export const MARKS_MAX = 500;

/** @returns those that the mark has changed, oldest first, as they are with it */
export async function markCritical(
  tx: Tx,
  user: UserId,
  { ids, change, at }: Mark,
): Promise<readonly NotificationView[]> {
  const unmarked = { userId: user, ...(change === 'READ' ? { readAt: null } : { archivedAt: null }) };
  const found = await tx.criticalNotification.findMany({
    where: { ...unmarked, ...(ids !== 'all' && { id: { in: [...ids] } }) },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    take: MARKS_MAX,
    select: { id: true },
  });
  if (found.length === 0) return [];
  // Locked in one order, so that two devices that mark the same ones wait for each other; looked at again once locked.
  const locked = await tx.$queryRaw<{ id: string }[]>`
    SELECT id::text FROM critical_notifications WHERE id = ANY(${found.map(({ id }) => id)}::uuid[]) ORDER BY id FOR UPDATE`;
  const own = { ...unmarked, id: { in: locked.map(({ id }) => id) } };
  const rows = await tx.criticalNotification.findMany({ where: own, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] });
  const archivedAt = change === 'ARCHIVED' ? { archivedAt: at } : {};
  const changed = rows.map((row) => ({ ...row, ...archivedAt, readAt: row.readAt ?? at }));
  await tx.$executeRaw`
    UPDATE critical_notifications SET read_at = coalesce(read_at, ${at}),
      archived_at = CASE WHEN ${change === 'ARCHIVED'} THEN ${at} ELSE archived_at END
    WHERE id = ANY(${rows.map(({ id }) => id)}::uuid[])`;
  return changed.map(viewOfRow);
}
