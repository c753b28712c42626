import type { Transport } from './machine.ts';
import type { OpenSession } from './session.ts';
import { openWebSocket } from './websocket.ts';

/**
 * How a transport is opened, once what it needs is there.
 * @throws when the file does not come; it is asked for again at the next attempt
 */
export const openerOf = async (transport: Transport): Promise<OpenSession> =>
  transport === 'websocket' ? openWebSocket : (await import('./fallback.ts'))[transport];

/**
 * Asks for the code of these transports while the network that has brought the app is still there: on the broken one that
 * calls for it, or after a deploy that has taken the file away, it might not come.
 */
export function preload(transports: readonly Transport[]): void {
  for (const transport of transports) openerOf(transport).catch(() => undefined);
}
