import type { Deps } from '../deps.ts';
import type { UserId } from '../kernel/brand.ts';
import { delay } from '../kernel/clock.ts';
import type { Position } from '../kernel/position.ts';
import type { BusMessage } from './bus.ts';
import type { StreamEvent } from './event.ts';
import { continues, reaches } from './history.ts';

/**
 * Live events that wait for a reader who is slower than the stream. Past it the queue is dropped and nothing more is
 * queued until the reader has come back to the log: a stopped reader holds at most these.
 */
export const QUEUE_EVENTS_MAX = 256;
/** How long a follower waits for the bus before it starts from the log alone. */
export const ACKNOWLEDGE_WAIT_MS = 500;

/** A reader outlasts a database that is away: it tries again after this time. */
export const READ_RETRY_MS = 500;

/** The place to resume from is not in the log (any more): the reader must load a snapshot and follow from there. */
export class ResumeExpiredError extends Error {}

/** The service stops; the stream goes on elsewhere. */
export class StreamStoppedError extends Error {}

export interface FollowOptions {
  readonly user: UserId;
  readonly after: Position;
}

type FollowDeps = Pick<Deps, 'reader' | 'bus' | 'log'>;

interface Follower {
  readonly user: UserId;
  last: Position;
  /** Live events, in the order heard. */
  queue: StreamEvent[];
  /** Events read from the log and not handed out yet. */
  page: readonly StreamEvent[];
  pageAt: number;
  /** Something may have been missed: the log must be read before the queue is trusted. */
  behind: boolean;
  closed: boolean;
  /** Closed because the service stops: the reader must know that it was not the end of the stream. */
  stopped: boolean;
  wake: () => void;
  close: () => void;
}

/**
 * Every event of the user's stream after a position, once each and in order: first from the log, then live. What the
 * bus loses is read from the log. `return()` ends it at once, also while it waits.
 * @throws ResumeExpiredError and StreamStoppedError from `next()`
 */
export function follow(deps: FollowDeps, { user, after }: FollowOptions): AsyncIterableIterator<StreamEvent> {
  const follower: Follower = {
    ...{ user, last: after, queue: [], page: [], pageAt: 0, behind: true, closed: false, stopped: false },
    wake: () => undefined,
    close: () => undefined,
  };
  const live = deps.bus.follow(user, (message) => hear(follower, message));
  void live.acknowledged.then(() => hear(follower, 'nudge'));
  const opened = Promise.race([live.acknowledged, delay(ACKNOWLEDGE_WAIT_MS)]);
  follower.close = (): void => {
    if (follower.closed) return;
    follower.closed = true;
    live.close();
    follower.wake();
  };
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      try {
        await opened;
        const value = await nextEvent(deps, follower);
        if (value) return { done: false, value };
        if (follower.stopped) throw new StreamStoppedError('the service stops: resume from the last cursor');
        return { done: true, value: undefined };
      } catch (error) {
        follower.close();
        throw error;
      }
    },
    return() {
      follower.close();
      return Promise.resolve({ done: true, value: undefined });
    },
  };
}

function hear(follower: Follower, message: BusMessage): void {
  if (follower.closed) return;
  if (message === 'closed') {
    follower.stopped = true;
    follower.close();
    return;
  }
  if (message === 'nudge') follower.behind = true;
  else if ('head' in message)
    follower.behind ||= isAhead(message.head, follower.queue.at(-1)?.position ?? follower.last);
  else if (follower.behind) return;
  else if (follower.queue.length < QUEUE_EVENTS_MAX) follower.queue.push(message);
  else {
    follower.queue = [];
    follower.behind = true;
  }
  follower.wake();
}

function isAhead(head: Position, reached: Position): boolean {
  return head.epoch !== reached.epoch || head.offset > reached.offset;
}

async function nextEvent(deps: FollowDeps, follower: Follower): Promise<StreamEvent | null> {
  while (!follower.closed) {
    const event = takePaged(follower) ?? (follower.behind ? null : takeLive(follower));
    if (event) return event;
    if (follower.behind) await readPage(deps, follower);
    else await new Promise<void>((resolve) => (follower.wake = resolve));
  }
  return null;
}

function takePaged(follower: Follower): StreamEvent | null {
  const event = follower.page[follower.pageAt];
  if (!event) return null;
  follower.pageAt += 1;
  // A page that has been handed out is not kept until the next one is read.
  if (follower.pageAt === follower.page.length) [follower.page, follower.pageAt] = [[], 0];
  follower.last = event.position;
  return event;
}

/** The next offset is handed out, an older one dropped; anything else means that the log must be read. */
function takeLive(follower: Follower): StreamEvent | null {
  for (let event = follower.queue.shift(); event; event = follower.queue.shift()) {
    const { epoch, offset } = event.position;
    if (epoch === follower.last.epoch && offset <= follower.last.offset) continue;
    if (epoch === follower.last.epoch && offset === follower.last.offset + 1) {
      follower.last = event.position;
      return event;
    }
    follower.behind = true;
    return null;
  }
  return null;
}

async function readPage({ reader, log }: FollowDeps, follower: Follower): Promise<void> {
  // A message heard while the log is read may be newer than the page: it must not be forgotten.
  follower.behind = false;
  const { user, last } = follower;
  const page = await reader.page(user, last.offset).catch((err: unknown) => {
    log.debug({ err }, 'the log could not be read');
    return null;
  });
  if (!page) {
    follower.behind = true;
    await delay(READ_RETRY_MS);
    return;
  }
  if (!reaches(page, last) || !continues(page, last)) {
    throw new ResumeExpiredError('the position is not in the log any more');
  }
  follower.page = page.events;
  follower.pageAt = 0;
  if (page.full) follower.behind = true;
}
