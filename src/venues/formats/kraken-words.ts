import type { ExecType, OrderStatus, OrderType, Side, TimeInForce } from '../../orders/words.ts';

/** Kraken's words as ours; for the sources see kraken.ts. */

export const EXECUTIONS: Readonly<Record<string, ExecType>> = {
  pending_new: 'PENDING_NEW',
  new: 'NEW',
  trade: 'TRADE',
  // The order is complete; its trades have told their quantities.
  filled: 'ORDER_STATUS',
  // The next part of an iceberg order is shown.
  iceberg_refill: 'ORDER_STATUS',
  canceled: 'CANCELED',
  expired: 'EXPIRED',
  // Changed by its owner, or by the engine.
  amended: 'REPLACED',
  restated: 'RESTATED',
  status: 'ORDER_STATUS',
};

export const STATUSES: Readonly<Record<string, OrderStatus>> = {
  pending_new: 'PENDING_NEW',
  new: 'NEW',
  partially_filled: 'PARTIALLY_FILLED',
  filled: 'FILLED',
  canceled: 'CANCELED',
  expired: 'EXPIRED',
};

export const SIDES: Readonly<Record<string, Side>> = { buy: 'BUY', sell: 'SELL' };

/** We have one word for orders that wait for a price, from whichever side it comes. */
export const ORDER_TYPES: Readonly<Record<string, OrderType>> = {
  limit: 'LIMIT',
  iceberg: 'LIMIT',
  market: 'MARKET',
  'settle-position': 'MARKET',
  'stop-loss': 'STOP',
  'take-profit': 'STOP',
  'trailing-stop': 'STOP',
  'stop-loss-limit': 'STOP_LIMIT',
  'take-profit-limit': 'STOP_LIMIT',
  'trailing-stop-limit': 'STOP_LIMIT',
};

/** Asked for in small letters, reported in capitals. */
export const TIMES_IN_FORCE: Readonly<Record<string, TimeInForce>> = {
  ...{ GTC: 'GTC', GTD: 'GTD', IOC: 'IOC', FOK: 'FOK' },
  ...{ gtc: 'GTC', gtd: 'GTD', ioc: 'IOC', fok: 'FOK' },
};

/** Channels that hold no executions; the socket may carry them too. */
export const OTHER_CHANNELS = new Set<unknown>(
  ['heartbeat', 'status', 'balances', 'ticker', 'book', 'level3', 'ohlc', 'trade', 'instrument'], // public and private
);
