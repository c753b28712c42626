import { Prisma } from '../generated/prisma/client.ts';
import type { Db, Tx } from './client.ts';

export const TRANSACTION_TRIES_MAX = 5;
/** Below the 15 s after which a webhook's sender gives up. */
export const TRANSACTION_TIMEOUT_MS = 8_000;
export const CONNECTION_WAIT_MS = 2_000;

const SERIALIZATION_FAILURE = '40001';
const DEADLOCK = '40P01';
const STATEMENT_TIMEOUT = '57014';
const LOCK_NOT_AVAILABLE = '55P03';
const UNIQUE_VIOLATION = '23505';

/** Thrown inside a transaction that met rows which another one has just written: the same work, done again, will see them. */
export class ConflictError extends Error {}

/**
 * Runs `work` in one transaction and does it again, a bounded number of times, when it lost against another transaction.
 * @throws what the last try threw
 */
export async function inTransaction<T>(
  db: Db,
  work: (tx: Tx) => Promise<T>,
  isolationLevel?: Prisma.TransactionIsolationLevel,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await db.$transaction(work, {
        // PostgreSQL's own default is READ COMMITTED; to say so would cost a round trip.
        ...(isolationLevel && { isolationLevel }),
        maxWait: CONNECTION_WAIT_MS,
        timeout: TRANSACTION_TIMEOUT_MS,
      });
    } catch (error) {
      if (tries >= TRANSACTION_TRIES_MAX || !isConflict(error)) throw error;
    }
  }
}

function isConflict(error: unknown): boolean {
  const state = sqlState(error);
  return (
    error instanceof ConflictError ||
    (error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2034') ||
    state === SERIALIZATION_FAILURE ||
    state === DEADLOCK ||
    state === UNIQUE_VIOLATION
  );
}

export const isLockTimeout = (error: unknown): boolean => sqlState(error) === LOCK_NOT_AVAILABLE;

/** The same work may pass in a moment: another transaction held a row or kept winning, or no connection was free in time. */
export function isTransient(error: unknown): boolean {
  const isOutOfTime = error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2028';
  return isOutOfTime || isLockTimeout(error) || isConflict(error) || sqlState(error) === STATEMENT_TIMEOUT;
}

/** Connection exceptions, insufficient resources, operator intervention, and a session ended for its idle transaction. */
const AWAY_CLASSES = /^(08|53|57P|25P03)/;
/** What Prisma calls a database that is not reached, answers too late, or has no connection to give. */
const AWAY_CODES = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2037']);
const AWAY_KINDS = new Set(['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout', 'TlsConnectionError']);
/** pg's own errors have no code. */
const AWAY_MESSAGES =
  /^(Connection terminated|timeout exceeded when trying to connect|Client (has encountered|was closed))/;
const SOCKET_ERROR = /^E[A-Z]{3,}$/;

/**
 * Nothing in the work is at fault: PostgreSQL did not answer, stops, or had no connection to give. To do the work again in
 * parts would only hammer it.
 */
export function isDatabaseAway(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== null) return AWAY_CLASSES.test(state);
  return causesOf(error).some(
    (cause) =>
      ('code' in cause && (AWAY_CODES.has(String(cause.code)) || SOCKET_ERROR.test(String(cause.code)))) ||
      ('kind' in cause && AWAY_KINDS.has(String(cause.kind))) ||
      ('message' in cause && AWAY_MESSAGES.test(String(cause.message))),
  );
}

const TIMEOUT_MESSAGES =
  /^(Connection terminated( due to connection timeout)?|timeout exceeded when trying to connect)$/;

/** PostgreSQL let the time run out: whoever waited behind this work would only wait as long again. */
export const isUnanswered = (error: unknown): boolean =>
  causesOf(error).some(
    (cause) =>
      ('code' in cause && cause.code === 'P2028') ||
      ('message' in cause && TIMEOUT_MESSAGES.test(String(cause.message))),
  );

/** The SQLSTATE of a failed statement, or null when PostgreSQL did not answer. */
export function sqlState(error: unknown): string | null {
  for (const at of causesOf(error)) {
    if ('originalCode' in at && typeof at.originalCode === 'string') return at.originalCode;
    if ('code' in at && typeof at.code === 'string' && /^[0-9A-Z]{5}$/.test(at.code) && !/^(P[12]0|E)/.test(at.code)) {
      return at.code;
    }
  }
  return null;
}

const CAUSES_MAX = 5;

/** The error and what it was made of, outermost first. */
function causesOf(error: unknown): readonly object[] {
  const found: object[] = [];
  for (let at = error; typeof at === 'object' && at !== null && found.length < CAUSES_MAX; at = inner(at))
    found.push(at);
  return found;
}

function inner(error: object): unknown {
  if ('meta' in error && typeof error.meta === 'object' && error.meta && 'driverAdapterError' in error.meta)
    return error.meta.driverAdapterError;
  return 'cause' in error ? error.cause : null;
}
