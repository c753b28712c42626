import { z } from 'zod';
import type { RawReport } from '../../ingest/execution-report.ts';
import type { ExecType } from '../../orders/words.ts';
import { ASSET_CLASSES, EVENTS, ORDER_TYPES, REASONS, SIDES, STATUSES, TIMES_IN_FORCE } from './alpaca-words.ts';
import { derivedId, id, isObject, number, orNull, price, readAs, splitArray, text, word } from './fields.ts';
import type { InboundFormat, Reading } from './format.ts';

/**
 * Alpaca: trade events of the Broker API over SSE (v1, v2beta1, v2) and `trade_updates` of the Trading API over WebSocket.
 * Sources: docs.alpaca.markets/docs/sse-events, docs.alpaca.markets/reference/subscribetotradev2sse,
 * docs.alpaca.markets/docs/websocket-streaming; the statuses, order types and sides of alpaca-py's trading/enums.py.
 */

const KINDS = Object.fromEntries(Object.entries(EVENTS).map(([said, execType]) => [said, { said, execType }]));

const eventSchema = z.object({
  event: word(KINDS),
  execution_id: orNull(id),
  previous_execution_id: orNull(id),
  account_id: orNull(id),
  timestamp: orNull(z.string()),
  at: orNull(z.string()),
  qty: orNull(number),
  price: orNull(number),
  reason: orNull(text),
  order: z.object({
    id,
    client_order_id: orNull(id),
    replaces: orNull(id),
    replaced_by: orNull(id),
    symbol: orNull(id),
    asset_class: orNull(word(ASSET_CLASSES)),
    side: orNull(word(SIDES)),
    type: orNull(word(ORDER_TYPES)),
    order_type: orNull(word(ORDER_TYPES)),
    time_in_force: orNull(word(TIMES_IN_FORCE)),
    qty: orNull(number),
    notional: orNull(number),
    limit_price: orNull(price),
    stop_price: orNull(price),
    filled_qty: orNull(number),
    filled_avg_price: orNull(price),
    status: orNull(word(STATUSES)),
    updated_at: orNull(z.string()),
  }),
});
type AlpacaEvent = z.output<typeof eventSchema>;

const isFill = (execType: ExecType): boolean =>
  execType === 'TRADE' || execType === 'TRADE_CANCEL' || execType === 'TRADE_CORRECT';

function reportOf(event: AlpacaEvent): RawReport {
  const { order } = event;
  const { execType } = event.event;
  const at = event.timestamp ?? event.at;
  return {
    // Null on some events that are no fills. event_id is no fallback: the WebSocket has none.
    execId:
      event.execution_id ??
      derivedId(order.id, execType, order.filled_qty, isFill(execType) ? event.previous_execution_id : at),
    execType,
    execRefId: event.previous_execution_id,
    venueOrderId: order.id,
    clOrdId: order.client_order_id,
    account: event.account_id,
    symbol: order.symbol,
    assetClass: order.asset_class,
    side: order.side,
    orderType: order.order_type ?? order.type,
    timeInForce: order.time_in_force,
    quantity: order.qty,
    notional: order.notional,
    price: order.limit_price,
    stopPx: order.stop_price,
    ...(isFill(execType) && { lastQty: event.qty, lastPx: event.price }),
    cumQty: order.filled_qty,
    avgPx: order.filled_avg_price,
    status: order.status,
    transactTime: at ?? order.updated_at,
    text: event.reason === null ? null : (REASONS.get(event.reason) ?? event.reason),
    rejectReason: execType === 'REJECTED' || execType === 'CANCEL_REJECTED' ? 'OTHER' : null,
    ...(order.replaces === null ? {} : ofReplacement(event, order.replaces)),
    ...ofRequest(event),
  };
}

/**
 * What came of a request. Alpaca names no request, only the order, so the one that waits is answered. A bust repeats the
 * order as it was before it.
 */
function ofRequest({ event: { said, execType }, order }: AlpacaEvent): Partial<RawReport> {
  const unnamed = { clOrdId: null, origClOrdId: order.client_order_id };
  switch (execType) {
    case 'CANCELED':
      return unnamed;
    case 'CANCEL_REJECTED':
      return { ...unnamed, cxlRejResponseTo: said === 'order_replace_rejected' ? 'REPLACE' : 'CANCEL' };
    case 'REPLACED':
      // The event tells the terms that were replaced; the new ones come with the events of the next order.
      if (order.replaced_by === null) return {};
      return { ...unnamed, ...NO_TERMS, venueOrderId: order.replaced_by, replacesVenueOrderId: order.id };
    case 'TRADE_CANCEL':
      return { status: null, cumQty: null, avgPx: null };
    default:
      return {};
  }
}

/**
 * Alpaca replaces an order by another one, which names it in `replaces` and may have a client_order_id of its own; to us
 * the order goes on. Until the replacement is in force its events are about a request. They open no order (they have no
 * symbol): where the predecessor is not known they wait for it, rather than to appear beside it. The quantities filled
 * are those of the replacement alone, so no sum of the chain is told.
 */
function ofReplacement({ event }: AlpacaEvent, replaces: string): Partial<RawReport> {
  const ofChain = { symbol: null, status: null, cumQty: null, avgPx: null, replacesVenueOrderId: replaces };
  switch (event.execType) {
    case 'PENDING_NEW':
      return { ...ofChain, execType: 'PENDING_REPLACE', venueOrderId: replaces };
    case 'NEW':
      return { ...ofChain, execType: 'REPLACED' };
    case 'REJECTED':
      return { ...ofChain, execType: 'CANCEL_REJECTED', venueOrderId: replaces };
    default:
      return ofChain;
  }
}

const NO_TERMS = {
  ...{ symbol: null, assetClass: null, side: null, orderType: null, timeInForce: null },
  ...{ quantity: null, notional: null, price: null, stopPx: null, status: null, cumQty: null, avgPx: null },
} as const;

/** Acknowledgements of the socket itself. */
const SOCKET_STREAMS = new Set<unknown>(['authorization', 'listening']);

function read(message: unknown): Reading {
  const isFrame = isObject(message) && 'stream' in message;
  if (!isFrame) return readAs(eventSchema, message, reportOf);
  if (SOCKET_STREAMS.has(message['stream'])) return null;
  if (message['stream'] !== 'trade_updates') return { unreadable: 'stream: is unknown' };
  return readAs(eventSchema, message['data'], reportOf);
}

export const alpaca: InboundFormat = { split: splitArray, read, weakProof: null };
