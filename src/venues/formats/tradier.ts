import { z } from 'zod';
import type { RawReport } from '../../ingest/execution-report.ts';
import type { OrderStatus, OrderType } from '../../orders/words.ts';
import { derivedId, id, number, orNull, price, readAs, splitArray, word } from './fields.ts';
import type { InboundFormat, Reading } from './format.ts';

/**
 * Tradier, account events. They name no fill, no symbol and no side, and come in no order: each says how the order is now,
 * and what was filled follows from the change of the quantity. Only orders that are known already can be told of, by
 * Tradier's id or by the `tag` that they were sent with.
 * Source: docs.tradier.com/docs/account-streaming-responses.
 */

/** Null: no statement about where the order is. */
const STATUSES: Readonly<Record<string, OrderStatus | null>> = {
  pending: 'PENDING_NEW',
  held: 'PENDING_NEW',
  open: 'NEW',
  accepted_for_bidding: 'NEW',
  partially_filled: 'PARTIALLY_FILLED',
  filled: 'FILLED',
  canceled: 'CANCELED',
  expired: 'EXPIRED',
  rejected: 'REJECTED',
  error: 'REJECTED',
  calculated: null,
};

/** Of orders with several legs, the type says who pays the limit. */
const ORDER_TYPES: Readonly<Record<string, OrderType>> = {
  ...{ market: 'MARKET', limit: 'LIMIT', stop: 'STOP', stop_limit: 'STOP_LIMIT' },
  ...{ debit: 'LIMIT', credit: 'LIMIT', even: 'LIMIT' },
};

const orderSchema = z.object({
  id,
  account: orNull(id),
  tag: orNull(id),
  status: word(STATUSES),
  type: orNull(word(ORDER_TYPES)),
  price: orNull(price),
  stop_price: orNull(price),
  exec_quantity: orNull(number),
  // So called in the older edition of the page.
  executed_quantity: orNull(number),
  avg_fill_price: orNull(price),
  remaining_quantity: orNull(number),
  transaction_date: orNull(z.string()),
});

function reportOf(order: z.output<typeof orderSchema>): RawReport {
  const cumQty = order.exec_quantity ?? order.executed_quantity;
  return {
    execId: derivedId(order.id, order.status, cumQty),
    execType: 'ORDER_STATUS',
    venueOrderId: order.id,
    clOrdId: order.tag,
    account: order.account,
    orderType: order.type,
    price: order.price,
    stopPx: order.stop_price,
    cumQty,
    leavesQty: order.remaining_quantity,
    avgPx: order.avg_fill_price,
    status: order.status,
    transactTime: order.transaction_date,
    text: order.status === 'REJECTED' ? 'Rejected by Tradier or its exchange' : null,
    rejectReason: order.status === 'REJECTED' ? 'OTHER' : null,
  };
}

const kindSchema = z.object({ event: word({ order: 'order', heartbeat: 'heartbeat' }) });

function read(message: unknown): Reading {
  return readAs(kindSchema, message, ({ event }) =>
    event === 'heartbeat' ? null : readAs(orderSchema, message, reportOf),
  );
}

export const tradier: InboundFormat = { split: splitArray, read, weakProof: null };
