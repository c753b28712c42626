/**
 * What each user last said of pushes to this browser. Its permission and its subscription are of all who sign in here, and either
 * may be lost without anybody's word.
 */
export type PushWish = 'on' | 'off';

const keyOf = (userId: string): string => `fillstream.push.${userId}`;

/** Null: nothing was said yet. */
export function pushWish(userId: string): PushWish | null {
  const kept = localStorage.getItem(keyOf(userId));
  return kept === 'on' || kept === 'off' ? kept : null;
}

export const keepPushWish = (userId: string, wish: PushWish): void => localStorage.setItem(keyOf(userId), wish);
