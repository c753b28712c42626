import { randomUUID } from 'node:crypto';
import { beforeEach, expect, it } from 'vitest';
import type { Tx } from '../../src/db/client.ts';
import { inTransaction } from '../../src/db/transaction.ts';
import { userId } from '../../src/kernel/brand.ts';
import { type Claim, claimDue, type Mark, markAll, markTargets } from '../../src/notifications/claims.ts';
import { insertDeliveries, readTold } from '../../src/notifications/store.ts';
import { notification } from './given.ts';
import { useStage } from './used-stage.ts';

const used = useStage();
const OWED = 20_000;
const BATCH = 50;
const ids = Array.from({ length: OWED }, () => randomUUID());

const markOf = (claim: Claim): Mark => ({
  ...{ claim, state: 'SENT', reason: null, retryMs: null, isTry: true, isUnknown: false },
  ...{ targets: null, providerId: 'x', text: null, at: new Date() },
});

/** By this connection, as far as it has not been added to the table's own count. */
async function countRead(tx: Tx): Promise<number> {
  const [row] = await tx.$queryRaw<{ count: number }[]>`
    SELECT (seq_tup_read + idx_tup_fetch)::int AS count FROM pg_stat_xact_user_tables WHERE relname = 'notification_deliveries'`;
  return row?.count ?? 0;
}

/** Rows that PostgreSQL has looked at for it. */
async function readFor(work: (tx: Tx) => Promise<unknown>): Promise<number> {
  return await inTransaction(used.stage.db, async (tx) => {
    const before = await countRead(tx);
    await work(tx);
    return (await countRead(tx)) - before;
  });
}

beforeEach(async () => {
  const delivery = { channel: 'PUSH', state: 'PENDING', reason: 'DEFAULT', releaseAt: null } as const;
  await inTransaction(used.stage.db, (tx) =>
    insertDeliveries(
      tx,
      ids.map((id) => ({ ...delivery, notification: notification('ORDER_FILLED', { id, userId: userId(id) }) })),
      new Date(),
    ),
  );
});

it('what a delivery costs does not grow with what else is owed', async () => {
  let claims: readonly Claim[] = [];
  const claimed = await readFor(async (tx) => (claims = await claimDue(tx, 'PUSH', BATCH)));
  // Each twice, and the other channels of its notification.
  expect(claimed).toBeLessThanOrEqual(5 * BATCH);
  const reads = {
    told: await readFor((tx) => readTold(tx, ids.slice(0, BATCH))),
    targets: await readFor((tx) => markTargets(tx, claims[0]!, [])),
    marks: await readFor(async (tx) => expect(await markAll(tx, claims.map(markOf))).toBe(BATCH)),
  };
  expect(reads).toEqual({ told: 0, targets: 1, marks: BATCH });
  expect((await used.stage.rows(`state = 'SENT'`)).length).toBe(BATCH);
});
