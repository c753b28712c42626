import { ZERO, type Decimal } from '../../kernel/decimal.ts';
import type { CancelRequest, NewOrderRequest, OpenOrder, ReplaceRequest } from '../venue.ts';

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

export type ClosedPhase = 'FILLED' | 'CANCELED' | 'REJECTED' | 'EXPIRED';

/**
 * `ARRIVED` waits for its acknowledgement and `WORKING` for its next part, each for a moment of its own; `RESTING`
 * waits for the price, `HELD` for an instruction.
 */
export type Phase = 'ARRIVED' | 'WORKING' | 'RESTING' | 'HELD' | ClosedPhase;

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
  if (quantity) return quantity.minus(order.cumQty);
  if (order.parts.length === 0) return null;
  return order.parts.reduce((sum, part) => sum.plus(part));
}
