import type { AssetClass, ExecType, OrderStatus, OrderType, Side, TimeInForce } from '../../orders/words.ts';

/** Alpaca's words as ours; for the sources see alpaca.ts. */

export const EVENTS: Readonly<Record<string, ExecType>> = {
  accepted: 'PENDING_NEW',
  held: 'PENDING_NEW',
  pending_new: 'PENDING_NEW',
  new: 'NEW',
  partial_fill: 'TRADE',
  fill: 'TRADE',
  canceled: 'CANCELED',
  expired: 'EXPIRED',
  rejected: 'REJECTED',
  replaced: 'REPLACED',
  done_for_day: 'DONE_FOR_DAY',
  stopped: 'STOPPED',
  suspended: 'SUSPENDED',
  pending_cancel: 'PENDING_CANCEL',
  pending_replace: 'PENDING_REPLACE',
  order_cancel_rejected: 'CANCEL_REJECTED',
  order_replace_rejected: 'CANCEL_REJECTED',
  restated: 'RESTATED',
  // Filled or done for the day, with settlement still to be reckoned: nothing that the quantities do not say.
  calculated: 'ORDER_STATUS',
  trade_bust: 'TRADE_CANCEL',
  trade_correct: 'TRADE_CORRECT',
};

/** Null: no statement about where the order is. A replaced order goes on under its next id. */
export const STATUSES: Readonly<Record<string, OrderStatus | null>> = {
  accepted: 'PENDING_NEW',
  held: 'PENDING_NEW',
  pending_new: 'PENDING_NEW',
  pending_review: 'PENDING_NEW',
  accepted_for_bidding: 'NEW',
  new: 'NEW',
  partially_filled: 'PARTIALLY_FILLED',
  filled: 'FILLED',
  done_for_day: 'DONE_FOR_DAY',
  canceled: 'CANCELED',
  expired: 'EXPIRED',
  rejected: 'REJECTED',
  pending_cancel: 'PENDING_CANCEL',
  pending_replace: 'PENDING_REPLACE',
  stopped: 'STOPPED',
  suspended: 'SUSPENDED',
  replaced: null,
  calculated: null,
};

export const SIDES: Readonly<Record<string, Side>> = {
  buy: 'BUY',
  buy_minus: 'BUY',
  sell: 'SELL',
  sell_plus: 'SELL',
  sell_short: 'SELL_SHORT',
  sell_short_exempt: 'SELL_SHORT',
};

export const ORDER_TYPES: Readonly<Record<string, OrderType>> = {
  market: 'MARKET',
  limit: 'LIMIT',
  stop: 'STOP',
  stop_limit: 'STOP_LIMIT',
  // A stop whose trigger moves.
  trailing_stop: 'STOP',
};

export const TIMES_IN_FORCE: Readonly<Record<string, TimeInForce>> = {
  day: 'DAY',
  gtc: 'GTC',
  ioc: 'IOC',
  fok: 'FOK',
  opg: 'OPG',
  cls: 'CLS',
  gtd: 'GTD',
};

export const ASSET_CLASSES: Readonly<Record<string, AssetClass>> = {
  us_equity: 'EQUITY',
  global_equity: 'EQUITY',
  ipo: 'EQUITY',
  us_option: 'OPTION',
  crypto: 'CRYPTO',
  crypto_perp: 'FUTURE',
};

/** The reasons that Alpaca names; any other is free text. */
export const REASONS = new Map([
  ['CORPORATE_ACTION', 'Canceled by Alpaca because of a corporate action'],
  ['TOO_LATE_TO_CANCEL', 'Too late: the order can no longer be changed or canceled'],
  ['TRADE_BUST', 'The trade was busted: it does not count'],
]);
