import type { ProbeStep, Transport } from './machine.ts';
import type { OpenSession } from './session.ts';
import { openWebSocket } from './websocket.ts';

/** Once the file with it is there. */
export let probeStep: ProbeStep | undefined;

/**
 * How a transport is opened, once what it needs is there.
 * @throws when the file does not come; it is asked for again at the next attempt
 */
export async function openerOf(transport: Transport): Promise<OpenSession> {
  if (transport === 'websocket') return openWebSocket;
  const fallback = await import('./fallback.ts');
  probeStep = fallback.probe;
  return fallback[transport];
}

/**
 * Asks for the code of these transports while the network that has brought the app is still there: on the broken one that
 * calls for it, or after a deploy that has taken the file away, it might not come.
 */
export function preload(transports: readonly Transport[]): void {
  for (const transport of transports) openerOf(transport).catch(() => undefined);
}
