import type { Db } from '../db/client.ts';
import { inTransaction } from '../db/transaction.ts';
import type { Deps } from '../deps.ts';
import { delay } from '../kernel/clock.ts';
import type { Order } from './order.ts';
import { orderOfRow } from './row.ts';
import { cancelRequest, openOrder, replaceRequest } from './venue-request.ts';
import type { VenuePort, VenueRequest } from '../venues/venue.ts';
import type { VenuePorts } from '../venues/venues.ts';

export const RUN_CHECK_MS = 1_000;
export const TAKE_UP_ORDERS_MAX = 500;

type TakeUpDeps = Pick<Deps, 'db' | 'log' | 'outbox'>;

/**
 * Watches the venues that forget: when one has begun a new run, it is given its open orders again, and every request
 * that it had not answered.
 */
export function watchRuns(deps: TakeUpDeps, ports: VenuePorts, signal: AbortSignal): void {
  for (const [venue, port] of ports) if (port.memory) void watchRun(deps, { venue, port, signal });
}

interface Watched {
  readonly venue: string;
  readonly port: VenuePort;
  readonly signal: AbortSignal;
}

async function watchRun(deps: TakeUpDeps, watched: Watched): Promise<void> {
  const { port, signal, venue } = watched;
  let known: string | undefined;
  while (!signal.aborted) {
    try {
      const run = await port.memory?.run(signal);
      if (run !== known) await restore(deps, watched);
      known = run;
    } catch (err) {
      deps.log.debug({ err, venue }, 'the venue can’t be asked for its run');
    }
    await delay(RUN_CHECK_MS, signal);
  }
}

async function restore(deps: TakeUpDeps, watched: Watched): Promise<void> {
  let after: string | null = null;
  do {
    after = await restorePage(deps, watched, after);
  } while (after !== null);
}

/** Returns the last order of a full page, behind which there may be more. */
async function restorePage(
  { db, outbox }: TakeUpDeps,
  { venue, port, signal }: Watched,
  after: string | null,
): Promise<string | null> {
  const orders = await readOpen(db, venue, after);
  await port.memory?.takeUp(orders.map(openOrder), signal);
  await inTransaction(db, async (tx) => {
    for (const order of orders) {
      for (const request of unanswered(order)) await outbox.enqueue(tx, { venue, orderId: order.id, request });
    }
  });
  outbox.wake();
  return orders.length < TAKE_UP_ORDERS_MAX ? null : (orders.at(-1)?.id ?? null);
}

async function readOpen(db: Db, venue: string, after: string | null): Promise<readonly Order[]> {
  const rows = await db.order.findMany({
    where: { venue, open: true, ...(after !== null && { id: { gt: after } }) },
    orderBy: { id: 'asc' },
    take: TAKE_UP_ORDERS_MAX,
  });
  return rows.map(orderOfRow);
}

function unanswered(order: Order): readonly VenueRequest[] {
  return order.pending.map((request) =>
    request.action === 'CANCEL' ? cancelRequest(order, request.clOrdId) : replaceRequest(order, request),
  );
}
