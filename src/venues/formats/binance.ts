import { z } from 'zod';
import type { RawReport } from '../../ingest/execution-report.ts';
import { decimal, printDecimal, shownDecimal } from '../../kernel/decimal.ts';
import type { ExecType } from '../../orders/words.ts';
import { EVENTS_WITHOUT_ORDER, EXECUTIONS, ORDER_TYPES, REJECTIONS, SIDES, STATUSES, TIMES } from './binance-words.ts';
import { derivedId, id, isObject, number, orNull, price, readAs, splitArray, text, word } from './fields.ts';
import type { InboundFormat, Reading } from './format.ts';
import { epochTime } from './time.ts';

/**
 * Binance Spot: `executionReport` of the user data stream, bare or inside `{ subscriptionId, event }` or `{ stream, data }`.
 * Sources: github.com/binance/binance-spot-api-docs: user-data-stream.md, enums.md, faqs/order_amend_keep_priority.md,
 * faqs/stp_faq.md. Lists of orders (`listStatus`) say nothing that the reports of their orders do not.
 */

/** An id of -1, and an original client order id of "" or, of old, "null", is none. */
const someId = orNull(id).transform((value) => (value === '-1' || value === 'null' ? null : value));

const reportSchema = z.object({
  s: id,
  c: orNull(id),
  C: someId,
  i: someId,
  S: orNull(word(SIDES)),
  o: orNull(word(ORDER_TYPES)),
  f: orNull(word(TIMES)),
  q: number,
  Q: orNull(price),
  p: orNull(price),
  P: orNull(price),
  x: word(EXECUTIONS),
  X: word(STATUSES),
  r: orNull(text),
  eR: orNull(text),
  l: orNull(number),
  L: orNull(number),
  z: number,
  Z: orNull(number),
  A: orNull(number),
  t: someId,
  a: someId,
  T: epochTime,
});
type Report = z.output<typeof reportSchema>;

/** The order of a list whose turn has not come is pending; self-trade prevention may end an order or make it smaller. */
function execTypeOf({ x, X }: Report): ExecType {
  if (x === 'NEW' && X === 'PENDING_NEW') return 'PENDING_NEW';
  if (x === 'TRADE_PREVENTION') return X === 'EXPIRED' ? 'EXPIRED' : 'RESTATED';
  return x;
}

/**
 * A trade's id is unique within its symbol, and two orders of one account may meet in it. It can be made again from a
 * trade of the REST API (symbol, orderId, id). An allocation is a fill without a trade.
 */
function execIdOf(report: Report, execType: ExecType): string {
  const { s, i, c, t, a, z: filled, T } = report;
  if (execType === 'TRADE' && t !== null) return derivedId(s, i, t);
  if (execType === 'TRADE' && a !== null) return derivedId(s, i, `a${a}`);
  return derivedId(s, i ?? c, report.x, filled, T);
}

/** Quantity that self-trade prevention took away will not trade any more. */
const quantityOf = ({ q, A }: Report): string => (A === null ? q : printDecimal(decimal(q).minus(decimal(A))));

function textOf({ x, r, eR }: Report): string | null {
  if (r !== null && r !== 'NONE') return REJECTIONS.get(r)?.text ?? `Rejected by Binance: ${r}`;
  if (x === 'TRADE_PREVENTION') return 'It would have traded with another order of the same owner';
  return eR === null ? null : `Expired at Binance: ${eR}`;
}

function reportOf(report: Report): RawReport {
  const { s, c, C, i, z: filled, Z } = report;
  const execType = execTypeOf(report);
  const isTrade = execType === 'TRADE';
  const quantity = quantityOf(report);
  return {
    execId: execIdOf(report, execType),
    execType,
    venueOrderId: i,
    clOrdId: c,
    origClOrdId: C,
    symbol: s,
    assetClass: 'CRYPTO',
    side: report.S,
    orderType: report.o,
    timeInForce: report.f,
    // An order by amount has the quantity that its fills have made so far, or none.
    quantity: report.Q === null ? quantity : null,
    notional: report.Q,
    price: report.p,
    stopPx: report.P,
    ...(isTrade && { lastQty: report.l, lastPx: report.L }),
    cumQty: filled,
    avgPx: Z === null || decimal(filled).isZero() ? null : printDecimal(shownDecimal(decimal(Z).div(decimal(filled)))),
    status: report.X,
    transactTime: report.T,
    text: textOf(report),
    rejectReason: execType === 'REJECTED' ? (REJECTIONS.get(report.r ?? '')?.reason ?? 'OTHER') : null,
  };
}

const kindSchema = z.object({ e: z.string() });

function read(message: unknown): Reading {
  const event = eventOf(message);
  if (isObject(event) && !('e' in event) && 'status' in event && 'id' in event) return answerOf(event);
  return readAs(kindSchema, event, ({ e }) => {
    if (EVENTS_WITHOUT_ORDER.has(e)) return null;
    return e === 'executionReport' ? readAs(reportSchema, event, reportOf) : { unreadable: 'e: is an unknown event' };
  });
}

function eventOf(message: unknown): unknown {
  if (!isObject(message)) return message;
  return 'e' in message ? message : (message['event'] ?? message['data'] ?? message);
}

/** An answer of the WebSocket API: where it is a refusal, no events will come. */
function answerOf(answer: Readonly<Record<string, unknown>>): Reading {
  return 'error' in answer ? { unreadable: 'Binance has refused a request' } : null;
}

export const binance: InboundFormat = { split: splitArray, read, weakProof: null };
