import type { CancelRequest, NewOrderRequest, OpenOrder, ReplaceRequest } from '../venues/venue.ts';
import type { Order } from './order.ts';
import type { Modification } from './request.ts';

/** The order's terms in the words of the venue port. */
function termsOf({ account, symbol, assetClass, side, terms }: Order): Omit<NewOrderRequest, 'kind' | 'clOrdId'> {
  return { account, symbol, assetClass, side, ...terms };
}

export function newOrderRequest(order: Order): NewOrderRequest {
  return { kind: 'NEW', clOrdId: order.clOrdId ?? order.id, ...termsOf(order) };
}

export function replaceRequest(order: Order, { clOrdId, quantity, price, stopPx }: Modification): ReplaceRequest {
  const { account, venueOrderId } = order;
  return { kind: 'REPLACE', clOrdId, origClOrdId: order.clOrdId ?? '', account, venueOrderId, quantity, price, stopPx };
}

export function cancelRequest(order: Order, clOrdId: string): CancelRequest {
  const { account, venueOrderId } = order;
  return { kind: 'CANCEL', clOrdId, origClOrdId: order.clOrdId ?? '', account, venueOrderId };
}

export function openOrder(order: Order): OpenOrder {
  const { venueOrderId, accepted, cumQty, cumAmount } = order;
  return { clOrdId: order.clOrdId ?? order.id, ...termsOf(order), venueOrderId, accepted, cumQty, cumAmount };
}
