import { z } from 'zod';
import { decimal } from '../../kernel/decimal.ts';
import { id, number, orNull, price } from '../formats/fields.ts';
import type { OrderBody } from './terms.ts';

/** The Order entity of the Trading API, as far as we ask for it. */
const orderSchema = z.object({
  id,
  client_order_id: id,
  status: z.string(),
  symbol: orNull(z.string()),
  side: orNull(z.string()),
  type: orNull(z.string()),
  time_in_force: orNull(z.string()),
  qty: orNull(number),
  notional: orNull(number),
  limit_price: orNull(price),
  stop_price: orNull(price),
  filled_qty: orNull(number),
  filled_avg_price: orNull(price),
  replaces: orNull(id),
  replaced_by: orNull(id),
  submitted_at: orNull(z.string()),
  updated_at: orNull(z.string()),
  filled_at: orNull(z.string()),
  canceled_at: orNull(z.string()),
  expired_at: orNull(z.string()),
});

export type AlpacaOrder = z.output<typeof orderSchema>;

/** Null where the body is no order. */
export function orderOf(body: unknown): AlpacaOrder | null {
  return orderSchema.safeParse(body).data ?? null;
}

const NUMBERS = ['qty', 'notional', 'limit_price', 'stop_price'] as const;

/** Whether it is the order that was asked for, under the same client_order_id. */
export function isAsAsked(order: AlpacaOrder, body: OrderBody): boolean {
  const isSame = (name: (typeof NUMBERS)[number]): boolean => {
    const [asked, found] = [body[name], order[name]];
    return asked === undefined || (found !== null && decimal(asked).eq(decimal(found)));
  };
  return (
    plainSymbol(order.symbol ?? '') === plainSymbol(body['symbol'] ?? '') &&
    order.side === body['side'] &&
    isTypeOf(order.type, body['type']) &&
    order.time_in_force === body['time_in_force'] &&
    NUMBERS.every(isSame)
  );
}

/** A pair of crypto is BTC/USD or BTCUSD. */
const plainSymbol = (symbol: string): string => symbol.replace('/', '').toUpperCase();

/** Alpaca makes a stop limit order of a stop order to buy. */
const isTypeOf = (type: string | null, asked: string | undefined): boolean =>
  type === asked || (asked === 'stop' && type === 'stop_limit');

/** On its way into such a state: an order that can't be changed or canceled now may be in a moment. */
const PASSING: readonly string[] = ['pending_new', 'pending_replace', 'pending_cancel'];
/** An order rests as `accepted` from the evening to the morning, but only passes through it by day. */
export const PASSING_MS_MAX = 60_000;

export function isPassing({ status, submitted_at: submittedAt }: AlpacaOrder, now: Date): boolean {
  if (PASSING.includes(status)) return true;
  return status === 'accepted' && submittedAt !== null && now.getTime() - Date.parse(submittedAt) < PASSING_MS_MAX;
}
