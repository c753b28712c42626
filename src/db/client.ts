import { PrismaPg } from '@prisma/adapter-pg';
import type { ClientBase } from 'pg';
import { type Prisma, PrismaClient } from '../generated/prisma/client.ts';
import { openAnswerWatch } from './answer-watch.ts';

export type Db = PrismaClient;
/** The transaction that a store works in; it never starts one. */
export type Tx = Prisma.TransactionClient;

export const POOL_CONNECTIONS_MAX = 20;
/** Ingest has connections of its own, one for each lane and patient group, so that readers can't keep them from it. */
export const INGEST_CONNECTIONS_MAX = 6;
/** Notifications have connections of their own as well: what is told takes none from what is traded. */
export const NOTIFICATION_CONNECTIONS_MAX = 6;
/** For a connection to be made, and for one to become free. */
export const CONNECT_TIMEOUT_MS = 2_000;
/** A statement that waits longer for a lock fails, so that one locked row holds up nobody else. */
export const LOCK_TIMEOUT_MS = 500;
export const STATEMENT_TIMEOUT_MS = 5_000;
/** A process that is frozen in the middle of a transaction does not hold its locks for longer. */
export const IDLE_IN_TRANSACTION_TIMEOUT_MS = 6_000;

export interface DbOptions {
  readonly url: string;
  /** POOL_CONNECTIONS_MAX unless told. */
  readonly connectionsMax?: number;
  /** Told of each statement sent, for counting. */
  readonly onStatement?: (sql: string) => void;
  /** Has each new connection first, and is awaited. One that it rejects is not used; whoever asked for it gets the error. */
  readonly onConnect?: (client: ClientBase) => unknown;
}

/** Opens the pool lazily; nothing is connected yet. Times are stored in UTC whatever the server's time zone is. */
export function openDb({ url, connectionsMax = POOL_CONNECTIONS_MAX, onStatement, onConnect }: DbOptions): Db {
  const timeouts = {
    lock_timeout: LOCK_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
  };
  const settings = Object.entries({ timezone: 'UTC', ...timeouts }).map(([name, value]) => `-c ${name}=${value}`);
  const watchAnswers = openAnswerWatch();
  const adapter = new PrismaPg(
    {
      connectionString: url,
      max: connectionsMax,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      options: settings.join(' '),
      onConnect: (client) => {
        watchAnswers(client);
        return onConnect?.(client);
      },
    },
    { onPoolError: ignoreIdleError, onConnectionError: ignoreIdleError },
  );
  const db = new PrismaClient({ adapter, log: [{ emit: 'event', level: 'query' }] });
  if (onStatement) db.$on('query', ({ query }) => onStatement(query));
  return db;
}

/** An idle connection that breaks is replaced by the pool; the next statement reports what still fails. */
function ignoreIdleError(): void {}
