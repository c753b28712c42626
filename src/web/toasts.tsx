import { type ReactElement, useCallback, useState } from 'react';
import type { Notification } from '../client/react.ts';
import { later, now } from '../client/time.ts';
import { isRightToLeft } from './notification-words.ts';

const SHOWN_MS = 15_000;
/** One that comes late, after a broken connection, is in the list and needs no shout. */
const FRESH_MS = 60_000;
const TOASTS_MAX = 3;

/** Critical ones as they come. */
export function useToasts() {
  const [toasts, setToasts] = useState<readonly Notification[]>([]);
  const drop = useCallback((id: string) => setToasts((held) => held.filter((each) => each.id !== id)), []);
  const add = useCallback(
    (notification: Notification): void => {
      const { critical, readAt, createdAt, id } = notification;
      if (!critical || readAt !== null || now() - Date.parse(createdAt) > FRESH_MS) return;
      setToasts((held) => [...held, notification].slice(-TOASTS_MAX));
      later(SHOWN_MS, () => drop(id));
    },
    [drop],
  );
  return { toasts, add, drop };
}

interface ToastsProps {
  readonly toasts: readonly Notification[];
  readonly onDrop: (id: string) => void;
  readonly onOpenOrder: (notification: Notification) => void;
}

export function Toasts({ toasts, onDrop, onOpenOrder }: ToastsProps): ReactElement {
  return (
    <div className="toasts">
      {toasts.map((toast) => (
        <div key={toast.id} className="toast" role="alert">
          <div lang={toast.locale} dir={isRightToLeft(toast.locale) ? 'rtl' : 'ltr'}>
            <strong>{toast.title}</strong>
            <p>{toast.body}</p>
          </div>
          <p className="doings">
            {toast.orderId !== null && (
              <button type="button" className="link" onClick={() => onOpenOrder(toast)}>
                Show order
              </button>
            )}
            <button type="button" className="link" onClick={() => onDrop(toast.id)}>
              Dismiss
            </button>
          </p>
        </div>
      ))}
    </div>
  );
}
