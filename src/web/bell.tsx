import type { ReactElement } from 'react';

interface BellProps {
  readonly unreadCount: number;
  readonly isOpen: boolean;
  readonly onPress: () => void;
}

const SHOWN_MAX = 99;

export function Bell({ unreadCount, isOpen, onPress }: BellProps): ReactElement {
  const shown = unreadCount > SHOWN_MAX ? `${SHOWN_MAX}+` : String(unreadCount);
  return (
    <button
      type="button"
      className="button quiet bell"
      aria-label={unreadCount > 0 ? `Notifications, ${unreadCount} unread` : 'Notifications'}
      aria-expanded={isOpen}
      aria-keyshortcuts="b"
      onClick={onPress}
    >
      <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
        <path
          d="M8 1.6a4.2 4.2 0 0 0-4.2 4.2v2.9L2.6 11.4h10.8l-1.2-2.7V5.8A4.2 4.2 0 0 0 8 1.6zM6.4 13.2a1.7 1.7 0 0 0 3.2 0"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.3"
          strokeLinejoin="round"
        />
      </svg>
      {unreadCount > 0 && <span className="count">{shown}</span>}
    </button>
  );
}
