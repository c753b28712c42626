import type { Tx } from '../db/client.ts';
import type { Deps } from '../deps.ts';
import type { WebhookDelivery } from '../generated/prisma/client.ts';
import { orderId } from '../kernel/brand.ts';
import { decideReport, type QuarantineReason, type ReportContext } from '../orders/decide.ts';
import type { OrderEvent } from '../orders/event.ts';
import { type Execution, executionKey, fillsOf, knownExecution, writeExecutions } from '../orders/executions.ts';
import { type Fill, findFill } from '../orders/fills.ts';
import { evolve, type Order } from '../orders/order.ts';
import { assertInvariants } from '../orders/status.ts';
import { writeOrders, writeRefs } from '../orders/store.ts';
import { newOrderEvent, newRefsOf } from '../orders/record.ts';
import { append, type NewEvent } from '../stream/append.ts';
import type { StreamEvent } from '../stream/event.ts';
import type { Delivery, Outcome, Received } from './delivery.ts';
import { claimOf, contradicts, type ExecutionReport } from './execution-report.ts';
import { findOrders, isNamedBy, loadWork, refsOf, type Work } from './load.ts';
import {
  accountKey,
  deliveryKey,
  executionRef,
  holdUnmapped,
  type Quarantined,
  writeInbox,
  writeQuarantined,
} from './store.ts';

export interface ApplyOptions extends Pick<Deps, 'clock' | 'ids' | 'log'> {
  /** `skip` sets deliveries aside whose rows are locked elsewhere; `wait` waits for them, up to the lock time-out. */
  readonly mode: 'wait' | 'skip';
}

export interface Applied {
  readonly outcomes: ReadonlyMap<Delivery, Outcome>;
  /** Deliveries set aside, with the row that each waits for. */
  readonly blocked: ReadonlyMap<Delivery, string>;
  /** To be published once committed. */
  readonly events: readonly StreamEvent[];
  /** Reports were set aside that wait for an order or an execution. */
  readonly hasSetAside: boolean;
}

/** What a batch is about to write. */
interface Ledger {
  readonly changed: Map<string, Order>;
  readonly refs: Parameters<typeof writeRefs>[1][number][];
  readonly executions: Execution[];
  readonly events: NewEvent[];
  readonly quarantined: Quarantined[];
  readonly inbox: WebhookDelivery[];
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
  await writeQuarantined(tx, ledger.quarantined);
  await writeInbox(tx, ledger.inbox);
  const hasSetAside = ledger.quarantined.some(({ waitsFor }) => waitsFor.length > 0);
  return { outcomes, blocked: work.blocked, events: await append(tx, ledger.events, now), hasSetAside };
}

/** The first answer again, in the words of a repeat: what was accepted then is a duplicate now. */
function repeated(delivery: Delivery, known: WebhookDelivery): Outcome {
  if (known.bodyHash !== delivery.bodyHash) return { status: 'conflict' };
  if (known.unreadable) return { status: 'unreadable', detail: 'this delivery was unreadable before' };
  const { accepted, duplicates, quarantined } = known;
  return { status: 'applied', accepted: 0, duplicates: accepted + duplicates, quarantined };
}

type Step = ApplyOptions & { readonly ledger: Ledger; readonly now: Date };

function applyOne(delivery: Delivery, work: Work, step: Step): Outcome {
  const { venue, deliveryId, bodyHash, receivedAt, content } = delivery;
  const row = { venue, deliveryId, bodyHash, receivedAt, accepted: 0, duplicates: 0, quarantined: 0 };
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

type Why = Pick<Quarantined, 'account' | 'reason' | 'detail'> & Partial<Pick<Quarantined, 'waitsFor'>>;
type Result = 'accepted' | 'duplicates' | Why;

function applyReceived({ venue, receivedAt }: Delivery, received: Received, step: Step & { work: Work }): Result {
  if ('unreadable' in received) {
    return { account: received.account, reason: 'UNREADABLE_REPORT', detail: received.unreadable };
  }
  const { report } = received;
  const quarantine = (reason: QuarantineReason, detail: string): Result => ({
    account: report.account,
    reason,
    detail,
  });
  const userId = step.work.owners.get(accountKey({ venue, account: report.account }));
  if (!userId) return quarantine('UNMAPPED_ACCOUNT', 'the account is linked to no user');
  const [before = null, another] = findOrders(step.work, venue, report);
  const known = step.work.executions.get(executionKey(venue, report.execId));
  // A statement of how an order is may be made again, also after the order has changed.
  if (known && report.execType !== 'ORDER_STATUS') {
    // Every name that came with the first report finds its order, so a repeat under none of them is about another one.
    const isNamed = isNamedBy(step.work.refs, venue, { report, orderId: known.orderId });
    const isOther = contradicts(known.claim, claimOf(report)) || !isNamed || (before && before.id !== known.orderId);
    return isOther ? quarantine('EXEC_ID_CONFLICT', 'the execId is known with other numbers') : 'duplicates';
  }
  if (another) return quarantine('ORDER_MISMATCH', 'its ids name more than one order');
  if (before && isAboutOther(step.work, { venue, report, order: before })) {
    return quarantine('ORDER_MISMATCH', 'execRefId names an execution of another order, or none that can be changed');
  }
  const fill = fillMeant(step.work, before, report);
  const context = { venue, userId, newOrderId: orderId(step.ids.uuid()), now: receivedAt, fill };
  try {
    return applyReport(before, report, { ...step, venue, context });
  } catch (error) {
    step.log.error({ err: error, venue, execId: report.execId }, 'a report met a bug and was quarantined');
    return quarantine('INTERNAL', String(error).slice(0, 500));
  }
}

/** A statement may tell of more than one thing: that the order is there, that it is filled, that it is over. */
const EVENTS_MAX = 4;

function applyReport(
  before: Order | null,
  report: ExecutionReport,
  { venue, context, ...step }: Step & { work: Work; venue: string; context: ReportContext },
): Result {
  let order = before;
  for (let count = 0; count < EVENTS_MAX; count++) {
    const decision = decideReport(order, report, context);
    if ('quarantine' in decision) {
      const { quarantine: reason, detail } = decision;
      return { account: report.account, reason, detail, waitsFor: awaited(venue, report, reason) };
    }
    const { event } = decision;
    if (!event) return count === 0 ? 'duplicates' : 'accepted';
    const after = evolve(order, event);
    assertInvariants(after);
    record({ venue, report, order: after, before: order, event, receivedAt: context.now }, step);
    order = after;
    if (report.execType !== 'ORDER_STATUS') break;
  }
  return 'accepted';
}

/** The execution that it names is known and is no fill of its order: it would wait for ever. */
function isAboutOther(
  { executions }: Work,
  { venue, report: { execType, execRefId }, order }: { venue: string; report: ExecutionReport; order: Order },
): boolean {
  if (execRefId === null || (execType !== 'TRADE_CANCEL' && execType !== 'TRADE_CORRECT')) return false;
  const known = executions.get(executionKey(venue, execRefId));
  return known !== undefined && !fillsOf([known], order.id).has(execRefId);
}

/** What a report waits for that came before its order, or before the execution that it is about. */
function awaited(venue: string, report: ExecutionReport, reason: QuarantineReason): readonly string[] {
  if (reason === 'UNKNOWN_ORDER') return refsOf(venue, report).map(({ ref }) => ref);
  return reason === 'UNKNOWN_EXECUTION' && report.execRefId !== null ? [executionRef(report.execRefId)] : [];
}

/** Only a fill of the order itself: an execRefId of another one is unknown here. */
function fillMeant(work: Work, order: Order | null, { execRefId }: ExecutionReport): Fill | null {
  return order && execRefId !== null ? findFill(execRefId, fillsOf(work.executions.values(), order.id)) : null;
}

interface Change {
  readonly venue: string;
  readonly report: ExecutionReport;
  readonly before: Order | null;
  readonly order: Order;
  readonly event: OrderEvent;
  readonly receivedAt: Date;
}

/** Notes the change for the end of the batch, and in the work so that the reports behind it see it. */
function record(
  { venue, report, before, order, event, receivedAt }: Change,
  { work, ledger, now }: Step & { work: Work },
): void {
  work.orders.set(order.id, order);
  ledger.changed.set(order.id, order);
  ledger.events.push(newOrderEvent(order, event, now));
  for (const ref of newRefsOf(before, order, [report.clOrdId, report.origClOrdId])) {
    if (work.refs.get(ref.key) === order.id) continue;
    work.refs.set(ref.key, order.id);
    ledger.refs.push(ref);
  }
  const executed = executedIn(event, report);
  if (!executed) return;
  const execution = { venue, orderId: order.id, report: executed, claim: claimOf(executed), receivedAt };
  work.executions.set(executionKey(venue, executed.execId), knownExecution(execution));
  ledger.executions.push(execution);
}

/** A statement is no execution, but for the fill that it may tell of. */
function executedIn(event: OrderEvent, report: ExecutionReport): ExecutionReport | null {
  if (report.execType !== 'ORDER_STATUS') return report;
  if (event.type !== 'OrderFilled' || event.execId === null) return null;
  const { execId, lastQty, lastPx } = event;
  return { ...report, execType: 'TRADE', execId, lastQty, lastPx };
}
