import type { ExecType, OrderStatus, OrderType, RejectReason, Side, TimeInForce } from '../../orders/words.ts';

/** Binance's words as ours; for the sources see binance.ts. */

/** Execution types (`x`). What TRADE_PREVENTION is to us, the order's status says. */
export const EXECUTIONS: Readonly<Record<string, ExecType | 'TRADE_PREVENTION'>> = {
  NEW: 'NEW',
  CANCELED: 'CANCELED',
  REPLACED: 'REPLACED',
  REJECTED: 'REJECTED',
  TRADE: 'TRADE',
  EXPIRED: 'EXPIRED',
  TRADE_PREVENTION: 'TRADE_PREVENTION',
};

/** Order statuses (`X`). */
export const STATUSES: Readonly<Record<string, OrderStatus>> = {
  NEW: 'NEW',
  PENDING_NEW: 'PENDING_NEW',
  PARTIALLY_FILLED: 'PARTIALLY_FILLED',
  FILLED: 'FILLED',
  CANCELED: 'CANCELED',
  PENDING_CANCEL: 'PENDING_CANCEL',
  REJECTED: 'REJECTED',
  EXPIRED: 'EXPIRED',
  EXPIRED_IN_MATCH: 'EXPIRED',
};

export const SIDES: Readonly<Record<string, Side>> = { BUY: 'BUY', SELL: 'SELL' };

/** We have one word for orders that wait for a price, from whichever side it comes. */
export const ORDER_TYPES: Readonly<Record<string, OrderType>> = {
  LIMIT: 'LIMIT',
  LIMIT_MAKER: 'LIMIT',
  MARKET: 'MARKET',
  STOP_LOSS: 'STOP',
  STOP_LOSS_LIMIT: 'STOP_LIMIT',
  TAKE_PROFIT: 'STOP',
  TAKE_PROFIT_LIMIT: 'STOP_LIMIT',
};

export const TIMES: Readonly<Record<string, TimeInForce>> = { GTC: 'GTC', IOC: 'IOC', FOK: 'FOK' };

const rejection = (reason: RejectReason, text: string) => ({ reason, text });

/** Reject reasons (`r`), those that are documented now and those that were; a code that we don't know is kept in the text. */
export const REJECTIONS = new Map([
  ['INSUFFICIENT_BALANCES', rejection('ORDER_EXCEEDS_LIMIT', 'The balance is too small for this order')],
  ['INSUFFICIENT_BALANCE', rejection('ORDER_EXCEEDS_LIMIT', 'The balance is too small for this order')],
  ['PRICE_QTY_EXCEED_HARD_LIMITS', rejection('ORDER_EXCEEDS_LIMIT', 'Price or quantity is beyond Binance’s limits')],
  ['STOP_PRICE_WOULD_TRIGGER_IMMEDIATELY', rejection('OTHER', 'The stop price would trigger at once')],
  ['ORDER_WOULD_TRIGGER_IMMEDIATELY', rejection('OTHER', 'The stop price would trigger at once')],
  ['WOULD_MATCH_IMMEDIATELY', rejection('OTHER', 'The order would trade at once, which a post-only order must not')],
  ['OCO_BAD_PRICES', rejection('OTHER', 'The prices of the two orders do not fit together')],
  ['UNKNOWN_INSTRUMENT', rejection('UNKNOWN_SYMBOL', 'Binance does not know this symbol')],
  ['MARKET_CLOSED', rejection('EXCHANGE_CLOSED', 'The market is closed')],
  ['UNKNOWN_ORDER', rejection('UNKNOWN_ORDER', 'Binance does not know this order')],
  ['DUPLICATE_ORDER', rejection('DUPLICATE_ORDER', 'Binance has this order already')],
  ['UNKNOWN_ACCOUNT', rejection('UNKNOWN_ACCOUNT', 'Binance does not know this account')],
  ['ACCOUNT_INACTIVE', rejection('OTHER', 'The account is not active')],
  ['ACCOUNT_CANNOT_SETTLE', rejection('OTHER', 'The account can’t settle this order')],
]);

/** Events of the user data stream that are about no order of their own. */
export const EVENTS_WITHOUT_ORDER: ReadonlySet<string> = new Set([
  'listStatus',
  'outboundAccountPosition',
  'balanceUpdate',
  'externalLockUpdate',
  'eventStreamTerminated',
  'listenKeyExpired',
  'serverShutdown',
]);
