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
 * `leave`: this transport does not work or is not wanted: the next one, at once.
 */
export type Verdict = 'lost' | 'told' | 'token' | 'leave';

/** The protocol's and WebSocket's closes after which the same would only happen again over the same transport. */
const LEAVE: readonly number[] = [
  1002, 1003, 1007, 1008, 1009, 1010, 1011, 1015, 4004, 4005, 4400, 4406, 4409, 4429, 4500,
];

/** The service's own codes, the protocol's, and those of RFC 6455, 7.4. */
export function closeEnding(code: number, reason: string): Ending {
  return { code, reason, verdict: verdictOfClose(code, reason) };
}

function verdictOfClose(code: number, reason: string): Verdict {
  if (reason.startsWith('FEATURE_DISABLED')) return 'leave';
  if (code === 1012 || code === 1013 || code === 4403) return 'told';
  if (code === 4401) return 'token';
  return LEAVE.includes(code) ? 'leave' : 'lost';
}

/** Codes of the API that end more than the operation they are said of. */
const VERDICT_OF_CODE: Readonly<Record<string, Verdict>> = {
  UNAUTHENTICATED: 'token',
  UNAVAILABLE: 'told',
  RATE_LIMITED: 'told',
  FEATURE_DISABLED: 'leave',
};

/** Null when the code is about the operation alone. */
export function codeEnding(code: string, reason: string): Ending | null {
  const verdict = VERDICT_OF_CODE[code];
  return verdict ? { code, reason, verdict } : null;
}

/** An answer over HTTP that is no success. */
export function statusEnding(status: number, code: string, afterSeconds: number): Ending {
  const after = afterSeconds > 0 ? { afterMs: afterSeconds * 1_000 } : {};
  const known = codeEnding(code, code);
  if (known) return { ...known, code: code === 'UNAUTHENTICATED' ? status : code, ...after };
  const verdict = status === 401 ? 'token' : status === 429 || status === 503 ? 'told' : 'lost';
  return { code: status, reason: code, verdict, ...after };
}

export const lost = (code: string, reason: string): Ending => ({ code, reason, verdict: 'lost' });
