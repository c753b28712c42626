import type { OrderId, UserId } from '../kernel/brand.ts';
import type { Decimal } from '../kernel/decimal.ts';
import type { AssetClass, ExecType, OrderType, Platform, RejectReason, Side, TimeInForce } from './words.ts';

/** What an order is for: the terms that it keeps for life. */
export interface Opening {
  readonly userId: UserId;
  readonly venue: string;
  /** Empty for the venue's only account. */
  readonly account: string;
  readonly clOrdId: string | null;
  readonly symbol: string;
  readonly assetClass: AssetClass;
  readonly side: Side;
  readonly platform: Platform;
  /** The app that placed it; absent from what was written before it was recorded. */
  readonly client?: string | null;
  /** The trader's own name for what decided on it; absent from what was written before it was recorded. */
  readonly strategy?: string | null;
  readonly terms: Terms;
}

/** The terms that a replace may change. `quantity` is null on an order by amount. */
export interface Terms {
  readonly orderType: OrderType;
  readonly timeInForce: TimeInForce;
  readonly quantity: Decimal | null;
  readonly notional: Decimal | null;
  readonly price: Decimal | null;
  readonly stopPx: Decimal | null;
}

/** The terms that a report gives; those that it leaves out stay. */
export type ChangedTerms = Partial<Terms>;

interface Fact {
  readonly orderId: OrderId;
  /** Present on the first event of an order. */
  readonly opening: Opening | null;
  /** The venue's id of this execution; null for what was asked here. */
  readonly execId: string | null;
  readonly execRefId: string | null;
  /** The venue's id of the order, when this event told it. */
  readonly venueOrderId: string | null;
  readonly text: string | null;
  /** OrderQty of an order by amount, when this event told it. */
  readonly toldQuantity?: Decimal;
  /** By an ORDER_STATUS, which may be older than what the venue's own message tells later. */
  readonly stated?: true;
  /** The venue's clock. */
  readonly transactTime: Date | null;
  readonly receivedAt: Date;
}

export type OrderEvent =
  | (Fact & { readonly type: 'OrderSubmitted' })
  | (Fact & { readonly type: 'OrderAccepted' })
  /** `complete` ends an order by amount, whose quantity nobody knows beforehand. */
  | (Fact & {
      readonly type: 'OrderFilled';
      readonly lastQty: Decimal;
      readonly lastPx: Decimal;
      readonly complete: boolean;
      /** Of a venue that tells only sums: what the sum has grown by, and the exact amount that it has grown by. */
      readonly derivedAmount?: Decimal;
      /** The sum itself. */
      readonly derivedQty?: Decimal;
    })
  | (Fact & { readonly type: 'OrderCanceled'; readonly clOrdId: string | null })
  | (Fact & {
      readonly type: 'OrderReplaced';
      readonly clOrdId: string | null;
      readonly terms: ChangedTerms;
      /** ClOrdID of the request that it answers, where the venue names another one or none. */
      readonly answers?: string;
    })
  | (Fact & { readonly type: 'OrderRejected'; readonly rejectReason: RejectReason })
  | (Fact & { readonly type: 'OrderExpired' })
  | (Fact & { readonly type: 'OrderDoneForDay' })
  | (Fact & { readonly type: 'OrderSuspended' })
  | (Fact & { readonly type: 'OrderStopped' })
  | (Fact & { readonly type: 'OrderRestated'; readonly terms: ChangedTerms })
  /** `removedQty` and `removedAmount` are what the fill had counted for. `ended`: the venue works the order no more. */
  | (Fact & {
      readonly type: 'FillBusted';
      readonly lastQty: Decimal;
      readonly lastPx: Decimal;
      readonly removedQty: Decimal;
      readonly removedAmount: Decimal;
      readonly ended: boolean;
    })
  /** What the fill counts for from now on, in place of what it had counted for. */
  | (Fact & {
      readonly type: 'FillCorrected';
      readonly lastQty: Decimal;
      readonly lastPx: Decimal;
      readonly addedQty: Decimal;
      readonly addedAmount: Decimal;
    })
  | (Fact & { readonly type: 'CancelRequested'; readonly clOrdId: string })
  | (Fact & {
      readonly type: 'ReplaceRequested';
      readonly clOrdId: string;
      readonly quantity: Decimal | null;
      readonly price: Decimal | null;
      readonly stopPx: Decimal | null;
    })
  | (Fact & {
      readonly type: 'RequestRejected';
      readonly clOrdId: string | null;
      readonly answers?: string;
      readonly rejectReason: RejectReason | null;
    });

export type OrderEventOf<T extends OrderEvent['type']> = Extract<OrderEvent, { type: T }>;

/** ExecType (150) of each event. */
export const EXEC_TYPE_OF = {
  OrderSubmitted: 'PENDING_NEW',
  OrderAccepted: 'NEW',
  OrderFilled: 'TRADE',
  OrderCanceled: 'CANCELED',
  OrderReplaced: 'REPLACED',
  OrderRejected: 'REJECTED',
  OrderExpired: 'EXPIRED',
  OrderDoneForDay: 'DONE_FOR_DAY',
  OrderSuspended: 'SUSPENDED',
  OrderStopped: 'STOPPED',
  OrderRestated: 'RESTATED',
  FillBusted: 'TRADE_CANCEL',
  FillCorrected: 'TRADE_CORRECT',
  CancelRequested: 'PENDING_CANCEL',
  ReplaceRequested: 'PENDING_REPLACE',
  RequestRejected: 'CANCEL_REJECTED',
} as const satisfies Record<OrderEvent['type'], ExecType>;
