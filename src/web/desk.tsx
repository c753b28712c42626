import { type ReactElement, useEffect, useRef, useState } from 'react';
import { Banner, Connection } from './connection.tsx';
import { useDesk } from './desk-data.ts';
import type { DeskState } from './desk-store.ts';
import { OrderDetail } from './order-detail.tsx';
import { OrderTable } from './order-table.tsx';
import type { Session } from './session.ts';
import { type Theme, useNarrow } from './theme.ts';
import { Ticket } from './ticket.tsx';
import { FIRST_VIEW, Toolbar } from './toolbar.tsx';

interface DeskProps {
  readonly session: Session;
  readonly theme: Theme;
  readonly onToggleTheme: () => void;
  readonly onSignOut: () => void;
}

/** What is beside the list. */
type Panel = { readonly kind: 'order'; readonly id: string } | { readonly kind: 'ticket' } | null;

export function Desk({ session, theme, onToggleTheme, onSignOut }: DeskProps): ReactElement {
  const [view, setView] = useState(FIRST_VIEW);
  const [panel, setPanel] = useState<Panel>(null);
  const search = useRef<HTMLInputElement>(null);
  const narrow = useNarrow();
  const selectedId = panel?.kind === 'order' ? panel.id : null;
  const { desk, trading, status, state, selected } = useDesk(session, { view, selectedId });
  useShortcuts({
    n: () => setPanel({ kind: 'ticket' }),
    '/': () => search.current?.focus(),
    Escape: () => setPanel(null),
  });
  const close = (): void => setPanel(null);
  return (
    <div className="page">
      <header className="header">
        <h1>Fillstream</h1>
        <Connection status={status} />
        <span className="grow" />
        <a href="/graphql" className="wide">
          GraphiQL
        </a>
        <button type="button" className="button quiet" onClick={onToggleTheme}>
          {theme === 'dark' ? 'Light' : 'Dark'}
        </button>
        <button type="button" className="button quiet" onClick={onSignOut} title="Sign out">
          {session.userId}
        </button>
      </header>
      <Banner status={status} onRefresh={desk.refresh} />
      <main className={panel === null ? 'desk' : 'desk with-panel'}>
        <section className="list" aria-label="Orders">
          <Toolbar
            {...{ view, search, narrow }}
            onView={setView}
            onNewOrder={() => setPanel({ kind: 'ticket' })}
            onRefresh={desk.refresh}
          />
          <div className="scroll">
            <OrderTable {...{ narrow, selectedId }} {...state} onSelect={(id) => setPanel({ kind: 'order', id })} />
            <ListEnd {...state} isOpenTab={view.tab === 'open'} onMore={desk.loadMore} />
          </div>
        </section>
        {panel !== null && (
          <aside className="panel">
            {panel.kind === 'ticket' && <Ticket trading={trading} onClose={close} />}
            {panel.kind === 'order' && selected.order && (
              <OrderDetail order={selected.order} events={selected.events} trading={trading} onClose={close} />
            )}
          </aside>
        )}
      </main>
      <p className="sr-only" aria-live="polite">
        {state.said}
      </p>
    </div>
  );
}

interface ListEndProps extends Pick<DeskState, 'orders' | 'state' | 'hasMore'> {
  readonly isOpenTab: boolean;
  readonly onMore: () => void;
}

function ListEnd({ orders, state, hasMore, isOpenTab, onMore }: ListEndProps): ReactElement | null {
  if (state === 'failed') return <p className="empty fault">The orders can’t be read now.</p>;
  if (orders.length === 0) {
    if (state === 'loading') return <p className="empty">Reading…</p>;
    return <p className="empty">{isOpenTab ? 'No open orders.' : 'No orders.'}</p>;
  }
  if (!hasMore) return null;
  return (
    <p className="more">
      <button type="button" className="button" disabled={state === 'loading'} onClick={onMore}>
        {state === 'loading' ? 'Reading…' : 'Older orders'}
      </button>
    </p>
  );
}

/** Single keys, except where somebody types. */
function useShortcuts(shortcuts: Readonly<Record<string, () => void>>): void {
  const latest = useRef(shortcuts);
  useEffect(() => {
    latest.current = shortcuts;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const isTyping = event.target instanceof HTMLElement && event.target.matches('input, select, textarea');
      if ((isTyping && event.key !== 'Escape') || event.ctrlKey || event.metaKey || event.altKey) return;
      const act = latest.current[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}
