import type { UserId } from '../kernel/brand.ts';
import type { Position } from '../kernel/position.ts';
import type { Bus } from '../stream/bus.ts';
import type { LogReader } from '../stream/log-reader.ts';
import type { NotificationUpdateView, NotificationView } from './view.ts';
import type { NotificationChange } from './words.ts';

/** Everyday notifications of one user: past it, those go whose time is over first. */
export const FEED_NOTIFICATIONS_MAX = 500;
/** Updates of one user's feed that can be resumed: each notification may be told and read. */
export const FEED_UPDATES_MAX = 1_000;
/** The least time that an everyday notification is kept, however soon it is not worth a push any more. */
export const FEED_TTL_SECONDS_MIN = 7 * 24 * 3_600;

/** How a notification is marked, on all devices. What is archived is read as well. */
export interface Mark {
  /** Their UUIDs, or all that are not marked so yet. */
  readonly ids: readonly string[] | 'all';
  readonly change: Exclude<NotificationChange, 'RECEIVED'>;
  readonly at: Date;
}

/** Everyday notifications as they are now, in no order, with the head of the log that has led to it. */
export interface FeedList {
  readonly head: Position;
  readonly notifications: readonly NotificationView[];
}

/**
 * Everyday notifications, per user: a log of updates behind the same interface as the log in PostgreSQL, so that `follow`
 * serves both, and what is left by it. It is no archive: it is bounded, lives for some days, and may be lost, with a new
 * epoch then.
 */
export interface Feed {
  /** Carries its updates live. */
  readonly bus: Bus;
  readonly reader: LogReader;
  /** Idempotent by the UUID of the notification, for as long as that is kept; live on every connection at once. */
  append(user: UserId, id: string, view: NotificationView, ttlSeconds: number): Promise<void>;
  list(user: UserId): Promise<FeedList>;
  /** Null: there is none (any more). */
  find(user: UserId, id: string): Promise<NotificationView | null>;
  /** @returns those of the ids that are kept, as they are now; with `all` none, since nobody has named them */
  mark(user: UserId, mark: Mark): Promise<readonly NotificationView[]>;
  /** How many are neither read nor archived, of every user asked for. */
  unread(users: readonly UserId[]): Promise<ReadonlyMap<UserId, number>>;
  close(): Promise<void>;
}

/** A notification as it is kept: the JSON of its view, but for the marks and the last brace. */
export type Unmarked = string;

export interface Marks {
  readonly readAt: string | null;
  readonly archivedAt: string | null;
}

export function unmarked(view: NotificationView): Unmarked {
  return JSON.stringify({ ...view, readAt: undefined, archivedAt: undefined }).slice(0, -1);
}

/** The JSON of a notification's view. Redis does the same (redis-feed-scripts.ts). */
export const marked = (text: Unmarked, { readAt, archivedAt }: Marks): string =>
  `${text},"readAt":${JSON.stringify(readAt)},"archivedAt":${JSON.stringify(archivedAt)}}`;

/** The JSON of an update. */
export const updateJson = (change: NotificationChange, notification: string): string =>
  `{"change":"${change}","notification":${notification}}`;

export const readUpdate = (json: string): NotificationUpdateView => JSON.parse(json) as NotificationUpdateView;
export const readView = (json: string): NotificationView => JSON.parse(json) as NotificationView;
