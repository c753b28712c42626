import { type Decimal, printDecimal } from '../../kernel/decimal.ts';
import type { NewOrderRequest, ReplaceRequest } from '../venue.ts';

/** What Alpaca calls the terms of an order, all of them strings; for the sources see port.ts. */
export type OrderBody = Readonly<Record<string, string>>;

/** The body of the request, or why Alpaca can't be asked for it, in words for its trader. */
export type Worded = { readonly body: OrderBody } | { readonly refused: string };

interface Trading {
  readonly name: string;
  readonly types: Readonly<Record<string, string>>;
  readonly times: Readonly<Record<string, string>>;
  readonly isLent: boolean;
  /** The times in force of an order by amount; empty: there is none. */
  readonly notionalTimes: readonly string[];
}

const EQUITIES: Trading = {
  name: 'stocks and ETFs',
  types: { MARKET: 'market', LIMIT: 'limit', STOP: 'stop', STOP_LIMIT: 'stop_limit' },
  times: { DAY: 'day', GTC: 'gtc', OPG: 'opg', CLS: 'cls', IOC: 'ioc', FOK: 'fok' },
  isLent: true,
  notionalTimes: ['DAY'],
};

/** OrderType and TimeInForce of Alpaca's OpenAPI document, which have these tables by asset class. */
const TRADED: Readonly<Record<string, Trading>> = {
  EQUITY: EQUITIES,
  ETF: EQUITIES,
  OPTION: {
    name: 'options',
    types: { MARKET: 'market', LIMIT: 'limit' },
    times: { DAY: 'day' },
    isLent: true,
    notionalTimes: [],
  },
  CRYPTO: {
    name: 'crypto',
    types: { MARKET: 'market', LIMIT: 'limit', STOP_LIMIT: 'stop_limit' },
    times: { GTC: 'gtc', IOC: 'ioc' },
    isLent: false,
    notionalTimes: ['GTC', 'IOC'],
  },
};

const AUCTIONS: readonly string[] = ['OPG', 'CLS'];
const AUCTION_TYPES: readonly string[] = ['MARKET', 'LIMIT'];

/**
 * The body of POST /v2/orders. A short sale is a `sell` whose position_intent says that it opens a position: Alpaca's sides
 * are only buy and sell. Elsewhere the intent is left for Alpaca to infer.
 */
export function newOrderBody(request: NewOrderRequest): Worded {
  const { assetClass, side, orderType, timeInForce, notional } = request;
  const trading = TRADED[assetClass];
  if (!trading) return { refused: `Alpaca does not trade this asset class: ${assetClass}` };
  const { name } = trading;
  const type = trading.types[orderType];
  if (type === undefined) return { refused: `Alpaca has no ${orderType} orders for ${name}` };
  const time = trading.times[timeInForce];
  if (time === undefined) return { refused: `Alpaca has no time in force ${timeInForce} for ${name}` };
  if (AUCTIONS.includes(timeInForce) && !AUCTION_TYPES.includes(orderType))
    return { refused: `Alpaca takes ${timeInForce} for MARKET and LIMIT orders only` };
  if (notional && trading.notionalTimes.length === 0)
    return { refused: `Alpaca takes no orders by amount for ${name}` };
  if (notional && orderType !== 'MARKET') return { refused: 'Alpaca takes orders by amount as MARKET orders only' };
  if (notional && !trading.notionalTimes.includes(timeInForce))
    return { refused: `Alpaca takes orders by amount for ${name} with ${trading.notionalTimes.join(' or ')} only` };
  const isShort = side === 'SELL_SHORT';
  if (isShort && !trading.isLent) return { refused: `Alpaca lends no ${name}, so it can’t be sold short` };
  return {
    body: {
      client_order_id: request.clOrdId,
      symbol: request.symbol,
      side: side === 'BUY' ? 'buy' : 'sell',
      ...{ type, time_in_force: time },
      ...(isShort && { position_intent: 'sell_to_open' }),
      ...numbersOf(request),
      ...(notional && { notional: printDecimal(notional) }),
    },
  };
}

interface Numbers {
  readonly quantity: Decimal | null;
  readonly price: Decimal | null;
  readonly stopPx: Decimal | null;
}

const numbersOf = ({ quantity, price, stopPx }: Numbers): OrderBody => ({
  ...(quantity && { qty: printDecimal(quantity) }),
  ...(price && { limit_price: printDecimal(price) }),
  ...(stopPx && { stop_price: printDecimal(stopPx) }),
});

/**
 * The body of PATCH /v2/orders/{id}. Its `qty` is the whole quantity, what is filled included, as ours is: Alpaca refuses
 * one that is not above filled_qty. The prices that the type of the order has are required, also those that stay.
 */
export function replaceBody(request: ReplaceRequest, order: PricesInForce): OrderBody {
  const kept = {
    ...(order.limit_price !== null && { limit_price: order.limit_price }),
    ...(order.stop_price !== null && { stop_price: order.stop_price }),
  };
  return { client_order_id: request.clOrdId, ...kept, ...numbersOf(request) };
}

interface PricesInForce {
  readonly limit_price: string | null;
  readonly stop_price: string | null;
}
