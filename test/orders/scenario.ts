import { expect } from 'vitest';
import { type ExecutionReport, executionReportSchema } from '../../src/ingest/execution-report.ts';
import { orderId, userId } from '../../src/kernel/brand.ts';
import { decimal } from '../../src/kernel/decimal.ts';
import { decideReport, type QuarantineReason } from '../../src/orders/decide.ts';
import { EXEC_TYPE_OF, type Opening, type OrderEvent, type Terms } from '../../src/orders/event.ts';
import type { KnownFill } from '../../src/orders/fills.ts';
import { evolve, type Order } from '../../src/orders/order.ts';
import { stampOf } from '../../src/orders/registers.ts';
import { decideCancel, decideModify, decidePlace, type Refusal, type RefusalCode } from '../../src/orders/request.ts';
import { assertInvariants } from '../../src/orders/status.ts';
import { type Change, type OrderEventView, orderUpdateView, type OrderView, orderView } from '../../src/orders/view.ts';

const NOW = new Date('2026-01-31T15:04:05.678Z');
const ORDER_ID = orderId('0b0e7a52-6d8a-4c7e-9a51-0f2b6f1d3c44');
const CONTEXT = { venue: 'standard', userId: userId('ann'), newOrderId: ORDER_ID, now: NOW };

type Decided =
  | { readonly event: OrderEvent | null; readonly covered?: true }
  | { readonly quarantine: QuarantineReason; readonly detail: string }
  | { readonly refusal: Refusal };

/** One thing that happens to an order: a venue's report or a trader's request. */
export type Step = (order: Order | null) => Decided;

export type Fields = Readonly<Record<string, string | null>>;

let executions = 0;

/** A report in a venue's words, with as little in it as the venue needs to say. */
export function readReport(fields: Fields): ExecutionReport {
  return executionReportSchema.parse({
    execId: `E${++executions}`,
    venueOrderId: 'V1',
    clOrdId: 'C1',
    account: 'ACC-1',
    ...fields,
  });
}

/** The fills, busts and corrections that each order was made of, by execId. */
const fillsOf = new WeakMap<Order, ReadonlyMap<string, KnownFill>>();

/** The last report of each step, which says more of a fill than its event. */
const reportOf = new WeakMap<object, ExecutionReport>();

/** What ingest remembers of a fill, bust or correction; null of anything else. */
export function rememberedFill(event: OrderEvent | null, report: ExecutionReport): KnownFill | null {
  const said = { cumQty: report.cumQty, covered: event === null, derived: false, avgPx: null };
  if (event === null) {
    const { execId, execRefId, execType, lastQty, lastPx } = report;
    const stamp = stampOf({ ...report, receivedAt: NOW });
    return execType === 'TRADE' ? { ...said, execId, execType, execRefId, lastQty, lastPx, stamp } : null;
  }
  const { execId, execRefId } = event;
  if (execId === null || !('lastQty' in event)) return null;
  const { lastQty, lastPx } = event;
  const derived = 'derivedAmount' in event;
  const avgPx = derived ? report.avgPx : null;
  return {
    ...said,
    derived,
    avgPx,
    execId,
    execType: EXEC_TYPE_OF[event.type],
    execRefId,
    lastQty,
    lastPx,
    stamp: stampOf(event),
  };
}

/** The order after an event, or after an execution without one; what was said of a fill is remembered with it. */
function evolved(before: Order | null, event: OrderEvent | null, report: ExecutionReport | undefined): Order {
  const after = event ? evolve(before, event) : { ...before! };
  const known = new Map(before && fillsOf.get(before));
  const fill = report ? rememberedFill(event, report) : null;
  if (fill) known.set(fill.execId, fill);
  fillsOf.set(after, known);
  return after;
}

export const reported =
  (fields: Fields): Step =>
  (order) => {
    const report = readReport(fields);
    const fills = (order && fillsOf.get(order)) ?? new Map<string, KnownFill>();
    const decision = { ...decideReport(order, report, { ...CONTEXT, fills }) };
    reportOf.set(decision, report);
    return decision;
  };

/** All that a report must say of an order that nobody here knows yet: buy 100 AAPL at a limit of 10. */
export const TERMS: Fields = {
  symbol: 'AAPL',
  side: 'BUY',
  orderType: 'LIMIT',
  timeInForce: 'DAY',
  assetClass: 'EQUITY',
  quantity: '100',
  price: '10',
};
/** Buy AAPL for 1,000, however many that is. */
export const BY_AMOUNT: Fields = { ...TERMS, orderType: 'MARKET', quantity: null, price: null, notional: '1000' };

export const pendingNew = (fields: Fields = TERMS): Step => reported({ execType: 'PENDING_NEW', ...fields });
export const accepted = (fields: Fields = TERMS): Step => reported({ execType: 'NEW', ...fields });
export const fill = (lastQty: string, lastPx: string, fields: Fields = {}): Step =>
  reported({ execType: 'TRADE', lastQty, lastPx, ...fields });
export const canceled = (fields: Fields = {}): Step => reported({ execType: 'CANCELED', ...fields });
export const expired = (fields: Fields = {}): Step => reported({ execType: 'EXPIRED', ...fields });
export const rejected = (fields: Fields = {}): Step => reported({ execType: 'REJECTED', ...fields });
export const replaced = (fields: Fields): Step => reported({ execType: 'REPLACED', ...fields });
export const busted = (execRefId: string, fields: Fields = {}): Step =>
  reported({ execType: 'TRADE_CANCEL', execRefId, ...fields });
export const corrected = (execRefId: string, lastQty: string, fields: Fields): Step =>
  reported({ execType: 'TRADE_CORRECT', execRefId, lastQty, ...fields });
export const restated = (fields: Fields): Step => reported({ execType: 'RESTATED', ...fields });
export const doneForDay = (fields: Fields = {}): Step => reported({ execType: 'DONE_FOR_DAY', ...fields });
export const suspended = (fields: Fields = {}): Step => reported({ execType: 'SUSPENDED', ...fields });
export const stopped = (fields: Fields = {}): Step => reported({ execType: 'STOPPED', ...fields });
export const pendingCancel = (clOrdId: string, fields: Fields = {}): Step =>
  reported({ execType: 'PENDING_CANCEL', clOrdId, ...fields });
export const pendingReplace = (clOrdId: string, fields: Fields = {}): Step =>
  reported({ execType: 'PENDING_REPLACE', clOrdId, ...fields });
export const cancelRejected = (fields: Fields): Step => reported({ execType: 'CANCEL_REJECTED', ...fields });

/** The terms of a trader's new order; an absent number is null. */
export function termsOf({ orderType = 'LIMIT', timeInForce = 'DAY', ...numbers }: Fields): Terms {
  const read = (name: string) => (typeof numbers[name] === 'string' ? decimal(numbers[name]) : null);
  return {
    orderType: orderType as Terms['orderType'],
    timeInForce: timeInForce as Terms['timeInForce'],
    quantity: read('quantity'),
    notional: read('notional'),
    price: read('price'),
    stopPx: read('stopPx'),
  };
}

export function placed(terms: Fields = { quantity: '100', price: '10' }): Step {
  const opening: Opening = {
    ...{ userId: CONTEXT.userId, venue: 'standard', account: 'ACC-1', clOrdId: 'C1', symbol: 'AAPL' },
    ...{ assetClass: 'EQUITY', side: 'BUY', platform: 'WEB', terms: termsOf(terms) },
  };
  return () => decidePlace(opening, { orderId: ORDER_ID, now: NOW });
}

export function modified(clOrdId: string, change: Fields): Step {
  const { quantity, price, stopPx } = termsOf(change);
  return (order) => decideModify(known(order), { clOrdId, quantity, price, stopPx }, NOW);
}

export const cancelAsked =
  (clOrdId: string): Step =>
  (order) =>
    decideCancel(known(order), clOrdId, NOW);

function known(order: Order | null): Order {
  if (!order) throw new Error('a request about no order');
  return order;
}

/** The order after this step; the same order when nothing came of it. */
export function take(order: Order | null, step: Step): Order | null {
  const decided = step(order);
  if (!('event' in decided) || (!decided.event && !decided.covered)) return order;
  const after = evolved(order, decided.event, reportOf.get(decided));
  assertInvariants(after);
  return after;
}

interface Outcome {
  /** The order after it, as apps see it; only what is named is compared. An event must have come of it. */
  then(expected: Partial<OrderView>): void;
  /** What apps are told of it; only what is named is compared. */
  thenTold(expected: Partial<OrderEventView>): void;
  /** The event that came of it; only what is named is compared. */
  thenEvent(expected: object): void;
  /** It is a report that tells nothing new. */
  thenNothing(): void;
  /** It tells what a statement had told before: no event, but the execution is known from now on. */
  thenCovered(): void;
  thenQuarantined(reason: QuarantineReason): void;
  thenRefused(code: RefusalCode, message?: string): void;
}

/** given(what was before).when(what happens).then(the order afterwards) */
export function given(...steps: readonly Step[]): { when(step: Step): Outcome } {
  const before = steps.reduce<Order | null>((order, step) => {
    const after = take(order, step);
    if (after === order) throw new Error('nothing came of a step that was given');
    return after;
  }, null);
  return {
    when: (step) => {
      const decided = step(before);
      const changed = (): Change => {
        if (!('event' in decided) || !decided.event) throw new Error(`no event: ${JSON.stringify(decided)}`);
        const { event } = decided;
        const order = evolved(before, event, reportOf.get(decided));
        assertInvariants(order);
        return { before, order, event };
      };
      return {
        then: (expected) =>
          expect(orderView(changed().order)).toMatchObject({ version: (before?.version ?? 0) + 1, ...expected }),
        thenTold: (expected) => expect(orderUpdateView(changed(), NOW).event).toMatchObject(expected),
        thenEvent: (expected) => expect(decided).toMatchObject({ event: expected }),
        thenNothing: () => expect(decided).toEqual({ event: null }),
        thenCovered: () => expect(decided).toEqual({ event: null, covered: true }),
        thenQuarantined: (reason) => expect(decided).toMatchObject({ quarantine: reason }),
        thenRefused: (code, message) =>
          expect(decided).toMatchObject({ refusal: { code, ...(message !== undefined && { message }) } }),
      };
    },
  };
}
