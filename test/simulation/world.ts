import { type Chance, chanceOf } from './chance.ts';
import type { VirtualTime } from './time.ts';
import { CALM, type Weather, weatherOf } from './weather.ts';

/** What a run of many seeds must have met, or it has shown nothing. */
export const HAPPENINGS = [
  'message lost',
  'message repeated',
  'message overtaken',
  'publish failed',
  'connection to Redis cut',
  'connection to Redis half-open',
  'Redis frozen',
  'read failed',
  'database away',
  'database hangs',
  'writer died before its publish',
  'process killed',
  'process drained',
  'socket cut',
  'reader paused',
  'token expired',
  'resumed',
  'resumed on the other process',
  'queue overflowed',
  'page full',
  'healed by start',
  'healed by floor',
  'healed by gap',
  'healed by nudge',
  'healed by overflow',
  'retention passed a reader',
  'epoch changed under a reader',
  'beats lost',
] as const;
export type Happening = (typeof HAPPENINGS)[number];

/** What all parts of one simulation share. */
export interface World {
  readonly seed: number;
  readonly weather: Weather;
  readonly violations: readonly string[];
  readonly happened: ReadonlyMap<Happening, number>;
  readonly story: readonly string[];
  /** Nothing goes wrong any more, and nothing new begins. */
  isCalm(): boolean;
  calm(): void;
  chance(...labels: readonly (string | number)[]): Chance;
  readonly now: () => number;
  readonly goOn: () => boolean;
  count(what: Happening): void;
  /** Adds to the story, which is kept only for a seed that is told. */
  say(tell: () => string): void;
  /** The promise is broken. */
  violate(how: string): void;
}

export function openWorld(seed: number, { time, isTold }: { time: VirtualTime; isTold: boolean }): World {
  const happened = new Map<Happening, number>();
  const violations: string[] = [];
  const story: string[] = [];
  let weather = weatherOf(seed);
  const { now, goOn } = time;
  const say = (tell: () => string): void => {
    if (isTold) story.push(`${String(now()).padStart(6)} ${tell()}`);
  };
  return {
    ...{ seed, happened, violations, story, now, goOn, say },
    get weather() {
      return weather;
    },
    isCalm: () => weather === CALM,
    calm: () => void (weather = CALM),
    chance: (...labels) => chanceOf(seed, ...labels),
    count: (what) => void happened.set(what, (happened.get(what) ?? 0) + 1),
    violate(how) {
      say(() => `VIOLATION ${how}`);
      violations.push(how);
    },
  };
}
