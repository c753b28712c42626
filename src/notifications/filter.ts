import type { Page } from '../graphql/paging.ts';
import { parseUuidOf } from '../kernel/global-id.ts';
import type { NotificationView } from './view.ts';
import type { Category, NotificationType } from './words.ts';

/** What a list of notifications is narrowed to; an absent member narrows nothing, but for `archived`. */
export interface NotificationFilter {
  readonly unread?: boolean | null | undefined;
  /** Absent: only what is not archived. */
  readonly archived?: boolean | null | undefined;
  readonly categories?: readonly Category[] | null | undefined;
  readonly types?: readonly NotificationType[] | null | undefined;
  readonly strategies?: readonly string[] | null | undefined;
  readonly critical?: boolean | null | undefined;
}

/** A place in a list of notifications: createdAt and the UUID. */
export type NotificationKey = readonly [string, string];

export const uuidOf = ({ id }: NotificationView): string => parseUuidOf('Notification', id) ?? '';
export const keyOf = (view: NotificationView): NotificationKey => [view.createdAt, uuidOf(view)];

/** What is of no strategy is of none of these. */
export const isOfStrategy = (
  { strategy }: Pick<NotificationView, 'strategy'>,
  strategies: NotificationFilter['strategies'],
): boolean => strategies?.some((one) => one === strategy) ?? true;

export function passes(view: NotificationView, filter: NotificationFilter): boolean {
  const { unread, archived, categories, types, strategies, critical } = filter;
  return (
    (view.archivedAt !== null) === (archived ?? false) &&
    (typeof unread !== 'boolean' || (view.readAt === null) === unread) &&
    (categories?.includes(view.category) ?? true) &&
    (types?.includes(view.type) ?? true) &&
    isOfStrategy(view, strategies) &&
    (typeof critical !== 'boolean' || view.critical === critical)
  );
}

/** Below 0 when the first is the newer one. Times are of one form, so that text tells their order. */
function newestFirst([timeA, idA]: NotificationKey, [timeB, idB]: NotificationKey): number {
  if (timeA !== timeB) return timeA > timeB ? -1 : 1;
  return idA === idB ? 0 : idA > idB ? -1 : 1;
}

/** The part of a list that a page asks for: newest first, or from the other end when it is inverted. */
export function pageOf(views: readonly NotificationView[], page: Page<NotificationKey>): readonly NotificationView[] {
  const { after, before, limit, inverted } = page;
  const inside = views.filter(
    (view) => (!after || newestFirst(after, keyOf(view)) < 0) && (!before || newestFirst(keyOf(view), before) < 0),
  );
  const sorted = inside.sort((a, b) => newestFirst(keyOf(a), keyOf(b)));
  return (inverted ? sorted.reverse() : sorted).slice(0, limit);
}
