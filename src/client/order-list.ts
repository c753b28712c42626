import type { Order, OrderFilter } from './generated/schema.ts';

/** What has been loaded of a list of orders, newest first, with what was pushed since. */
export interface Listed {
  readonly orders: readonly Order[];
  /** Where the next page begins; null: there is none. */
  readonly next: PageEnd | null;
}

/** The last row of the last page as it was loaded, also when that order has left the list since. */
export interface PageEnd extends Pick<Order, 'createdAt' | 'id'> {
  readonly cursor: string;
}

/** May still be filled: nothing is left of an order that is over, whatever its status says. */
export const isOpen = ({ leavesQty }: Order): boolean => leavesQty !== '0';

/** Whether the service would list the order; an absent field narrows nothing. */
export function matches(filter: OrderFilter, order: Order): boolean {
  const { open, statuses, symbols, assetClasses, side, venues, platforms, clients, createdAfter, createdBefore } =
    filter;
  const createdAt = Date.parse(order.createdAt);
  return (
    (typeof open !== 'boolean' || open === isOpen(order)) &&
    (statuses?.includes(order.status) ?? true) &&
    (symbols?.includes(order.symbol) ?? true) &&
    (assetClasses?.includes(order.assetClass) ?? true) &&
    (!side || side === order.side) &&
    (venues?.includes(order.venue) ?? true) &&
    (platforms?.includes(order.platform) ?? true) &&
    (!clients || (order.client !== null && clients.includes(order.client))) &&
    (!createdAfter || createdAt > Date.parse(createdAfter)) &&
    (!createdBefore || createdAt < Date.parse(createdBefore))
  );
}

type Placed = Pick<Order, 'createdAt' | 'id'>;
const isBefore = (a: Placed, b: Placed): boolean =>
  a.createdAt === b.createdAt ? a.id > b.id : Date.parse(a.createdAt) > Date.parse(b.createdAt);

interface Fitting {
  readonly filter: OrderFilter;
  readonly unfit?: 'leaves' | 'stays';
}

/**
 * The list after an update: one of no higher version is in it already. What no longer fits leaves it, or stays where it is
 * until `withoutUnfit`, so that the eye sees what became of it.
 */
export function withUpdate(listed: Listed, order: Order, { filter, unfit = 'leaves' }: Fitting): Listed {
  const held = listed.orders.find(({ id }) => id === order.id);
  if (held && held.version >= order.version) return listed;
  const others = listed.orders.filter(({ id }) => id !== order.id);
  if (!matches(filter, order)) {
    if (!held) return listed;
    if (unfit === 'leaves') return { ...listed, orders: others };
  }
  const at = others.findIndex((other) => isBefore(order, other));
  // Behind the last page it belongs to one that has not been loaded.
  const isOutside = !held && listed.next !== null && isBefore(listed.next, order);
  if (isOutside) return listed;
  const place = at === -1 ? others.length : at;
  return { ...listed, orders: [...others.slice(0, place), order, ...others.slice(place)] };
}

/** Without this order, unless it fits (again). */
export function withoutUnfit(listed: Listed, filter: OrderFilter, id: string): Listed {
  const orders = listed.orders.filter((order) => order.id !== id || matches(filter, order));
  return orders.length === listed.orders.length ? listed : { ...listed, orders };
}

/**
 * The list with a page, after what is held or, when it is loaded anew, instead of it. Of each order the higher version
 * stays; `since` are the updates that came while the page was on its way.
 */
export function withPage(
  held: Listed,
  page: Listed & { readonly isFirst: boolean },
  { filter, since }: { readonly filter: OrderFilter; readonly since: readonly Order[] },
): Listed {
  const known = new Map(held.orders.map((order) => [order.id, order]));
  const newest = page.orders.map((order) => {
    const other = known.get(order.id);
    return other && other.version > order.version ? other : order;
  });
  const inPage = new Set(newest.map(({ id }) => id));
  const before = page.isFirst ? [] : held.orders.filter(({ id }) => !inPage.has(id));
  const listed: Listed = { orders: [...before, ...newest], next: page.next };
  return since.reduce((list, order) => withUpdate(list, order, { filter }), listed);
}
