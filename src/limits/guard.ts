import {
  BrokenCircuitError,
  BulkheadRejectedError,
  bulkhead,
  type CircuitBreakerPolicy,
  circuitBreaker,
  ConsecutiveBreaker,
  ExponentialBackoff,
  handleWhen,
  noJitterGenerator,
  TaskCancelledError,
  timeout,
  TimeoutStrategy,
} from 'cockatiel';
import type { Deps } from '../deps.ts';

/** Failures in a row after which the other side is left alone. */
export const FAILURES_MAX = 5;
/** How long it is left alone before one request tries it again: at first, and at most. */
const OPEN_MS_MIN = 2_000;
const OPEN_MS_MAX = 30_000;

/** The other side, or our guard before it, asks to wait: it was not called, or it said that it is called too often. */
export class Busy extends Error {
  override readonly name: string = 'Busy';
  /** At least so long; 0: as long as is usual. */
  readonly retryAfterMs: number;
  constructor(message: string, retryAfterMs: number) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}

/** Why the other side was not called: it fails or has asked to wait, or it is called as often as it may be at once. */
export type Unasked = 'LEFT_ALONE' | 'BUSY';

/** Who is guarded, and in whose words. */
export interface Guarded {
  /** Such as `venue`: what the log calls it. */
  readonly what: string;
  readonly name: string;
  readonly sendsAtOnce: number;
  /** Of others, how many wait for their turn; the rest are turned away. */
  readonly sendsWaiting?: number;
  readonly sendMsMax: number;
  readonly openMsMin?: number | undefined;
  readonly openMsMax?: number | undefined;
  /** Whether this error counts against the other side; Busy never does, and what `stopped` makes should not. */
  isFailure(error: Error): boolean;
  /** What turns a request away. */
  busy(message: string, retryAfterMs: number, why: Unasked): Busy;
  /** What a request ends with that we gave up. */
  stopped(): Error;
}

export interface Guard {
  /** Leaves the other side alone while it fails, and as long as it asks to be; bounds requests in number and in time. */
  call<T>(task: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T>;
  /** Only heeds what it has asked for. */
  heed<T>(task: () => Promise<T>): Promise<T>;
}

type GuardDeps = Pick<Deps, 'clock' | 'log'>;

export function openGuard(deps: GuardDeps, guarded: Guarded): Guard {
  const { name, openMsMin = OPEN_MS_MIN, openMsMax = OPEN_MS_MAX } = guarded;
  const breaker = circuitBreaker(
    handleWhen((error) => !(error instanceof Busy) && guarded.isFailure(error)),
    {
      breaker: new ConsecutiveBreaker(FAILURES_MAX),
      halfOpenAfter: new ExponentialBackoff({
        ...{ initialDelay: openMsMin, maxDelay: openMsMax, generator: noJitterGenerator },
      }),
    },
  );
  logChanges(deps, guarded, breaker);
  const slots = bulkhead(guarded.sendsAtOnce, guarded.sendsWaiting);
  const time = timeout(guarded.sendMsMax, TimeoutStrategy.Aggressive);
  const { heed } = openPause(deps, guarded);
  /** That we stop is no fault of the other side. */
  const unlessStopped = async <T>(task: () => Promise<T>, signal: AbortSignal): Promise<T> => {
    try {
      return await task();
    } catch (error) {
      if (signal.aborted) throw guarded.stopped();
      throw error instanceof TaskCancelledError ? new Error(`${theOf(guarded)} took too long`) : error;
    }
  };
  const turnedAway = async <T>(task: () => Promise<T>): Promise<T> => {
    try {
      return await task();
    } catch (error) {
      if (error instanceof BrokenCircuitError) throw guarded.busy(`${name} fails and is left alone`, 0, 'LEFT_ALONE');
      if (error instanceof BulkheadRejectedError) throw guarded.busy(`${name} is busy with other requests`, 0, 'BUSY');
      throw error;
    }
  };
  return {
    heed,
    call: (task, signal) => {
      const inTime = (): ReturnType<typeof task> =>
        time.execute((context) => task(AbortSignal.any([signal, context.signal])));
      return turnedAway(() => slots.execute(() => heed(() => breaker.execute(() => unlessStopped(inTime, signal)))));
    },
  };
}

const theOf = ({ what }: Pick<Guarded, 'what'>): string => `the ${what}`;

/** Once per change, not per request. */
function logChanges({ log }: GuardDeps, guarded: Guarded, breaker: CircuitBreakerPolicy): void {
  const { what, name } = guarded;
  breaker.onBreak((reason) => {
    const why = 'error' in reason ? reason.error.message : 'unknown';
    log.warn({ [what]: name, reason: why }, `${theOf(guarded)} fails: it is left alone for a while`);
  });
  breaker.onHalfOpen(() => log.info({ [what]: name }, `${theOf(guarded)} is tried again`));
  breaker.onReset(() => log.info({ [what]: name }, `${theOf(guarded)} answers again`));
}

/** What it asks of one request (Retry-After) holds for all. */
export function openPause(
  { clock, log }: GuardDeps,
  guarded: Pick<Guarded, 'what' | 'name' | 'busy'>,
): Pick<Guard, 'heed'> {
  const { what, name } = guarded;
  let until = 0;
  return {
    async heed(task) {
      const leftMs = until - clock.now().getTime();
      if (leftMs > 0) throw guarded.busy(`${name} asked to wait`, leftMs, 'LEFT_ALONE');
      try {
        return await task();
      } catch (error) {
        if (error instanceof Busy && error.retryAfterMs > 0) {
          const { message: reason, retryAfterMs: waitMs } = error;
          const isNew = until <= clock.now().getTime();
          // A shorter wait that another request was asked for does not end a longer one.
          until = Math.max(until, clock.now().getTime() + waitMs);
          if (isNew) log.warn({ [what]: name, reason, waitMs }, `${theOf(guarded)} asks to wait`);
        }
        throw error;
      }
    },
  };
}
