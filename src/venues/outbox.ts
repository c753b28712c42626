import type { PoolConfig } from 'pg';
import PgBoss from 'pg-boss';
import type { Logger } from 'pino';
import { CONNECT_TIMEOUT_MS, type Tx } from '../db/client.ts';
import { underMigrationLock } from '../db/migrate.ts';

const QUEUE = 'venue-requests';
const RETRY_SECONDS = 2;
/** More than a day of tries: the worker gives a request up before its job does. */
const TRIES_MAX = 100_000;
/** After this an order that a killed process was sending for is given to another one. */
export const JOB_LEASE_SECONDS = 30;
const JOB_CONNECTIONS_MAX = 4;

/** The word that an order owes its venue a request. */
export interface VenueJob {
  readonly venue: string;
  readonly orderId: string;
}

export interface TakenJob extends VenueJob {
  readonly jobId: string;
}

/** The job comes back then, to the second. */
export interface RetryAfter {
  readonly retryMs: number;
}

/** The intents to send: each is written in the transaction of its order, so that it is sent if and only if that commits. */
export interface VenueOutbox {
  enqueue(tx: Tx, job: VenueJob): Promise<void>;
  take(count: number): Promise<readonly TakenJob[]>;
  /** Never rejects: a job that could not be settled comes back when its lease is over. */
  settle(job: TakenJob, how: 'done' | RetryAfter): Promise<void>;
  /** Sends what is waiting now rather than at the next poll. */
  wake(): void;
  onWake(listener: () => void): void;
  close(): Promise<void>;
}

async function start(boss: PgBoss): Promise<void> {
  await boss.start();
  if (await boss.getQueue(QUEUE)) return;
  await boss.createQueue(QUEUE, {
    name: QUEUE,
    retryLimit: TRIES_MAX,
    retryDelay: RETRY_SECONDS,
    expireInSeconds: JOB_LEASE_SECONDS,
  });
}

/** pg-boss's own backoff has no bound: it waits as long as the job says, which is said anew each time. */
async function fail(boss: PgBoss, jobId: string, { retryMs }: RetryAfter): Promise<void> {
  const seconds = Math.ceil(retryMs / 1_000);
  const sql = `UPDATE pgboss.job SET retry_delay = $1 WHERE name = $2 AND id = $3`;
  await boss.getDb().executeSql(sql, [seconds, QUEUE, jobId]);
  await boss.fail(QUEUE, jobId);
}

export async function openVenueOutbox({ url, log }: { url: string; log: Logger }): Promise<VenueOutbox> {
  const options: PgBoss.ConstructorOptions & Pick<PoolConfig, 'connectionTimeoutMillis' | 'query_timeout'> = {
    connectionString: url,
    max: JOB_CONNECTIONS_MAX,
    application_name: 'fillstream-jobs',
    schedule: false,
    maintenanceIntervalSeconds: JOB_LEASE_SECONDS,
    // A link that carries nothing must not hold up the requests to venues for ever.
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: JOB_LEASE_SECONDS * 1_000,
  };
  const boss = new PgBoss(options);
  let closing = false;
  // Not the error itself: it carries the connection, and with it secrets.
  boss.on('error', ({ message }) => {
    if (!closing) log.warn({ reason: message }, 'jobs');
  });
  // Processes that make the queue at once would deadlock on its tables.
  await underMigrationLock(url, () => start(boss));
  let wake = (): void => undefined;
  return {
    async enqueue(tx, job) {
      const executeSql = async (text: string, values: unknown[]): Promise<{ rows: unknown[] }> => ({
        rows: await tx.$queryRawUnsafe(text, ...values),
      });
      await boss.send(QUEUE, job, { db: { executeSql } });
    },
    async take(count) {
      const jobs = await boss.fetch<VenueJob>(QUEUE, { batchSize: count });
      return jobs.map(({ id, data }) => ({ ...data, jobId: id }));
    },
    async settle({ jobId }, how) {
      const settled = how === 'done' ? boss.complete(QUEUE, jobId) : fail(boss, jobId, how);
      await settled.catch((error: unknown) => log.warn({ reason: String(error), jobId }, 'a job could not be settled'));
    },
    wake: () => wake(),
    onWake: (listener) => {
      wake = listener;
    },
    close: () => {
      closing = true;
      return boss.stop({ graceful: true, timeout: 5_000 });
    },
  };
}
