import type { ExecutionReport } from '../../src/ingest/execution-report.ts';
import { orderId, userId } from '../../src/kernel/brand.ts';
import { decideReport, type QuarantineReason } from '../../src/orders/decide.ts';
import type { OrderEvent } from '../../src/orders/event.ts';
import type { KnownFill } from '../../src/orders/fills.ts';
import { evolve, type Order } from '../../src/orders/order.ts';
import { assertInvariants } from '../../src/orders/status.ts';
import { rememberedFill } from './scenario.ts';

const CONTEXT = {
  ...{ venue: 'standard', userId: userId('ann'), now: new Date('2026-01-31T15:04:05.678Z') },
  newOrderId: orderId('0b0e7a52-6d8a-4c7e-9a51-0f2b6f1d3c44'),
};

/** What waits for another report, and is tried again after each that was applied. */
const WAITING: readonly QuarantineReason[] = ['UNKNOWN_ORDER', 'UNKNOWN_EXECUTION'];
/** A statement may tell of more than one thing. */
const EVENTS_MAX = 4;

/** An order and what its ingest knows of it. */
export interface Desk {
  order: Order | null;
  readonly execIds: Set<string>;
  readonly fills: Map<string, KnownFill>;
  /** The venue's ids of the order. */
  readonly names: Set<string>;
  readonly events: OrderEvent[];
  /** Between reports, as from a database: the fills in an order of its own. */
  readonly readBack?: (fills: Map<string, KnownFill>) => Map<string, KnownFill>;
  waiting: readonly ExecutionReport[];
}

export const openDesk = (order: Order | null = null): Desk => ({
  ...{ order, execIds: new Set(), fills: new Map(), names: new Set(), events: [], waiting: [] },
});

/** Takes a report as ingest does: a known execId is a duplicate, what can't be applied yet waits. */
export function receive(desk: Desk, report: ExecutionReport): void {
  const isStatement = report.execType === 'ORDER_STATUS';
  if (!isStatement && desk.execIds.has(report.execId)) return;
  for (let count = 0; count < (isStatement ? EVENTS_MAX : 1); count++) {
    const isNamed = desk.names.has(report.venueOrderId ?? '');
    const decision = decideReport(desk.order, report, {
      ...CONTEXT,
      fills: desk.readBack?.(desk.fills) ?? desk.fills,
      isNamed,
    });
    if ('quarantine' in decision) {
      if (!WAITING.includes(decision.quarantine)) throw new Error(`${decision.quarantine}: ${decision.detail}`);
      desk.waiting = [...desk.waiting, report];
      return;
    }
    if (!isStatement) desk.execIds.add(report.execId);
    if (decision.event || decision.covered) {
      apply(desk, decision.event, report);
      for (const name of [report.venueOrderId, report.replacesVenueOrderId]) if (name !== null) desk.names.add(name);
    }
    if (!decision.event) break;
  }
  const again = desk.waiting;
  desk.waiting = [];
  for (const early of again) receive(desk, early);
}

function apply(desk: Desk, event: OrderEvent | null, report: ExecutionReport): void {
  if (event) {
    desk.order = evolve(desk.order, event);
    assertInvariants(desk.order);
    desk.events.push(event);
  }
  const fill = rememberedFill(event, report);
  if (!fill) return;
  if (desk.fills.has(fill.execId)) throw new Error(`the execution ${fill.execId} is made twice`);
  desk.fills.set(fill.execId, fill);
}
