import { WebSocket } from 'ws';
import { z } from 'zod';
import { faultOf, reasonOf } from './http-line.ts';
import { type Connect, type Line, openWatchdog } from './line.ts';
import { SUBSCRIPTION } from './selection.ts';
import { every } from './time.ts';
import { updateOf } from './update.ts';

const frame = z.object({ type: z.string(), payload: z.unknown().optional() });
const moved = z.object({ cursor: z.string() });
const SUBPROTOCOL = 'graphql-transport-ws';
const OPERATION = '1';
/** A stopped reader needs no larger buffer than any other: what is not read stays with the service. */
const FRAME_BYTES_MAX = 4 * 1_024 * 1_024;

/** graphql-transport-ws spoken by hand, so that each frame is written down before any client could drop a repeat. */
export const recordWs: Connect = (line) =>
  new Promise((resolve) => {
    const { patience, gate, signal } = line;
    const socket = new WebSocket(`${line.url.replace(/^http/, 'ws')}/graphql`, SUBPROTOCOL, {
      handshakeTimeout: patience.openMs,
      maxPayload: FRAME_BYTES_MAX,
      perMessageDeflate: false,
    });
    const send = (message: object): void => {
      if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
    };
    let fault: string | null = null;
    let isOver = false;
    // Not only when the socket closes: one that is paused does not tell.
    const end = (reason: string): void => {
      if (isOver) return;
      isOver = true;
      for (const each of open) each[Symbol.dispose]();
      signal.removeEventListener('abort', cut);
      socket.terminate();
      resolve(reason);
    };
    const cut = (): void => end('cut');
    signal.addEventListener('abort', cut, { once: true });
    const dog = openWatchdog(2 * patience.pingMs, gate, () => end('silent'));
    const open: readonly Disposable[] = [
      dog,
      gate.onChange(() => (gate.isShut() ? socket.pause() : socket.resume())),
      every(patience.pingMs, () => send({ type: 'ping' })),
    ];
    socket.on('open', () => {
      if (gate.isShut()) socket.pause();
      send({ type: 'connection_init', payload: { authorization: `Bearer ${line.token}` } });
    });
    socket.on('message', (bytes: Buffer) => {
      if (isOver) return;
      dog.heard();
      try {
        const ended = hear(line, send, bytes.toString());
        if (ended !== null) end(ended);
      } catch (error) {
        end(`unreadable: ${reasonOf(error)}`);
      }
    });
    socket.on('error', (error: NodeJS.ErrnoException) => (fault = error.code ?? error.message));
    socket.on('close', (code) => end(fault ?? `close ${code}`));
    if (signal.aborted) cut();
  });

/** What one frame means to the session; not null when it ends it. */
function hear(line: Line, send: (message: object) => void, text: string): string | null {
  const { type, payload } = frame.parse(JSON.parse(text));
  switch (type) {
    case 'connection_ack':
      send({
        type: 'subscribe',
        id: OPERATION,
        payload: { query: SUBSCRIPTION, variables: { after: line.after } },
      });
      line.opened();
      return null;
    case 'next': {
      const fault = faultOf(payload);
      if (fault) return fault.code;
      line.saw(updateOf(payload));
      return null;
    }
    case 'ping':
      send({ type: 'pong' });
      if (moved.safeParse(payload).success) line.moved(moved.parse(payload).cursor);
      return null;
    case 'error':
      return faultOf({ errors: payload })?.code ?? 'error';
    case 'complete':
      return 'complete';
    default:
      return null;
  }
}
