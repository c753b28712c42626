import type { Db } from '../db/client.ts';
import type { UserId } from '../kernel/brand.ts';
import { globalId } from '../kernel/global-id.ts';
import type { DeliveryView } from './delivery-types.ts';
import { type Channel, CHANNELS, type DeliveryReason, type DeliveryState } from './words.ts';

interface DeliveryRow {
  readonly notification_id: string;
  readonly channel: Channel;
  readonly state: DeliveryState;
  readonly reason: DeliveryReason;
  readonly at: Date;
  readonly tries: number;
  readonly text: string | null;
  readonly release_at: Date | null;
  readonly targets: readonly TargetRow[] | null;
}

interface TargetRow {
  readonly device: string | null;
  readonly platform: string | null;
  readonly state: string;
  readonly text: string | null;
  readonly at: string | null;
}

/** What came of these notifications of the user on each channel, by their UUIDs, in one statement. */
export async function readDeliveries(
  db: Db,
  user: UserId,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly DeliveryView[]>> {
  const rows = await db.$queryRaw<DeliveryRow[]>`
    SELECT notification_id::text, channel, state, reason, at, tries, text, release_at, (
      SELECT json_agg(json_build_object('device', told->>'deviceId', 'platform', device.platform, 'state', told->>'state',
        'text', told->>'text', 'at', told->>'at') ORDER BY n)
      FROM json_array_elements(targets) WITH ORDINALITY AS each (told, n)
      LEFT JOIN devices AS device ON device.id::text = told->>'deviceId' AND device.user_id = delivery.user_id
    ) AS targets
    FROM notification_deliveries AS delivery
    WHERE user_id = ${user} AND notification_id = ANY(${[...ids]}::uuid[])`;
  const deliveries = new Map<string, DeliveryView[]>(ids.map((id) => [id, []]));
  for (const row of rows) deliveries.get(row.notification_id)?.push(viewOf(row));
  for (const each of deliveries.values())
    each.sort((a, b) => CHANNELS.indexOf(a.channel) - CHANNELS.indexOf(b.channel));
  return deliveries;
}

const viewOf = ({
  channel,
  state,
  reason,
  at,
  tries,
  text,
  release_at: releaseAt,
  targets,
}: DeliveryRow): DeliveryView => ({
  ...{ channel, state, reason, tries, text },
  at: at.toISOString(),
  releaseAt: releaseAt?.toISOString() ?? null,
  targets: (targets ?? []).map(({ device, ...told }) => ({ ...told, device: device && globalId('Device', device) })),
});
