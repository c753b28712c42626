import { codeEnding, type Ending, lost, verdictOf } from './ending.ts';
import type { GraphqlFault } from './member.ts';
import { isObject } from './read.ts';
import type { Line } from './session.ts';
import { later } from './time.ts';

/** An answer over HTTP that is not what was asked for. */
export class RefusedError extends Error {
  readonly ending: Ending;
  /** As GraphQL would say it. */
  readonly errors: readonly GraphqlFault[];

  constructor(ending: Ending, errors: readonly GraphqlFault[] = []) {
    super(ending.reason);
    this.ending = ending;
    this.errors = errors;
  }
}

type Asking = Pick<Line, 'url' | 'token' | 'fetch'>;

interface Asked<T> extends Omit<RequestInit, 'signal' | 'headers'> {
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly signal: AbortSignal;
  /** Until the answer has been read; null: as long as it takes. */
  readonly withinMs: number | null;
  readonly read: (response: Response) => Promise<T>;
}

/**
 * A request to the service, and what is read of a good answer.
 * @throws RefusedError, or what `fetch` and `read` throw
 */
export async function request<T>(
  { url, token, fetch }: Asking,
  { path, headers, signal, withinMs, read, ...init }: Asked<T>,
): Promise<T> {
  const leaving = new AbortController();
  const leave = (): void => leaving.abort();
  signal.addEventListener('abort', leave);
  // Once it has been read, leaving it does nothing.
  const cancel = withinMs === null ? leave : later(withinMs, leave);
  try {
    const response = await fetch(`${url}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${token}`, ...headers },
      ...{ cache: 'no-store', signal: leaving.signal },
    });
    if (response.ok) return await read(response);
    throw refusal(response, await response.json().catch(() => null));
  } catch (error) {
    if (leaving.signal.aborted && !signal.aborted) throw new RefusedError(lost('TIMEOUT', 'no answer in time'));
    throw error;
  } finally {
    cancel();
    signal.removeEventListener('abort', leave);
  }
}

/** A GraphQL request. */
export const asked = (body: { readonly query: string; readonly variables?: Record<string, unknown> }) => ({
  ...{ path: '/graphql', method: 'POST', body: JSON.stringify(body) },
  headers: { 'content-type': 'application/json', accept: 'application/json' },
});

export const readJson = (response: Response): Promise<unknown> => response.json() as Promise<unknown>;

/** An answer over HTTP that is no success. */
export function statusEnding(status: number, code: string, afterSeconds: number): Ending {
  const after = afterSeconds > 0 ? { afterMs: afterSeconds * 1_000 } : {};
  const known = codeEnding(code, code);
  if (known && known.verdict !== 'token') return { ...known, ...after };
  return { code: status, reason: code, verdict: known?.verdict ?? verdictOf(status), ...after };
}

function refusal(response: Response, body: unknown): RefusedError {
  const { code, message } = faultIn(body) ?? { code: `HTTP_${response.status}`, message: response.statusText };
  const after = Number(response.headers.get('retry-after'));
  return new RefusedError({ ...statusEnding(response.status, code, after), reason: message }, [
    { message, extensions: { code } },
  ]);
}

/** `{ "error": { "code", "message" } }`, as every error over REST. */
export function faultIn(body: unknown): { readonly code: string; readonly message: string } | null {
  const fault = isObject(body) && isObject(body['error']) ? body['error'] : {};
  const { code, message } = fault;
  return typeof code === 'string' && typeof message === 'string' ? { code, message } : null;
}

export const endingOf = (error: unknown): Ending =>
  error instanceof RefusedError
    ? error.ending
    : lost('NETWORK', error instanceof Error ? error.message : String(error));
