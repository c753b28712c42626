import { type Client, createClient } from 'graphql-ws';
import { closeEnding, type Ending, lost } from './ending.ts';
import { isObject, textOf } from './read.ts';
import type { Line } from './session.ts';
import { later } from './time.ts';

/** A connection of the stock client that ends once, for good: whether to come back is not its business. */
export interface Socket {
  readonly client: Client;
  /** The id of the operation that the client has begun last. */
  lastId(): string;
  /** Ends it; nothing is told any more. */
  close(): void;
}

interface SocketEars {
  readonly ended: (ending: Ending) => void;
  /** Where operations stand, by their ids. */
  readonly moved: (id: string, cursor: unknown) => void;
}

export function openSocket(line: Line, { ended, moved }: SocketEars): Socket {
  const { patience } = line;
  let isOver = false;
  let lastId = 0;
  let socket: WebSocket | null = null;
  let stopWaiting = later(patience.openMs, () => end(lost('TIMEOUT', 'no answer in time')));
  const close = (): void => {
    if (isOver) return;
    isOver = true;
    stopWaiting();
    stopTelling?.();
    // It rejects when it was not connected yet.
    Promise.resolve(client.dispose()).catch(nothing);
    if (socket) hangUp(socket);
  };
  const end = (ending: Ending): void => {
    if (isOver) return;
    close();
    ended(ending);
  };
  const client = createClient({
    url: `${line.url.replace(/^http/, 'ws')}/graphql`,
    webSocketImpl: line.webSocket && watched(line.webSocket, (made) => (socket = made)),
    connectionParams: { authorization: `Bearer ${line.token}`, client: line.facts, presence: line.presence?.now() },
    ...{ lazy: false, retryAttempts: 0, onNonLazyError: nothing, keepAlive: patience.pingMs },
    generateID: () => String(++lastId),
    on: {
      connected: () => {
        if (isOver) return;
        stopWaiting();
        line.opened();
      },
      message: () => !isOver && line.alive(),
      ping(received, payload) {
        if (isOver) return;
        if (received) for (const [id, cursor] of cursorsIn(payload)) moved(id, cursor);
        else stopWaiting = later(patience.pongMs, () => end(lost('SILENT', 'no answer to a ping')));
      },
      pong: (received) => received && stopWaiting(),
      // What is no frame of the protocol. A broken connection has a target, and its close follows.
      error: (error) => error instanceof Error && !('target' in error) && end(lost('UNREADABLE', error.message)),
      closed: (event) => end(endingOf(event)),
    },
  });
  const stopTelling = line.presence?.subscribe((report) => void client.subscribe(report, NOBODY));
  return { client, lastId: () => String(lastId), close };
}

/** Hears what comes of what is only told. */
const nothing = (): void => undefined;
const NOBODY = { next: nothing, error: nothing, complete: nothing };

function endingOf(event: unknown): Ending {
  const { code, reason } = isObject(event) ? event : {};
  return closeEnding(typeof code === 'number' ? code : 1006, textOf(reason) ?? '');
}

function cursorsIn(payload: unknown): readonly (readonly [string, unknown])[] {
  const cursors = isObject(payload) ? payload['cursors'] : null;
  return isObject(cursors) ? Object.entries(cursors) : [];
}

/**
 * The socket itself, to end it at any moment. `ws` throws an error that nobody listens to, and the stock client stops
 * listening before its socket is closed.
 */
function watched(Implementation: typeof WebSocket, onMade: (socket: WebSocket) => void): typeof WebSocket {
  return class extends Implementation {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      this.addEventListener('error', nothing);
      onMade(this);
    }
  };
}

const HANG_UP_MS = 1_000;

/** To one that has gone silent only `ws` can do more than ask it to close. */
function hangUp(socket: WebSocket): void {
  const ws = socket as { terminate?: () => void };
  later(HANG_UP_MS, () => ws.terminate?.());
  socket.close(1000);
}
