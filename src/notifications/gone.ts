import type { Db } from '../db/client.ts';
import type { Deps } from '../deps.ts';
import type { Addressed } from './message.ts';
import type { DeviceRow } from './parts.ts';

interface Gone {
  readonly at: Addressed;
  readonly devices: readonly DeviceRow[];
  /** When the provider says that the token died; null where it does not say. */
  readonly deadSince: Date | null;
}

/**
 * Takes a dead token from its device, and no other one. A token that was registered after the time of its death is alive: APNs
 * may tell of what was before an app was installed again. Never rejects: the next message finds it dead again.
 */
export async function removeGone(
  { db, log }: Pick<Deps, 'log'> & { readonly db: Db },
  { at, devices, deadSince }: Gone,
): Promise<void> {
  const device = devices.find(({ id }) => id === at.deviceId);
  if (!device || (deadSince !== null && device.registeredAt > deadSince)) return;
  const removed = db.$executeRaw`
    UPDATE devices SET token = NULL, keys = NULL
    WHERE id = ${device.id}::uuid AND token = ${device.token} AND registered_at = ${device.registeredAt}`;
  await removed.catch((err: unknown) => log.warn({ err }, 'a dead token could not be removed'));
}
