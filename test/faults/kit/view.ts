import type { FinalOrder } from '../../../src/verify/history.ts';

/** An order as an app shows it. */
export interface ShownOrder extends Pick<FinalOrder, 'cumQty' | 'status' | 'version'> {
  readonly id: string;
}

/** A list of orders that an app shows. */
export interface View {
  readonly name: string;
  /** Whether it must hold every order of its user. */
  readonly isWhole: boolean;
  readonly take: (orders: readonly ShownOrder[]) => void;
  readonly orders: () => readonly ShownOrder[];
}

/** @param onFinding is told of an order that gave way to an older state of itself */
export function openView(name: string, isWhole: boolean, onFinding: (finding: string) => void): View {
  let shown: ReadonlyMap<string, ShownOrder> = new Map();
  return {
    ...{ name, isWhole },
    orders: () => [...shown.values()],
    take(orders) {
      for (const { id, version } of orders) {
        const before = shown.get(id)?.version ?? 0;
        if (version < before) onFinding(`its ${name} went from version ${before} of ${id} back to ${version}`);
      }
      shown = new Map(orders.map((order) => [order.id, order]));
    },
  };
}

/** Where what is shown is not what the service answers. @param queried the orders of the view’s user */
export function compareView({ name, isWhole, orders }: View, queried: readonly FinalOrder[]): readonly string[] {
  const truth = new Map(queried.map((order) => [order.orderId, order]));
  const findings = orders().flatMap(({ id, version, status, cumQty }) => {
    const order = truth.get(id);
    if (!order) return [`its ${name} shows ${id}, which there is not`];
    if (order.version === version && order.status === status && order.cumQty === cumQty) return [];
    return [`its ${name} shows version ${version} of ${id}, ${status} with ${cumQty}; it is at ${order.version}`];
  });
  const held = new Set(orders().map(({ id }) => id));
  const missing = isWhole ? queried.filter(({ orderId }) => !held.has(orderId)) : [];
  const [first] = missing;
  return first ? [...findings, `its ${name} lacks ${missing.length} orders, as ${first.orderId}`] : findings;
}
