import type { Deps } from '../deps.ts';
import { type Guarded, openGuard, openPause } from '../limits/guard.ts';
import { NotYet, VenueBusy } from './faults.ts';
import type { AskedVenue, VenuePort } from './venue.ts';
import type { VenuePorts } from './venues.ts';

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

interface GuardedVenue {
  readonly venue: string;
  readonly port: VenuePort;
  readonly options?: GuardOptions;
}

/**
 * Leaves a venue alone that fails, and as long as it asks to be. What it refuses is no failure. While it is left alone
 * requests are turned away with VenueBusy without calling it, and come back later.
 */
export function guardedPort(deps: GuardDeps, { venue, port, options = {} }: GuardedVenue): VenuePort {
  const guard = openGuard(deps, {
    ...wordsOf(venue),
    ...{ sendsAtOnce: SENDS_AT_ONCE, sendMsMax: SEND_MS_MAX, ...options },
    isFailure: (error) => !(error instanceof NotYet),
    stopped: () => new NotYet('we are stopping'),
  });
  const { ask, memory } = port;
  return {
    send: (request, signal) => guard.call((limited) => port.send(request, limited), signal),
    // Without the breaker: an order that the venue can't answer for must not keep requests from it.
    ...(ask && { ask: (orders, signal) => guard.heed(() => ask(orders, signal)) }),
    ...(memory && { memory }),
  };
}

/** Of a venue that is only asked, what it asks of us. */
function guardedAsk(deps: GuardDeps, venue: string, { ask }: AskedVenue): AskedVenue {
  const pause = openPause(deps, wordsOf(venue));
  return { ask: (orders, signal) => pause.heed(() => ask(orders, signal)) };
}

const wordsOf = (venue: string): Pick<Guarded, 'what' | 'name' | 'busy'> => ({
  ...{ what: 'venue', name: venue },
  busy: (message, retryAfterMs) => new VenueBusy(message, retryAfterMs),
});
