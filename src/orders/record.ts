import type { NewEvent } from '../stream/append.ts';
import { writeExact } from '../kernel/exact-json.ts';
import type { Order } from './order.ts';
import { clOrdIdRef, type OrderRef, refKey, venueOrderIdRef } from './store.ts';
import { type Change, orderUpdateView } from './view.ts';

/** The event of an order for its user's stream. */
export function newOrderEvent(change: Change, committedAt: Date): NewEvent {
  const { order, event } = change;
  return {
    userId: order.userId,
    type: 'orderUpdated',
    data: orderUpdateView(change, committedAt),
    orderId: order.id,
    change: writeExact(event),
  };
}

type NewRef = OrderRef & Pick<Order, 'userId'> & { readonly orderId: Order['id']; readonly key: string };

/** The names that the order may be called by from now on and was not before; `said` are those that came with the report. */
export function newRefsOf(before: Order | null, order: Order, said: readonly string[]): readonly NewRef[] {
  const old = new Set(before ? namesOf(before) : []);
  const names = [...new Set([...namesOf(order), ...said])].filter((name) => !old.has(name));
  const { venue, account, userId } = order;
  return names.map((ref) => ({
    ...{ venue, account, ref, userId },
    orderId: order.id,
    key: refKey({ venue, account, ref }),
  }));
}

const namesOf = ({ clOrdId, venueOrderId }: Order): readonly string[] => [
  ...(clOrdId === null ? [] : [clOrdIdRef(clOrdId)]),
  ...(venueOrderId === null ? [] : [venueOrderIdRef(venueOrderId)]),
];
