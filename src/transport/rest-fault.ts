import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Deps } from '../deps.ts';
import { type ErrorCode, expectedError } from '../graphql/errors.ts';

/** The body of every error over REST. */
export const fault = (code: string, message: string) => ({ error: { code, message } });

const STATUS = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  BAD_USER_INPUT: 400,
  RESUME_EXPIRED: 410,
  RATE_LIMITED: 429,
  TOO_MANY_SUBSCRIPTIONS: 429,
  UNAVAILABLE: 503,
} as const satisfies Record<ErrorCode, ContentfulStatusCode>;

const RETRY_AFTER_SECONDS = '1';

/** What an error is called over REST: as GraphQL calls it. A bug is logged once and told to nobody. */
export function faultOf(
  deps: Pick<Deps, 'log'>,
  error: unknown,
): { code: ErrorCode | 'INTERNAL_SERVER_ERROR'; message: string } {
  const expected = expectedError(error);
  if (expected) return { code: expected.extensions['code'] as ErrorCode, message: expected.message };
  deps.log.error({ err: error }, 'unexpected error');
  return { code: 'INTERNAL_SERVER_ERROR', message: 'something went wrong here' };
}

export function answerFault(c: Context, { code, message }: ReturnType<typeof faultOf>): Response {
  const status = code === 'INTERNAL_SERVER_ERROR' ? 500 : STATUS[code];
  if (status === 503 || status === 429) c.header('Retry-After', RETRY_AFTER_SECONDS);
  return c.json(fault(code, message), status);
}
