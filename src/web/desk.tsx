import { type ReactElement, useRef, useState } from 'react';
import { type OrdersState, useNotifications } from '../client/react.ts';
import { useBeside } from './beside.ts';
import { Banner } from './connection.tsx';
import { useDesk } from './desk-data.ts';
import { Header } from './header.tsx';
import { useShortcuts } from './keys.ts';
import { useOpenedOrder } from './opened.ts';
import { OrderList } from './order-list.tsx';
import { useRegistration } from './push-state.ts';
import { type Panel, SidePanel } from './side-panel.tsx';
import type { Session } from './session.ts';
import { Settings } from './settings.tsx';
import { type Theme, useNarrow } from './theme.ts';
import { Toasts, useToasts } from './toasts.tsx';
import { Toolbar } from './toolbar.tsx';
import { FIRST_VIEW } from './view.ts';
import { sideOf, statusOf } from './words.ts';

interface DeskProps {
  readonly session: Session;
  readonly theme: Theme;
  readonly onToggleTheme: () => void;
  readonly onSignOut: () => void;
}

export function Desk({ session, theme, onToggleTheme, onSignOut }: DeskProps): ReactElement {
  const [view, setView] = useState(FIRST_VIEW);
  const { panel, close, ...beside } = useBeside();
  const [showsSettings, setShowsSettings] = useState(false);
  const search = useRef<HTMLInputElement>(null);
  const narrow = useNarrow();
  const { list, trading, fresh, refresh } = useDesk(session, view);
  const { toasts, ...toasting } = useToasts();
  const { unreadCount, markRead } = useNotifications({ onReceived: toasting.add });
  const isPushAdvised = useRegistration(session);
  const show = (next: Panel): void => {
    setShowsSettings(false);
    beside.show(next);
  };
  const openOrder = (id: string): void => {
    show({ kind: 'order', id, order: list.orders.find((each) => each.id === id) ?? null });
  };
  const openTicket = (): void => show({ kind: 'ticket' });
  const showsNotifications = panel?.kind === 'notifications' && !showsSettings;
  const toggleNotifications = (): void => (showsNotifications ? close() : show({ kind: 'notifications' }));
  useShortcuts({
    ...{ n: openTicket, r: refresh, b: toggleNotifications, Escape: close },
    '/': () => search.current?.focus(),
  });
  useOpenedOrder(openOrder);
  const isCovered = narrow && panel !== null && !showsSettings;
  return (
    <div className="page">
      <Header
        {...{ isCovered, fresh, theme, unreadCount, showsNotifications, onToggleTheme, onSignOut }}
        userId={session.userId}
        onNotifications={toggleNotifications}
      />
      <Banner fresh={fresh} onRefresh={refresh} />
      <Toasts
        toasts={toasts}
        onDrop={toasting.drop}
        onOpenOrder={({ id, orderId }) => {
          toasting.drop(id);
          void markRead([id]);
          if (orderId !== null) openOrder(orderId);
        }}
      />
      {showsSettings ? (
        <Settings viewer={session} onClose={() => setShowsSettings(false)} />
      ) : (
        <main className={panel === null ? 'desk' : 'desk with-panel'}>
          <section className="list" aria-label="Orders" inert={isCovered}>
            <Toolbar {...{ view, search, narrow }} onView={setView} onNewOrder={openTicket} onRefresh={refresh} />
            <OrderList
              {...{ list, fresh, view, narrow, selectedId: panel?.kind === 'order' ? panel.id : null }}
              onView={setView}
              onSelect={openOrder}
              onMore={() => void list.loadMore()}
              onRefresh={refresh}
            />
          </section>
          {panel !== null && (
            <SidePanel
              {...{ panel, narrow, trading, viewer: session, isPushAdvised, onClose: close, onOpenOrder: openOrder }}
              onSettings={() => setShowsSettings(true)}
            />
          )}
        </main>
      )}
      <p className="sr-only" aria-live="polite">
        {spoken(list)}
      </p>
    </div>
  );
}

/** The latest change, for whoever listens rather than looks. */
function spoken({ orders, changed }: OrdersState): string {
  const latest = [...changed].at(-1);
  const order = orders.find(({ id }) => id === latest);
  return order ? `${order.symbol} ${sideOf(order)}: ${order.statusText ?? statusOf(order).label}` : '';
}
