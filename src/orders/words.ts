import type { Decimal } from '../kernel/decimal.ts';

/** The field's words (FIX 4.4/5.0SP2 names), once for schema, webhook and rows. */

/** SecurityType (167). */
export const ASSET_CLASSES = ['EQUITY', 'ETF', 'MUTUAL_FUND', 'CRYPTO', 'OPTION', 'FUTURE', 'FX'] as const;
export type AssetClass = (typeof ASSET_CLASSES)[number];
/** Only derivatives trade at or below zero. */
export const mayTradeBelowZero = (assetClass: AssetClass): boolean =>
  assetClass === 'OPTION' || assetClass === 'FUTURE';

/** Whether a fill can have this price. */
export const isSanePx = (px: Decimal | null, assetClass: AssetClass | undefined): px is Decimal =>
  px !== null && (px.gt(0) || (assetClass !== undefined && mayTradeBelowZero(assetClass)));

/** Side (54). */
export const SIDES = ['BUY', 'SELL', 'SELL_SHORT'] as const;
export type Side = (typeof SIDES)[number];

/** OrdType (40). */
export const ORDER_TYPES = ['MARKET', 'LIMIT', 'STOP', 'STOP_LIMIT'] as const;
export type OrderType = (typeof ORDER_TYPES)[number];

/** TimeInForce (59). */
export const TIMES_IN_FORCE = ['DAY', 'GTC', 'IOC', 'FOK', 'OPG', 'CLS', 'GTD'] as const;
export type TimeInForce = (typeof TIMES_IN_FORCE)[number];

/** OrdStatus (39). */
export const ORDER_STATUSES = [
  'PENDING_NEW',
  'NEW',
  'PARTIALLY_FILLED',
  'FILLED',
  'DONE_FOR_DAY',
  'PENDING_CANCEL',
  'PENDING_REPLACE',
  'CANCELED',
  'REJECTED',
  'EXPIRED',
  'SUSPENDED',
  'STOPPED',
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

/** ExecType (150), plus ORDER_STATUS (I) and CANCEL_REJECTED (OrderCancelReject, message 9). */
export const EXEC_TYPES = [
  'PENDING_NEW',
  'NEW',
  'TRADE',
  'CANCELED',
  'REPLACED',
  'REJECTED',
  'EXPIRED',
  'DONE_FOR_DAY',
  'PENDING_CANCEL',
  'PENDING_REPLACE',
  'CANCEL_REJECTED',
  'TRADE_CANCEL',
  'TRADE_CORRECT',
  'RESTATED',
  'SUSPENDED',
  'STOPPED',
  'ORDER_STATUS',
] as const;
export type ExecType = (typeof EXEC_TYPES)[number];

/** OrdRejReason (103) and CxlRejReason (102), the reasons that traders meet. */
export const REJECT_REASONS = [
  'UNKNOWN_SYMBOL',
  'EXCHANGE_CLOSED',
  'ORDER_EXCEEDS_LIMIT',
  'TOO_LATE_TO_ENTER',
  'UNKNOWN_ORDER',
  'DUPLICATE_ORDER',
  'STALE_ORDER',
  'INCORRECT_QUANTITY',
  'UNKNOWN_ACCOUNT',
  'PRICE_EXCEEDS_BAND',
  'UNSUPPORTED_ORDER',
  'OTHER',
] as const;
export type RejectReason = (typeof REJECT_REASONS)[number];

export const PLATFORMS = ['WEB', 'IOS', 'ANDROID', 'API'] as const;
export type Platform = (typeof PLATFORMS)[number];

export const PENDING_ACTIONS = ['CANCEL', 'REPLACE'] as const;
export type PendingAction = (typeof PENDING_ACTIONS)[number];

export const SORT_DIRECTIONS = ['ASC', 'DESC'] as const;
export type SortDirection = (typeof SORT_DIRECTIONS)[number];

/** What orders may be sorted by. */
export const ORDER_ORDER_FIELDS = ['CREATED_AT', 'UPDATED_AT'] as const;
export type OrderOrderField = (typeof ORDER_ORDER_FIELDS)[number];
