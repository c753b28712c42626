import { backoffMs } from './backoff.ts';
import { later, random } from './time.ts';

const RETRY = { firstMs: 1_000, maxMs: 30_000 };

/** Begins something, and tries again for ever while that fails. The answer calls it off, or ends what was begun. */
export function retried(begin: () => Promise<() => void>): () => void {
  let isOver = false;
  let failed = 0;
  let stop = (): void => undefined;
  const attempt = (): void => {
    begin().then(
      (end) => {
        if (isOver) end();
        else stop = end;
      },
      () => {
        if (!isOver) stop = later(backoffMs(RETRY, ++failed, random()), attempt);
      },
    );
  };
  attempt();
  return () => {
    isOver = true;
    stop();
  };
}
