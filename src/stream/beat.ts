import { type Clock, every } from '../kernel/clock.ts';

export const BEAT_MS = 1_000;
/** With a beat each second and a look each second, a link that carries nothing is noticed within 3 s. */
export const BEAT_MISSED_MS = 1_900;

interface BeatOptions {
  /** Sends a beat around, over the link that events take. Must not throw. */
  readonly send: () => void;
  readonly clock: Clock;
  /** No beat came for too long; called again as long as none comes. */
  readonly onLost: () => void;
  /** The first beat, and the first after some were lost. */
  readonly onBack: () => void;
}

export interface Beats extends Disposable {
  /** A beat has come back. */
  heard(): void;
  /** The link was cut, or is made anew: it counts as lost until a beat comes, which has its full time for that. */
  renewed(): void;
  isLost(): boolean;
}

/** A beat each second proves that the link still carries: a half-open one reports no error, it only falls silent. */
export function openBeats({ send, clock, onLost, onBack }: BeatOptions): Beats {
  let last = clock.now().getTime();
  let lost = true;
  const timer = every(BEAT_MS, () => {
    send();
    const now = clock.now().getTime();
    if (now - last <= BEAT_MISSED_MS) return;
    last = now;
    lost = true;
    onLost();
  });
  send();
  return {
    heard() {
      last = clock.now().getTime();
      if (!lost) return;
      lost = false;
      onBack();
    },
    renewed() {
      last = clock.now().getTime();
      lost = true;
    },
    isLost: () => lost,
    [Symbol.dispose]: () => timer[Symbol.dispose](),
  };
}
