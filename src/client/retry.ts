import { backoffMs } from './backoff.ts';
import { watchDevice } from './device.ts';
import type { SubscriptionError } from './member.ts';
import { later, random } from './time.ts';

const RETRY = { firstMs: 1_000, maxMs: 30_000 };

/** Told why what was begun has ended by itself; answers the same. */
export type Ended = (error: SubscriptionError) => SubscriptionError;

export interface Retried {
  /** Tries now; null when nothing has failed that would be tried again. */
  readonly hurry: () => Promise<void> | null;
  /** Why it could not be begun, or has ended; null while it goes on. */
  readonly fault: () => Error | null;
  /** Calls it off, or ends what was begun. */
  readonly end: () => void;
}

/**
 * Begins something, and tries again for ever while that fails, or when it has ended by itself: at once when the device says
 * that the network is back, or the app wants it. Without a good token only then, and not at all once the client is closed.
 */
export function retried(begin: (ended: Ended) => Promise<() => void>): Retried {
  let isOver = false;
  let isWaiting = false;
  let failed = 0;
  let fault: Error | null = null;
  let stop = (): void => undefined;
  const attempt = async (): Promise<void> => {
    isWaiting = false;
    fault = null;
    try {
      const end = await begin((error) => {
        if (error.code !== 'CLOSED') wait(error.code !== 'UNAUTHENTICATED');
        return (fault = error);
      });
      if (isOver) end();
      else stop = end;
    } catch (error) {
      fault = errorOf(error);
      wait(true);
    }
  };
  const wait = (isTimed: boolean): void => {
    if (isOver) return;
    isWaiting = true;
    stop = isTimed ? later(backoffMs(RETRY, ++failed, random()), () => void hurry()) : () => undefined;
  };
  const hurry = (): Promise<void> | null => {
    if (!isWaiting || isOver) return null;
    stop();
    return attempt();
  };
  const unwatch = watchDevice(() => void hurry());
  void attempt();
  return {
    hurry,
    fault: () => fault,
    end() {
      isOver = true;
      unwatch();
      stop();
    },
  };
}

export const errorOf = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
