import type { Cursor } from './cursor.ts';
import type { Order, OrderEvent } from './generated/schema.ts';
import type { OrderSource } from './orders.ts';
import { isObject } from './read.ts';
import { EVENT_FIELDS, ORDER_FIELDS, readEvent, readOrder } from './read-order.ts';
import { retried } from './retry.ts';
import { openStore, type Store } from './status.ts';

export interface OrderState {
  /** Null: not loaded yet, or there is none by this id (`isMissing`). */
  readonly order: Order | null;
  /** What happened to it, oldest first, where that was asked for; null: not loaded yet. */
  readonly events: readonly OrderEvent[] | null;
  readonly isMissing: boolean;
  readonly error: Error | null;
}

export interface OrderOptions {
  /** The last so many events of the order, 1 to 100. By default none is loaded. */
  readonly events?: number;
}

const orderQuery = (events: number): string => `query FillstreamOrder($id: ID) {
  order(id: $id) { ${ORDER_FIELDS} ${events > 0 ? `history(last: ${events}) { edges { node { ${EVENT_FIELDS} } } }` : ''} }
}`;
const updatesOf = (events: number): string => `subscription FillstreamOrder($after: Cursor, $id: ID) {
  orderUpdated(after: $after, orderId: $id) { cursor order { ${ORDER_FIELDS} } ${events > 0 ? `event { ${EVENT_FIELDS} }` : ''} }
}`;

/** Of an order as it was loaded with its history. */
function readEvents(order: unknown): readonly OrderEvent[] | null {
  const history = isObject(order) ? order['history'] : null;
  if (!isObject(history) || !Array.isArray(history['edges'])) return null;
  return (history['edges'] as unknown[]).map((edge) => readEvent(isObject(edge) ? edge['node'] : null));
}

/** One of the viewer's orders, kept up to date by what is pushed once it is started; `id` is its global id. As `openOrderList`. */
export function openOrder(
  source: OrderSource,
  id: string,
  { events: eventsMax = 0 }: OrderOptions = {},
): Store<OrderState> & { readonly start: () => () => void } {
  const store = openStore<OrderState>({ order: null, events: null, isMissing: false, error: null });
  const take = (order: Order, told: readonly OrderEvent[]): void => {
    const held = store.getSnapshot();
    const events = new Map([...(held.events ?? []), ...told].map((event) => [event.id, event]));
    store.set({
      order: held.order && held.order.version >= order.version ? held.order : order,
      events: eventsMax > 0 ? [...events.values()].slice(-eventsMax) : null,
      ...{ isMissing: false, error: null },
    });
  };
  const fail = (error: unknown): void =>
    store.set({ ...store.getSnapshot(), error: error instanceof Error ? error : new Error(String(error)) });
  const load = async (): Promise<void> => {
    const { order } = await source.ask(orderQuery(eventsMax), { id });
    const { events } = store.getSnapshot();
    if (order === null) {
      store.set({ ...store.getSnapshot(), isMissing: true });
      return;
    }
    // What was pushed meanwhile comes after what was loaded.
    if (events) store.set({ ...store.getSnapshot(), events: [] });
    take(readOrder(order), [...(readEvents(order) ?? []), ...(events ?? [])]);
  };
  const follow = (after: Cursor): (() => void) =>
    source.subscribe<{ orderUpdated: { order: unknown; event?: unknown } }>(
      { query: updatesOf(eventsMax), variables: { after, id } },
      {
        next({ data: { orderUpdated } }) {
          take(readOrder(orderUpdated.order), orderUpdated.event ? [readEvent(orderUpdated.event)] : []);
        },
        error: fail,
        reload: load,
      },
    );
  const begin = async (): Promise<() => void> => {
    try {
      // The position first: what happens between the two is told twice rather than never.
      const { position } = await source.ask<{ position: Cursor }>('query FillstreamPosition { position }');
      await load();
      return store.getSnapshot().isMissing ? () => undefined : follow(position);
    } catch (error) {
      fail(error);
      throw error;
    }
  };
  return { getSnapshot: store.getSnapshot, subscribe: store.subscribe, start: () => retried(begin).end };
}
