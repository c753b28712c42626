import type { Order } from './generated/schema.ts';
import type { OrderSource } from './orders.ts';
import { ORDER_FIELDS, readOrder } from './read-order.ts';
import { retried } from './retry.ts';
import { openStore, type Store } from './status.ts';

export interface OrderState {
  /** Null: not loaded yet, or there is none by this id (`isMissing`). */
  readonly order: Order | null;
  readonly isMissing: boolean;
  readonly error: Error | null;
}

const ORDER = `query FillstreamOrder($id: ID) { order(id: $id) { ${ORDER_FIELDS} } }`;
const UPDATES = `subscription FillstreamOrder($after: Cursor, $id: ID) {
  orderUpdated(after: $after, orderId: $id) { cursor order { ${ORDER_FIELDS} } }
}`;

/** One of the viewer's orders, kept up to date by what is pushed. */
export function openOrder(source: OrderSource, id: string): Store<OrderState> & { readonly start: () => () => void } {
  const store = openStore<OrderState>({ order: null, isMissing: false, error: null });
  const take = (order: Order): void => {
    const held = store.getSnapshot().order;
    if (!held || held.version < order.version) store.set({ order, isMissing: false, error: null });
  };
  const fail = (error: unknown): void =>
    store.set({ ...store.getSnapshot(), error: error instanceof Error ? error : new Error(String(error)) });
  const load = async (): Promise<void> => {
    const { order } = await source.ask(ORDER, { id });
    if (order !== null) take(readOrder(order));
    else store.set({ ...store.getSnapshot(), isMissing: true });
  };
  const follow = (after: unknown): (() => void) =>
    source.subscribe<{ orderUpdated: { order: unknown } }>(
      { query: UPDATES, variables: { after, id } },
      { next: ({ data }) => take(readOrder(data.orderUpdated.order)), error: fail, reload: load },
    );
  const begin = async (): Promise<() => void> => {
    try {
      // The position first: what happens between the two is told twice rather than never.
      const { position } = await source.ask('query FillstreamPosition { position }');
      await load();
      return store.getSnapshot().isMissing ? () => undefined : follow(position);
    } catch (error) {
      fail(error);
      throw error;
    }
  };
  return { getSnapshot: store.getSnapshot, subscribe: store.subscribe, start: () => retried(begin) };
}
