import type { Tx } from '../db/client.ts';
import type { WebhookDelivery } from '../generated/prisma/client.ts';
import { writeDoubts } from '../orders/doubts.ts';
import { writeExecutions } from '../orders/executions.ts';
import { writeOrders, writeRefs } from '../orders/store.ts';
import { append } from '../stream/append.ts';
import type { StreamEvent } from '../stream/event.ts';
import { applyReceived, type ApplyOptions, type Ledger, type Step, type Why } from './apply-report.ts';
import type { Delivery, Outcome } from './delivery.ts';
import { loadWork, type Work } from './load.ts';
import { deliveryKey, holdUnmapped, type Quarantined, writeInbox, writeQuarantined } from './store.ts';

export interface Applied {
  readonly outcomes: ReadonlyMap<Delivery, Outcome>;
  /** Deliveries set aside, with the row that each waits for. */
  readonly blocked: ReadonlyMap<Delivery, string>;
  /** To be published once committed. */
  readonly events: readonly StreamEvent[];
  /** Reports were set aside that wait for an order or an execution. */
  readonly hasSetAside: boolean;
  /** Claims were set aside that the venue has to confirm. */
  readonly hasClaims: boolean;
}

/**
 * Applies deliveries in the order given, all in this transaction, with a fixed number of statements. Each delivery's
 * rows are written whole or, when it is blocked, not at all. The delivery ids must differ.
 * @throws ConflictError when other transactions wrote the same rows meanwhile: do it again
 */
export async function applyDeliveries(
  tx: Tx,
  deliveries: readonly Delivery[],
  options: ApplyOptions,
): Promise<Applied> {
  const work = await loadWork(tx, deliveries, options.mode);
  await holdUnmapped(tx, work.unmapped);
  const ledger: Ledger = {
    changed: new Map(),
    said: new Map(),
    ...{ refs: [], executions: [], events: [], quarantined: [], inbox: [] },
  };
  const now = options.clock.now();
  const outcomes = new Map<Delivery, Outcome>();
  for (const delivery of deliveries) {
    if (work.blocked.has(delivery)) continue;
    const known = work.inbox.get(deliveryKey(delivery));
    outcomes.set(delivery, known ? repeated(delivery, known) : applyOne(delivery, work, { ...options, ledger, now }));
  }
  await writeOrders(tx, [...ledger.changed.values()]);
  await writeRefs(tx, ledger.refs);
  await writeExecutions(tx, ledger.executions);
  await writeDoubts(tx, weigh(work, ledger), now);
  await writeQuarantined(tx, ledger.quarantined);
  await writeInbox(tx, ledger.inbox);
  const hasSetAside = ledger.quarantined.some(({ waitsFor }) => waitsFor.length > 0);
  const hasClaims = ledger.quarantined.some(({ reason }) => reason === 'UNCONFIRMED');
  return { outcomes, blocked: work.blocked, events: await append(tx, ledger.events, now), hasSetAside, hasClaims };
}

/** What the reports have said of the sums of orders, beside the orders as the whole batch has left them. */
function weigh({ orders }: Work, { said }: Ledger): Parameters<typeof writeDoubts>[1] {
  return [...said].flatMap(([id, each]) => {
    const order = orders.get(id);
    return order ? [{ order, said: each }] : [];
  });
}

/** The first answer again, in the words of a repeat: what was accepted then is a duplicate now. */
function repeated(delivery: Delivery, known: WebhookDelivery): Outcome {
  if (known.bodyHash !== delivery.bodyHash) return { status: 'conflict' };
  if (known.unreadable) return { status: 'unreadable', detail: 'this delivery was unreadable before' };
  const { accepted, duplicates, quarantined } = known;
  return { status: 'applied', accepted: 0, duplicates: accepted + duplicates, quarantined };
}

function applyOne(delivery: Delivery, work: Work, step: Step): Outcome {
  const { venue, deliveryId, bodyHash, receivedAt, own = false, content } = delivery;
  const row = { venue, deliveryId, bodyHash, receivedAt, own, accepted: 0, duplicates: 0, quarantined: 0 };
  const setAside = (position: number, { waitsFor = [], ...why }: Why & Pick<Quarantined, 'body'>): void => {
    row.quarantined += 1;
    step.ledger.quarantined.push({
      ...{ venue, deliveryId, position },
      ...{ ...why, waitsFor },
      id: step.ids.uuid(),
      createdAt: step.now,
    });
  };
  if ('unreadable' in content) {
    setAside(0, { account: null, reason: 'UNREADABLE_ENVELOPE', detail: content.unreadable, body: content.body });
    step.ledger.inbox.push({ ...row, unreadable: true });
    return { status: 'unreadable', detail: content.unreadable };
  }
  content.reports.forEach((received, position) => {
    const result = applyReceived(delivery, received, { ...step, work });
    if (typeof result === 'object') setAside(position, { ...result, body: received.body });
    else row[result] += 1;
  });
  step.ledger.inbox.push({ ...row, unreadable: false });
  if (row.quarantined > 0) step.log.warn({ venue, deliveryId, quarantined: row.quarantined }, 'reports quarantined');
  const { accepted, duplicates, quarantined } = row;
  return { status: 'applied', accepted, duplicates, quarantined };
}
