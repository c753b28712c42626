import type { Config } from '../config.ts';
import type { Tx } from '../db/client.ts';
import { inTransaction } from '../db/transaction.ts';
import type { Deps } from '../deps.ts';
import type { UserId } from '../kernel/brand.ts';
import { ensureUsers } from '../stream/append.ts';
import type { StreamEvent } from '../stream/event.ts';
import { DELIVERY_REPORTS_MAX } from './delivery.ts';
import { applyAgain } from './replay.ts';
import { holdLink, type VenueAccountKey } from './store.ts';

type LinkDeps = Pick<Deps, 'db' | 'bus' | 'clock' | 'ids' | 'log'> & {
  readonly config: Pick<Config, 'venueFormats'>;
};

export type Linked = { readonly linked: true } | { readonly linked: false; readonly why: 'LINKED_TO_ANOTHER_USER' };

/**
 * Maps a venue's account to a user and applies the reports that waited for it, oldest first, the first page of them in
 * the same transaction. Idempotent: called again it goes on with what still waits. A report that still can't be applied
 * goes back into quarantine with its new reason.
 */
export async function linkVenueAccount(deps: LinkDeps, key: VenueAccountKey, user: UserId): Promise<Linked> {
  for (;;) {
    const { isLinked, count, events } = await inTransaction(deps.db, (tx) => linkPage(tx, deps, { key, user }));
    deps.bus.publish(events);
    if (!isLinked) return { linked: false, why: 'LINKED_TO_ANOTHER_USER' };
    if (count < DELIVERY_REPORTS_MAX) return { linked: true };
  }
}

interface LinkedPage {
  readonly isLinked: boolean;
  /** How many reports had waited. */
  readonly count: number;
  readonly events: readonly StreamEvent[];
}

async function linkPage(
  tx: Tx,
  deps: LinkDeps,
  { key, user }: { key: VenueAccountKey; user: UserId },
): Promise<LinkedPage> {
  await holdLink(tx, key);
  await ensureUsers(tx, [user]);
  const known = await tx.venueAccount.findUnique({ where: { venue_account: key } });
  if (known && known.userId !== user) return { isLinked: false, count: 0, events: [] };
  if (!known) await tx.venueAccount.create({ data: { ...key, userId: user } });
  return { isLinked: true, ...(await applyWaiting(tx, deps, key)) };
}

/** Applies up to one delivery's worth of what waited. */
async function applyWaiting(
  tx: Tx,
  deps: LinkDeps,
  key: VenueAccountKey,
): Promise<Pick<LinkedPage, 'count' | 'events'>> {
  const reports = await tx.quarantinedReport.findMany({
    where: { ...key, reason: 'UNMAPPED_ACCOUNT', resolvedAt: null },
    orderBy: [{ createdAt: 'asc' }, { deliveryId: 'asc' }, { position: 'asc' }],
    take: DELIVERY_REPORTS_MAX,
  });
  const count = reports.length;
  return { count, events: count === 0 ? [] : await applyAgain(tx, deps, { venue: key.venue, reports }) };
}
