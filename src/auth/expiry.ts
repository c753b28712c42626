import { type Clock, every } from '../kernel/clock.ts';

export const EXPIRY_SWEEP_MS = 500;

export interface ExpiryWatch extends Disposable {
  /** Calls `expired` once, at most EXPIRY_SWEEP_MS after the time, unless disposed before. */
  watch(expiresAt: Date, expired: () => void): Disposable;
  /** Looks now, for whoever has met a token that ran out before the next look. */
  sweep(): void;
}

/** One timer for all tokens that are in use on open streams. */
export function openExpiryWatch(clock: Clock): ExpiryWatch {
  const watched = new Set<{ readonly expiresAt: Date; readonly expired: () => void }>();
  const sweep = (): void => {
    const now = clock.now();
    for (const entry of watched) {
      if (entry.expiresAt > now) continue;
      watched.delete(entry);
      entry.expired();
    }
  };
  const timer = every(EXPIRY_SWEEP_MS, sweep);
  return {
    watch(expiresAt, expired) {
      const entry = { expiresAt, expired };
      watched.add(entry);
      return { [Symbol.dispose]: () => void watched.delete(entry) };
    },
    sweep,
    [Symbol.dispose]: () => timer[Symbol.dispose](),
  };
}
