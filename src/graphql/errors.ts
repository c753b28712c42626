import { GraphQLError } from 'graphql';
import { TokenExpiredError } from '../auth/guarded.ts';
import { isDatabaseAway, isTransient } from '../db/transaction.ts';
import { BadCursorError } from '../stream/resume.ts';
import { ResumeExpiredError, StreamStoppedError } from '../stream/follow.ts';
import { RedisAwayError } from '../stream/redis-script.ts';

/** The stable codes that clients may rely on (`extensions.code`). */
export type ErrorCode =
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'BAD_USER_INPUT'
  | 'RATE_LIMITED'
  | 'TOO_MANY_SUBSCRIPTIONS'
  | 'RESUME_EXPIRED'
  | 'UNAVAILABLE';

const HTTP_STATUS: Partial<Record<ErrorCode, number>> = { UNAUTHENTICATED: 401 };

export function apiError(
  code: ErrorCode,
  message: string,
  details: Readonly<Record<string, string>> = {},
): GraphQLError {
  const status = HTTP_STATUS[code];
  const extensions = { code, ...details };
  // For Yoga, which answers with it; not enumerable, so that no transport sends it.
  if (status) Object.defineProperty(extensions, 'http', { value: { status } });
  return new GraphQLError(message, { extensions });
}

export const badInput = (message: string): GraphQLError => apiError('BAD_USER_INPUT', message);

/** What the layers below say in their own words, in the words of the API; null for what nobody expected. */
export function expectedError(error: unknown): GraphQLError | null {
  if (error instanceof GraphQLError && error.extensions['code'] !== undefined) return error;
  if (error instanceof BadCursorError) return badInput('this is no cursor of yours');
  if (isTransient(error) || isDatabaseAway(error)) return apiError('UNAVAILABLE', 'try again in a moment');
  if (error instanceof RedisAwayError) return apiError('UNAVAILABLE', 'try again in a moment');
  if (error instanceof StreamStoppedError) return apiError('UNAVAILABLE', error.message);
  if (error instanceof TokenExpiredError) return apiError('UNAUTHENTICATED', error.message);
  if (error instanceof ResumeExpiredError) {
    const message = 'the log no longer reaches this cursor: load a snapshot and follow its position';
    return apiError('RESUME_EXPIRED', message, 'half' in error ? { half: String(error.half) } : {});
  }
  return null;
}
