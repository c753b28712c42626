import type { IncomingMessage } from 'node:http';
import { CloseCode, handleProtocols, makeServer, type ServerOptions } from 'graphql-ws';
import type { WebSocket, WebSocketServer } from 'ws';
import type { Deps } from '../deps.ts';
import { every } from '../kernel/clock.ts';

/** A socket that has not answered a ping by the next one is cut off. */
export const PING_INTERVAL_MS = 12_000;

/** What each connection carries beside the protocol's own state. */
export interface SocketExtra extends Record<PropertyKey, unknown> {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
}

/**
 * graphql-ws on `ws`, as graphql-ws/use/ws has it, but for two things: faults of a socket go to our log rather than to
 * the console, which any client could flood, and one timer pings all sockets.
 */
export function serveSockets<E extends SocketExtra>(
  options: ServerOptions<Record<string, unknown> | undefined, E>,
  sockets: WebSocketServer,
  { log, extraOf }: Pick<Deps, 'log'> & { readonly extraOf: (extra: SocketExtra) => E },
): Disposable {
  const server = makeServer(options);
  sockets.options.handleProtocols = handleProtocols;
  const answered = new WeakSet<WebSocket>();
  const pings = every(PING_INTERVAL_MS, () => {
    for (const socket of sockets.clients) {
      if (!answered.delete(socket)) socket.terminate();
      else if (socket.readyState === socket.OPEN) socket.ping();
    }
  });
  sockets.on('connection', (socket, request) => {
    const fail = (err: unknown): void => {
      log.debug({ err }, 'a socket failed');
      socket.close(CloseCode.InternalServerError, 'Internal server error');
    };
    answered.add(socket);
    socket.on('pong', () => answered.add(socket));
    // `ws` closes the socket itself, with the code of what the client did wrong.
    socket.on('error', (err) => log.debug({ err }, 'a socket failed'));
    const closed = server.opened(
      {
        protocol: socket.protocol,
        send: (data) => send(socket, data),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (hear) => {
          socket.on('message', (data: Buffer) => void hear(data.toString()).catch(fail));
        },
      },
      extraOf({ socket, request }),
    );
    socket.once('close', (code, reason) => void closed(code, reason.toString()));
  });
  return pings;
}

/** Resolves when the frame is handed to the kernel, so that the next event is pulled only then. */
function send(socket: WebSocket, data: string): Promise<void> {
  if (socket.readyState !== socket.OPEN) return Promise.resolve();
  return new Promise((resolve, reject) => {
    socket.send(data, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}
