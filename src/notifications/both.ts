import type { Deps } from '../deps.ts';
import type { UserId } from '../kernel/brand.ts';
import { delay } from '../kernel/clock.ts';
import { type Cursor, decodePairCursor, type Position, type PositionPair } from '../kernel/position.ts';
import type { StreamEvent } from '../stream/event.ts';
import { follow, READ_RETRY_MS, ResumeExpiredError } from '../stream/follow.ts';
import { type Extent, reaches } from '../stream/history.ts';
import { mergedStreams } from '../stream/merge.ts';
import { BadCursorError } from '../stream/resume.ts';
import type { Feed } from './feed.ts';
import type { NotificationUpdateView } from './view.ts';

/** Which of the two logs: the feed, or the user's log in PostgreSQL. */
export type Half = 'everyday' | 'critical';

/** One of the two logs does not reach back any more. */
export class HalfExpiredError extends ResumeExpiredError {
  readonly half: Half;
  constructor(half: Half) {
    super(`the log of ${half} notifications cannot be resumed from here`);
    this.half = half;
  }
}

/** An event of either log, with the place in both after it. `update` is null for what is no notification. */
export interface PlacedUpdate {
  readonly position: PositionPair;
  readonly update: NotificationUpdateView | null;
}

type BothDeps = Pick<Deps, 'reader' | 'bus' | 'log' | 'config' | 'feed'>;

/**
 * Where to follow both logs from: after the cursor, or from their heads as they are now. While Redis does not answer, the
 * feed is begun, or looked at, when it does.
 * @throws BadCursorError, HalfExpiredError
 */
export async function startBothAfter(
  { reader, config, feed }: BothDeps,
  user: UserId,
  cursor: Cursor | null,
): Promise<PositionPair> {
  const after = cursor === null ? null : decodePairCursor(config.cursorSecret, user, cursor);
  if (cursor !== null && !after) throw new BadCursorError('the cursor is none of notifications of this user');
  const [log, everyday] = await Promise.all([reader.extent(user), extentSoon(feed, user)]);
  if (!after) return { log: log.head, feed: everyday?.head ?? null };
  if (!reaches(log, after.log)) throw new HalfExpiredError('critical');
  if (everyday && after.feed && !reaches(everyday, after.feed)) throw new HalfExpiredError('everyday');
  return { log: after.log, feed: after.feed ?? everyday?.head ?? null };
}

/** How long the critical half waits for the place of the other one before it begins alone. */
const FEED_WAIT_MS = 500;

async function extentSoon({ reader }: Feed, user: UserId): Promise<Extent | null> {
  const found = new AbortController();
  const extent = reader.extent(user).catch(() => null);
  try {
    return (await Promise.race([extent, delay(FEED_WAIT_MS, found.signal)])) ?? null;
  } finally {
    found.abort();
  }
}

/**
 * Every update of both logs after a place, once each, in the order of each log. One that is away holds up the other in
 * nothing.
 * @throws HalfExpiredError and StreamStoppedError from `next()`
 */
export function followBoth(deps: BothDeps, user: UserId, start: PositionPair): AsyncIterableIterator<PlacedUpdate> {
  const log = ofHalf(follow(deps, { user, after: start.log }), 'critical');
  let position = start;
  const begun = (head: Position): void => void (position = { ...position, feed: head });
  const feed = ofHalf(followFeed(deps, user, { start: start.feed, begun }), 'everyday');
  const place = ({ half, event }: HalfEvent): PlacedUpdate => {
    position = half === 'critical' ? { ...position, log: event.position } : { ...position, feed: event.position };
    return { position, update: event.type === 'notificationReceived' ? event.data : null };
  };
  const both = mergedStreams([log, feed]);
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      const next = await both.next();
      return next.done ? { done: true, value: undefined } : { done: false, value: place(next.value) };
    },
    async return() {
      await both.return?.();
      return { done: true, value: undefined };
    },
  };
}

interface HalfEvent {
  readonly half: Half;
  readonly event: StreamEvent;
}

function ofHalf(source: AsyncIterableIterator<StreamEvent>, half: Half): AsyncIterableIterator<HalfEvent> {
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      try {
        const next = await source.next();
        return next.done ? { done: true, value: undefined } : { done: false, value: { half, event: next.value } };
      } catch (error) {
        throw error instanceof ResumeExpiredError ? new HalfExpiredError(half) : error;
      }
    },
    async return() {
      await source.return?.();
      return { done: true, value: undefined };
    },
  };
}

/** From its head on, whenever Redis says where that is, when it could not say so before. */
function followFeed(
  { feed, log }: BothDeps,
  user: UserId,
  { start, begun }: { readonly start: Position | null; readonly begun: (head: Position) => void },
): AsyncIterableIterator<StreamEvent> {
  const leaving = new AbortController();
  let source = start && follow({ ...feed, log }, { user, after: start });
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      const after = source ? null : await headOf(feed, user, leaving.signal);
      if (after) {
        begun(after);
        source = follow({ ...feed, log }, { user, after });
      }
      return source && !leaving.signal.aborted ? source.next() : { done: true, value: undefined };
    },
    async return() {
      leaving.abort();
      await source?.return?.();
      return { done: true, value: undefined };
    },
  };
}

async function headOf({ reader }: Feed, user: UserId, signal: AbortSignal): Promise<Position | null> {
  while (!signal.aborted) {
    const extent = await reader.extent(user).catch(() => null);
    if (extent) return extent.head;
    await delay(READ_RETRY_MS, signal);
  }
  return null;
}
