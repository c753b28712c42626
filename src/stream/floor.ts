import type { Deps } from '../deps.ts';
import { every } from '../kernel/clock.ts';
import { readHeads } from './history.ts';

export const FLOOR_CHECK_MS = 2_000;
/** While the bus carries nothing, this is how late an update is at most. */
export const FLOOR_CHECK_DEGRADED_MS = 1_000;
/** When this process hears again, another one may not be able to publish yet: so long the checks stay frequent. */
export const FLOOR_CHECK_RECOVERY_MS = 5_000;

/**
 * Compares the heads of all followed streams with what their followers have seen, in one query per process, so that a
 * last message that the bus lost is noticed.
 */
export function openFloorCheck({ db, bus, log }: Pick<Deps, 'db' | 'bus' | 'log'>): Disposable {
  let running = false;
  const check = async (): Promise<void> => {
    const users = bus.followedUsers();
    if (running || users.length === 0) return;
    running = true;
    try {
      const heads = await readHeads(db, users);
      for (const user of users) {
        const head = heads.get(user);
        if (head) bus.tellHead(user, head);
      }
    } catch (err) {
      log.warn({ err }, 'followed heads could not be read');
    } finally {
      running = false;
    }
  };
  let sinceMs = 0;
  let soundMs = FLOOR_CHECK_RECOVERY_MS;
  return every(FLOOR_CHECK_DEGRADED_MS, () => {
    sinceMs += FLOOR_CHECK_DEGRADED_MS;
    soundMs = bus.isDegraded() ? 0 : soundMs + FLOOR_CHECK_DEGRADED_MS;
    if (soundMs > FLOOR_CHECK_RECOVERY_MS && sinceMs < FLOOR_CHECK_MS) return;
    sinceMs = 0;
    void check();
  });
}
