import type { Ask } from './ask.ts';
import type { Cursor } from './cursor.ts';
import type { Fillstream } from './client.ts';
import type { Order, OrderEvent, OrderFilter } from './generated/schema.ts';
import { type Listed, matches, withoutUnfit, withPage, withUpdate } from './order-list.ts';
import { isObject, UnreadableError } from './read.ts';
import { ORDER_FIELDS, readOrder, readRows } from './read-order.ts';
import { openStore, type Store } from './status.ts';
import { type Ended, errorOf, type Retried, retried } from './retry.ts';
import { later, now } from './time.ts';

export { openOrder, type OrderOptions, type OrderState } from './order.ts';
export type { Order, OrderEvent, OrderFilter };

/** Where orders come from: the client itself, or a cache that stands before it. */
export interface OrderSource {
  readonly ask: Ask;
  readonly subscribe: Fillstream['subscribe'];
  /** Told of what a page has that can't be read; the hooks tell the client. */
  readonly report?: Fillstream['report'];
}

/** The last known orders of one user, kept on the device. */
export interface OrderCache {
  /** Null: nothing that can be read. Neither call fails. */
  read(list: string): Promise<{ readonly orders: readonly Order[]; readonly asOf: number } | null>;
  write(list: string, orders: readonly Order[], asOf: number): Promise<void>;
}

export interface OrdersState {
  readonly orders: readonly Order[];
  /** Ids of those that were pushed rather than loaded, for the eye and for who listens; the last one is the latest. */
  readonly changed: ReadonlySet<string>;
  /** When this was the state of the service, in milliseconds since 1970; null: nothing is known yet. */
  readonly asOf: number | null;
  /** When the list was loaded again because updates of it were missing, in milliseconds since 1970; null: never. */
  readonly reloadedAt: number | null;
  /** From the device: nothing has been loaded since the app was started. */
  readonly isFromCache: boolean;
  readonly isLoading: boolean;
  readonly hasMore: boolean;
  /** Why the list is not followed or could not be loaded, or what of it can’t be read and is left out. */
  readonly error: Error | null;
}

export interface OrderList extends Store<OrdersState> {
  readonly loadMore: () => Promise<void>;
  /** Loads again by hand; updates go on meanwhile. */
  readonly refresh: () => Promise<void>;
  /** Begins to load and to follow; the answer ends that. */
  readonly start: () => () => void;
}

export interface OrdersOptions {
  readonly filter?: OrderFilter;
  /** 1 to 100. */
  readonly pageSize?: number;
  /** So long an order that no longer fits the filter stays, so that the eye sees what became of it; 0 unless told. */
  readonly unfitShownMs?: number;
}

const PAGE_SIZE = 50;
/** What comes within this time is kept on the device together. */
const SAVE_MS = 1_000;

const ORDERS = `query FillstreamOrders($first: Int, $after: String, $filter: OrderFilter) {
  orders(first: $first, after: $after, filter: $filter) {
    position pageInfo { hasNextPage endCursor } edges { node { ${ORDER_FIELDS} } }
  }
}`;
const ORDER = `query FillstreamOrder($id: ID) { order(id: $id) { ${ORDER_FIELDS} } }`;
const UPDATES = `subscription FillstreamOrders($after: Cursor) { orderUpdated(after: $after) { cursor order { ${ORDER_FIELDS} } } }`;

interface Page {
  readonly listed: Listed;
  readonly position: Cursor;
  readonly fault: Error | null;
}

async function readPage(source: OrderSource, variables: Record<string, unknown>): Promise<Page> {
  const { orders } = await source.ask(ORDERS, variables);
  const rows = readRows(orders, readOrder);
  if (!rows || !isObject(orders) || typeof orders['position'] !== 'string')
    throw new UnreadableError('no list of orders');
  const { nodes, last, fault } = rows;
  if (fault) source.report?.({ code: 'UNREADABLE', message: fault.message });
  const { hasNextPage, endCursor: cursor } = isObject(orders['pageInfo']) ? orders['pageInfo'] : {};
  const isMore = hasNextPage === true && last && typeof cursor === 'string';
  const next = isMore ? { cursor, createdAt: String(last['createdAt']), id: String(last['id']) } : null;
  return { listed: { orders: nodes, next }, position: orders['position'], fault };
}

/**
 * A list of the viewer's orders, newest first, loaded in pages and kept up to date by what is pushed, also over broken
 * connections and `RESUME_EXPIRED`. Nothing happens before `start()`. It never throws: what goes wrong is told in the state's
 * `error`, and a list that does not come is asked for again. `source` is the client, or `apolloSource` or `urqlSource`.
 */
export function openOrderList(
  source: OrderSource,
  options: OrdersOptions = {},
  cache: OrderCache | null = null,
): OrderList {
  const { filter = {}, pageSize = PAGE_SIZE, unfitShownMs = 0 } = options;
  const shown = openShown(filter, cache, () => begun?.fault() ?? unreadable);
  /** Updates that come while pages are on their way: a page may be older than they. */
  let since: Order[] = [];
  let loading = 0;
  let begun: Retried | null = null;
  /** What is not in the list, though it should be. */
  let unreadable: Error | null = null;
  const load = async (after: string | null): Promise<Cursor> => {
    loading += 1;
    shown.show({ isLoading: true });
    try {
      const page = await readPage(source, { first: pageSize, after, filter });
      unreadable = page.fault ?? (after === null ? null : unreadable);
      shown.put(withPage(shown.listed(), { ...page.listed, isFirst: after === null }, { filter, since }));
      return page.position;
    } catch (error) {
      shown.show({ error: errorOf(error) });
      throw error;
    } finally {
      loading -= 1;
      if (loading === 0) since = [];
      shown.show({ isLoading: loading > 0 });
    }
  };
  const take = (order: Order): void => {
    if (loading > 0) since.push(order);
    const before = shown.listed();
    const listed = withUpdate(before, order, { filter, unfit: unfitShownMs > 0 ? 'stays' : 'leaves' });
    shown.put(listed, listed === before ? null : order.id);
    if (unfitShownMs > 0 && !matches(filter, order)) later(unfitShownMs, () => shown.drop(order.id));
  };
  const follow = async (ended: Ended): Promise<() => void> => {
    const after = await load(null);
    return source.subscribe<{ orderUpdated: { order: unknown } }>(
      { query: UPDATES, variables: { after } },
      {
        next: ({ data }) => take(readOrder(data.orderUpdated.order)),
        error: (error) => shown.show({ error: ended(error) }),
        async reload({ code, orderId }) {
          if (code === 'RESUME_EXPIRED' || orderId === null) {
            const position = await load(null);
            shown.show({ reloadedAt: now() });
            return position;
          }
          const { order } = await source.ask(ORDER, { id: orderId });
          if (order !== null) take(readOrder(order));
          return null;
        },
      },
    );
  };
  const start = (): (() => void) => {
    shown.restore();
    return (begun = retried(follow)).end;
  };
  return {
    ...{ getSnapshot: shown.getSnapshot, subscribe: shown.subscribe, start },
    async refresh() {
      await (begun?.hurry() ?? load(null).catch(() => undefined));
    },
    async loadMore() {
      const { next } = shown.listed();
      if (next !== null && loading === 0) await load(next.cursor).catch(() => undefined);
    },
  };
}

/** What is shown of a list, and kept on the device. */
function openShown(filter: OrderFilter, cache: OrderCache | null, fault: () => Error | null) {
  const name = JSON.stringify(filter);
  const store = openStore<OrdersState>({
    ...{
      orders: [],
      changed: new Set<string>(),
      asOf: null,
      reloadedAt: null,
      isFromCache: false,
      isLoading: false,
      hasMore: false,
      error: null,
    },
  });
  let listed: Listed = { orders: [], next: null };
  let cancelSave: (() => void) | null = null;
  let hasSaved = false;
  const show = (changes: Partial<OrdersState>): void => store.set({ ...store.getSnapshot(), ...changes });
  const withLatest = (id: string): ReadonlySet<string> => {
    const shown = new Set(listed.orders.map((order) => order.id));
    return new Set([...store.getSnapshot().changed].filter((each) => each !== id && shown.has(each)).concat(id));
  };
  const save = (): void => {
    cancelSave = null;
    hasSaved = true;
    const fitting = listed.orders.filter((order) => matches(filter, order));
    void cache?.write(name, fitting, store.getSnapshot().asOf ?? now());
  };
  return {
    ...{ getSnapshot: store.getSnapshot, subscribe: store.subscribe, show },
    listed: () => listed,
    /** What the service has said: a page, or an update about `changedId`. */
    put(next: Listed, changedId: string | null = null): void {
      listed = next;
      const { orders } = next;
      const changed = changedId === null ? store.getSnapshot().changed : withLatest(changedId);
      show({ orders, changed, hasMore: next.next !== null, asOf: now(), isFromCache: false, error: fault() });
      // The first state at once: the app may be closed soon.
      if (cache) cancelSave ??= later(hasSaved ? SAVE_MS : 0, save);
    },
    drop(id: string): void {
      listed = withoutUnfit(listed, filter, id);
      show({ orders: listed.orders });
    },
    /** Not over what has been loaded meanwhile. */
    restore(): void {
      void cache?.read(name).then((kept) => {
        if (!kept || store.getSnapshot().asOf !== null) return;
        listed = { orders: kept.orders, next: null };
        show({ orders: kept.orders, asOf: kept.asOf, isFromCache: true });
      });
    },
  };
}
