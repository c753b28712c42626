import type { Transport } from './machine.ts';
import type { OpenSession } from './session.ts';
import { openWebSocket } from './websocket.ts';

/** @throws when the file does not come; it is asked for again at the next attempt */
const loadFallback = () => import('./fallback.ts');

/** How each transport is opened, once what it needs is there. */
export const OPENERS: Readonly<Record<Transport, () => Promise<OpenSession>>> = {
  websocket: () => Promise.resolve(openWebSocket),
  sse: async () => (await loadFallback()).openSse,
  polling: async () => (await loadFallback()).openPolling,
};

/**
 * Asks for the code of these transports while the network that has brought the app is still there: on the broken one that
 * calls for it, or after a deploy that has taken the file away, it might not come.
 */
export function preload(transports: readonly Transport[]): void {
  for (const transport of transports) OPENERS[transport]().catch(() => undefined);
}
