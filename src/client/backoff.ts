export interface Backoff {
  readonly firstMs: number;
  readonly maxMs: number;
}

/**
 * How long to wait before the attempt that follows so many failed ones: doubled each time up to the bound, and drawn from
 * the upper half of that, so that the clients of a service that restarts don't come back at the same moment.
 *
 * @param failed at least 1
 * @param chance at least 0, less than 1
 */
export function backoffMs({ firstMs, maxMs }: Backoff, failed: number, chance: number): number {
  const whole = Math.min(maxMs, firstMs * 2 ** Math.min(failed - 1, 30));
  return whole / 2 + (chance * whole) / 2;
}
