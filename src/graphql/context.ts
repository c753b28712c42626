import type { Viewer } from '../auth/viewer.ts';
import type { Deps } from '../deps.ts';
import { apiError } from './errors.ts';

export interface Context {
  readonly deps: Deps;
  /** Null without a valid token; `tokenExpired` then says whether there was one. */
  readonly viewer: Viewer | null;
  readonly tokenExpired: boolean;
}

/** @throws UNAUTHENTICATED */
export function viewerOf({ viewer, tokenExpired }: Context): Viewer {
  if (viewer) return viewer;
  throw apiError('UNAUTHENTICATED', tokenExpired ? 'the token has expired' : 'a valid token is needed');
}
