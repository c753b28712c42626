import { unsafeSkipN, unsafeUniformIntDistribution, xoroshiro128plus } from 'pure-rand';

/** Draws that depend only on the seed and on what they are for, so that a run repeats however its parts interleave. */
export interface Dice {
  /** A whole number, both ends included. */
  int(from: number, to: number): number;
  /** True in so many of a hundred throws. */
  percent(chance: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** Dice of their own for another purpose of the same seed. */
  of(purpose: string): Dice;
}

export function diceOf(seed: number, purpose = ''): Dice {
  const generator = xoroshiro128plus(hash32(`${seed}/${purpose}`));
  // The first outputs are close to the seed itself.
  unsafeSkipN(generator, 8);
  const int = (from: number, to: number): number => unsafeUniformIntDistribution(from, to, generator);
  return {
    int,
    percent: (chance) => int(1, 100) <= chance,
    pick: (from) => from[int(0, from.length - 1)] as (typeof from)[number],
    of: (inner) => diceOf(seed, `${purpose}/${inner}`),
  };
}

/** FNV-1a, then the finaliser of MurmurHash3, because FNV alone hardly mixes the last characters. */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) | 0;
}
