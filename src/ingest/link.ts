import { inTransaction } from '../db/transaction.ts';
import type { Deps } from '../deps.ts';
import type { UserId } from '../kernel/brand.ts';
import { digest } from '../kernel/text.ts';
import { ensureUsers } from '../stream/append.ts';
import type { StreamEvent } from '../stream/event.ts';
import { applyDeliveries } from './apply.ts';
import { DELIVERY_REPORTS_MAX, receive } from './delivery.ts';
import { holdLink, type VenueAccountKey } from './store.ts';

type LinkDeps = Pick<Deps, 'db' | 'bus' | 'clock' | 'ids'>;

export type Linked = { readonly linked: true } | { readonly linked: false; readonly why: 'LINKED_TO_ANOTHER_USER' };

/**
 * Maps a venue's account to a user and applies the reports that waited for it, oldest first. Idempotent; a report that
 * still can't be applied goes back into quarantine with its new reason.
 */
export async function linkVenueAccount(deps: LinkDeps, key: VenueAccountKey, user: UserId): Promise<Linked> {
  const isLinked = await inTransaction(deps.db, async (tx) => {
    await holdLink(tx, key);
    await ensureUsers(tx, [user]);
    const known = await tx.venueAccount.findUnique({ where: { venue_account: key } });
    if (!known) await tx.venueAccount.create({ data: { ...key, userId: user } });
    return !known || known.userId === user;
  });
  if (!isLinked) return { linked: false, why: 'LINKED_TO_ANOTHER_USER' };
  while ((await applyWaiting(deps, key)) === DELIVERY_REPORTS_MAX);
  return { linked: true };
}

/** Applies up to one delivery's worth of what waited, in one transaction. */
async function applyWaiting(deps: LinkDeps, key: VenueAccountKey): Promise<number> {
  const { count, events } = await inTransaction(deps.db, async (tx) => {
    const waiting = await tx.quarantinedReport.findMany({
      where: { ...key, reason: 'UNMAPPED_ACCOUNT', resolvedAt: null },
      orderBy: [{ createdAt: 'asc' }, { deliveryId: 'asc' }, { position: 'asc' }],
      take: DELIVERY_REPORTS_MAX,
    });
    if (waiting.length === 0) return { count: 0, events: [] as readonly StreamEvent[] };
    const body = JSON.stringify(waiting.map(({ id }) => id));
    const delivery = {
      venue: key.venue,
      deliveryId: `linked-${deps.ids.uuid()}`,
      bodyHash: digest(body),
      receivedAt: deps.clock.now(),
      content: { reports: waiting.map((report) => receive(JSON.parse(report.body))) },
    };
    const applied = await applyDeliveries(tx, [delivery], { ...deps, mode: 'wait' });
    const ids = waiting.map(({ id }) => id);
    await tx.quarantinedReport.updateMany({ where: { id: { in: ids } }, data: { resolvedAt: deps.clock.now() } });
    return { count: waiting.length, events: applied.events };
  });
  deps.bus.publish(events);
  return count;
}
