import { type ReactElement, useRef, useState } from 'react';
import type { OrdersState } from '../client/react.ts';
import { Banner, Connection } from './connection.tsx';
import { useDesk } from './desk-data.ts';
import { useShortcuts } from './keys.ts';
import { OrderDetail } from './order-detail.tsx';
import { OrderList } from './order-list.tsx';
import type { Session } from './session.ts';
import { type Theme, useNarrow } from './theme.ts';
import { Ticket } from './ticket.tsx';
import { Toolbar } from './toolbar.tsx';
import { FIRST_VIEW } from './view.ts';
import { type Order, sideOf, STATUS } from './words.ts';

interface DeskProps {
  readonly session: Session;
  readonly theme: Theme;
  readonly onToggleTheme: () => void;
  readonly onSignOut: () => void;
}

/** What is beside the list. */
type Panel = { readonly kind: 'order'; readonly order: Order } | { readonly kind: 'ticket' } | null;

export function Desk({ session, theme, onToggleTheme, onSignOut }: DeskProps): ReactElement {
  const [view, setView] = useState(FIRST_VIEW);
  const [panel, setPanel] = useState<Panel>(null);
  const search = useRef<HTMLInputElement>(null);
  const narrow = useNarrow();
  const { list, trading, fresh, refresh } = useDesk(session, view);
  const selectedId = panel?.kind === 'order' ? panel.order.id : null;
  const select = (id: string): void => {
    const order = list.orders.find((each) => each.id === id);
    if (order) setPanel({ kind: 'order', order });
  };
  const openTicket = (): void => setPanel({ kind: 'ticket' });
  const close = (): void => {
    setPanel(null);
    // The keyboard goes on where it was.
    document.querySelector<HTMLElement>('.orders tr[tabindex="0"]')?.focus();
  };
  useShortcuts({ n: openTicket, r: refresh, '/': () => search.current?.focus(), Escape: close });
  return (
    <div className="page">
      <header className="header">
        <h1>Fillstream</h1>
        <Connection fresh={fresh} />
        <span className="grow" />
        <a href="/graphql" className="wide">
          GraphiQL
        </a>
        <button type="button" className="button quiet" onClick={onToggleTheme}>
          {theme === 'dark' ? 'Light' : 'Dark'}
        </button>
        <span className="muted wide">{session.userId}</span>
        <button type="button" className="button quiet" onClick={onSignOut}>
          Sign out
        </button>
      </header>
      <Banner fresh={fresh} onRefresh={refresh} />
      <main className={panel === null ? 'desk' : 'desk with-panel'}>
        <section className="list" aria-label="Orders">
          <Toolbar {...{ view, search, narrow }} onView={setView} onNewOrder={openTicket} onRefresh={refresh} />
          <OrderList
            {...{ list, fresh, view, narrow, selectedId }}
            onView={setView}
            onSelect={select}
            onMore={() => void list.loadMore()}
            onRefresh={refresh}
          />
        </section>
        {panel !== null && (
          <aside className="panel" aria-label={panel.kind === 'ticket' ? 'New order' : 'Order'}>
            {panel.kind === 'ticket' ? (
              <Ticket trading={trading} onClose={close} />
            ) : (
              <OrderDetail key={panel.order.id} listed={panel.order} trading={trading} onClose={close} />
            )}
          </aside>
        )}
      </main>
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
  return order ? `${order.symbol} ${sideOf(order)}: ${order.statusText ?? STATUS[order.status].label}` : '';
}
