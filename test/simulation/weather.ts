import { type Chance, chanceOf } from './chance.ts';

/** What may go wrong. Each seed has some of it only, so that no fault hides what another one would show. */
export interface Weather {
  /** Of each message to each process: probabilities, and the most that it takes. */
  readonly messages: { readonly lost: number; readonly repeated: number; readonly delayMs: number };
  /** Connections to Redis are cut, refused, frozen or half-open: one process's, or Redis is away or frozen for all. */
  readonly lines: 'never' | 'each' | 'all away' | 'all frozen';
  /** Reads of the log: the probability that one fails, and the most that it takes. */
  readonly reads: { readonly failed: number; readonly delayMs: number };
  /** All reads fail for a while, or hang. */
  readonly outages: boolean;
  /** How often a reader's socket is cut; 0 is never. */
  readonly cutsEachMs: number;
  /** The probability that a reader pauses, whenever something has come. */
  readonly pauses: number;
  /** Processes that are killed or drained, and start again. */
  readonly restarts: boolean;
  readonly retention: boolean;
  /** The database is restored from a copy that lacks the last events: a new epoch. */
  readonly restores: boolean;
  /** The probability that a writer dies between commit and publish. */
  readonly writersDie: number;
  /** The longest pause of a writer: what is lost of a quiet stream is found by no later message. */
  readonly writesEachMs: number;
  /** Transactions of hundreds of events, more than a follower queues or a page holds. */
  readonly floods: boolean;
  /** How long a token lives; 0 is for ever. */
  readonly tokenMs: number;
  /** How late an update may be for a reader who keeps up; null where the log can't be read, or readers are slow. */
  readonly lagMsMax: number | null;
}

/** What the links and the reads take, beside the bounds of the product. */
const TRANSIT_MS = 400;
/** By what is promised of Redis: while it refuses, while it hangs, and while nothing is known to be amiss. */
export const LAG_MS_MAX = { 'all away': 2_000, 'all frozen': 4_000, each: 5_000, never: TRANSIT_MS } as const;

export const CALM: Weather = {
  messages: { lost: 0, repeated: 0, delayMs: 3 },
  lines: 'never',
  reads: { failed: 0, delayMs: 5 },
  ...{ outages: false, cutsEachMs: 0, pauses: 0, restarts: false, retention: false, restores: false },
  ...{ writersDie: 0, writesEachMs: 700, floods: false, tokenMs: 0, lagMsMax: null },
};

export function weatherOf(seed: number): Weather {
  const chance: Chance = chanceOf(seed, 'weather');
  const writesEachMs = chance.pick([50, 700, 5_000]);
  if (chance.one(0.35)) {
    const lines = chance.pick(['never', 'each', 'all away', 'all frozen'] as const);
    return {
      ...CALM,
      lines,
      writesEachMs,
      floods: chance.one(0.1),
      cutsEachMs: chance.pick([0, 1_500]),
      reads: { failed: 0, delayMs: chance.pick([5, 100]) },
      lagMsMax: LAG_MS_MAX[lines] + TRANSIT_MS,
    };
  }
  return {
    lagMsMax: null,
    messages: {
      lost: chance.pick([0, 0, 0.02, 0.3, 1]),
      repeated: chance.pick([0, 0, 0.2]),
      delayMs: chance.pick([3, 3, 40, 400]),
    },
    lines: chance.pick(['never', 'never', 'never', 'each', 'all away', 'all frozen']),
    reads: { failed: chance.pick([0, 0, 0.05, 0.4]), delayMs: chance.pick([5, 5, 60, 600]) },
    outages: chance.one(0.2),
    cutsEachMs: chance.pick([0, 0, 3_000, 700]),
    pauses: chance.pick([0, 0, 0.05, 0.4]),
    restarts: chance.one(0.25),
    retention: chance.one(0.25),
    restores: chance.one(0.15),
    writesEachMs,
    writersDie: chance.pick([0, 0, 0.2]),
    floods: chance.one(0.08),
    tokenMs: chance.pick([0, 0, 0, 2_000]),
  };
}
