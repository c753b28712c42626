import { createFillstream, type Fillstream, type Store } from '../client/index.ts';
import { later } from '../client/time.ts';
import {
  BlotterOrdersDocument,
  type BlotterOrdersQuery,
  BlotterUpdatesDocument,
  type BlotterUpdatesSubscription,
  type OrderFilter,
} from '../generated/web/graphql.ts';
import { EMPTY_LIST, type List, matches, withoutEnded, withPage, withUpdate } from './list.ts';
import { openSelection, type Selection } from './selection.ts';
import type { Session } from './session.ts';
import { openValue } from './value.ts';
import { EVENT, type Order, type OrderEvent, sideOf } from './words.ts';

const PAGE_ORDERS = 50;
/** So long an order that has ended stays among the open ones. */
const ENDED_SHOWN_MS = 8_000;

export interface DeskState extends List {
  readonly state: 'loading' | 'ready' | 'failed';
  /** Ids of orders that have changed while they were on screen. */
  readonly changed: ReadonlySet<string>;
  /** For whoever listens rather than looks. */
  readonly said: string;
}

const FIRST: DeskState = { ...EMPTY_LIST, state: 'loading', changed: new Set(), said: '' };

export interface DeskStore {
  readonly client: Fillstream;
  readonly selection: Selection;
  readonly state: Store<DeskState>;
  /** Starts to follow; answers how to end it. */
  open(): () => void;
  show(filter: OrderFilter): void;
  select(id: string | null): void;
  loadMore(): void;
  refresh(): void;
}

type Update = BlotterUpdatesSubscription['orderUpdated'];

/** One user's orders: a list that is read by pages, and one subscription that keeps it up to date. */
export function openDeskStore({ getToken }: Session): DeskStore {
  const client = createFillstream({ getToken, app: { name: 'blotter', platform: 'WEB' } });
  const selection = openSelection(client);
  const state = openValue(FIRST);
  const { load, arrive } = openPages(client, state);
  const take = ({ order, event }: Update): void => {
    arrive(order.id);
    selection.take(order, event);
    const before = state.get();
    const list = withUpdate(before, order);
    if (list === before) return;
    state.change({ ...list, changed: new Set(before.changed).add(order.id), said: spoken(order, event) });
    if (!matches(order, before.filter)) later(ENDED_SHOWN_MS, () => state.change(withoutEnded(state.get(), order.id)));
  };
  const follow = async (stopped: AbortSignal): Promise<void> => {
    const position = await load('first');
    if (stopped.aborted) return;
    const stop = client.subscribe<BlotterUpdatesSubscription>(
      { query: BlotterUpdatesDocument, variables: { after: position } },
      {
        next: ({ data }) => take(data.orderUpdated),
        error: () => state.change({ state: 'failed' }),
        reload: () => load('first'),
      },
    );
    stopped.addEventListener('abort', stop);
  };
  return {
    ...{ client, selection, state },
    open() {
      const stopping = new AbortController();
      void follow(stopping.signal);
      return () => stopping.abort();
    },
    show(filter) {
      if (JSON.stringify(filter) === JSON.stringify(state.get().filter)) return;
      state.change({ ...EMPTY_LIST, filter, changed: new Set() });
      void load('first');
    },
    select: (id) => selection.select(state.get().orders.find((order) => order.id === id) ?? null),
    loadMore: () => void load('next'),
    refresh() {
      client.reconnect();
      void load('first');
    },
  };
}

/** Reads the pages of the list, the latest request counts. */
function openPages({ ask }: Fillstream, state: ReturnType<typeof openValue<DeskState>>) {
  let endCursor: string | null = null;
  let latest = 0;
  /** Orders that updates have told of while a page was read, which may not know of them. */
  let arrived = new Set<string>();
  const load = async (which: 'first' | 'next'): Promise<string | null> => {
    const mine = (latest += 1);
    arrived = new Set();
    state.change({ state: 'loading' });
    const variables = {
      ...{ first: PAGE_ORDERS, filter: state.get().filter },
      after: which === 'first' ? null : endCursor,
    };
    try {
      const { orders } = await ask<BlotterOrdersQuery>(BlotterOrdersDocument, variables);
      if (mine !== latest) return orders.position;
      const page = orders.edges.map(({ node }) => node);
      for (const { id } of page) arrived.add(id);
      const held = which === 'first' ? onlyOf(state.get(), arrived) : state.get();
      endCursor = orders.pageInfo.endCursor;
      state.change({ ...withPage(held, page, orders.pageInfo.hasNextPage), state: 'ready' });
      return orders.position;
    } catch {
      if (mine === latest) state.change({ state: 'failed' });
      return null;
    }
  };
  return { load, arrive: (id: string) => void arrived.add(id) };
}

/** The first page anew: what it does not hold, and what nobody told of meanwhile, has gone from the list. */
const onlyOf = (list: List, ids: ReadonlySet<string>): List => ({
  ...list,
  orders: list.orders.filter(({ id }) => ids.has(id)),
});

const spoken = (order: Order, { execType, lastQty, lastPx }: OrderEvent): string =>
  `${order.symbol} ${sideOf(order)}: ${EVENT[execType]}${lastQty === null ? '' : ` ${lastQty} at ${String(lastPx)}`}`;
