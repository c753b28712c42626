import type { UserId } from '../kernel/brand.ts';

/** At first, and at most. */
export const REST_MS_MIN = 2_000;
export const REST_MS_MAX = 5 * 60_000;

/** Users for whom a consumer fails. */
export interface Failing {
  /** Leaves this user alone for as long again as it has failed already. */
  add(user: UserId): void;
  remove(user: UserId): void;
  /** Those of these who need not be left alone now. */
  rested(users: readonly UserId[]): readonly UserId[];
}

/** @param nowMs of a clock that nobody sets */
export function openFailing(nowMs: () => number): Failing {
  const failing = new Map<UserId, { readonly since: number; readonly until: number }>();
  return {
    add(user) {
      const now = nowMs();
      const since = failing.get(user)?.since ?? now - REST_MS_MIN;
      failing.set(user, { since, until: now + Math.min(now - since, REST_MS_MAX) });
    },
    remove: (user) => void failing.delete(user),
    rested: (users) => users.filter((user) => (failing.get(user)?.until ?? 0) <= nowMs()),
  };
}
