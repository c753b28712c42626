import type { Cursor } from './cursor.ts';
import type { Order, OrderEvent } from './generated/schema.ts';
import type { OrderSource } from './orders.ts';
import { isObject } from './read.ts';
import { EVENT_FIELDS, ORDER_FIELDS, readEvent, readOrder, readRows } from './read-order.ts';
import { type Ended, errorOf, type Retried, retried } from './retry.ts';
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

/** One of the viewer's orders, kept up to date by what is pushed once it is started; `id` is its global id. As `openOrderList`. */
export function openOrder(
  source: OrderSource,
  id: string,
  { events: eventsMax = 0 }: OrderOptions = {},
): Store<OrderState> & { readonly start: () => () => void } {
  const store = openStore<OrderState>({ order: null, events: null, isMissing: false, error: null });
  let begun: Retried | null = null;
  const take = (order: Order, told: readonly OrderEvent[]): void => {
    const held = store.getSnapshot();
    const events = new Map([...(held.events ?? []), ...told].map((event) => [event.id, event]));
    store.set({
      order: held.order && held.order.version >= order.version ? held.order : order,
      events: eventsMax > 0 ? [...events.values()].slice(-eventsMax) : null,
      ...{ isMissing: false, error: begun?.fault() ?? null },
    });
  };
  const fail = (error: unknown): void => store.set({ ...store.getSnapshot(), error: errorOf(error) });
  const load = async (): Promise<void> => {
    const before = store.getSnapshot();
    const { order } = await source.ask(orderQuery(eventsMax), { id });
    const held = store.getSnapshot();
    if (order === null) {
      store.set({ ...held, isMissing: true });
      return;
    }
    const loaded = readOrder(order);
    const rows = readRows(isObject(order) ? order['history'] : null, readEvent);
    if (rows?.fault) source.report?.({ code: 'UNREADABLE', message: rows.fault.message });
    const events = rows?.nodes ?? [];
    // What it has includes all that was held before, unless it is older than that.
    const isOlder = before.order !== null && before.order.version > loaded.version;
    const known = new Set((isOlder ? [] : (before.events ?? [])).map((event) => event.id));
    const since = (held.events ?? []).filter((event) => !known.has(event.id));
    const ids = new Set(events.map((event) => event.id));
    const behind = since.slice(since.findLastIndex((event) => ids.has(event.id)) + 1);
    if (held.events) store.set({ ...held, events: [] });
    take(loaded, [...events, ...behind]);
  };
  const follow = (after: Cursor, ended: Ended): (() => void) =>
    source.subscribe<{ orderUpdated: { order: unknown; event?: unknown } }>(
      { query: updatesOf(eventsMax), variables: { after, id } },
      {
        next({ data: { orderUpdated } }) {
          take(readOrder(orderUpdated.order), orderUpdated.event ? [readEvent(orderUpdated.event)] : []);
        },
        error: (error) => fail(ended(error)),
        reload: load,
      },
    );
  const begin = async (ended: Ended): Promise<() => void> => {
    try {
      // The position first: what happens between the two is told twice rather than never.
      const { position } = await source.ask<{ position: Cursor }>('query FillstreamPosition { position }');
      await load();
      return store.getSnapshot().isMissing ? () => undefined : follow(position, ended);
    } catch (error) {
      fail(error);
      throw error;
    }
  };
  return { getSnapshot: store.getSnapshot, subscribe: store.subscribe, start: () => (begun = retried(begin)).end };
}
