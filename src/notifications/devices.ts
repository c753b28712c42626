import type { Db, Tx } from '../db/client.ts';
import { inTransaction } from '../db/transaction.ts';
import type { Deps } from '../deps.ts';
import type { Device as DeviceRow } from '../generated/prisma/client.ts';
import { type UserId, userId } from '../kernel/brand.ts';
import { ensureUsers } from '../stream/append.ts';
import type { Device, DevicePlatform, PushPermission, WebPushKeys } from './device.ts';
import type { PushProvider } from './words.ts';

/** Of one user: past it, the one that was seen last the longest ago is forgotten. */
export const DEVICES_MAX = 20;

/** Where pushes reach an installation. */
export interface PushToken {
  readonly provider: PushProvider;
  readonly token: string;
  readonly keys: WebPushKeys | null;
}

/** What an app tells of its installation. */
export interface Registration {
  readonly installation: string;
  readonly platform: DevicePlatform;
  readonly permission: PushPermission;
  /** Null: no push reaches it. */
  readonly push: PushToken | null;
  readonly appVersion: string | null;
  readonly locale: string | null;
}

type DeviceDeps = Pick<Deps, 'db' | 'clock' | 'ids'>;

/** Takes up an installation. Its token is taken from whoever had it: a phone that was handed on tells its old owner nothing. */
export async function registerDevice(
  { db, clock, ids }: DeviceDeps,
  user: UserId,
  { push, ...told }: Registration,
): Promise<Device> {
  const now = clock.now();
  const { provider, token, keys } = push ?? { provider: null, token: null, keys: null };
  return inTransaction(db, async (tx) => {
    await ensureUsers(tx, [user]);
    if (token !== null) await takeToken(tx, { provider, token }, { user, installation: told.installation });
    const [row] = await tx.$queryRaw<{ id: string }[]>`
      INSERT INTO devices
        (id, user_id, installation, platform, permission, provider, token, keys, app_version, locale, registered_at, seen_at)
      VALUES (${ids.uuid()}::uuid, ${user}, ${told.installation}, ${told.platform}, ${told.permission}, ${provider}, ${token},
        ${keys && JSON.stringify(keys)}::json, ${told.appVersion}, ${told.locale}, ${now}, ${now})
      ON CONFLICT (user_id, installation) DO UPDATE SET platform = EXCLUDED.platform, permission = EXCLUDED.permission,
        provider = EXCLUDED.provider, token = EXCLUDED.token, keys = EXCLUDED.keys, app_version = EXCLUDED.app_version,
        locale = EXCLUDED.locale, registered_at = EXCLUDED.registered_at, seen_at = EXCLUDED.seen_at
      RETURNING id::text`;
    await forgetUnseen(tx, user);
    return deviceOfRow(await tx.device.findUniqueOrThrow({ where: { id: row?.id ?? '' } }));
  });
}

async function takeToken(
  tx: Tx,
  { provider, token }: { readonly provider: PushProvider | null; readonly token: string },
  { user, installation }: { readonly user: UserId; readonly installation: string },
): Promise<void> {
  await tx.$executeRaw`
    UPDATE devices SET provider = NULL, token = NULL, keys = NULL
    WHERE provider = ${provider} AND token = ${token} AND NOT (user_id = ${user} AND installation = ${installation})`;
}

async function forgetUnseen(tx: Tx, user: UserId): Promise<void> {
  await tx.$executeRaw`
    DELETE FROM devices WHERE id IN (
      SELECT id FROM devices WHERE user_id = ${user} ORDER BY seen_at DESC, id OFFSET ${DEVICES_MAX})`;
}

/** @returns the installation that was forgotten; null when this user has none of this name */
export async function removeDevice(
  { db }: Pick<Deps, 'db'>,
  user: UserId,
  installation: string,
): Promise<Device | null> {
  return inTransaction(db, async (tx) => {
    const row = await tx.device.findFirst({ where: { userId: user, installation } });
    if (!row) return null;
    await tx.device.deleteMany({ where: { id: row.id } });
    return deviceOfRow(row);
  });
}

/** Their devices, the one seen last first, of every user asked for. */
export async function readDevices(
  db: Db | Tx,
  users: readonly UserId[],
): Promise<ReadonlyMap<UserId, readonly Device[]>> {
  const rows = await db.device.findMany({
    where: { userId: { in: [...users] } },
    orderBy: [{ seenAt: 'desc' }, { id: 'asc' }],
  });
  const devices = new Map<UserId, Device[]>(users.map((user) => [user, []]));
  for (const row of rows) devices.get(userId(row.userId))?.push(deviceOfRow(row));
  return devices;
}

/** An installation has been heard of. @returns all of its user's */
export async function seeDevice(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  user: UserId,
  installation: string,
): Promise<readonly Device[]> {
  await db.device.updateMany({ where: { userId: user, installation }, data: { seenAt: clock.now() } });
  return (await readDevices(db, [user])).get(user) ?? [];
}

/**
 * Takes a dead token from its device. A token that was registered after the time of its death is alive: APNs may tell of what
 * was before the app was installed again (its docs, "Handling notification responses", 410).
 */
export async function forgetDead(
  db: Db | Tx,
  { provider, token }: Pick<PushToken, 'provider' | 'token'>,
  deadSince: Date | null,
): Promise<boolean> {
  const forgotten = await db.$executeRaw`
    UPDATE devices SET provider = NULL, token = NULL, keys = NULL
    WHERE provider = ${provider} AND token = ${token}
      AND (${deadSince}::timestamptz IS NULL OR registered_at <= ${deadSince})`;
  return forgotten > 0;
}

function deviceOfRow({ keys, ...row }: DeviceRow): Device {
  return {
    ...{ ...row, userId: userId(row.userId) },
    platform: row.platform as DevicePlatform,
    permission: row.permission as PushPermission,
    // One whose token died is reached by nobody.
    provider: row.token === null ? null : (row.provider as PushProvider | null),
    keys: keys as WebPushKeys | null,
  };
}
