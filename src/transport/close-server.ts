import type { Server } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import { afterInput, delay, every } from '../kernel/clock.ts';

const IDLE_SWEEP_MS = 50;
/** Who has connected and sent nothing by then has nothing to ask: browsers and fetch connect in advance. */
const SILENT_MS = 500;

/** Asked for before the server listens: it has to know of every connection. @returns what ends the server */
export function closerOf(server: Server): (withinMs: number) => Promise<void> {
  const open = new Set<Socket>();
  server.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  return (withinMs) => closeServer(server, open, withinMs);
}

/**
 * Stops listening; resolves when every connection is closed after its last answer, or cut off when the time is over.
 * `close()` of node:http would at once reset connections that look idle, also those whose request has arrived and is not
 * read yet, as on a busy machine many have.
 */
async function closeServer(server: Server, open: ReadonlySet<Socket>, withinMs: number): Promise<void> {
  // A whole turn of the event loop: whoever has connected by now is let in.
  await afterInput();
  await afterInput();
  const closed = new Promise<void>((resolve) => void NetServer.prototype.close.call(server, () => resolve()));
  const sweep = every(IDLE_SWEEP_MS, () => void afterInput().then(() => server.closeIdleConnections()));
  const finished = new AbortController();
  void delay(SILENT_MS, finished.signal)
    .then(afterInput)
    .then(() => {
      // node:http does not count them among the idle ones.
      for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
    });
  await Promise.race([closed, delay(withinMs, finished.signal)]);
  finished.abort();
  sweep[Symbol.dispose]();
  server.closeAllConnections();
  // It is closed by now; this ends the timer that node:http checks its connections by.
  server.close(() => undefined);
}
