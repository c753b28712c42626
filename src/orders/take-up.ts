import type { Db } from '../db/client.ts';
import { inTransaction } from '../db/transaction.ts';
import type { Deps } from '../deps.ts';
import { delay } from '../kernel/clock.ts';
import type { Claimed } from '../venues/submit.ts';
import type { VenuePort } from '../venues/venue.ts';
import type { VenuePorts } from '../venues/venues.ts';
import type { Order } from './order.ts';
import { orderOfRow } from './row.ts';
import { isOpen, isOverWithDay } from './status.ts';
import { cancelRequest, openOrder, replaceRequest } from './venue-request.ts';

export const RUN_CHECK_MS = 1_000;
export const TAKE_UP_ORDERS_MAX = 500;

type TakeUpDeps = Pick<Deps, 'db' | 'log' | 'outbox' | 'clock'> & {
  /** Applies a refusal as if the venue had reported it. */
  readonly applyRefusal: (claimed: Claimed, text: string) => Promise<unknown>;
};

/**
 * Watches the venues that forget: when one has begun a new run, it is given its open orders again, and every request
 * that it had not answered.
 */
export function watchRuns(deps: TakeUpDeps, ports: VenuePorts, signal: AbortSignal): void {
  for (const [venue, { memory }] of ports) if (memory) void watchRun(deps, { venue, memory, signal });
}

interface Watched {
  readonly venue: string;
  readonly memory: NonNullable<VenuePort['memory']>;
  readonly signal: AbortSignal;
}

async function watchRun(deps: TakeUpDeps, watched: Watched): Promise<void> {
  const { memory, signal, venue } = watched;
  let known: string | undefined;
  while (!signal.aborted) {
    try {
      const run = await memory.run(signal);
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
  deps: TakeUpDeps,
  { venue, memory, signal }: Watched,
  after: string | null,
): Promise<string | null> {
  const orders = await readUnfinished(deps.db, venue, after);
  const open = orders.filter((order) => isOpen(order) || mayReopen(order));
  await memory.takeUp(open.map(openOrder), signal);
  await sendAgain(deps, open);
  for (const order of orders.filter((each) => !open.includes(each))) await refusePending(deps, order);
  return orders.length < TAKE_UP_ORDERS_MAX ? null : (orders.at(-1)?.id ?? null);
}

/** It is filled, and a replace that was never answered would open it again (FIX 4.4 appendix D, C.1.c). */
const mayReopen = (order: Order): boolean =>
  order.closed === null &&
  !isOverWithDay(order) &&
  order.pending.some(({ action, quantity }) => action === 'REPLACE' && quantity?.gt(order.cumQty));

/** Open, or closed with a request that was never answered. */
async function readUnfinished(db: Db, venue: string, after: string | null): Promise<readonly Order[]> {
  const rows = await db.order.findMany({
    where: {
      ...{ venue, OR: [{ open: true }, { status: { in: ['PENDING_CANCEL', 'PENDING_REPLACE'] } }] },
      ...(after !== null && { id: { gt: after } }),
    },
    orderBy: { id: 'asc' },
    take: TAKE_UP_ORDERS_MAX,
  });
  return rows.map(orderOfRow);
}

async function sendAgain({ db, outbox }: TakeUpDeps, orders: readonly Order[]): Promise<void> {
  const unanswered = orders.filter(({ pending }) => pending.length > 0);
  await inTransaction(db, async (tx) => {
    for (const { id, venue, userId, pending } of unanswered) {
      const clOrdIds = pending.map(({ clOrdId }) => clOrdId);
      await tx.orderRequest.updateMany({
        where: { userId, clOrdId: { in: clOrdIds } },
        data: { sentAt: null, heldUntil: null },
      });
      await outbox.enqueue(tx, { venue, orderId: id });
    }
  });
  outbox.wake();
}

/** The venue that could have answered has forgotten the order, and there is nothing left to cancel or replace. */
async function refusePending({ applyRefusal, clock }: TakeUpDeps, order: Order): Promise<void> {
  for (const asked of order.pending) {
    const request = asked.action === 'CANCEL' ? cancelRequest(order, asked.clOrdId) : replaceRequest(order, asked);
    const claimed = { userId: order.userId, venue: order.venue, askedAt: clock.now(), request };
    await applyRefusal(claimed, 'the order is closed');
  }
}
