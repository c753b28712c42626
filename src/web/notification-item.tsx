import { type ReactElement, useState } from 'react';
import type { Fillstream } from '../client/index.ts';
import type { Notification } from '../client/react.ts';
import { CATEGORY, isRightToLeft } from './notification-words.ts';
import { useNow } from './time.ts';
import { Why } from './why.tsx';
import { ago, stamp, wordOf } from './words.ts';

interface NotificationItemProps {
  readonly notification: Notification;
  readonly client: Pick<Fillstream, 'ask'>;
  readonly onRead: (id: string) => void;
  readonly onArchive: (id: string) => void;
  readonly onOpenOrder: (orderId: string) => void;
}

export function NotificationItem({ notification, client, ...on }: NotificationItemProps): ReactElement {
  const now = useNow();
  const [showsWhy, setShowsWhy] = useState(false);
  const { id, title, body, locale, orderId, readAt, critical, category, strategy, createdAt } = notification;
  const open = (order: string): void => {
    if (readAt === null) on.onRead(id);
    on.onOpenOrder(order);
  };
  return (
    <li className={`notification${readAt === null ? ' unread' : ''}${critical ? ' critical' : ''}`}>
      <div className="words" lang={locale} dir={isRightToLeft(locale) ? 'rtl' : 'ltr'}>
        <h3>
          {readAt === null && <span className="sr-only">Unread: </span>}
          {title}
        </h3>
        <p>{body}</p>
      </div>
      <p className="muted about">
        {critical && <span className="mark">Critical</span>} {wordOf(CATEGORY, category)} ·{' '}
        {strategy !== null && <>{strategy} · </>}
        <time dateTime={createdAt} title={stamp(createdAt)}>
          {ago(createdAt, now)}
        </time>
      </p>
      <p className="doings">
        {orderId !== null && (
          <button type="button" className="link" onClick={() => open(orderId)}>
            Show order
          </button>
        )}
        {readAt === null && (
          <button type="button" className="link" onClick={() => on.onRead(id)}>
            Mark read
          </button>
        )}
        <button type="button" className="link" onClick={() => on.onArchive(id)}>
          Archive
        </button>
        <button
          type="button"
          className="link"
          aria-label="Why did I, or did I not, get it?"
          aria-expanded={showsWhy}
          onClick={() => setShowsWhy(!showsWhy)}
        >
          Why?
        </button>
      </p>
      {showsWhy && <Why client={client} notificationId={id} />}
    </li>
  );
}
