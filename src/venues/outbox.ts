import PgBoss from 'pg-boss';
import type { Logger } from 'pino';
import type { Tx } from '../db/client.ts';
import { readExact, writeExact } from '../kernel/exact-json.ts';
import type { VenueRequest } from './venue.ts';

export const REQUEST_QUEUE = 'venue-requests';
export const REQUEST_RETRY_SECONDS = 2;
/** A day of tries. */
export const REQUEST_TRIES_MAX = 43_200;
/** After this a request that a killed process had taken is given to another one. */
export const REQUEST_LEASE_SECONDS = 15;
const JOB_CONNECTIONS_MAX = 4;

/** A request to a venue, as the job that carries it. */
export interface VenueJob {
  readonly venue: string;
  readonly orderId: string;
  readonly request: VenueRequest;
}

/** The intents to send: each is written in the transaction of its order, so that it is sent if and only if that commits. */
export interface VenueOutbox {
  enqueue(tx: Tx, job: VenueJob): Promise<void>;
  /** Sends what is waiting now rather than at the next poll. */
  wake(): void;
  onWake(listener: () => void): void;
  readonly jobs: PgBoss;
  close(): Promise<void>;
}

export async function openVenueOutbox({ url, log }: { url: string; log: Logger }): Promise<VenueOutbox> {
  const jobs = new PgBoss({
    connectionString: url,
    max: JOB_CONNECTIONS_MAX,
    application_name: 'fillstream-jobs',
    schedule: false,
    maintenanceIntervalSeconds: REQUEST_LEASE_SECONDS,
  });
  jobs.on('error', (err) => log.warn({ err }, 'jobs'));
  await jobs.start();
  await jobs.createQueue(REQUEST_QUEUE, {
    name: REQUEST_QUEUE,
    retryLimit: REQUEST_TRIES_MAX,
    retryDelay: REQUEST_RETRY_SECONDS,
    expireInSeconds: REQUEST_LEASE_SECONDS,
  });
  let wake = (): void => undefined;
  return {
    async enqueue(tx, job) {
      const executeSql = async (text: string, values: unknown[]): Promise<{ rows: unknown[] }> => ({
        rows: await tx.$queryRawUnsafe(text, ...values),
      });
      const data = { job: writeExact(job) };
      await jobs.send(REQUEST_QUEUE, data, { singletonKey: job.request.clOrdId, db: { executeSql } });
    },
    wake: () => wake(),
    onWake: (listener) => {
      wake = listener;
    },
    jobs,
    close: () => jobs.stop({ graceful: true, timeout: 5_000 }),
  };
}

export const readJob = (data: { job: string }): VenueJob => readExact(data.job) as VenueJob;
