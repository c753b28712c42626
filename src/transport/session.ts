import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import type { Verified } from '../auth/token.ts';
import type { Viewer } from '../auth/viewer.ts';
import type { Deps } from '../deps.ts';
import { apiError } from '../graphql/errors.ts';

export const SESSION_COOKIE = 'fillstream_session';
export const STREAM_PATH = '/v1/stream';
/** Browsers keep no more of a cookie. */
const COOKIE_BYTES_MAX = 3_800;

type SessionDeps = Pick<Deps, 'verifyToken' | 'clock' | 'config'>;

/**
 * Who reads the stream: by a bearer token or, since a browser's EventSource can send no header, by the session cookie,
 * on which only a page of ours or of an allowed origin may ride.
 * @throws UNAUTHENTICATED, FORBIDDEN, UNAVAILABLE
 */
export async function readerOf(
  deps: SessionDeps,
  c: Context,
  isAllowedOrigin: (origin: string) => boolean,
): Promise<Viewer> {
  const authorization = c.req.header('authorization');
  const cookie = authorization === undefined ? getCookie(c, SESSION_COOKIE) : undefined;
  const origin = c.req.header('origin');
  const isOwn = origin === undefined || origin === new URL(c.req.url).origin || isAllowedOrigin(origin);
  if (cookie !== undefined && !isOwn) throw apiError('FORBIDDEN', 'this origin may not use the session');
  return readingViewer(await deps.verifyToken(authorization ?? cookie));
}

/**
 * Who asks, by a bearer token alone.
 * @throws UNAUTHENTICATED, FORBIDDEN, UNAVAILABLE
 */
export const bearerOf = async (deps: SessionDeps, c: Context): Promise<Viewer> =>
  readingViewer(await deps.verifyToken(c.req.header('authorization')));

function readingViewer(verified: Verified): Viewer {
  const viewer = viewerOf(verified);
  if (!viewer.scopes.has('read')) throw apiError('FORBIDDEN', 'the token lacks the scope read');
  return viewer;
}

function viewerOf(verified: Verified): Viewer {
  if ('viewer' in verified) return verified.viewer;
  if (verified.refused === 'unavailable') throw apiError('UNAVAILABLE', 'the token can’t be verified now: try again');
  throw apiError(
    'UNAUTHENTICATED',
    verified.refused === 'expired' ? 'the token has expired' : 'a valid token is needed',
  );
}

/**
 * Puts the bearer token into a cookie for the stream alone, which ends when the token does.
 * @throws UNAUTHENTICATED, UNAVAILABLE; BAD_USER_INPUT when the token is longer than a cookie can be
 */
export async function openSession(deps: SessionDeps, c: Context): Promise<Response> {
  const authorization = c.req.header('authorization') ?? '';
  const { expiresAt } = viewerOf(await deps.verifyToken(authorization));
  const token = authorization.replace(/^Bearer +/i, '');
  if (token.length > COOKIE_BYTES_MAX) throw apiError('BAD_USER_INPUT', 'the token is too long for a cookie');
  setCookie(c, SESSION_COOKIE, token, {
    httpOnly: true,
    sameSite: 'Strict',
    secure: deps.config.production,
    path: STREAM_PATH,
    maxAge: Math.max(0, Math.floor((expiresAt.getTime() - deps.clock.now().getTime()) / 1_000)),
  });
  return c.body(null, 204);
}
