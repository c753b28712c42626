import type PgBoss from 'pg-boss';
import type { Deps } from '../deps.ts';
import { readJob, REQUEST_QUEUE, type VenueJob } from './outbox.ts';
import type { VenuePorts } from './venues.ts';

export const REQUESTS_AT_ONCE = 20;
const POLL_SECONDS = 2;

type SubmitDeps = Pick<Deps, 'log' | 'outbox'> & {
  /** Applies the refusal as if the venue had reported it. */
  readonly applyRefusal: (job: VenueJob, text: string) => Promise<unknown>;
};

type Job = PgBoss.Job<{ job: string }>;

/**
 * Sends the waiting requests to their venues, each until the venue has taken or refused it. A refusal becomes a report.
 * Requests of one order go one after the other.
 */
export async function openSubmitWorker(deps: SubmitDeps, ports: VenuePorts): Promise<{ stop(): Promise<void> }> {
  const { jobs } = deps.outbox;
  const stopping = new AbortController();
  const work = async (batch: Job[]): Promise<void> => {
    await Promise.all([...byOrder(batch).values()].map((own) => submitInTurn(own)));
    if (batch.length === REQUESTS_AT_ONCE) deps.outbox.wake();
  };
  const submitInTurn = async (own: readonly { id: string; job: VenueJob }[]): Promise<void> => {
    for (const { id, job } of own) {
      try {
        await submit(deps, ports, { job, signal: stopping.signal });
      } catch (err) {
        deps.log.info(
          { err, venue: job.venue, clOrdId: job.request.clOrdId },
          'request to the venue failed; will retry',
        );
        await jobs.fail(REQUEST_QUEUE, id);
        return failRest(own, id);
      }
    }
  };
  const failRest = async (own: readonly { id: string }[], failed: string): Promise<void> => {
    const rest = own.slice(own.findIndex(({ id }) => id === failed) + 1).map(({ id }) => id);
    if (rest.length > 0) await jobs.fail(REQUEST_QUEUE, rest);
  };
  const worker = await jobs.work<{ job: string }>(
    REQUEST_QUEUE,
    { batchSize: REQUESTS_AT_ONCE, pollingIntervalSeconds: POLL_SECONDS },
    work,
  );
  deps.outbox.onWake(() => jobs.notifyWorker(worker));
  return {
    async stop() {
      deps.outbox.onWake(() => undefined);
      stopping.abort();
      await jobs.offWork({ id: worker });
    },
  };
}

function byOrder(batch: readonly Job[]): ReadonlyMap<string, { id: string; job: VenueJob }[]> {
  const groups = new Map<string, { id: string; job: VenueJob }[]>();
  for (const { id, data } of batch) {
    const job = readJob(data);
    const group = groups.get(job.orderId) ?? [];
    groups.set(job.orderId, group);
    group.push({ id, job });
  }
  return groups;
}

async function submit(
  { applyRefusal }: SubmitDeps,
  ports: VenuePorts,
  { job, signal }: { job: VenueJob; signal: AbortSignal },
): Promise<void> {
  const port = ports.get(job.venue);
  if (!port) throw new Error(`venue ${job.venue} can't be sent to`);
  const answer = await port.send(job.request, signal);
  if (answer.status === 'refused') await applyRefusal(job, answer.text);
}
