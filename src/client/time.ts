/** The only place of this folder that reads the clock, the random source or sets a timer. */

/** Milliseconds since 1970. */
export const now = (): number => Date.now();

/** At least 0, less than 1. */
export const random = (): number => Math.random();

/** Calls `task` once after so long; the answer calls it off. */
export function later(milliseconds: number, task: () => void): () => void {
  const timer = setTimeout(task, milliseconds);
  return () => clearTimeout(timer);
}
