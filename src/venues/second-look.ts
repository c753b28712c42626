import type { Clock } from '../kernel/clock.ts';
import type { KnownOrder } from './reconcile.ts';

/** A message of what a venue has just stated is on its way for as long, and no longer: then it counts as lost. */
export const GRACE_MS = 2_000;

/** Orders of which a venue has stated what no message of it has told yet: they are asked about once more before that counts. */
export interface SecondLook {
  add(orders: readonly KnownOrder[]): void;
  readonly size: number;
  /** How long until the first of them is due. */
  waitMs(): number;
  /** Takes out those that are due, so many at most. */
  take(limit: number): readonly KnownOrder[];
}

export function openSecondLook(clock: Clock): SecondLook {
  let waiting: readonly { readonly order: KnownOrder; readonly dueAt: number }[] = [];
  const now = (): number => clock.now().getTime();
  return {
    add(orders) {
      const dueAt = now() + GRACE_MS;
      waiting = [...waiting, ...orders.map((order) => ({ order, dueAt }))];
    },
    get size() {
      return waiting.length;
    },
    waitMs: () => Math.max(0, (waiting[0]?.dueAt ?? 0) - now()),
    take(limit) {
      const at = now();
      const due = waiting.filter(({ dueAt }) => dueAt <= at).slice(0, limit);
      waiting = waiting.slice(due.length);
      return due.map(({ order }) => order);
    },
  };
}
