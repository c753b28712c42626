import type { Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import { afterInput, delay, every } from '../kernel/clock.ts';

const IDLE_SWEEP_MS = 50;

/**
 * Stops listening; resolves when every connection is closed after its last answer, or cut off when the time is over.
 * `close()` of node:http would at once reset connections that look idle, also those whose request has arrived and is not
 * read yet, as on a busy machine many have.
 */
export async function closeServer(server: Server, withinMs: number): Promise<void> {
  // A whole turn of the event loop: whoever has connected by now is let in.
  await afterInput();
  await afterInput();
  const closed = new Promise<void>((resolve) => void NetServer.prototype.close.call(server, () => resolve()));
  const sweep = every(IDLE_SWEEP_MS, () => void afterInput().then(() => server.closeIdleConnections()));
  const finished = new AbortController();
  await Promise.race([closed, delay(withinMs, finished.signal)]);
  finished.abort();
  sweep[Symbol.dispose]();
  server.closeAllConnections();
  // It is closed by now; this ends the timer that node:http checks its connections by.
  server.close(() => undefined);
}
