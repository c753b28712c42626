import { isObject } from './read.ts';

type Json = Readonly<Record<string, unknown>>;

/** The newest known state of each order, by id; of those that were not heard of for longest the oldest are forgotten. */
export interface Newest {
  /** Learns from a result, and answers it with no order older than known: itself, when there was none. */
  (result: unknown): unknown;
}

export const ORDERS_MAX = 5_000;

/**
 * Orders are found by `__typename`, `id` and `version`, wherever they stand. An older one gets the newer values of the
 * fields that it has; a field that nothing newer is known of stays.
 */
export function openNewest(): Newest {
  const orders = new Map<string, Json>();
  const freshest = (value: unknown): unknown => {
    if (Array.isArray(value)) {
      const list = value.map(freshest);
      return list.some((each, i) => each !== value[i]) ? list : value;
    }
    if (!isObject(value)) return value;
    const entries = Object.entries(value).map(([key, each]) => [key, freshest(each)] as const);
    const object = entries.some(([key, each]) => each !== value[key]) ? Object.fromEntries(entries) : value;
    const { __typename, id, version } = value;
    return __typename === 'Order' && typeof id === 'string' && typeof version === 'number'
      ? newestOf(orders, { id, version, order: object })
      : object;
  };
  return freshest;
}

interface Versioned {
  readonly id: string;
  readonly version: number;
  readonly order: Json;
}

function newestOf(orders: Map<string, Json>, { id, version, order }: Versioned): Json {
  const known = orders.get(id);
  orders.delete(id);
  if (known && Number(known['version']) > version) {
    orders.set(id, known);
    const newer = Object.entries(order).map(([key, value]) => [key, key in known ? known[key] : value]);
    return Object.fromEntries(newer) as Json;
  }
  // At the same version each selection may know other fields.
  orders.set(id, known && Number(known['version']) === version ? { ...known, ...order } : order);
  for (const oldest of orders.keys()) {
    if (orders.size <= ORDERS_MAX) break;
    orders.delete(oldest);
  }
  return order;
}
