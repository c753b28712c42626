import type { ReactElement } from 'react';
import type { Fillstream } from '../client/index.ts';
import { NotificationsPanel } from './notifications-panel.tsx';
import { OrderDetail } from './order-detail.tsx';
import { Ticket } from './ticket.tsx';
import type { Trading } from './trading.ts';
import type { Order } from './words.ts';

/** What is beside the list. */
export type Panel =
  | { readonly kind: 'order'; readonly id: string; readonly order: Order | null }
  | { readonly kind: 'ticket' | 'notifications' };

interface SidePanelProps {
  readonly panel: Panel;
  readonly trading: Trading;
  readonly client: Pick<Fillstream, 'ask'>;
  readonly onClose: () => void;
  readonly onOpenOrder: (orderId: string) => void;
  readonly onSettings: () => void;
}

const NAMES = { order: 'Order', ticket: 'New order', notifications: 'Notifications' } as const;

export function SidePanel({ panel, trading, client, onClose, onOpenOrder, onSettings }: SidePanelProps): ReactElement {
  return (
    <aside className="panel" aria-label={NAMES[panel.kind]}>
      {panel.kind === 'ticket' && <Ticket trading={trading} onClose={onClose} />}
      {panel.kind === 'order' && (
        <OrderDetail key={panel.id} id={panel.id} listed={panel.order} trading={trading} onClose={onClose} />
      )}
      {panel.kind === 'notifications' && <NotificationsPanel {...{ client, onOpenOrder, onSettings, onClose }} />}
    </aside>
  );
}
