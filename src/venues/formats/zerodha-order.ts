import { z } from 'zod';
import type { RawReport } from '../../ingest/execution-report.ts';
import type { AssetClass, OrderStatus, OrderType, Side, TimeInForce } from '../../orders/words.ts';
import { derivedId, id, number, orNull, price, readAs, text, word } from './fields.ts';
import type { Reading } from './format.ts';
import { indianTime } from './time.ts';

/**
 * An order as Kite Connect gives it when asked (`GET /orders/:order_id`, each element of `data`): what confirms a postback.
 * Kite names no fill here, so it is told by what is filled. Its `tag` may be of many orders, so it is no clOrdId.
 * Sources: kite.trade/docs/connect/v3/orders; github.com/zerodha/kiteconnect-mocks orders.json.
 */

/** Null: an answer to a request, which leaves the order where it was. UPDATE is said in postbacks alone. */
const STATUSES: Readonly<Record<string, OrderStatus | null>> = {
  'PUT ORDER REQ RECEIVED': 'PENDING_NEW',
  'PUT ORDER REQUEST RECEIVED': 'PENDING_NEW',
  'AMO REQ RECEIVED': 'PENDING_NEW',
  'VALIDATION PENDING': 'PENDING_NEW',
  'OPEN PENDING': 'PENDING_NEW',
  OPEN: 'NEW',
  'TRIGGER PENDING': 'NEW',
  'MODIFY VALIDATION PENDING': 'PENDING_REPLACE',
  'MODIFY PENDING': 'PENDING_REPLACE',
  'CANCEL PENDING': 'PENDING_CANCEL',
  COMPLETE: 'FILLED',
  CANCELLED: 'CANCELED',
  'CANCELLED AMO': 'CANCELED',
  REJECTED: 'REJECTED',
  MODIFIED: null,
  'NOT MODIFIED': null,
  'NOT CANCELLED': null,
  UPDATE: null,
};

const SIDES: Readonly<Record<string, Side>> = { BUY: 'BUY', SELL: 'SELL' };

const ORDER_TYPES: Readonly<Record<string, OrderType>> = {
  MARKET: 'MARKET',
  LIMIT: 'LIMIT',
  SL: 'STOP_LIMIT',
  'SL-M': 'STOP',
};

/** TTL lasts for so many minutes. */
const TIMES_IN_FORCE: Readonly<Record<string, TimeInForce>> = { DAY: 'DAY', IOC: 'IOC', TTL: 'GTD' };

/** What trades on each exchange; of derivatives the symbol says which (CE and PE are calls and puts). */
const EXCHANGES: Readonly<Record<string, 'EQUITY' | 'DERIVATIVE'>> = {
  ...{ NSE: 'EQUITY', BSE: 'EQUITY' },
  ...{ NFO: 'DERIVATIVE', BFO: 'DERIVATIVE', CDS: 'DERIVATIVE', BCD: 'DERIVATIVE', MCX: 'DERIVATIVE' },
};

const orderSchema = z.object({
  order_id: id,
  status: word(STATUSES),
  status_message: orNull(text),
  exchange: orNull(word(EXCHANGES)),
  tradingsymbol: orNull(id),
  transaction_type: orNull(word(SIDES)),
  order_type: orNull(word(ORDER_TYPES)),
  validity: orNull(word(TIMES_IN_FORCE)),
  quantity: orNull(price),
  price: orNull(price),
  trigger_price: orNull(price),
  average_price: orNull(price),
  filled_quantity: orNull(number),
  pending_quantity: orNull(number),
  order_timestamp: orNull(indianTime),
  exchange_update_timestamp: orNull(indianTime),
});
type KiteOrder = z.output<typeof orderSchema>;

function assetClassOf({ exchange, tradingsymbol }: KiteOrder): AssetClass | null {
  if (exchange !== 'DERIVATIVE') return exchange;
  return /(CE|PE)$/.test(tradingsymbol ?? '') ? 'OPTION' : 'FUTURE';
}

/** @param account the user whose session has fetched the order: the order itself may not say it */
export function readKiteOrder(order: unknown, account: string): Reading {
  return readAs(orderSchema, order, (fields) => reportOf(fields, account));
}

function reportOf(order: KiteOrder, account: string): RawReport {
  const { status, filled_quantity: cumQty } = order;
  const isOver = status === 'FILLED' || status === 'CANCELED' || status === 'REJECTED';
  return {
    execId: derivedId(order.order_id, status, cumQty),
    execType: 'ORDER_STATUS',
    venueOrderId: order.order_id,
    account,
    symbol: order.tradingsymbol,
    assetClass: assetClassOf(order),
    side: order.transaction_type,
    orderType: order.order_type,
    timeInForce: order.validity,
    quantity: order.quantity,
    price: order.price,
    stopPx: order.trigger_price,
    cumQty,
    // Kite calls what was canceled still pending.
    leavesQty: isOver ? '0' : order.pending_quantity,
    avgPx: order.average_price,
    status,
    transactTime: order.exchange_update_timestamp ?? order.order_timestamp,
    text: order.status_message,
    rejectReason: status === 'REJECTED' ? 'OTHER' : null,
  };
}
