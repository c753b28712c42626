import type { Deps } from '../deps.ts';
import type { WebhookDelivery } from '../generated/prisma/client.ts';
import { orderId } from '../kernel/brand.ts';
import { printDecimal } from '../kernel/decimal.ts';
import { decideReport, type QuarantineReason, type ReportContext } from '../orders/decide.ts';
import { type Said, saidBy } from '../orders/doubt.ts';
import type { OrderEvent } from '../orders/event.ts';
import { type Execution, executionKey, fillOf, knownExecution, rememberFill } from '../orders/executions.ts';
import { evolve, type Order } from '../orders/order.ts';
import { assertInvariants } from '../orders/status.ts';
import { refKey, venueOrderIdRef, type writeRefs } from '../orders/store.ts';
import { newOrderEvent, newRefsOf } from '../orders/record.ts';
import type { NewEvent } from '../stream/append.ts';
import type { Delivery, Received } from './delivery.ts';
import { claimOf, contradicts, type ExecutionReport } from './execution-report.ts';
import { findOrders, isNamedBy, refsOf, type Work } from './load.ts';
import { accountKey, executionRef, type Quarantined } from './store.ts';

export interface ApplyOptions extends Pick<Deps, 'clock' | 'ids' | 'log'> {
  /** `skip` sets deliveries aside whose rows are locked elsewhere; `wait` waits for them, up to the lock time-out. */
  readonly mode: 'wait' | 'skip';
}

/** What a batch is about to write. */
export interface Ledger {
  readonly changed: Map<string, Order>;
  readonly refs: Parameters<typeof writeRefs>[1][number][];
  readonly executions: Execution[];
  readonly events: NewEvent[];
  readonly quarantined: Quarantined[];
  /** What the reports say of the sums of their orders, by order id. */
  readonly said: Map<string, Said>;
  readonly inbox: WebhookDelivery[];
}

export type Step = ApplyOptions & { readonly ledger: Ledger; readonly now: Date };

/** Why a report is set aside, and what it waits for. */
export type Why = Pick<Quarantined, 'account' | 'reason' | 'detail'> & Partial<Pick<Quarantined, 'waitsFor'>>;
export type Result = 'accepted' | 'duplicates' | Why;

export const UNCONFIRMED =
  'waits until the order has been fetched from the venue: the checksum of the message covers neither status nor quantity';

/** Applies one report of a delivery, in memory. */
export function applyReceived(
  { venue, receivedAt }: Delivery,
  received: Received,
  step: Step & { work: Work },
): Result {
  if ('unreadable' in received) {
    return { account: received.account, reason: 'UNREADABLE_REPORT', detail: received.unreadable };
  }
  if ('unconfirmed' in received) return { account: received.account, reason: 'UNCONFIRMED', detail: UNCONFIRMED };
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
  const fills = (before && step.work.fills.get(before.id)) ?? new Map<string, never>();
  const isNamed = before !== null && isCalled(step.work.refs, before, report);
  const context = { venue, userId, newOrderId: orderId(step.ids.uuid()), now: receivedAt, fills, isNamed };
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
    if (!event) {
      if (decision.covered && order) {
        recordExecution({ venue, report, executed: report, order, receivedAt: context.now, covered: true }, step);
      }
      remember(step.ledger, report, { before, after: order });
      return count === 0 ? 'duplicates' : 'accepted';
    }
    const after = evolve(order, event);
    assertInvariants(after);
    record({ venue, report, order: after, before: order, event, receivedAt: context.now }, step);
    order = after;
    if (report.execType !== 'ORDER_STATUS') break;
  }
  remember(step.ledger, report, { before, after: order });
  return 'accepted';
}

function remember(
  { said }: Ledger,
  report: ExecutionReport,
  { before, after }: { before: Order | null; after: Order | null },
): void {
  const says = after && saidBy(report, { before, after, said: said.get(after.id) });
  if (after && says) said.set(after.id, says);
}

/** The execution that it names is known and is no fill of its order: it would wait for ever. */
function isAboutOther(
  { executions }: Work,
  { venue, report: { execType, execRefId }, order }: { venue: string; report: ExecutionReport; order: Order },
): boolean {
  if (execRefId === null || (execType !== 'TRADE_CANCEL' && execType !== 'TRADE_CORRECT')) return false;
  const known = executions.get(executionKey(venue, execRefId));
  return known !== undefined && !(known.orderId === order.id && fillOf(known));
}

/** What a report waits for that came before its order, or before the execution that it is about. */
function awaited(venue: string, report: ExecutionReport, reason: QuarantineReason): readonly string[] {
  if (reason === 'UNKNOWN_ORDER') return refsOf(venue, report).map(({ ref }) => ref);
  return reason === 'UNKNOWN_EXECUTION' && report.execRefId !== null ? [executionRef(report.execRefId)] : [];
}

/** Whether the venue's id in the report is one that the order has or had, or that of its replacement. */
const isCalled = (refs: Work['refs'], { id, venue }: Order, { account, venueOrderId }: ExecutionReport): boolean =>
  venueOrderId !== null && refs.get(refKey({ venue, account, ref: venueOrderIdRef(venueOrderId) })) === id;

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
  ledger.events.push(newOrderEvent({ before, order, event }, now));
  learnNames({ venue, report, before, order }, { work, ledger });
  const executed = executedIn(event, report);
  if (executed) recordExecution({ venue, report, executed, order, receivedAt, covered: false }, { work, ledger, now });
}

type Booked = Pick<Step & { work: Work }, 'work' | 'ledger' | 'now'>;

function learnNames(
  { venue, report, before, order }: Omit<Change, 'event' | 'receivedAt'>,
  { work, ledger }: Pick<Booked, 'work' | 'ledger'>,
): void {
  const said = refsOf(venue, report).map(({ ref }) => ref);
  for (const ref of newRefsOf(before, order, said)) {
    if (work.refs.get(ref.key) === order.id) continue;
    work.refs.set(ref.key, order.id);
    ledger.refs.push(ref);
  }
}

interface Executed extends Omit<Change, 'event' | 'before'> {
  readonly executed: ExecutionReport;
  readonly covered: boolean;
}

/** From now on it is a duplicate, and can be busted or corrected. */
function recordExecution({ venue, report, executed, order, receivedAt, covered }: Executed, booked: Booked): void {
  if (covered) learnNames({ venue, report, before: order, order }, booked);
  const { avgPx } = executed;
  // What the venue has stated is needed again when a fill is busted that it holds.
  const isDerived = executed !== report && avgPx !== null;
  const claim = { ...claimOf(executed), ...(isDerived && { avgPx: printDecimal(avgPx) }) };
  const { id, userId } = order;
  const what = { report: executed, claim, receivedAt, covered, committedAt: booked.now };
  const execution = { venue, orderId: id, userId, ...what };
  const known = knownExecution(execution);
  booked.work.executions.set(executionKey(venue, executed.execId), known);
  rememberFill(booked.work.fills, known);
  booked.ledger.executions.push(execution);
}

/** A statement is no execution, but for the fill that it may tell of. */
function executedIn(event: OrderEvent, report: ExecutionReport): ExecutionReport | null {
  if (report.execType !== 'ORDER_STATUS') return report;
  if (event.type !== 'OrderFilled' || event.execId === null) return null;
  const { execId, lastQty, lastPx } = event;
  return { ...report, execType: 'TRADE', execId, lastQty, lastPx };
}
