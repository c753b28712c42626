import type { Deps } from '../deps.ts';
import { delay } from '../kernel/clock.ts';

export const READY_CHECK_MS_MAX = 2_000;

export interface Readiness {
  /** Set before anything is closed, so that a balancer sends no more here. */
  draining: boolean;
}

/** Whether new work should be sent here: the database answers, and the service is not about to stop. */
export async function isReady({ db }: Pick<Deps, 'db'>, { draining }: Readiness): Promise<boolean> {
  if (draining) return false;
  const answers = db.$queryRaw`SELECT 1`.then(
    () => true,
    () => false,
  );
  return Promise.race([answers, delay(READY_CHECK_MS_MAX).then(() => false)]);
}
