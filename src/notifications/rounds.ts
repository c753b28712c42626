import type { Deps } from '../deps.ts';
import { every } from '../kernel/clock.ts';

export interface Rounds {
  stop(): Promise<void>;
}

interface RoundsOptions {
  readonly intervalMs: number;
  /** For the log, such as 'digests could not be made now'. */
  readonly failed: string;
  /** Ends soon when the signal aborts. */
  readonly work: (signal: AbortSignal) => Promise<void>;
}

/** Does something now and then, never twice at once; what fails is done again in the next round. */
export function openRounds({ log }: Pick<Deps, 'log'>, { intervalMs, failed, work }: RoundsOptions): Rounds {
  const stopping = new AbortController();
  let running: Promise<void> | null = null;
  const round = async (): Promise<void> => {
    try {
      await work(stopping.signal);
    } catch (err) {
      if (!stopping.signal.aborted) log.warn({ err }, failed);
    }
  };
  const look = (): void => {
    running ??= round().finally(() => (running = null));
  };
  const timer = every(intervalMs, look);
  look();
  return {
    async stop() {
      timer[Symbol.dispose]();
      stopping.abort();
      await running;
    },
  };
}
