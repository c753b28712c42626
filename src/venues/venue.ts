import type { RawReport } from '../ingest/execution-report.ts';
import type { Decimal } from '../kernel/decimal.ts';

/** What is asked of a venue. `clOrdId` (FIX 11) is the idempotency key: a venue answers a repeat as it did the first. */
export type VenueRequest = NewOrderRequest | ReplaceRequest | CancelRequest;

export interface NewOrderRequest {
  readonly kind: 'NEW';
  readonly clOrdId: string;
  readonly account: string;
  readonly symbol: string;
  readonly assetClass: string;
  readonly side: string;
  readonly orderType: string;
  readonly timeInForce: string;
  /** Null on an order by amount. */
  readonly quantity: Decimal | null;
  readonly notional: Decimal | null;
  readonly price: Decimal | null;
  readonly stopPx: Decimal | null;
}

export interface ReplaceRequest {
  readonly kind: 'REPLACE';
  readonly clOrdId: string;
  readonly origClOrdId: string;
  readonly account: string;
  readonly venueOrderId: string | null;
  /** The new terms; null leaves a term as it is. */
  readonly quantity: Decimal | null;
  readonly price: Decimal | null;
  readonly stopPx: Decimal | null;
}

export interface CancelRequest {
  readonly kind: 'CANCEL';
  readonly clOrdId: string;
  readonly origClOrdId: string;
  readonly account: string;
  readonly venueOrderId: string | null;
}

/** An order as the service knows it, handed to a venue that has lost its memory so that it takes it up again. */
export interface OpenOrder extends Omit<NewOrderRequest, 'kind'> {
  readonly venueOrderId: string | null;
  /** True when the venue had acknowledged the order (execType NEW was reported). */
  readonly accepted: boolean;
  readonly cumQty: Decimal;
  /** Sum of lastQty x lastPx, for orders by amount. */
  readonly cumAmount: Decimal;
}

/** `refused` is final (the venue will never take this request); anything that may pass later is thrown. */
export type VenueAnswer = { readonly status: 'taken' } | { readonly status: 'refused'; readonly text: string };

/** An order to ask a venue about, by every name that it may have there. */
export interface AskedOrder {
  readonly account: string;
  readonly venueOrderId: string | null;
  /** The newest of its chain. */
  readonly clOrdId: string | null;
}

/**
 * What a venue says of an order when asked, as execution reports: its executions, under the execIds that their own messages
 * have, where it lists them; last an ORDER_STATUS. Null: the venue does not know the order.
 */
export type VenueStatement = readonly RawReport[] | null;

/** The outbound side of a venue. Reports of what came of a request arrive by webhook, never as its answer. */
export interface VenuePort {
  /** @throws when the venue can't be reached, is overloaded or does not know the order yet: try again later. */
  send(request: VenueRequest, signal: AbortSignal): Promise<VenueAnswer>;
  /**
   * Where a venue can be asked: what it knows of these orders, in their order.
   * @throws when it can't be asked now
   */
  readonly ask?: (orders: readonly AskedOrder[], signal: AbortSignal) => Promise<readonly VenueStatement[]>;
  /** A venue without durable memory names its current run; when it changes, its open orders are taken up again. */
  readonly memory?: {
    run(signal: AbortSignal): Promise<string>;
    takeUp(orders: readonly OpenOrder[], signal: AbortSignal): Promise<void>;
  };
}

/** A venue that is asked only: its orders are placed elsewhere. */
export type AskedVenue = Required<Pick<VenuePort, 'ask'>> & { readonly send?: undefined; readonly memory?: undefined };
