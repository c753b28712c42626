import { type ReactElement, useMemo, useState } from 'react';
import type { Fillstream } from '../client/index.ts';
import { useNotifications } from '../client/react.ts';
import type { NotificationCategory } from '../generated/web/graphql.ts';
import { NotificationItem } from './notification-item.tsx';
import { CATEGORIES, CATEGORY } from './notification-words.ts';

const PAGE = 30;

interface NotificationsPanelProps {
  readonly client: Pick<Fillstream, 'ask'>;
  readonly onOpenOrder: (orderId: string) => void;
  readonly onSettings: () => void;
  readonly onClose: () => void;
}

export function NotificationsPanel({
  client,
  onOpenOrder,
  onSettings,
  onClose,
}: NotificationsPanelProps): ReactElement {
  const [category, setCategory] = useState<NotificationCategory | ''>('');
  const filter = useMemo(() => (category === '' ? {} : { categories: [category] }), [category]);
  const list = useNotifications({ filter, pageSize: PAGE });
  const { notifications, unreadCount, isLoading, error, hasMore, isCriticalOnly } = list;
  const isEmpty = notifications.length === 0;
  return (
    <section className="detail notifications" aria-label="Notifications">
      <header>
        <h2>Notifications</h2>
        <button type="button" className="button quiet" onClick={onClose} aria-label="Close">
          ✕
        </button>
      </header>
      <div className="bar-of-panel">
        <select
          aria-label="Category"
          value={category}
          onChange={(event) => setCategory(event.target.value as NotificationCategory | '')}
        >
          <option value="">All categories</option>
          {CATEGORIES.map((each) => (
            <option key={each} value={each}>
              {CATEGORY[each]}
            </option>
          ))}
        </select>
        <button type="button" className="button" disabled={unreadCount === 0} onClick={() => void list.markRead('all')}>
          Mark all read
        </button>
        <button type="button" className="button" onClick={onSettings}>
          Settings
        </button>
      </div>
      {isCriticalOnly && (
        <p className="muted">
          Live push does not get through here: only critical ones come by themselves.{' '}
          <button type="button" className="link" onClick={() => void list.refresh()}>
            Load again
          </button>
        </p>
      )}
      {error !== null && <p className="fault">They can’t be loaded now. What is shown may be old.</p>}
      {isEmpty && error === null && <p className="muted">{isLoading ? 'Loading…' : 'Nothing to tell you.'}</p>}
      <ol>
        {notifications.map((notification) => (
          <NotificationItem
            key={notification.id}
            {...{ notification, client, onOpenOrder }}
            onRead={(id) => void list.markRead([id])}
            onArchive={(id) => void list.archive([id])}
          />
        ))}
      </ol>
      {hasMore && (
        <button type="button" className="button" disabled={isLoading} onClick={() => void list.loadMore()}>
          Older ones
        </button>
      )}
    </section>
  );
}
