import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { cursorAt } from './perfect.ts';

/** Says what a test wants said, at the address of a service whose stream is empty. */
export interface FakeService {
  readonly url: string;
  readonly close: () => Promise<void>;
}

interface Script {
  /** Of each socket: after its subscription, with what it asked for. */
  readonly onSubscribe?: (socket: WebSocket, after: string) => void;
  /** Of each other request than the first one for the position. */
  readonly onRequest?: (request: IncomingMessage, response: ServerResponse) => void;
  /** Whether a `ping` is answered; yes unless told. */
  readonly answersPings?: boolean;
}

interface Message {
  readonly type: string;
  readonly payload?: { readonly variables?: { readonly after: string } };
}

export async function openFakeService({ onSubscribe, onRequest, answersPings = true }: Script): Promise<FakeService> {
  const server = createServer((request, response) => {
    if (request.url === '/graphql' && request.headers.accept === 'application/json') {
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ data: { position: cursorAt(0) } }));
    } else onRequest?.(request, response);
  });
  const sockets = new WebSocketServer({ server, path: '/graphql' });
  sockets.on('connection', (socket) => {
    socket.on('message', (bytes: Buffer) => {
      const { type, payload } = JSON.parse(bytes.toString()) as Message;
      if (type === 'connection_init') socket.send(JSON.stringify({ type: 'connection_ack' }));
      if (type === 'ping' && answersPings) socket.send(JSON.stringify({ type: 'pong' }));
      if (type === 'subscribe') onSubscribe?.(socket, payload?.variables?.after ?? '');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A frame of the subscription: the event at this place. */
export const nextFrame = (offset: number): string =>
  JSON.stringify({
    type: 'next',
    id: '1',
    payload: { data: { orderUpdated: { cursor: cursorAt(offset), event: { id: `E${offset}` }, order: { id: 'O' } } } },
  });
