// Written by tools/client-schema.mjs from schema.graphql: change that.

/** SecurityType (167). */
export type AssetClass = 'CRYPTO' | 'EQUITY' | 'ETF' | 'FUTURE' | 'FX' | 'MUTUAL_FUND' | 'OPTION';

/** ExecType (150): what happened. */
export type ExecType =
  | 'CANCELED'
  | 'CANCEL_REJECTED'
  | 'DONE_FOR_DAY'
  | 'EXPIRED'
  | 'NEW'
  | 'ORDER_STATUS'
  | 'PENDING_CANCEL'
  | 'PENDING_NEW'
  | 'PENDING_REPLACE'
  | 'REJECTED'
  | 'REPLACED'
  | 'RESTATED'
  | 'STOPPED'
  | 'SUSPENDED'
  | 'TRADE'
  | 'TRADE_CANCEL'
  | 'TRADE_CORRECT';

/** What users switch on and off. */
export type NotificationCategory =
  'ACCOUNT' | 'ALERTS' | 'ORDERS' | 'REGULATORY' | 'REPORTS' | 'RISK' | 'STRATEGIES' | 'SYSTEM';

/** What an update tells of its notification. */
export type NotificationChange = 'ARCHIVED' | 'READ' | 'RECEIVED';

export type NotificationPriority = 'HIGH' | 'LOW' | 'NORMAL';

/** What happened. */
export type NotificationType =
  | 'ACCOUNT_SECURITY'
  | 'BROKER_DISCONNECTED'
  | 'DAILY_REPORT'
  | 'DIGEST'
  | 'EXECUTION_BUSTED'
  | 'EXECUTION_CORRECTED'
  | 'EXECUTION_FAILED'
  | 'LATE_FILL'
  | 'LIMIT_BREACHED'
  | 'MONTHLY_REPORT'
  | 'ORDER_CANCELED'
  | 'ORDER_EXPIRED'
  | 'ORDER_FILLED'
  | 'ORDER_OVERFILLED'
  | 'ORDER_PARTIALLY_FILLED'
  | 'ORDER_REJECTED'
  | 'ORDER_SUBMITTED'
  | 'PRICE_ALERT'
  | 'REGULATORY_NOTICE'
  | 'RISK_VIOLATION'
  | 'STRATEGY_STATUS'
  | 'SYSTEM_MAINTENANCE'
  | 'SYSTEM_NOTICE'
  | 'VOLUME_ALERT'
  | 'WEEKLY_REPORT';

/** OrdStatus (39): where the order is now, by FIX precedence. */
export type OrderStatus =
  | 'CANCELED'
  | 'DONE_FOR_DAY'
  | 'EXPIRED'
  | 'FILLED'
  | 'NEW'
  | 'PARTIALLY_FILLED'
  | 'PENDING_CANCEL'
  | 'PENDING_NEW'
  | 'PENDING_REPLACE'
  | 'REJECTED'
  | 'STOPPED'
  | 'SUSPENDED';

/** OrdType (40). */
export type OrderType = 'LIMIT' | 'MARKET' | 'STOP' | 'STOP_LIMIT';

/** What was asked of the venue and is not answered yet. */
export type PendingAction = 'CANCEL' | 'REPLACE';

/** Where the order was placed; API when it came from elsewhere. */
export type Platform = 'ANDROID' | 'API' | 'IOS' | 'WEB';

/** OrdRejReason (103). */
export type RejectReason =
  | 'DUPLICATE_ORDER'
  | 'EXCHANGE_CLOSED'
  | 'INCORRECT_QUANTITY'
  | 'ORDER_EXCEEDS_LIMIT'
  | 'OTHER'
  | 'PRICE_EXCEEDS_BAND'
  | 'STALE_ORDER'
  | 'TOO_LATE_TO_ENTER'
  | 'UNKNOWN_ACCOUNT'
  | 'UNKNOWN_ORDER'
  | 'UNKNOWN_SYMBOL'
  | 'UNSUPPORTED_ORDER';

/** Side (54). */
export type Side = 'BUY' | 'SELL' | 'SELL_SHORT';

/** TimeInForce (59). */
export type TimeInForce = 'CLS' | 'DAY' | 'FOK' | 'GTC' | 'GTD' | 'IOC' | 'OPG';

/** Something that the viewer is told, in their words as of when it was made. */
export interface Notification {
  /** Null: it is in the list. */
  readonly archivedAt: string | null;
  readonly body: string;
  /** What it is switched on and off with. */
  readonly category: NotificationCategory;
  /** When it was made. */
  readonly createdAt: string;
  /** It can’t be switched off, waits for no quiet hours, and is kept for good. */
  readonly critical: boolean;
  /** Until when it is worth telling. */
  readonly expiresAt: string;
  readonly id: string;
  /** BCP 47: the language of title and body. */
  readonly locale: string;
  /** When what it tells of happened. */
  readonly occurredAt: string;
  /** As in `Order.id`: the order that it is about. */
  readonly orderId: string | null;
  readonly priority: NotificationPriority;
  /** Null: it is unread. */
  readonly readAt: string | null;
  readonly strategy: string | null;
  /** Symbol (55). */
  readonly symbol: string | null;
  readonly title: string;
  /** What happened. */
  readonly type: NotificationType;
}

/** A page of notifications. */
export interface NotificationConnection {
  readonly edges: readonly NotificationEdge[];
  readonly pageInfo: PageInfo;
  /** Follow `notificationReceived(after: position)` from the first page, and nothing is missed. */
  readonly position: string;
  /** Of all that are kept and not archived, whatever the filter. */
  readonly unreadCount: number;
}

export interface NotificationEdge {
  readonly cursor: string;
  readonly node: Notification;
}

/** A new notification, or that one was read or archived, here or on another device. */
export interface NotificationUpdate {
  readonly change: NotificationChange;
  /** Resume from here: `notificationReceived(after: cursor)`. */
  readonly cursor: string;
  readonly notification: Notification;
}

/** An order as it is, or, in an update, as of that event. Quantities are units of the instrument. */
export interface Order {
  /** Account (1); null for the venue’s only one. */
  readonly account: string | null;
  /** SecurityType (167). */
  readonly assetClass: AssetClass;
  /** AvgPx (6): exact mean of the fills, half-even to 18 decimals; null before the first fill. */
  readonly avgPx: string | null;
  /** ClOrdID (11) of the terms in force. */
  readonly clOrdId: string | null;
  /** The app that placed it, as the token or the app itself says; null when nobody said. */
  readonly client: string | null;
  /** When it was first seen here. */
  readonly createdAt: string;
  /** CumQty (14): filled so far. */
  readonly cumQty: string;
  /** OrderID (37), ours. */
  readonly id: string;
  /** LeavesQty (151): still open; null while an order by amount is open. */
  readonly leavesQty: string | null;
  /** CashOrderQty (152): the amount of an order by amount, in the instrument’s currency. */
  readonly notional: string | null;
  /** OrdType (40). */
  readonly orderType: OrderType;
  /** What was filled beyond the quantity; null when nothing was. */
  readonly overfillQty: string | null;
  /** What was asked of the venue and is not answered yet. */
  readonly pendingAction: PendingAction | null;
  /** Where the order was placed. */
  readonly platform: Platform;
  /** Price (44), per unit. */
  readonly price: string | null;
  /** OrderQty (38); null on an order by amount. */
  readonly quantity: string | null;
  /** OrdRejReason (103) of a rejected order. */
  readonly rejectReason: RejectReason | null;
  /** Side (54). */
  readonly side: Side;
  /** OrdStatus (39). */
  readonly status: OrderStatus;
  /** How the order is, in words for its trader; null in updates from before this was told. */
  readonly statusText: string | null;
  /** StopPx (99), per unit. */
  readonly stopPx: string | null;
  /** What decided on it, as `placeOrder` named it; null when it named none. */
  readonly strategy: string | null;
  /** Symbol (55), as the venue spells it. */
  readonly symbol: string;
  /** Text (58): the venue’s last words on the order. */
  readonly text: string | null;
  /** TimeInForce (59). */
  readonly timeInForce: TimeInForce;
  /** When its last event was received here. */
  readonly updatedAt: string;
  /** The venue that the order is at. */
  readonly venue: string;
  /** OrderID (37), the venue’s. */
  readonly venueOrderId: string | null;
  /** The count of its events: an order of a lower version is an older one. */
  readonly version: number;
}

/** A page of orders. */
export interface OrderConnection {
  readonly edges: readonly OrderEdge[];
  readonly pageInfo: PageInfo;
  /** Where the viewer’s stream was when the rows were read, in one snapshot with them. */
  readonly position: string;
}

export interface OrderEdge {
  readonly cursor: string;
  readonly node: Order;
}

/** One thing that happened to an order: a FIX ExecutionReport (35=8) or what was asked here. */
export interface OrderEvent {
  /** The request that it answers, as CxlRejResponseTo (434) names it; null when none is known, and in events from before this was told. */
  readonly answers: PendingAction | null;
  /** AvgPx (6) after it. */
  readonly avgPx: string | null;
  /** When it was written to the log. */
  readonly committedAt: string;
  /** CumQty (14) after it. */
  readonly cumQty: string;
  /** ExecID (17); null for what was asked here. */
  readonly execId: string | null;
  /** ExecRefID (19): the execution that was busted or corrected. */
  readonly execRefId: string | null;
  /** ExecType (150). */
  readonly execType: ExecType;
  /** Unique among all events. */
  readonly id: string;
  /** LastPx (31): this fill, per unit. */
  readonly lastPx: string | null;
  /** LastQty (32): this fill. */
  readonly lastQty: string | null;
  /** CANCELED, EXPIRED or REJECTED on a fill that came after the order had ended so, even when it completes the order; null on anything else, and in events from before this was told. */
  readonly lateAfter: OrderStatus | null;
  /** LeavesQty (151) after it. */
  readonly leavesQty: string | null;
  /** When it reached this service. */
  readonly receivedAt: string;
  /** OrdRejReason (103) or CxlRejReason (102) of what it refuses; null in events from before this was told. */
  readonly rejectReason: RejectReason | null;
  /** OrdStatus (39) after it. */
  readonly status: OrderStatus;
  /** What happened, in words for the trader; null in events from before this was told. */
  readonly statusText: string | null;
  /** Text (58): the venue’s words. */
  readonly text: string | null;
  /** TransactTime (60): the venue’s clock. */
  readonly transactTime: string | null;
}

/** One event of the viewer’s stream, with the order as of it. */
export interface OrderUpdate {
  /** Resume from here: `orderUpdated(after: cursor)`. */
  readonly cursor: string;
  readonly event: OrderEvent;
  /** How many events of this order the update stands for: 1, or more with `conflateMs`. */
  readonly merged: number;
  readonly order: Order;
}

export interface PageInfo {
  readonly endCursor: string | null;
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly startCursor: string | null;
}

/** Narrows a list of orders; an absent field narrows nothing. */
export interface OrderFilter {
  readonly assetClasses?: readonly AssetClass[] | null | undefined;
  /** As `client` spells them. */
  readonly clients?: readonly string[] | null | undefined;
  readonly createdAfter?: string | null | undefined;
  readonly createdBefore?: string | null | undefined;
  /** May still be filled, or not. */
  readonly open?: boolean | null | undefined;
  readonly platforms?: readonly Platform[] | null | undefined;
  readonly side?: Side | null | undefined;
  readonly statuses?: readonly OrderStatus[] | null | undefined;
  readonly symbols?: readonly string[] | null | undefined;
  readonly venues?: readonly string[] | null | undefined;
}

/** Narrows a list of notifications; an absent field narrows nothing. */
export interface NotificationFilter {
  /** Absent: only what is not archived. */
  readonly archived?: boolean | null | undefined;
  readonly categories?: readonly NotificationCategory[] | null | undefined;
  readonly critical?: boolean | null | undefined;
  /** As `Order.strategy` and `reportFacts` spell them. */
  readonly strategies?: readonly string[] | null | undefined;
  readonly types?: readonly NotificationType[] | null | undefined;
  readonly unread?: boolean | null | undefined;
}

export interface Table {
  readonly objects: Record<string, string>;
  readonly enums: Record<string, string>;
  readonly implementations: Record<string, string>;
}

/**
 * The same at run time, for what is pushed of orders, with spaces between names: the fields of each type, in groups that
 * begin with their own type; the values of each enum; what implements each interface.
 */
export const TABLE: Table = {
  enums: {
    AssetClass: 'CRYPTO EQUITY ETF FUTURE FX MUTUAL_FUND OPTION',
    ExecType:
      'CANCELED CANCEL_REJECTED DONE_FOR_DAY EXPIRED NEW ORDER_STATUS PENDING_CANCEL PENDING_NEW PENDING_REPLACE REJECTED REPLACED RESTATED STOPPED SUSPENDED TRADE TRADE_CANCEL TRADE_CORRECT',
    OrderStatus:
      'CANCELED DONE_FOR_DAY EXPIRED FILLED NEW PARTIALLY_FILLED PENDING_CANCEL PENDING_NEW PENDING_REPLACE REJECTED STOPPED SUSPENDED',
    OrderType: 'LIMIT MARKET STOP STOP_LIMIT',
    PendingAction: 'CANCEL REPLACE',
    Platform: 'ANDROID API IOS WEB',
    RejectReason:
      'DUPLICATE_ORDER EXCHANGE_CLOSED INCORRECT_QUANTITY ORDER_EXCEEDS_LIMIT OTHER PRICE_EXCEEDS_BAND STALE_ORDER TOO_LATE_TO_ENTER UNKNOWN_ACCOUNT UNKNOWN_ORDER UNKNOWN_SYMBOL UNSUPPORTED_ORDER',
    Side: 'BUY SELL SELL_SHORT',
    TimeInForce: 'CLS DAY FOK GTC GTD IOC OPG',
  },
  objects: {
    Order:
      'AssetClass! assetClass;DateTime! createdAt updatedAt;Decimal avgPx leavesQty notional overfillQty price quantity stopPx;Decimal! cumQty;ID! id;Int! version;OrderStatus! status;OrderType! orderType;PendingAction pendingAction;Platform! platform;RejectReason rejectReason;Side! side;String account clOrdId client statusText strategy text venueOrderId;String! symbol venue;TimeInForce! timeInForce',
    OrderEvent:
      'DateTime transactTime;DateTime! committedAt receivedAt;Decimal avgPx lastPx lastQty leavesQty;Decimal! cumQty;ExecType! execType;ID! id;OrderStatus lateAfter;OrderStatus! status;PendingAction answers;RejectReason rejectReason;String execId execRefId statusText text',
    OrderUpdate: 'Cursor! cursor;Int! merged;Order! order;OrderEvent! event',
    Subscription: 'OrderUpdate! orderUpdated',
  },
  implementations: { Node: 'Order' },
};
