import type { Db, Tx } from '../db/client.ts';
import { inTransaction, isDatabaseAway } from '../db/transaction.ts';
import type { Deps } from '../deps.ts';
import type { Fact } from './notification.ts';
import type { NotificationParts } from './parts.ts';
import { quietAt } from './quiet-hours.ts';
import { type HeldBatch, lockDueBatch, nameDigest, postpone, suppressHeld } from './release-store.ts';
import { unwantedNow } from './route.ts';
import { insertDeliveries } from './store.ts';
import { notificationOf } from './told.ts';

/** One that can't be made holds up no other: it is tried again after this. */
const POSTPONED_MS = 60_000;

interface ReleaseDeps extends Pick<Deps, 'clock' | 'ids' | 'log'> {
  readonly db: Db;
  readonly parts: Pick<NotificationParts, 'digest' | 'readPreferences'>;
}

/**
 * Makes one digest of all that is due for a user on a channel, one after the other, until nothing is due. What is no longer
 * true, has expired, or is no longer wanted there is left out.
 * @returns how many digests were made
 */
export async function releaseDue(deps: ReleaseDeps, signal: AbortSignal): Promise<number> {
  let made = 0;
  while (!signal.aborted) {
    const done = await releaseNext(deps);
    if (done === null) return made;
    made += done;
  }
  return made;
}

async function releaseNext(deps: ReleaseDeps): Promise<number | null> {
  const { db, clock, log } = deps;
  const now = clock.now();
  const taken: { batch: HeldBatch | null } = { batch: null };
  try {
    return await inTransaction(db, async (tx) => {
      taken.batch = await lockDueBatch(tx, now);
      return taken.batch && (await releaseBatch(tx, deps, { batch: taken.batch, now }));
    });
  } catch (err) {
    const { batch } = taken;
    if (!batch || isDatabaseAway(err)) throw err;
    log.error({ err, user: batch.user, channel: batch.channel }, 'a digest can’t be made');
    await inTransaction(db, (tx) => postpone(tx, batch, new Date(now.getTime() + POSTPONED_MS)));
    return 0;
  }
}

interface Releasing {
  readonly batch: HeldBatch;
  readonly now: Date;
}

async function releaseBatch(tx: Tx, deps: ReleaseDeps, { batch, now }: Releasing): Promise<number> {
  const { user, channel } = batch;
  const preferences = (await deps.parts.readPreferences(tx, [user])).get(user);
  const until = preferences && quietAt(preferences, channel, now)?.until;
  if (until) {
    await postpone(tx, batch, until);
    return 0;
  }
  const unwanted = batch.held.flatMap((one) => {
    const reason = preferences && unwantedNow(one, preferences, channel);
    return reason ? [{ id: one.id, reason }] : [];
  });
  const held = batch.held.filter(({ id }) => unwanted.every((one) => one.id !== id));
  const { dropped, data } = await deps.parts.digest(tx, { user, held }, now);
  await suppressHeld(tx, { channel, dropped: [...unwanted, ...dropped], at: now });
  const left = new Set(dropped.map(({ id }) => id));
  const told = held.map(({ id }) => id).filter((id) => !left.has(id));
  if (told.length === 0) return 0;
  const notification = notificationOf(digestFact(deps, batch, { data, receivedAt: now }), now);
  await insertDeliveries(tx, [{ notification, channel, state: 'PENDING', reason: 'DIGEST', releaseAt: null }], now);
  await nameDigest(tx, { channel, ids: told, digestId: notification.id });
  return 1;
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
