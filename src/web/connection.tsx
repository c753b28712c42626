import type { ReactElement } from 'react';
import type { Freshness } from './freshness.ts';
import { useNow } from './time.ts';
import { ago, clockTime, isoOf } from './words.ts';

const TRANSPORTS = { websocket: 'WebSocket', sse: 'server-sent events', polling: 'polling' } as const;
const STATES = {
  connecting: 'Connecting',
  live: 'Live',
  recovering: 'Reconnecting',
  polling: 'Polling',
  offline: 'Offline',
} as const;

/** How the page is connected, in the header. */
export function Connection({ fresh }: { fresh: Freshness }): ReactElement {
  const { state, transport, attempt } = fresh;
  const how = state === 'live' ? `by ${TRANSPORTS[transport]}` : attempt > 0 ? `attempt ${attempt}` : '';
  return (
    <span className="connection" data-state={state} title={how} role="status">
      <span className="lamp" aria-hidden="true" />
      {STATES[state]}
      {how !== '' && <span className="muted wide">{how}</span>}
    </span>
  );
}

interface BannerProps {
  readonly fresh: Freshness;
  readonly onRefresh: () => void;
}

/** Says plainly when what is on screen may be old. */
export function Banner({ fresh, onRefresh }: BannerProps): ReactElement | null {
  const now = useNow();
  const { state, asOf: at, fault, reloadedAt } = fresh;
  const asOf = at === null ? 'Nothing is known yet.' : `As of ${clockTime(isoOf(at))}, ${ago(isoOf(at), now)}.`;
  if (fault !== null) return <p className="banner bad">You are signed out: sign in again. {asOf}</p>;
  if (state === 'offline' || state === 'recovering') {
    return (
      <div className="banner bad" role="alert">
        <span>
          {state === 'offline' ? 'Offline.' : 'The connection was lost; coming back.'} {asOf} Orders may have changed
          since.
        </span>
        <button type="button" className="button" onClick={onRefresh}>
          Try now
        </button>
      </div>
    );
  }
  if (state === 'polling') {
    return <p className="banner warn">Live push does not get through here: the page asks for news instead. {asOf}</p>;
  }
  return reloadedAt !== null && now.getTime() - reloadedAt < RELOADED_SHOWN_MS ? (
    <p className="banner warn" role="status">
      You were away for long: all orders were loaded anew.
    </p>
  ) : null;
}

const RELOADED_SHOWN_MS = 10_000;
