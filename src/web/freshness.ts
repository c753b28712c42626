import type { ConnectionStatus } from '../client/index.ts';
import type { OrdersState } from '../client/react.ts';

/** How the page is connected, and of when what it shows is. */
export interface Freshness extends Omit<ConnectionStatus, 'lastUpdateAt'> {
  /** In milliseconds since 1970; null: nothing is known yet. */
  readonly asOf: number | null;
}

/**
 * A list that could not be loaded is not followed either, so the connection alone would say for ever that it is about to
 * begin. And what was kept on the device is as old as it is, whenever the service was last heard.
 */
export function freshnessOf(
  { lastUpdateAt, ...status }: ConnectionStatus,
  { asOf, isFromCache, error }: Pick<OrdersState, 'asOf' | 'isFromCache' | 'error'>,
): Freshness {
  const isAway = status.state === 'connecting' && error !== null;
  const latest = isFromCache || asOf === null ? asOf : Math.max(asOf, lastUpdateAt ?? 0);
  return { ...status, state: isAway ? 'offline' : status.state, asOf: latest };
}

/** Nothing that happens now is missing on the screen. */
export const isFresh = ({ state }: Freshness): boolean => state === 'live' || state === 'polling';
