import { type ReactElement, useEffect, useRef } from 'react';
import { NotificationsPanel } from './notifications-panel.tsx';
import { OrderDetail } from './order-detail.tsx';
import type { Viewer } from './push.ts';
import { Ticket } from './ticket.tsx';
import type { Trading } from './trading.ts';
import type { Order } from './words.ts';

/** What is beside the list. */
export type Panel =
  | { readonly kind: 'order'; readonly id: string; readonly order: Order | null }
  | { readonly kind: 'ticket' | 'notifications' };

interface SidePanelProps {
  readonly panel: Panel;
  /** A phone’s width: it lies over the list. */
  readonly narrow: boolean;
  readonly trading: Trading;
  readonly viewer: Viewer;
  /** The service advises to offer push. */
  readonly isPushAdvised: boolean;
  readonly onClose: () => void;
  readonly onOpenOrder: (orderId: string) => void;
  readonly onSettings: () => void;
}

const NAMES = { order: 'Order', ticket: 'New order', notifications: 'Notifications' } as const;

export function SidePanel({ panel, narrow, trading, onClose, ...rest }: SidePanelProps): ReactElement {
  const aside = useRef<HTMLElement>(null);
  const shown = panel.kind === 'order' ? panel.id : panel.kind;
  useEffect(() => {
    // The focus must not stay behind it; the ticket has taken it to its first field by now.
    if (narrow && !aside.current?.contains(document.activeElement)) aside.current?.focus();
  }, [narrow, shown]);
  return (
    <aside className="panel" aria-label={NAMES[panel.kind]} ref={aside} tabIndex={-1}>
      {panel.kind === 'ticket' && <Ticket trading={trading} onClose={onClose} />}
      {panel.kind === 'order' && (
        <OrderDetail key={panel.id} id={panel.id} listed={panel.order} trading={trading} onClose={onClose} />
      )}
      {panel.kind === 'notifications' && <NotificationsPanel {...{ onClose, ...rest }} />}
    </aside>
  );
}
