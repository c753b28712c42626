import { ExponentialBackoff, halfJitterGenerator } from 'cockatiel';
import type { Deps } from '../deps.ts';
import { delay } from '../kernel/clock.ts';
import { VenueBusy } from './faults.ts';
import { SENDS_AT_ONCE } from './guarded-port.ts';
import type { RetryAfter, TakenJob } from './outbox.ts';
import type { VenueRequest } from './venue.ts';
import type { VenuePorts } from './venues.ts';

/** So that a job is done within its lease, also when its venue takes its time for each answer. */
export const REQUESTS_PER_JOB_MAX = 4;
/** After this a request is given up, and its trader told. */
export const REQUEST_AGE_MS_MAX = 24 * 3_600_000;
const POLL_MS = 2_000;
/** When a job comes back: as a rule, and where its venue fails at most. */
const RETRY: RetryAfter = { retryMs: 2_000 };
const RETRY_MS_MAX = 30_000;

/** An order's oldest unsent request, held by this process for a while. */
export interface Claimed {
  readonly userId: string;
  readonly venue: string;
  readonly askedAt: Date;
  readonly request: VenueRequest;
}

/** What orders owe their venues, as whoever keeps the orders knows it. */
export interface Owed {
  /** `busy`: another process, or an earlier try of this one, holds the oldest request for now. Null: nothing is owed. */
  claim(orderId: string): Promise<Claimed | 'busy' | null>;
  markSent(claimed: Claimed): Promise<void>;
  release(claimed: Claimed): Promise<void>;
  /** Applies the refusal as if the venue had reported it. */
  applyRefusal(claimed: Claimed, text: string): Promise<unknown>;
}

type SubmitDeps = Pick<Deps, 'clock' | 'log' | 'outbox'> & { readonly owed: Owed };

export interface SubmitWorker {
  /** Takes no more; what is being sent is cut off, and sent again by whoever takes it next. */
  stop(): Promise<void>;
}

/** Sends the requests of each order to its venue one after the other, each until the venue has taken or refused it. */
export function openSubmitWorker(deps: SubmitDeps, ports: VenuePorts): SubmitWorker {
  const stopping = new AbortController();
  const { signal } = stopping;
  const running = new Set<Promise<void>>();
  let woken = new AbortController();
  deps.outbox.onWake(() => woken.abort());

  const start = (job: TakenJob): void => {
    const work = serve(deps, ports, { job, signal }).finally(() => {
      running.delete(work);
      woken.abort();
    });
    running.add(work);
  };
  // No venue gets all of it: the guards of the ports see to that.
  const ordersAtOnce = SENDS_AT_ONCE * ports.size;
  const loop = async (): Promise<void> => {
    while (!signal.aborted) {
      woken = new AbortController();
      const room = ordersAtOnce - running.size;
      const jobs = room > 0 ? await take(deps, room) : [];
      jobs.forEach(start);
      if (jobs.length < room || room === 0) await delay(POLL_MS, AbortSignal.any([signal, woken.signal]));
    }
  };
  const looping = loop();
  return {
    async stop() {
      stopping.abort();
      deps.outbox.onWake(() => undefined);
      await looping;
      await Promise.all(running);
    },
  };
}

async function take({ outbox, log }: SubmitDeps, count: number): Promise<readonly TakenJob[]> {
  try {
    return await outbox.take(count);
  } catch (error) {
    log.warn({ reason: String(error) }, 'venue requests could not be taken');
    return [];
  }
}

interface Work {
  readonly job: TakenJob;
  readonly signal: AbortSignal;
}

async function serve(deps: SubmitDeps, ports: VenuePorts, work: Work): Promise<void> {
  const { jobId, venue, orderId } = work.job;
  try {
    await deps.outbox.settle(work.job, await sendOwed(deps, ports, work));
  } catch (err) {
    deps.log.warn({ err, jobId, venue, orderId }, 'what an order owes its venue can’t be read or marked now');
    await deps.outbox.settle(work.job, RETRY);
  }
}

/** Comes back when more is owed, or may be. */
async function sendOwed(deps: SubmitDeps, ports: VenuePorts, { job, signal }: Work): Promise<'done' | RetryAfter> {
  for (let sent = 0; sent < REQUESTS_PER_JOB_MAX; sent++) {
    const claimed = await deps.owed.claim(job.orderId);
    if (claimed === null) return 'done';
    // Its holder may have failed to say that it is done, or have died: then nobody else comes back for the order.
    if (claimed === 'busy') return RETRY;
    try {
      await send(deps, ports, { claimed, signal });
    } catch (error) {
      await deps.owed.release(claimed);
      return later(deps, claimed, error);
    }
    await deps.owed.markSent(claimed);
  }
  return RETRY;
}

function later({ clock, log }: SubmitDeps, { venue, request, askedAt }: Claimed, err: unknown): RetryAfter {
  const isBusy = err instanceof VenueBusy;
  // Whoever turned it away has logged why, once for all requests.
  if (!isBusy)
    log.info({ err, venue, clOrdId: request.clOrdId }, 'a request to the venue failed and will be tried again');
  const backoff = backoffMs(clock.now().getTime() - askedAt.getTime());
  return { retryMs: Math.max(backoff, isBusy ? err.retryAfterMs : 0) };
}

/**
 * Up to as long as the request has been waiting, and at least half of it: so the time between two tries doubles. Within 1
 * to 2 seconds at first, and within 15 to 30 at most.
 */
export function backoffMs(waitedMs: number): number {
  const options = { initialDelay: RETRY.retryMs, maxDelay: RETRY_MS_MAX, generator: halfJitterGenerator };
  let backoff = new ExponentialBackoff(options).next();
  for (let most = RETRY.retryMs * 2; most <= Math.min(waitedMs, RETRY_MS_MAX * 2); most *= 2)
    backoff = backoff.next(undefined);
  return backoff.duration;
}

async function send(
  { owed, clock, log }: SubmitDeps,
  ports: VenuePorts,
  { claimed, signal }: { claimed: Claimed; signal: AbortSignal },
): Promise<void> {
  const { venue, request, askedAt } = claimed;
  if (clock.now().getTime() - askedAt.getTime() > REQUEST_AGE_MS_MAX) {
    log.error({ venue, clOrdId: request.clOrdId }, 'a request was given up: its venue did not take it for a day');
    await owed.applyRefusal(claimed, 'the venue could not be reached for a day');
    return;
  }
  const port = ports.get(venue);
  if (!port?.send) throw new Error(`venue ${venue} can't be sent to`);
  const answer = await port.send(request, signal);
  if (answer.status === 'refused') await owed.applyRefusal(claimed, answer.text);
}
