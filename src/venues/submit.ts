import type { Deps } from '../deps.ts';
import { delay } from '../kernel/clock.ts';
import type { TakenJob } from './outbox.ts';
import type { VenueRequest } from './venue.ts';
import type { VenuePorts } from './venues.ts';

export const ORDERS_AT_ONCE = 20;
/** So that a job is done within its lease, also when its venue takes its time for each answer. */
export const REQUESTS_PER_JOB_MAX = 4;
/** After this a request is given up, and its trader told. */
export const REQUEST_AGE_MS_MAX = 24 * 3_600_000;
const POLL_MS = 2_000;

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
  const loop = async (): Promise<void> => {
    while (!signal.aborted) {
      woken = new AbortController();
      const room = ORDERS_AT_ONCE - running.size;
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
  try {
    const isDone = await sendOwed(deps, ports, work);
    await deps.outbox.settle(work.job, isDone ? 'done' : 'retry');
  } catch (err) {
    const { venue, orderId } = work.job;
    deps.log.info({ err, venue, orderId }, 'a request to the venue failed and will be tried again');
    await deps.outbox.settle(work.job, 'retry');
  }
}

/** False when more is owed, or may be: the job comes back for it. */
async function sendOwed(deps: SubmitDeps, ports: VenuePorts, { job, signal }: Work): Promise<boolean> {
  for (let sent = 0; sent < REQUESTS_PER_JOB_MAX; sent++) {
    const claimed = await deps.owed.claim(job.orderId);
    if (claimed === null) return true;
    // Its holder may have failed to say that it is done, or have died: then nobody else comes back for the order.
    if (claimed === 'busy') return false;
    try {
      await send(deps, ports, { claimed, signal });
    } catch (error) {
      await deps.owed.release(claimed);
      throw error;
    }
    await deps.owed.markSent(claimed);
  }
  return false;
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
