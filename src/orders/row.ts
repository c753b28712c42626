import type { Order as OrderRow } from '../generated/prisma/client.ts';
import { orderId, userId } from '../kernel/brand.ts';
import { decimal, type Decimal, printDecimal, ZERO } from '../kernel/decimal.ts';
import type { Closed, Order, PendingRequest, Session } from './order.ts';
import type { Stamps } from './registers.ts';
import { isOpen, status } from './status.ts';
import type * as words from './words.ts';

type Numeric = { toFixed(): string } | null;
const read = (value: Numeric): Decimal | null => (value === null ? null : decimal(value.toFixed()));
const print = (value: Decimal | null): string | null => value && printDecimal(value);

/** Our own rows hold only our own words, so the words are trusted here. */
export function orderOfRow(row: OrderRow): Order {
  const { venue, account, clOrdId, venueOrderId, symbol, accepted, text, client, strategy } = row;
  const { createdAt, updatedAt, version } = row;
  return {
    ...{ venue, account, clOrdId, venueOrderId, symbol, accepted, text, client, strategy },
    ...{ createdAt, updatedAt, version },
    id: orderId(row.id),
    userId: userId(row.userId),
    assetClass: row.assetClass as words.AssetClass,
    side: row.side as words.Side,
    terms: {
      orderType: row.orderType as words.OrderType,
      timeInForce: row.timeInForce as words.TimeInForce,
      quantity: read(row.quantity),
      notional: read(row.notional),
      price: read(row.price),
      stopPx: read(row.stopPx),
    },
    ...laterWordsOf(row),
    derivedQty: read(row.derivedQty) ?? ZERO,
    pending: (row.pending as unknown as PendingJson[]).map(readPending),
    cumQty: decimal(row.cumQty.toFixed()),
    cumAmount: decimal(row.cumAmount.toFixed()),
    rejectReason: row.rejectReason as words.RejectReason | null,
    platform: row.platform as words.Platform,
  };
}

/** Prisma can't say that a list may be null. */
type Written = Omit<OrderRow, 'settled'> & { readonly settled: readonly string[] | null };

/** What the first version had not: the rows that a process of it writes, beside one of this version, have null there. */
function laterWordsOf({ closed, ...row }: Written): Pick<Order, 'closed' | keyof typeof UNSAID> {
  // It had this word for an order by amount that is complete.
  const isComplete = closed === 'FILLED';
  return {
    closed: isComplete ? null : (closed as Closed | null),
    complete: isComplete || (row.complete ?? UNSAID.complete),
    stopped: row.stopped ?? UNSAID.stopped,
    session: (row.session as Session | null) ?? UNSAID.session,
    stamps: (row.stamps as Stamps | null) ?? UNSAID.stamps,
    settled: row.settled ?? UNSAID.settled,
  };
}
const UNSAID = { complete: false, stopped: false, session: 'LIVE', stamps: {}, settled: [] } satisfies Partial<Order>;

type PendingJson = Omit<PendingRequest, 'quantity' | 'price' | 'stopPx'> &
  Record<'quantity' | 'price' | 'stopPx', string | null>;

const readText = (text: string | null): Decimal | null => (text === null ? null : decimal(text));

function readPending({ action, clOrdId, quantity, price, stopPx }: PendingJson): PendingRequest {
  return { action, clOrdId, quantity: readText(quantity), price: readText(price), stopPx: readText(stopPx) };
}

/** The row by its column names, for `jsonb_populate_recordset`. */
export function rowOfOrder(order: Order): Record<string, unknown> {
  const { terms } = order;
  return {
    id: order.id,
    user_id: order.userId,
    venue: order.venue,
    account: order.account,
    cl_ord_id: order.clOrdId,
    venue_order_id: order.venueOrderId,
    symbol: order.symbol,
    asset_class: order.assetClass,
    side: order.side,
    order_type: terms.orderType,
    time_in_force: terms.timeInForce,
    quantity: print(terms.quantity),
    notional: print(terms.notional),
    price: print(terms.price),
    stop_px: print(terms.stopPx),
    accepted: order.accepted,
    closed: order.closed,
    session: order.session,
    stopped: order.stopped,
    complete: order.complete,
    derived_qty: printDecimal(order.derivedQty),
    stamps: order.stamps,
    settled: order.settled,
    pending: order.pending.map((request) => ({
      ...request,
      quantity: print(request.quantity),
      price: print(request.price),
      stopPx: print(request.stopPx),
    })),
    cum_qty: printDecimal(order.cumQty),
    cum_amount: printDecimal(order.cumAmount),
    status: status(order),
    open: isOpen(order),
    text: order.text,
    reject_reason: order.rejectReason,
    platform: order.platform,
    client: order.client,
    strategy: order.strategy,
    created_at: order.createdAt,
    updated_at: order.updatedAt,
    version: order.version,
  };
}
