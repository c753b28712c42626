import { type Random, randomFor } from '../../src/venues/paper/random.ts';

/** Draws of one part of a simulation, which nothing that the other parts draw can shift. */
export interface Chance extends Random {
  /** True with this probability. */
  one(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
}

export function chanceOf(seed: number, ...labels: readonly (string | number)[]): Chance {
  const random = randomFor(seed, ...labels);
  const int = (from: number, to: number): number => random.int(from, to);
  return {
    int,
    one: (probability) => int(0, 999_999) < probability * 1_000_000,
    pick: <T>(items: readonly T[]) => items[int(0, items.length - 1)] as T,
  };
}
