import { type ReactElement, useMemo, useState } from 'react';
import { useNotifications } from '../client/react.ts';
import type { NotificationCategory } from '../generated/web/graphql.ts';
import { NotificationItem } from './notification-item.tsx';
import { CATEGORIES, CATEGORY } from './notification-words.ts';
import type { Viewer } from './push.ts';
import { PushHint } from './push-hint.tsx';

const PAGE = 30;

interface NotificationsPanelProps {
  readonly viewer: Viewer;
  readonly isPushAdvised: boolean;
  readonly onOpenOrder: (orderId: string) => void;
  readonly onSettings: () => void;
  readonly onClose: () => void;
}

export function NotificationsPanel({
  viewer,
  isPushAdvised,
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
      {isPushAdvised && <PushHint viewer={viewer} />}
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
            {...{ notification, client: viewer.client, onOpenOrder }}
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
