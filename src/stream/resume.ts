import type { Deps } from '../deps.ts';
import type { UserId } from '../kernel/brand.ts';
import {
  type Cursor,
  decodeCursor,
  decodePairCursor,
  encodeCursor,
  encodePairCursor,
  type Position,
} from '../kernel/position.ts';
import { ResumeExpiredError } from './follow.ts';
import { reaches } from './history.ts';
import type { Place } from './progress.ts';

/** Unreadable, forged or another user's: all three are answered alike. */
export class BadCursorError extends Error {}

export const cursorOf = ({ config }: Pick<Deps, 'config'>, user: UserId, place: Place): Cursor =>
  'epoch' in place
    ? encodeCursor(config.cursorSecret, user, place)
    : encodePairCursor(config.cursorSecret, user, place);

/** Of a cursor over two logs its place in the viewer's own one; any other as it is. */
export function inOwnLog(deps: Pick<Deps, 'config'>, user: UserId, cursor: Cursor): Cursor {
  const pair = decodePairCursor(deps.config.cursorSecret, user, cursor);
  return pair ? cursorOf(deps, user, pair.log) : cursor;
}

/**
 * Where to follow from: after the cursor, or from the head as it is now.
 * @throws BadCursorError, ResumeExpiredError
 */
export async function startAfter(
  { reader, config }: Pick<Deps, 'reader' | 'config'>,
  user: UserId,
  cursor: Cursor | null,
): Promise<Position> {
  const after = cursor === null ? null : decodeCursor(config.cursorSecret, user, cursor);
  if (cursor !== null && !after) throw new BadCursorError('the cursor is not one of this user');
  const extent = await reader.extent(user);
  if (!after) return extent.head;
  if (!reaches(extent, after)) {
    throw new ResumeExpiredError('the log cannot be resumed from this cursor');
  }
  return after;
}
