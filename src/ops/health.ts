import type { Deps } from '../deps.ts';
import { delay } from '../kernel/clock.ts';

export const READY_CHECK_MS_MAX = 2_000;

export interface Readiness {
  /** Set before anything is closed, so that a balancer sends no more here. */
  draining: boolean;
  /** The question that is on its way: a database that hangs is not asked again and again. */
  asked?: Promise<boolean> | undefined;
}

/** Whether new work should be sent here: the database answers, and the service is not about to stop. */
export async function isReady({ db }: Pick<Deps, 'db'>, readiness: Readiness): Promise<boolean> {
  if (readiness.draining) return false;
  readiness.asked ??= db.$queryRaw`SELECT 1`
    .then(
      () => true,
      () => false,
    )
    .finally(() => (readiness.asked = undefined));
  return Promise.race([readiness.asked, delay(READY_CHECK_MS_MAX).then(() => false)]);
}
