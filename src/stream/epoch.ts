import type { Db } from '../db/client.ts';
import { inTransaction } from '../db/transaction.ts';
import type { Ids } from '../kernel/clock.ts';

interface Origin {
  readonly origin: string;
}

/**
 * Makes a new epoch when the database is not the one that the epoch was made in: another cluster, timeline or copy
 * may lack events that were already seen, so no cursor from before may be resumed.
 */
export async function ensureEpoch(db: Db, ids: Ids): Promise<void> {
  await inTransaction(db, async (tx) => {
    const [now] = await tx.$queryRaw<Origin[]>`
      SELECT concat_ws('/', system_identifier, timeline_id, (SELECT oid FROM pg_database WHERE datname = current_database())) AS origin
      FROM pg_control_system(), pg_control_checkpoint()`;
    if (!now) throw new Error('PostgreSQL did not name its cluster');
    await tx.$executeRaw`
      INSERT INTO stream_epoch (id, epoch, origin) VALUES (1, ${ids.uuid()}::uuid, ${now.origin})
      ON CONFLICT (id) DO UPDATE SET epoch = EXCLUDED.epoch, origin = EXCLUDED.origin, created_at = now()
      WHERE stream_epoch.origin <> EXCLUDED.origin`;
  });
}
