import type { Cursor } from './cursor.ts';
import type { Notification, NotificationCategory, NotificationFilter, NotificationUpdate } from './generated/schema.ts';
import { NOTIFICATIONS_TABLE } from './generated/notifications.ts';
import { type NotificationsListed, NOTHING_LISTED, withChange, withNotifications } from './notification-list.ts';
import type { OrderSource } from './orders.ts';
import { isObject, UnreadableError } from './read.ts';
import { readRows, readWhole } from './read-order.ts';
import { type Ended, errorOf, type Retried, retried } from './retry.ts';
import { fieldsOf, know } from './shape.ts';
import { openStore, type Store } from './status.ts';
import { later, now } from './time.ts';

export { watchPresence } from './presence.ts';
export type { Notification, NotificationCategory, NotificationFilter, NotificationUpdate };

/** Where notifications come from: the client. */
export type NotificationSource = OrderSource;

export interface NotificationsState {
  readonly notifications: readonly Notification[];
  /** Of all that are kept and not archived, whatever the filter. */
  readonly unreadCount: number;
  /** When this was the state of the service, in milliseconds since 1970; null: nothing is known yet. */
  readonly asOf: number | null;
  readonly isLoading: boolean;
  readonly hasMore: boolean;
  readonly error: Error | null;
}

export interface NotificationList extends Store<NotificationsState> {
  readonly loadMore: () => Promise<void>;
  /** Loads again by hand; updates go on meanwhile. */
  readonly refresh: () => Promise<void>;
  /** On every device. What goes wrong is told as `error`. */
  readonly markRead: (ids: readonly string[] | 'all') => Promise<void>;
  /** Takes them out of the list, on every device. */
  readonly archive: (ids: readonly string[]) => Promise<void>;
  /** Begins to load and to follow; the answer ends that. */
  readonly start: () => () => void;
}

export interface NotificationsOptions {
  /** `archived` is false unless told. */
  readonly filter?: NotificationFilter;
  /** 1 to 100. */
  readonly pageSize?: number;
  /** Told of each new one once, also of one that came while the connection was broken, but of none that a list has brought. */
  readonly onReceived?: ((notification: Notification) => void) | undefined;
}

const PAGE_SIZE = 30;
/** What is marked within this time is counted together. */
const COUNT_MS = 250;
/** Of those that were told, so that none is told twice. */
const TOLD_MAX = 1_000;

const fields = (): string => [...fieldsOf('Notification').keys()].join(' ');
const listQuery =
  (): string => `query FillstreamNotifications($first: Int, $after: String, $filter: NotificationFilter) {
  notifications(first: $first, after: $after, filter: $filter) {
    position unreadCount pageInfo { hasNextPage endCursor } edges { node { ${fields()} } }
  }
}`;
const COUNT = 'query FillstreamUnread { notifications(first: 1) { unreadCount } }';
const updatesQuery = (): string => `subscription FillstreamNotifications($after: Cursor) {
  notificationReceived(after: $after) { cursor change notification { ${fields()} } }
}`;
const markMutation = (name: string, input: string): string => `mutation FillstreamMark($input: ${input}!) {
  ${name}(input: $input) { unreadCount notifications { ${fields()} } }
}`;

const readOne = (value: unknown): Notification => readWhole('Notification', value) as unknown as Notification;

/** The viewer's notifications, loaded in pages and kept up to date by what is pushed. */
export function openNotifications(source: NotificationSource, options: NotificationsOptions = {}): NotificationList {
  know(NOTIFICATIONS_TABLE);
  const { filter = {}, pageSize = PAGE_SIZE, onReceived } = options;
  const shown = openShown(() => begun?.fault() ?? unreadable);
  const told = openTold();
  let since: Update[] = [];
  let loading = 0;
  let begun: Retried | null = null;
  /** What is not in the list, though it should be. */
  let unreadable: Error | null = null;
  const counting = openCounting(source, shown);
  const load = async (after: string | null): Promise<Cursor> => {
    loading += 1;
    shown.show({ isLoading: true });
    try {
      const page = await readPage(source, { first: pageSize, after, filter });
      unreadable = page.fault ?? (after === null ? null : unreadable);
      shown.put(withNotifications(shown.listed(), page.listed, { filter, isFirst: after === null, since }));
      for (const { id } of page.listed.notifications) told.isNew(id);
      counting.check();
      return page.position;
    } catch (error) {
      shown.fail(error);
      throw error;
    } finally {
      loading -= 1;
      if (loading === 0) since = [];
      shown.show({ isLoading: loading > 0 });
    }
  };
  const take = ({ change, notification }: Update): void => {
    if (loading > 0) since.push({ change, notification });
    const isNew = told.isNew(notification.id);
    shown.put(withChange(shown.listed(), { change, notification }, { filter, isKnown: !isNew }));
    counting.check();
    if (change === 'RECEIVED' && isNew) onReceived?.(notification);
  };
  const follow = (after: Cursor, ended: Ended): (() => void) =>
    source.subscribe<{ notificationReceived: { change: NotificationUpdate['change']; notification: unknown } }>(
      { query: updatesQuery(), variables: { after } },
      {
        next({ data: { notificationReceived } }) {
          const { change, notification } = notificationReceived;
          take({ change, notification: readOne(notification) });
        },
        error: (error) => shown.fail(ended(error)),
        // Of either half, or one that can't be read: the list has both.
        reload: () => load(null),
      },
    );
  return {
    ...{ getSnapshot: shown.getSnapshot, subscribe: shown.subscribe },
    start() {
      begun = retried(async (ended) => follow(await load(null), ended));
      return () => {
        begun?.end();
        counting.end();
      };
    },
    async refresh() {
      await (begun?.hurry() ?? load(null).catch(() => undefined));
    },
    async loadMore() {
      const { next } = shown.listed();
      if (next !== null && loading === 0) await load(next.cursor).catch(() => undefined);
    },
    ...openMarking(source, shown, (update) => take(update)),
  };
}

type Update = Pick<NotificationUpdate, 'change' | 'notification'>;

/** What the service answers is marked here too, before its updates come. */
function openMarking(
  source: NotificationSource,
  shown: Shown,
  take: (update: Update) => void,
): Pick<NotificationList, 'markRead' | 'archive'> {
  const mark = async (name: string, type: string, input: Record<string, unknown>): Promise<void> => {
    try {
      const answer = (await source.ask(markMutation(name, type), { input }))[name];
      if (!isObject(answer) || !Array.isArray(answer['notifications'])) throw new UnreadableError('no notifications');
      const change = name === 'archiveNotifications' ? 'ARCHIVED' : 'READ';
      const isAll = input['all'] === true;
      const marked = isAll ? shown.allRead() : (answer['notifications'] as unknown[]).map(readOne);
      for (const notification of marked) take({ change, notification });
      shown.put({ ...shown.listed(), unreadCount: Number(answer['unreadCount']) });
    } catch (error) {
      shown.fail(error);
    }
  };
  return {
    markRead: (ids) =>
      mark('markNotificationsRead', 'MarkNotificationsReadInput', ids === 'all' ? { all: true } : { ids }),
    archive: (ids) => mark('archiveNotifications', 'ArchiveNotificationsInput', { ids }),
  };
}

interface Page {
  readonly listed: NotificationsListed;
  readonly position: Cursor;
  readonly fault: Error | null;
}

async function readPage(source: NotificationSource, variables: Record<string, unknown>): Promise<Page> {
  const { notifications: page } = await source.ask(listQuery(), variables);
  const rows = readRows(page, readOne);
  if (!rows || !isObject(page) || typeof page['position'] !== 'string')
    throw new UnreadableError('no list of notifications');
  const { nodes: notifications, last, fault } = rows;
  if (fault) source.report?.({ code: 'UNREADABLE', message: fault.message });
  const { hasNextPage, endCursor: cursor } = isObject(page['pageInfo']) ? page['pageInfo'] : {};
  const isMore = hasNextPage === true && last && typeof cursor === 'string';
  const next = isMore ? { cursor, createdAt: String(last['createdAt']) } : null;
  const unreadCount = Number(page['unreadCount']);
  return { listed: { notifications, next, unreadCount, isCounted: true }, position: page['position'], fault };
}

type Shown = ReturnType<typeof openShown>;

function openShown(fault: () => Error | null) {
  const store = openStore<NotificationsState>({
    ...{ notifications: [], unreadCount: 0, asOf: null, isLoading: false, hasMore: false, error: null },
  });
  let listed = NOTHING_LISTED;
  const show = (changes: Partial<NotificationsState>): void => store.set({ ...store.getSnapshot(), ...changes });
  return {
    ...{ getSnapshot: store.getSnapshot, subscribe: store.subscribe, show },
    listed: () => listed,
    put(next: NotificationsListed): void {
      listed = next;
      const { notifications, unreadCount } = next;
      show({ notifications, unreadCount, hasMore: next.next !== null, asOf: now(), error: fault() });
    },
    fail: (error: unknown): void => show({ error: errorOf(error) }),
    /** Those that are held and unread, as they are once all have been read. */
    allRead(): readonly Notification[] {
      const readAt = new Date(now()).toISOString();
      return listed.notifications.filter((each) => each.readAt === null).map((each) => ({ ...each, readAt }));
    },
  };
}

/** Asks how many are unread whenever the list can't tell, and again when something has happened meanwhile. */
function openCounting(source: NotificationSource, shown: Shown) {
  let stop: (() => void) | null = null;
  const count = async (): Promise<void> => {
    const before = shown.listed();
    const { notifications } = await source.ask(COUNT);
    const unreadCount = isObject(notifications) ? Number(notifications['unreadCount']) : Number.NaN;
    if (Number.isNaN(unreadCount)) return;
    if (shown.listed() === before) shown.put({ ...before, unreadCount, isCounted: true });
  };
  const check = (): void => {
    if (shown.listed().isCounted) return;
    stop ??= later(COUNT_MS, () => {
      count()
        .catch(() => undefined)
        .finally(() => {
          stop = null;
          check();
        });
    });
  };
  return { check, end: () => stop?.() };
}

/** Ids of the latest ones. */
function openTold(): { isNew(id: string): boolean } {
  const ids = new Set<string>();
  return {
    isNew(id) {
      if (ids.has(id)) return false;
      ids.add(id);
      for (const oldest of ids) {
        if (ids.size <= TOLD_MAX) break;
        ids.delete(oldest);
      }
      return true;
    },
  };
}
