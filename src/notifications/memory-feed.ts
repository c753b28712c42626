import type { Deps } from '../deps.ts';
import type { UserId } from '../kernel/brand.ts';
import { every } from '../kernel/clock.ts';
import { openLocalBus } from '../stream/bus.ts';
import type { StreamEvent } from '../stream/event.ts';
import type { Extent } from '../stream/history.ts';
import { PAGE_EVENTS_MAX } from '../stream/log-reader.ts';
import {
  type Feed,
  FEED_NOTIFICATIONS_MAX,
  FEED_TTL_SECONDS_MIN,
  FEED_UPDATES_MAX,
  type Mark,
  marked,
  type Marks,
  readUpdate,
  readView,
  type Unmarked,
  unmarked,
  updateJson,
} from './feed.ts';
import type { NotificationView } from './view.ts';
import type { NotificationChange } from './words.ts';

const SWEEP_MS = 60_000;

interface Kept extends Marks {
  readonly text: Unmarked;
  readonly keptUntil: number;
}

interface UserFeed {
  readonly epoch: string;
  head: number;
  readonly log: StreamEvent[];
  /** By UUID, in the order in which they came. */
  readonly notifications: Map<string, Kept>;
  /** When nothing of it is left to keep. */
  keptUntil: number;
}

type MemoryDeps = Pick<Deps, 'log' | 'clock' | 'ids'>;

/** Within this process, which it ends with: for the embedded service. */
export function openMemoryFeed({ log, clock, ids }: MemoryDeps): Feed {
  const bus = openLocalBus(log);
  const users = new Map<UserId, UserFeed>();
  const now = (): number => clock.now().getTime();
  const sweeps = every(SWEEP_MS, () => {
    for (const [user, { keptUntil }] of users) if (keptUntil <= now()) users.delete(user);
  });
  const of = (user: UserId): UserFeed => {
    const known = users.get(user);
    const keptUntil = now() + FEED_TTL_SECONDS_MIN * 1_000;
    if (!known || known.keptUntil <= now()) {
      const made = { epoch: ids.uuid(), head: 0, log: [], notifications: new Map<string, Kept>(), keptUntil };
      users.set(user, made);
      return made;
    }
    known.keptUntil = Math.max(known.keptUntil, keptUntil);
    forgetOld(known, now());
    return known;
  };
  const put = (user: UserId, [id, kept]: readonly [string, Kept], change: NotificationChange): StreamEvent => {
    const feed = of(user);
    feed.notifications.set(id, kept);
    const data = readUpdate(updateJson(change, marked(kept.text, kept)));
    const event = { userId: user, position: { epoch: feed.epoch, offset: ++feed.head }, type: UPDATE, data } as const;
    feed.log.push(event);
    if (feed.log.length > FEED_UPDATES_MAX) feed.log.shift();
    return event;
  };
  const viewOf = (kept: Kept | undefined): NotificationView | null => (kept ? readView(marked(kept.text, kept)) : null);
  return {
    bus,
    reader: readerOf(of),
    append(...[user, id, view, ttlSeconds]) {
      const feed = of(user);
      if (feed.notifications.has(id)) return Promise.resolve();
      const keptUntil = now() + Math.max(ttlSeconds, FEED_TTL_SECONDS_MIN) * 1_000;
      feed.keptUntil = Math.max(feed.keptUntil, keptUntil);
      const kept = { text: unmarked(view), keptUntil, readAt: null, archivedAt: null };
      bus.publish([put(user, [id, kept], 'RECEIVED')]);
      forgetMost(feed);
      return Promise.resolve();
    },
    list(user) {
      const { epoch, head, notifications } = of(user);
      const views = [...notifications.values()].flatMap((kept) => viewOf(kept) ?? []);
      return Promise.resolve({ head: { epoch, offset: head }, notifications: views });
    },
    find: (user, id) => Promise.resolve(viewOf(of(user).notifications.get(id))),
    mark(user, mark) {
      const { notifications } = of(user);
      bus.publish(toMark(notifications, mark).map((kept) => put(user, kept, mark.change)));
      const asked = mark.ids === 'all' ? [] : mark.ids;
      return Promise.resolve([...new Set(asked)].flatMap((id) => viewOf(notifications.get(id)) ?? []));
    },
    unread(asked) {
      const isUnread = ({ readAt }: Kept): boolean => readAt === null;
      const counts = asked.map((user) => [user, [...of(user).notifications.values()].filter(isUnread).length] as const);
      return Promise.resolve(new Map(counts));
    },
    close() {
      sweeps[Symbol.dispose]();
      return bus.close();
    },
  };
}

const UPDATE = 'notificationReceived';

/** Those that the mark changes, as they are with it. */
function toMark(notifications: ReadonlyMap<string, Kept>, { ids, change, at }: Mark): (readonly [string, Kept])[] {
  const time = at.toISOString();
  const asked = ids === 'all' ? [...notifications.keys()] : [...new Set(ids)];
  return asked.flatMap((id) => {
    const kept = notifications.get(id);
    if (!kept || (change === 'READ' ? kept.readAt : kept.archivedAt) !== null) return [];
    const readAt = kept.readAt ?? time;
    return [[id, { ...kept, readAt, archivedAt: change === 'ARCHIVED' ? time : kept.archivedAt }] as const];
  });
}

function forgetOld({ notifications }: UserFeed, now: number): void {
  for (const [id, { keptUntil }] of notifications) if (keptUntil <= now) notifications.delete(id);
}

function forgetMost({ notifications }: UserFeed): void {
  if (notifications.size <= FEED_NOTIFICATIONS_MAX) return;
  const [first] = [...notifications].sort(([, a], [, b]) => a.keptUntil - b.keptUntil);
  if (first) notifications.delete(first[0]);
}

function readerOf(of: (user: UserId) => UserFeed): Feed['reader'] {
  const extent = ({ epoch, head, log }: UserFeed): Extent => ({
    head: { epoch, offset: head },
    retainedFrom: head - log.length,
  });
  return {
    extent: (user) => Promise.resolve(extent(of(user))),
    page(user, after) {
      const feed = of(user);
      const events = feed.log.filter(({ position }) => position.offset > after).slice(0, PAGE_EVENTS_MAX);
      return Promise.resolve({ ...extent(feed), events, full: events.length === PAGE_EVENTS_MAX });
    },
  };
}
