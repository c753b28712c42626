import { backoffMs } from './backoff.ts';
import { watchDevice } from './device.ts';
import { later, random } from './time.ts';

const RETRY = { firstMs: 1_000, maxMs: 30_000 };

export interface Retried {
  /** Tries now; null when nothing has failed that would be tried again. */
  readonly hurry: () => Promise<void> | null;
  /** Calls it off, or ends what was begun. */
  readonly end: () => void;
}

/** Begins something, and tries again for ever while that fails: at once when the device says that the network is back. */
export function retried(begin: () => Promise<() => void>): Retried {
  let isOver = false;
  let isWaiting = false;
  let failed = 0;
  let stop = (): void => undefined;
  const attempt = async (): Promise<void> => {
    isWaiting = false;
    try {
      const end = await begin();
      if (isOver) end();
      else stop = end;
    } catch {
      if (isOver) return;
      isWaiting = true;
      stop = later(backoffMs(RETRY, ++failed, random()), () => void attempt());
    }
  };
  const hurry = (): Promise<void> | null => {
    if (!isWaiting || isOver) return null;
    stop();
    return attempt();
  };
  const unwatch = watchDevice((isOnline) => {
    if (isOnline) void hurry();
  });
  void attempt();
  return {
    hurry,
    end() {
      isOver = true;
      unwatch();
      stop();
    },
  };
}
