import { unsafeSkipN, unsafeUniformIntDistribution, xoroshiro128plus } from 'pure-rand';

/** A whole number, both ends included. */
export type Draw = (from: number, to: number) => number;

/** Draws that depend only on the seed and on what they are for, so that a run repeats however its parts interleave. */
export function drawFor(seed: number, purpose: string): Draw {
  const generator = xoroshiro128plus(hash32(`${seed}/${purpose}`));
  // The first outputs are close to the seed itself.
  unsafeSkipN(generator, 8);
  return (from, to) => unsafeUniformIntDistribution(from, to, generator);
}

/** FNV-1a, then the finaliser of MurmurHash3, because FNV alone hardly mixes the last characters. */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) | 0;
}
