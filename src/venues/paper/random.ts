import { unsafeSkipN, unsafeUniformIntDistribution, xoroshiro128plus } from 'pure-rand';

/** Draws that depend only on the seed and the labels they were made for. */
export interface Random {
  /** A whole number, both ends included. */
  int(from: number, to: number): number;
}

/**
 * A source of its own for each purpose, such as one order's parts: what one order draws never shifts what another
 * draws, so a run repeats however its requests interleave.
 */
export function randomFor(seed: number, ...labels: readonly (string | number)[]): Random {
  const generator = xoroshiro128plus(hash32(JSON.stringify([seed, ...labels])));
  // The first outputs are close to the seed itself.
  unsafeSkipN(generator, 4);
  return { int: (from, to) => unsafeUniformIntDistribution(from, to, generator) };
}

/** FNV-1a, then the finaliser of MurmurHash3, because FNV alone hardly mixes the last characters. */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) | 0;
}
