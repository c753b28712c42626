import type { OrderFilter } from '../generated/web/graphql.ts';
import { isClosed, type Order } from './words.ts';

/** Newest first, as the service lists them. */
const byAge = (a: Order, b: Order): number =>
  b.createdAt === a.createdAt ? b.id.localeCompare(a.id) : b.createdAt.localeCompare(a.createdAt);

/** What a list shows, as far as it has been read. */
export interface List {
  readonly filter: OrderFilter;
  readonly orders: readonly Order[];
  /** The service has older ones. */
  readonly hasMore: boolean;
}

export const EMPTY_LIST: List = { filter: {}, orders: [], hasMore: false };

export function matches(order: Order, { open, symbols, side, statuses, assetClasses }: OrderFilter): boolean {
  return (
    (open == null || open !== isClosed(order)) &&
    (symbols == null || symbols.includes(order.symbol)) &&
    (side == null || side === order.side) &&
    (statuses == null || statuses.includes(order.status)) &&
    (assetClasses == null || assetClasses.includes(order.assetClass))
  );
}

/** Of two states of an order the one with the higher version counts, whichever way it came. */
const newer = (a: Order, b: Order | undefined): Order => (b && b.version > a.version ? b : a);

/** A page that was read: it is added to the list, or is the list. */
export function withPage(list: List, page: readonly Order[], hasMore: boolean): List {
  const orders = new Map([...list.orders, ...page].map((order) => [order.id, order]));
  for (const order of list.orders) orders.set(order.id, newer(order, orders.get(order.id)));
  return { ...list, hasMore, orders: [...orders.values()].sort(byAge) };
}

/**
 * An update that came. An order that the list holds stays in it, though it no longer fits: whoever looks at it sees how it
 * ended (see `withoutEnded`).
 */
export function withUpdate(list: List, order: Order): List {
  const index = list.orders.findIndex(({ id }) => id === order.id);
  const held = list.orders[index];
  if (held) return held.version >= order.version ? list : { ...list, orders: list.orders.with(index, order) };
  const oldest = list.orders.at(-1);
  const isBelow = list.hasMore && oldest !== undefined && byAge(oldest, order) < 0;
  if (isBelow || !matches(order, list.filter)) return list;
  return { ...list, orders: [...list.orders, order].sort(byAge) };
}

/** Without an order that no longer belongs there. */
export const withoutEnded = (list: List, id: string): List => ({
  ...list,
  orders: list.orders.filter((order) => order.id !== id || matches(order, list.filter)),
});
