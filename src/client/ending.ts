/** Why a connection ended, as the app and the service's metrics are told. */
export interface Ending {
  /** A close code, an HTTP status, or a code of the API or of this client. */
  readonly code: number | string;
  readonly reason: string;
  readonly verdict: Verdict;
  /** The service has said how long to stay away. */
  readonly afterMs?: number;
}

/**
 * What a client makes of it. `lost`: come back; too many of these in a row, and the next transport is tried. `told`: the
 * service said to come back, which says nothing against the transport. `token`: come back with a fresh token, once.
 * `leave`: this transport does not work or is not wanted: the next one, at once. `stop`: nobody is
 * signed in.
 */
export type Verdict = 'lost' | 'told' | 'token' | 'leave' | 'stop';

/**
 * By the service's close codes, the protocol's, those of RFC 6455, 7.4, HTTP statuses, and the codes of the API that end more
 * than the operation they are said of. After a close that is to `leave` the same would only happen again.
 */
const CODES: Readonly<Record<Exclude<Verdict, 'lost' | 'stop'>, readonly (number | string)[]>> = {
  told: [1012, 1013, 429, 503, 'UNAVAILABLE', 'RATE_LIMITED'],
  token: [4401, 4403, 401, 'UNAUTHENTICATED'],
  leave: [
    ...[1002, 1003, 1007, 1008, 1009, 1010, 1011, 1015, 4004, 4005, 4400, 4406, 4409, 4429, 4500],
    'FEATURE_DISABLED',
  ],
};

export const verdictOf = (code: number | string): Verdict =>
  (Object.keys(CODES) as (keyof typeof CODES)[]).find((verdict) => CODES[verdict].includes(code)) ?? 'lost';

/** Its reason may begin with a code of the API. */
export function closeEnding(code: number, reason: string): Ending {
  return { code, reason, verdict: reason.startsWith('FEATURE_DISABLED') ? 'leave' : verdictOf(code) };
}

/** Null when the code is about the operation alone. */
export function codeEnding(code: string, reason: string): Ending | null {
  const verdict = verdictOf(code);
  return verdict === 'lost' ? null : { code, reason, verdict };
}

export const lost = (code: string, reason: string): Ending => ({ code, reason, verdict: 'lost' });
