import type { ConnectionStatus } from '../client/index.ts';
import type { OrdersState } from '../client/react.ts';

/** How the page is connected, and of when what it shows is. */
export interface Freshness extends Omit<ConnectionStatus, 'lastUpdateAt' | 'state'> {
  readonly state: Exclude<ConnectionStatus['state'], 'idle'>;
  /** In milliseconds since 1970; null: nothing is known yet. */
  readonly asOf: number | null;
  /** When all orders had to be loaded anew; null: never. */
  readonly reloadedAt: number | null;
}

/**
 * Nothing is followed before the list has been loaded: the page connects, unless the list can’t be had. And what was kept on the device is as old as it is, whenever the service was last heard.
 */
export function freshnessOf(
  { lastUpdateAt, ...status }: ConnectionStatus,
  { asOf, reloadedAt, isFromCache, error }: Pick<OrdersState, 'asOf' | 'reloadedAt' | 'isFromCache' | 'error'>,
): Freshness {
  const state = status.state === 'idle' ? 'connecting' : status.state;
  const isAway = state === 'connecting' && error !== null;
  const latest = isFromCache || asOf === null ? asOf : Math.max(asOf, lastUpdateAt ?? 0);
  return { ...status, state: isAway ? 'offline' : state, asOf: latest, reloadedAt };
}

/** Nothing that happens now is missing on the screen. */
export const isFresh = ({ state }: Freshness): boolean => state === 'live' || state === 'polling';
