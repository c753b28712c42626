import { Decimal, ZERO } from '../../kernel/decimal.ts';
import type { CancelRequest, NewOrderRequest, OpenOrder, ReplaceRequest } from '../venue.ts';
import type { DeliveryFaults } from './faults.ts';
import type { Step } from './step.ts';

export type Side = 'BUY' | 'SELL' | 'SELL_SHORT';
export type OrderType = 'MARKET' | 'LIMIT' | 'STOP' | 'STOP_LIMIT';

interface Narrow {
  readonly side: Side;
  readonly orderType: OrderType;
}

/** The requests after parsing. */
export type PlaceRequest = NewOrderRequest & Narrow;
export type ChangeRequest = ReplaceRequest | CancelRequest;
export type TakeUpRequest = OpenOrder & Narrow;

/** The terms of an order, as in a report. `quantity` is null on an order by amount; unknown values of FIX 59 act as DAY. */
export type Terms = Omit<PlaceRequest, 'kind' | 'clOrdId' | 'account'>;

/** What may be asked for one order, beside its terms. */
export type ScenarioKind = 'reject' | 'fill' | 'cancel' | 'expire' | 'hold';

export interface Scenario {
  readonly kind: ScenarioKind;
  readonly text: string | null;
}

/** What is announced for an order that is still to come. */
export interface Announced {
  readonly scenario: Scenario | null;
  readonly script: readonly Step[];
  readonly delivery: DeliveryFaults | null;
}

export type ClosedPhase = 'FILLED' | 'CANCELED' | 'REJECTED' | 'EXPIRED';

/**
 * `ARRIVED` waits for its acknowledgement and `WORKING` for its next part, each for a moment of its own; `RESTING`
 * waits for the price, `HELD` for an instruction.
 */
export type Phase = 'ARRIVED' | 'WORKING' | 'RESTING' | 'HELD' | ClosedPhase;

/** Whether the exchange works the order now, in the words of FIX 39. */
export type Session = 'LIVE' | 'DONE_FOR_DAY' | 'SUSPENDED' | 'STOPPED';

/** A cancel or replace that the exchange has said it is looking at. */
export interface Pending {
  readonly kind: 'CANCEL' | 'REPLACE';
  readonly clOrdId: string;
}

/** One fill as it stands after what was said of it later. */
export interface Fill {
  /** Counts the fills of this run from 1. */
  readonly nth: number;
  /** The first is its own, then those of its corrections: the last one is what a bust or a correction refers to. */
  readonly execIds: readonly string[];
  readonly lastQty: Decimal;
  readonly lastPx: Decimal;
  readonly isBusted: boolean;
}

/** The newest fills of an order, which can still be busted and corrected. */
export const FILLS_PER_ORDER_MAX = 100;

export interface PaperOrder {
  /** Counts the orders of this run from 1; the ids of its reports are made of it. */
  readonly number: number;
  readonly venueOrderId: string;
  /** Of the newest accepted request (FIX 11). */
  readonly clOrdId: string;
  readonly account: string;
  readonly terms: Terms;
  readonly phase: Phase;
  readonly cumQty: Decimal;
  /** Sum of lastQty x lastPx. */
  readonly cumAmount: Decimal;
  /** The fills still to come, planned at the first match; empty before it and after a replacement. */
  readonly parts: readonly Decimal[];
  /** An order by amount keeps the price of its first match, so that it never spends more than its amount. */
  readonly amountPx: Decimal | null;
  readonly triggered: boolean;
  /** Where in its symbol's walk the order came in, drawn from seed and clOrdId, and the steps it has seen since. */
  readonly anchor: number;
  readonly step: number;
  readonly reportsCount: number;
  readonly scenario: Scenario | null;
  /** What is still to be done with it step by step; while there is anything, the market leaves it alone. */
  readonly script: readonly Step[];
  /** Requests that came meanwhile: answered by steps of the script, or as usual at its end. */
  readonly asked: readonly ChangeRequest[];
  readonly pending: Pending | null;
  readonly session: Session;
  readonly fills: readonly Fill[];
  /** Null: as for the whole exchange. */
  readonly delivery: DeliveryFaults | null;
}

export function closedPhase(order: Pick<PaperOrder, 'phase'>): ClosedPhase | null {
  switch (order.phase) {
    case 'FILLED':
    case 'CANCELED':
    case 'REJECTED':
    case 'EXPIRED':
      return order.phase;
    case 'ARRIVED':
    case 'WORKING':
    case 'RESTING':
    case 'HELD':
      return null;
  }
}

/** What is still open (FIX 151): nothing once closed; null while an order by amount has not been priced. */
export function leavesQty(order: PaperOrder): Decimal | null {
  const { quantity } = order.terms;
  if (closedPhase(order)) return ZERO;
  // More than was ordered may have been filled.
  if (quantity) return Decimal.max(quantity.minus(order.cumQty), ZERO);
  if (order.parts.length === 0) return null;
  return order.parts.reduce((sum, part) => sum.plus(part));
}

/** Where the order is (FIX 39), by FIX's precedence of what holds at once. */
export function statusOf({ phase, cumQty, pending, session }: PaperOrder): string {
  const closed = closedPhase({ phase });
  if (closed) return closed;
  if (phase === 'ARRIVED') return 'PENDING_NEW';
  if (pending) return pending.kind === 'CANCEL' ? 'PENDING_CANCEL' : 'PENDING_REPLACE';
  if (session !== 'LIVE') return session;
  return cumQty.isZero() ? 'NEW' : 'PARTIALLY_FILLED';
}
