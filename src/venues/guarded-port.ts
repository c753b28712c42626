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
import { NotYet, VenueBusy } from './faults.ts';
import type { AskedVenue, VenuePort } from './venue.ts';
import type { VenuePorts } from './venues.ts';

/** Failures of a venue in a row after which it is left alone. */
export const FAILURES_MAX = 5;
/** How long it is left alone before one request tries it again: at first, and at most. */
const OPEN_MS_MIN = 2_000;
const OPEN_MS_MAX = 30_000;
/** Less than a claim lasts, and four of them less than a job's lease (submit.ts). */
export const SEND_MS_MAX = 7_000;
/** Requests to one venue at a time: more leave at once, so that a venue that hangs holds up no other. */
export const SENDS_AT_ONCE = 20;

export interface GuardOptions {
  readonly openMsMin?: number;
  readonly openMsMax?: number;
  readonly sendMsMax?: number;
}

type GuardDeps = Pick<Deps, 'clock' | 'log'>;

/** Each port behind a guard of its own. */
export function guardedPorts(ports: VenuePorts, deps: GuardDeps): VenuePorts {
  return new Map(
    [...ports].map(([venue, port]) => [
      venue,
      port.send ? guardedPort(deps, { venue, port }) : guardedAsk(deps, venue, port),
    ]),
  );
}

interface Guarded {
  readonly venue: string;
  readonly port: VenuePort;
  readonly options?: GuardOptions;
}

/**
 * Leaves a venue alone that fails, and as long as it asks to be. What it refuses is no failure. While it is left alone
 * requests are turned away with VenueBusy without calling it, and come back later.
 */
export function guardedPort(deps: GuardDeps, { venue, port, options = {} }: Guarded): VenuePort {
  const { openMsMin = OPEN_MS_MIN, openMsMax = OPEN_MS_MAX, sendMsMax = SEND_MS_MAX } = options;
  const breaker = circuitBreaker(handleWhen(isFailure), {
    breaker: new ConsecutiveBreaker(FAILURES_MAX),
    halfOpenAfter: new ExponentialBackoff({
      ...{ initialDelay: openMsMin, maxDelay: openMsMax, generator: noJitterGenerator },
    }),
  });
  logChanges(deps, venue, breaker);
  const slots = bulkhead(SENDS_AT_ONCE);
  const time = timeout(sendMsMax, TimeoutStrategy.Aggressive);
  const pause = openPause(deps, venue);
  const { ask, memory } = port;
  const call = <T>(task: () => Promise<T>, signal: AbortSignal): Promise<T> =>
    pause.heed(() => breaker.execute(() => unlessStopped(task, signal)));
  const sendInTime: VenuePort['send'] = (request, signal) =>
    time.execute((context) => port.send(request, AbortSignal.any([signal, context.signal])));
  return {
    send: (request, signal) =>
      turnedAway(venue, () => slots.execute(() => call(() => sendInTime(request, signal), signal))),
    // Without the breaker: an order that the venue can't answer for must not keep requests from it.
    ...(ask && { ask: (orders, signal) => pause.heed(() => ask(orders, signal)) }),
    ...(memory && { memory }),
  };
}

/** Of a venue that is only asked, what it asks of us. */
function guardedAsk(deps: GuardDeps, venue: string, { ask }: AskedVenue): AskedVenue {
  const pause = openPause(deps, venue);
  return { ask: (orders, signal) => pause.heed(() => ask(orders, signal)) };
}

const isFailure = (error: Error): boolean => !(error instanceof VenueBusy || error instanceof NotYet);

/** That we stop is no fault of the venue. */
async function unlessStopped<T>(task: () => Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await task();
  } catch (error) {
    if (signal.aborted) throw new NotYet('we are stopping');
    throw error instanceof TaskCancelledError ? new Error('the venue took too long') : error;
  }
}

async function turnedAway<T>(venue: string, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    if (error instanceof BrokenCircuitError) throw new VenueBusy(`${venue} fails and is left alone`, 0);
    if (error instanceof BulkheadRejectedError) throw new VenueBusy(`${venue} is busy with other requests`, 0);
    throw error;
  }
}

/** Once per change, not per request. */
function logChanges({ log }: GuardDeps, venue: string, breaker: CircuitBreakerPolicy): void {
  breaker.onBreak((reason) => {
    const why = 'error' in reason ? reason.error.message : 'unknown';
    log.warn({ venue, reason: why }, 'the venue fails: it is left alone for a while');
  });
  breaker.onHalfOpen(() => log.info({ venue }, 'the venue is tried again'));
  breaker.onReset(() => log.info({ venue }, 'the venue answers again'));
}

/** What a venue asks of one request (Retry-After) holds for all. */
function openPause({ clock, log }: GuardDeps, venue: string): { heed<T>(task: () => Promise<T>): Promise<T> } {
  let until = 0;
  return {
    async heed(task) {
      const leftMs = until - clock.now().getTime();
      if (leftMs > 0) throw new VenueBusy(`${venue} asked to wait`, leftMs);
      try {
        return await task();
      } catch (error) {
        if (error instanceof VenueBusy && error.retryAfterMs > 0) {
          const isNew = until <= clock.now().getTime();
          // A shorter wait that another request was asked for does not end a longer one.
          until = Math.max(until, clock.now().getTime() + error.retryAfterMs);
          if (isNew) log.warn({ venue, reason: error.message, waitMs: error.retryAfterMs }, 'the venue asks to wait');
        }
        throw error;
      }
    },
  };
}
