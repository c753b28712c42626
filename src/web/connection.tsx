import type { ReactElement } from 'react';
import type { ConnectionStatus } from '../client/status.ts';
import { useNow } from './time.ts';
import { ago } from './words.ts';

const TRANSPORTS = { websocket: 'WebSocket', sse: 'server-sent events', polling: 'polling' } as const;
const STATES = {
  connecting: 'Connecting',
  live: 'Live',
  recovering: 'Reconnecting',
  polling: 'Polling',
  offline: 'Offline',
} as const;

const isoOf = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** How the page is connected, in the header. */
export function Connection({ status }: { status: ConnectionStatus }): ReactElement {
  const { state, transport, attempt } = status;
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
  readonly status: ConnectionStatus;
  readonly onRefresh: () => void;
}

/** Says plainly when what is on screen may be old. */
export function Banner({ status, onRefresh }: BannerProps): ReactElement | null {
  const now = useNow();
  const { state, lastUpdateAt, fault, reloads } = status;
  const asOf = lastUpdateAt === null ? 'Nothing has been read yet.' : `As of ${ago(isoOf(lastUpdateAt), now)}.`;
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
  return reloads > 0 && now.getTime() - status.since < RELOADED_SHOWN_MS ? (
    <p className="banner warn" role="status">
      You were away for long: all orders were loaded anew.
    </p>
  ) : null;
}

const RELOADED_SHOWN_MS = 10_000;
