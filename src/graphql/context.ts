import type { Refused } from '../auth/token.ts';
import type { Viewer } from '../auth/viewer.ts';
import type { Deps } from '../deps.ts';
import type { OpenTrack } from '../stream/progress.ts';
import type { PresentConnection } from '../notifications/presence.ts';
import { apiError } from './errors.ts';

export interface Context {
  readonly deps: Deps;
  /** Null without a valid token; `refused` then says why. */
  readonly viewer: Viewer | null;
  readonly refused: Refused | null;
  /** Rows of pages that this request may still ask for; the cost of a document is bounded by what it really asks. */
  readonly rows: { left: number };
  /** Null where the transport can't tell a reader how far its subscription has come but by the items. */
  readonly openTrack: OpenTrack | null;
  /** The socket that asks; null where a request stands alone. */
  readonly connection: PresentConnection | null;
}

/** @throws UNAUTHENTICATED, or UNAVAILABLE while the issuer's keys can't be fetched */
export function viewerOf({ viewer, refused }: Context): Viewer {
  if (viewer) return viewer;
  if (refused === 'unavailable') throw apiError('UNAVAILABLE', 'the token can’t be verified now: try again');
  throw apiError('UNAUTHENTICATED', refused === 'expired' ? 'the token has expired' : 'a valid token is needed');
}
