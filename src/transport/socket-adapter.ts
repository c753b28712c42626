import type { IncomingMessage } from 'node:http';
import { CloseCode, handleProtocols, makeServer, type ServerOptions } from 'graphql-ws';
import type { WebSocket, WebSocketServer } from 'ws';
import type { Deps } from '../deps.ts';
import { every } from '../kernel/clock.ts';
import { SOCKET_BUFFER_BYTES_MAX } from '../limits/limits.ts';
import { openStallCheck } from './stall.ts';

/** A socket that has not answered a ping by the next one is closed, and cut off when it has not gone by the one after. */
export const PING_INTERVAL_MS = 12_000;

/** What each connection carries beside the protocol's own state. */
export interface SocketExtra extends Record<PropertyKey, unknown> {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
}

interface AdapterOptions<E extends SocketExtra> extends Pick<Deps, 'log'> {
  readonly extraOf: (extra: SocketExtra) => E;
  /** What the next ping of a socket tells its client; null: nothing. */
  readonly pingPayload: (extra: E) => object | null;
  /** Closes a socket whose reader takes nothing any more, or not fast enough. */
  readonly onSlow: (socket: WebSocket) => void;
}

/**
 * graphql-ws on `ws`, as graphql-ws/use/ws has it, but for three things: faults of a socket go to our log rather than to
 * the console, which any client could flood; one timer pings all sockets; and a socket that its reader does not empty is
 * given up.
 */
export function serveSockets<E extends SocketExtra>(
  options: ServerOptions<Record<string, unknown> | undefined, E>,
  sockets: WebSocketServer,
  { log, extraOf, pingPayload, onSlow }: AdapterOptions<E>,
): Disposable {
  const server = makeServer(options);
  sockets.options.handleProtocols = handleProtocols;
  const answered = new WeakSet<WebSocket>();
  const extras = new Map<WebSocket, E>();
  const pings = every(PING_INTERVAL_MS, () => {
    for (const [socket, extra] of extras) {
      if (socket.readyState !== socket.OPEN) socket.terminate();
      else if (answered.delete(socket)) ping(socket, pingPayload(extra));
      else onSlow(socket);
    }
  });
  const stalls = openStallCheck({
    all: () => extras.values(),
    connectionOf: ({ socket, request }) => (socket.readyState === socket.OPEN ? request.socket : null),
    onStalled: ({ socket }) => onSlow(socket),
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
    const extra = extraOf({ socket, request });
    extras.set(socket, extra);
    const closed = server.opened(
      {
        protocol: socket.protocol,
        send: (data) => {
          if (socket.bufferedAmount > SOCKET_BUFFER_BYTES_MAX) onSlow(socket);
          return send(socket, data);
        },
        close: (code, reason) => socket.close(code, reason),
        onMessage: (hear) => {
          socket.on('message', (data: Buffer) => void hear(data.toString()).catch(fail));
        },
      },
      extra,
    );
    socket.once('close', (code, reason) => {
      extras.delete(socket);
      void closed(code, reason.toString());
    });
  });
  return {
    [Symbol.dispose]() {
      for (const timer of [pings, stalls]) timer[Symbol.dispose]();
    },
  };
}

/** The protocol's own ping where there is something to tell, which graphql-ws answers as well; otherwise the socket's. */
function ping(socket: WebSocket, payload: object | null): void {
  socket.ping();
  if (payload) socket.send(JSON.stringify({ type: 'ping', payload }), () => undefined);
}

/**
 * Resolves when the frame is handed to the kernel, so that the next event is pulled only then. On a socket that is being
 * closed nothing is pulled any more.
 */
function send(socket: WebSocket, data: string): Promise<void> {
  return new Promise((resolve, reject) => {
    if (socket.readyState !== socket.OPEN) return;
    socket.send(data, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}
