import type { Db, Tx } from '../db/client.ts';
import { inTransaction } from '../db/transaction.ts';
import type { Deps } from '../deps.ts';
import type { Fact } from './notification.ts';
import type { Digest, NotificationParts } from './parts.ts';
import { type HeldBatch, lockDueBatch, nameDigest, postpone, suppressHeld } from './release-store.ts';
import { insertDeliveries } from './store.ts';
import { notificationOf } from './told.ts';

/** One that can't be made holds up no other: it is tried again after this. */
const POSTPONED_MS = 60_000;

interface ReleaseDeps extends Pick<Deps, 'clock' | 'ids' | 'log'> {
  readonly db: Db;
  readonly parts: Pick<NotificationParts, 'digest'>;
}

/**
 * Makes one digest of all that is due for a user on a channel, one after the other, until nothing is due. What is no longer
 * true, or has expired, is left out.
 * @returns how many digests were made
 */
export async function releaseDue(deps: ReleaseDeps, signal: AbortSignal): Promise<number> {
  let made = 0;
  while (!signal.aborted) {
    const done = await inTransaction(deps.db, (tx) => releaseOne(tx, deps));
    if (done === null) return made;
    made += done;
  }
  return made;
}

async function releaseOne(tx: Tx, deps: ReleaseDeps): Promise<number | null> {
  const now = deps.clock.now();
  const batch = await lockDueBatch(tx, now);
  if (!batch) return null;
  const digest = await digestOf(tx, deps, { batch, now });
  if (digest === null) {
    await postpone(tx, batch, new Date(now.getTime() + POSTPONED_MS));
    return 0;
  }
  const { dropped, data } = digest;
  await suppressHeld(tx, { channel: batch.channel, dropped, at: now });
  const left = new Set(dropped.map(({ id }) => id));
  const told = batch.held.map(({ id }) => id).filter((id) => !left.has(id));
  if (told.length === 0) return 0;
  const notification = notificationOf(digestFact(deps, batch, { data, receivedAt: now }), now);
  const { channel } = batch;
  await insertDeliveries(tx, [{ notification, channel, state: 'PENDING', reason: 'DIGEST', releaseAt: null }], now);
  await nameDigest(tx, { channel, ids: told, digestId: notification.id });
  return 1;
}

async function digestOf(
  tx: Tx,
  { parts, log }: ReleaseDeps,
  { batch, now }: { readonly batch: HeldBatch; readonly now: Date },
): Promise<Digest | null> {
  try {
    return await parts.digest(tx, batch, now);
  } catch (err) {
    const { user, channel } = batch;
    log.error({ err, user, channel }, 'a digest can’t be made');
    return null;
  }
}

const digestFact = (
  { ids }: ReleaseDeps,
  { user, channel }: HeldBatch,
  told: Pick<Fact, 'data' | 'receivedAt'>,
): Fact => ({
  ...told,
  ...{ userId: user, type: 'DIGEST', key: `digest:${channel}:${ids.uuid()}`, occurredAt: told.receivedAt },
  ...{ orderId: null, symbol: null, strategy: null },
});
