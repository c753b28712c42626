import type { Dice } from '../dice.ts';
import { pause } from '../time.ts';
import type { Attempt } from '../sender.ts';
import type { PlanOptions, Scene, Step, Window } from './row.ts';

/** The first fault comes when the load runs evenly. */
export const FIRST_MS = 1_500;

/** Two servers that take reports of the same accounts take fewer of them than one. */
export const TWO_INSTANCES = { rate: 120, seconds: 12 };

/** One of these, by the seed: four seeds that follow each other have them all. */
export const variant = <T>({ seed }: Pick<PlanOptions, 'seed'>, variants: readonly T[]): T =>
  variants[seed % variants.length] as T;

/** So many faults, each at a random place of its share of the time. */
export function spread(
  dice: Dice,
  { count, fromMs = FIRST_MS, everyMs }: { readonly count: number; readonly fromMs?: number; readonly everyMs: number },
  stepOf: (n: number) => Omit<Step, 'atMs'>,
): readonly Step[] {
  return Array.from({ length: count }, (_, n) => ({
    atMs: fromMs + n * everyMs + dice.int(0, Math.floor(everyMs / 3)),
    ...stepOf(n),
  }));
}

/** Something broken for a while, and mended whatever happens in between. */
export async function during(
  ms: number,
  { begin, meanwhile, end }: { begin: () => unknown; meanwhile?: () => Promise<void>; end: () => unknown },
): Promise<void> {
  try {
    await begin();
    await Promise.all([pause(ms), meanwhile?.()]);
  } finally {
    await end();
  }
}

const PROBE_MS = 50;

/** How long it took until the first server's /readyz was as wanted, or null. */
export async function readyzBecomes(
  { stage }: Scene,
  withinMs: number,
  isWanted: (probe: { readonly status: number; readonly degraded: boolean | null }) => boolean,
): Promise<number | null> {
  const from = performance.now();
  while (performance.now() - from < withinMs) {
    if (isWanted(await stage.first.probe())) return Math.round(performance.now() - from);
    await pause(PROBE_MS);
  }
  return null;
}

export const startedIn = (
  attempts: readonly Attempt[],
  { from, to }: Pick<Window, 'from' | 'to'>,
): readonly Attempt[] => attempts.filter(({ startedAt }) => startedAt >= from && startedAt < to);

export const tookMs = ({ startedAt, endedAt }: Attempt): number => endedAt - startedAt;

export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? 0;
}
