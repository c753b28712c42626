import { type Clock, withinTime } from '../../kernel/clock.ts';
import { parseNumberText } from '../../kernel/number-text.ts';
import { retryAfterMs } from '../../kernel/retry-after.ts';
import { readText } from '../body.ts';
import type { VenueLink } from '../settings.ts';

/** Of each call; a request of ours may need several. */
const TIMEOUT_MS = 3_000;
/** An order is about 2 KiB. */
export const ANSWER_BYTES_MAX = 64 * 1_024;
/** A limit of requests per minute is over by then. */
export const WAIT_MS_MAX = 60_000;

export interface AlpacaRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: Readonly<Record<string, string>>;
}

export interface AlpacaAnswer {
  readonly status: number;
  /** Its JSON, each number as it was written; null where there is none. */
  readonly body: unknown;
  /** Retry-After; null: it does not say. */
  readonly retryAfterMs: number | null;
  /** X-RateLimit-Reset: until there are calls again, of which X-RateLimit-Remaining are left. */
  readonly resetMs: number | null;
  readonly callsLeft: number | null;
}

export type AlpacaApi = (request: AlpacaRequest, signal: AbortSignal) => Promise<AlpacaAnswer>;

export interface AlpacaApiOptions {
  readonly link: VenueLink;
  readonly clock: Clock;
  readonly timeoutMs?: number;
}

/**
 * Calls the Trading API. Rejects when there is no answer, which may have been lost; whatever it rejects with names neither
 * address nor headers, for both may hold secrets.
 */
export function alpacaApi({ link, clock, timeoutMs = TIMEOUT_MS }: AlpacaApiOptions): AlpacaApi {
  const base = link.url.replace(/\/+$/, '');
  const headers = {
    accept: 'application/json',
    'content-type': 'application/json',
    'apca-api-key-id': link.keyId,
    'apca-api-secret-key': link.secret,
  };
  return async ({ method, path, body }, signal) => {
    const call = async (): Promise<AlpacaAnswer> => {
      const response = await fetch(`${base}${path}`, {
        ...{ method, headers },
        ...(body && { body: JSON.stringify(body) }),
        // The secret goes to no other host than the one that was configured.
        redirect: 'error',
        signal: withinTime(timeoutMs, signal),
      });
      const text = await readText(response, ANSWER_BYTES_MAX);
      return { status: response.status, body: jsonOf(text), ...limitsOf(response.headers, clock.now()) };
    };
    const answer = await call().catch(reasonOf);
    if (typeof answer === 'string') throw new Error(`Alpaca did not answer: ${answer}`);
    return answer;
  };
}

/** What stands before Alpaca answers in HTML. */
function jsonOf(text: string): unknown {
  try {
    JSON.parse(text);
  } catch {
    return null;
  }
  return parseNumberText(text);
}

function limitsOf(headers: Headers, now: Date): Pick<AlpacaAnswer, 'retryAfterMs' | 'resetMs' | 'callsLeft'> {
  const [retryAfter, reset] = [headers.get('retry-after'), headers.get('x-ratelimit-reset')];
  const left = headers.get('x-ratelimit-remaining');
  return {
    retryAfterMs: retryAfterMs(retryAfter, { now, msMax: WAIT_MS_MAX }),
    // Seconds since 1970.
    resetMs: reset === null ? null : bounded(Number(reset) * 1_000 - now.getTime()),
    callsLeft: left !== null && /^\d{1,9}$/.test(left) ? Number(left) : null,
  };
}

const bounded = (milliseconds: number): number | null =>
  Number.isNaN(milliseconds) ? null : Math.min(Math.max(milliseconds, 0), WAIT_MS_MAX);

/** Such as ECONNREFUSED; the messages of fetch may quote the address. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if (error.name === 'TimeoutError') return 'it took too long';
  if (error instanceof RangeError) return error.message;
  const { cause } = error;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.name;
}
