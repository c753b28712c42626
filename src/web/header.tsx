import type { ReactElement } from 'react';
import { Bell } from './bell.tsx';
import { Connection } from './connection.tsx';
import type { Freshness } from './freshness.ts';
import type { Theme } from './theme.ts';

interface HeaderProps {
  /** Something lies over it. */
  readonly isCovered: boolean;
  readonly fresh: Freshness;
  readonly theme: Theme;
  readonly userId: string;
  readonly unreadCount: number;
  readonly showsNotifications: boolean;
  readonly onNotifications: () => void;
  readonly onToggleTheme: () => void;
  readonly onSignOut: () => void;
}

export function Header({ isCovered, fresh, theme, userId, unreadCount, ...props }: HeaderProps): ReactElement {
  return (
    <header className="header" inert={isCovered}>
      <h1>Fillstream</h1>
      <Connection fresh={fresh} />
      <span className="grow" />
      <a href="/graphql" className="wide">
        GraphiQL
      </a>
      <Bell unreadCount={unreadCount} isOpen={props.showsNotifications} onPress={props.onNotifications} />
      <button type="button" className="button quiet" onClick={props.onToggleTheme}>
        {theme === 'dark' ? 'Light' : 'Dark'}
      </button>
      <span className="muted wide">{userId}</span>
      <button type="button" className="button quiet" onClick={props.onSignOut}>
        Sign out
      </button>
    </header>
  );
}
