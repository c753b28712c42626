import { z } from 'zod';
import type { RawReport } from '../../ingest/execution-report.ts';
import type { ExecType } from '../../orders/words.ts';
import { derivedId, id, isObject, number, orNull, price, readAs, splitArray, text, word } from './fields.ts';
import type { InboundFormat, Reading } from './format.ts';
import { EXECUTIONS, ORDER_TYPES, OTHER_CHANNELS, SIDES, STATUSES, TIMES_IN_FORCE } from './kraken-words.ts';

/**
 * Kraken Spot, channel `executions` of WebSocket v2, snapshots and updates. An update holds only what has changed: what is
 * absent is null, and the order has it already.
 * Sources: docs.kraken.com/api/docs/websocket-v2/executions, docs.kraken.com/exchange/api-reference/unified-ws/executions.
 */

const executionSchema = z.object({
  order_id: id,
  cl_ord_id: orNull(id),
  exec_type: word(EXECUTIONS),
  exec_id: orNull(id),
  order_status: orNull(word(STATUSES)),
  symbol: orNull(id),
  side: orNull(word(SIDES)),
  order_type: orNull(word(ORDER_TYPES)),
  time_in_force: orNull(word(TIMES_IN_FORCE)),
  order_qty: orNull(price),
  cash_order_qty: orNull(price),
  limit_price: orNull(price),
  limit_price_type: orNull(z.string()),
  stop_price: orNull(price),
  triggers: orNull(z.object({ price: orNull(price), price_type: orNull(z.string()) })),
  last_qty: orNull(number),
  last_price: orNull(number),
  cum_qty: orNull(number),
  avg_price: orNull(price),
  timestamp: orNull(z.string()),
  reason: orNull(text),
});
type Execution = z.output<typeof executionSchema>;

/** A snapshot says how an order is now, whatever happened to it last. A trade without an id is told by what is filled. */
function execTypeOf({ exec_type: said, exec_id: execId }: Execution, isSnapshot: boolean): ExecType {
  if (said === 'TRADE') return execId === null ? 'ORDER_STATUS' : 'TRADE';
  return isSnapshot ? 'ORDER_STATUS' : said;
}

/** Prices in per cent or as an offset are no prices. */
const absolute = (value: string | null, type: string | null): string | null =>
  type === null || type === 'static' ? value : null;

function reportOf(execution: Execution, isSnapshot: boolean): RawReport {
  const { order_id: orderId, cum_qty: cumQty, timestamp, triggers } = execution;
  const execType = execTypeOf(execution, isSnapshot);
  const isTrade = execType === 'TRADE';
  // Kraken says "partially filled" of the trade that fills the whole order, and "filled" in a message of its own.
  const status = isTrade && execution.order_status === 'PARTIALLY_FILLED' ? null : execution.order_status;
  return {
    execId:
      (isTrade ? execution.exec_id : null) ??
      (execType === 'ORDER_STATUS'
        ? derivedId(orderId, status, cumQty)
        : derivedId(orderId, execType, cumQty, timestamp)),
    execType,
    venueOrderId: orderId,
    clOrdId: execution.cl_ord_id,
    symbol: execution.symbol,
    assetClass: 'CRYPTO',
    side: execution.side,
    orderType: execution.order_type,
    timeInForce: execution.time_in_force,
    quantity: execution.order_qty,
    notional: execution.cash_order_qty,
    price: absolute(execution.limit_price, execution.limit_price_type),
    stopPx: triggers?.price ? absolute(triggers.price, triggers.price_type) : execution.stop_price,
    ...(isTrade && { lastQty: execution.last_qty, lastPx: execution.last_price }),
    cumQty,
    avgPx: execution.avg_price,
    status,
    transactTime: timestamp,
    text: execution.reason,
  };
}

const frameSchema = z.object({ channel: z.literal('executions'), type: word({ snapshot: true, update: false }) });

function read(message: unknown): Reading {
  if (isObject(message) && OTHER_CHANNELS.has(message['channel'])) return null;
  if (isObject(message) && typeof message['method'] === 'string') return answerOf(message);
  return readAs(frameSchema, message, ({ type: isSnapshot }) => {
    const data = isObject(message) ? message['data'] : undefined;
    // An account without open orders has an empty snapshot.
    if (!Array.isArray(data) || data.length === 0) return isSnapshot ? null : { unreadable: 'data: is empty' };
    return readAs(executionSchema, data[0], (execution) => reportOf(execution, isSnapshot));
  });
}

/** The answer to a request: where it is a refusal, no executions will come. */
const answerOf = (answer: Readonly<Record<string, unknown>>): Reading =>
  answer['success'] === false ? { unreadable: 'Kraken has refused a request' } : null;

/** One message for each execution, as if it had come alone. */
const split = (body: unknown): readonly unknown[] =>
  splitArray(body).flatMap((frame) => {
    if (!isObject(frame) || frame['channel'] !== 'executions' || !Array.isArray(frame['data'])) return [frame];
    const data: readonly unknown[] = frame['data'];
    return data.length > 1 ? data.map((one) => ({ ...frame, data: [one] })) : [frame];
  });

export const kraken: InboundFormat = { split, read, weakProof: null };
