import {
  createContext,
  createElement,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useSyncExternalStore,
} from 'react';
import type { Fillstream } from './client.ts';
import type { Order, OrderEvent } from './generated/schema.ts';
import {
  type Notification,
  type NotificationFilter,
  type NotificationList,
  type NotificationsOptions,
  type NotificationsState,
  openNotifications,
} from './notifications.ts';
import { openOrder, type OrderOptions, type OrderState } from './order.ts';
import {
  openOrderList,
  type OrderCache,
  type OrderList,
  type OrdersOptions,
  type OrderSource,
  type OrdersState,
} from './orders.ts';
import type { ConnectionStatus } from './status.ts';

export type { Notification, NotificationFilter, NotificationsOptions, NotificationsState };
export type { Order, OrderCache, OrderEvent, OrderOptions, OrderSource, OrdersOptions, OrdersState, OrderState };

interface Provided {
  readonly client: Fillstream;
  /** The app's cache, so that it learns of everything: `apolloSource`, `urqlSource`. By default the client itself. */
  readonly source?: OrderSource;
  /** Shows the last known orders at once when the app is started; `openOrderCache` of `fillstream/client/offline`. */
  readonly cache?: OrderCache;
}

const Context = createContext<(Provided & Required<Pick<Provided, 'source'>>) | null>(null);

export function FillstreamProvider({ children, ...provided }: Provided & { readonly children?: ReactNode }): ReactNode {
  const { client, source, cache } = provided;
  const value = useMemo(
    () => ({ client, source: { report: client.report, ...(source ?? client) }, ...(cache && { cache }) }),
    [client, source, cache],
  );
  return createElement(Context, { value }, children);
}

function useProvided(): Provided & Required<Pick<Provided, 'source'>> {
  const provided = useContext(Context);
  if (!provided) throw new Error('there is no <FillstreamProvider> around this');
  return provided;
}

/** The viewer's orders, newest first: loaded in pages, and kept up to date by what is pushed. */
export function useOrders(options: OrdersOptions = {}): OrdersState & Pick<OrderList, 'loadMore' | 'refresh'> {
  const { source, cache = null } = useProvided();
  // By value: apps write the filter where they use it.
  const key = JSON.stringify(options);
  const list = useMemo(() => openOrderList(source, JSON.parse(key) as OrdersOptions, cache), [source, key, cache]);
  useEffect(() => list.start(), [list]);
  const state = useSyncExternalStore(list.subscribe, list.getSnapshot, list.getSnapshot);
  return { ...state, loadMore: list.loadMore, refresh: list.refresh };
}

/** One of the viewer's orders, kept up to date, and what happened to it where `events` asks for that. */
export function useOrder(id: string, { events = 0 }: OrderOptions = {}): OrderState {
  const { source } = useProvided();
  const one = useMemo(() => openOrder(source, id, { events }), [source, id, events]);
  useEffect(() => one.start(), [one]);
  return useSyncExternalStore(one.subscribe, one.getSnapshot, one.getSnapshot);
}

/** The viewer's notifications, newest first: loaded in pages, and kept up to date by what is pushed. */
export function useNotifications({ onReceived, ...options }: NotificationsOptions = {}): NotificationsState &
  Pick<NotificationList, 'loadMore' | 'refresh' | 'markRead' | 'archive'> & {
    /** The connection has no WebSocket now: of what is new only critical ones come by themselves; the others with `refresh`. */
    readonly isCriticalOnly: boolean;
  } {
  const { client } = useProvided();
  const key = JSON.stringify(options);
  const handler = useRef(onReceived);
  useEffect(() => {
    handler.current = onReceived;
  });
  const list = useMemo(
    () =>
      openNotifications(client, {
        ...(JSON.parse(key) as NotificationsOptions),
        onReceived: (notification) => handler.current?.(notification),
      }),
    [client, key],
  );
  useEffect(() => list.start(), [list]);
  const state = useSyncExternalStore(list.subscribe, list.getSnapshot, list.getSnapshot);
  const { transport } = useConnectionStatus();
  const { loadMore, refresh, markRead, archive } = list;
  return { ...state, loadMore, refresh, markRead, archive, isCriticalOnly: transport !== 'websocket' };
}

export function useConnectionStatus(): ConnectionStatus {
  const { status } = useProvided().client;
  return useSyncExternalStore(status.subscribe, status.getSnapshot, status.getSnapshot);
}
