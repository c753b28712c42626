import { once } from 'node:events';
import WebSocket from 'ws';
import type { GraphqlAnswer } from '../support/client.ts';

export interface Operation {
  readonly query: string;
  readonly variables?: object;
  readonly operationName?: string;
}

/** Asks one operation and resolves with its first answer, whichever form the transport gives it. */
export type Way = (asked: { url: string; token: string }, operation: Operation) => Promise<GraphqlAnswer>;

const post = (url: string, init: { token: string; accept: string; body: string }): Promise<Response> =>
  fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: init.accept, authorization: `Bearer ${init.token}` },
    body: init.body,
  });

const overHttp: Way = async ({ url, token }, operation) => {
  const accept = 'application/graphql-response+json, application/json';
  const response = await post(url, { token, accept, body: JSON.stringify(operation) });
  if (response.status >= 500) throw new Error(`answered ${response.status}`);
  return (await response.json()) as GraphqlAnswer;
};

/** The data of the first `next` event. */
const overSse: Way = async ({ url, token }, operation) => {
  const response = await post(url, { token, accept: 'text/event-stream', body: JSON.stringify(operation) });
  const text = await response.text();
  const data = response.headers.get('content-type')?.startsWith('text/event-stream')
    ? (/event: next\ndata: (.*)\n/.exec(text)?.[1] ?? '{}')
    : text;
  return JSON.parse(data) as GraphqlAnswer;
};

/** As graphql-transport-ws puts it: `error` carries what `next` of the other transports has under `errors`. */
const overSocket: Way = async (asked, operation) => {
  const socket = await openSocket(asked);
  try {
    const answer = await socket.ask(operation);
    return answer.type === 'error' ? { errors: answer.payload as never } : (answer.payload as GraphqlAnswer);
  } finally {
    await socket.close();
  }
};

export const WAYS: readonly [string, Way][] = [
  ['HTTP', overHttp],
  ['a WebSocket', overSocket],
  ['Server-Sent Events', overSse],
];

interface Message {
  readonly id?: string;
  readonly type: string;
  readonly payload?: unknown;
}

export interface RawSocket {
  readonly send: (message: Message | string) => void;
  /** The next message about this operation that is not taken yet. */
  readonly about: (id: string) => Promise<Message>;
  /** Asks one operation under an id of its own. */
  readonly ask: (operation: Operation) => Promise<Message>;
  readonly closed: Promise<number>;
  readonly isOpen: () => boolean;
  readonly close: () => Promise<void>;
}

/** A socket without a client library, past its acknowledgement, so that each frame can be seen. */
export async function openSocket({ url, token }: { url: string; token: string }): Promise<RawSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const inbox: Message[] = [];
  const waiting = new Map<string, (message: Message) => void>();
  const closed = once(socket, 'close').then(([code]) => code as number);
  socket.on('error', () => undefined);
  socket.on('message', (frame: Buffer) => {
    const message = JSON.parse(frame.toString()) as Message;
    const taker = waiting.get(message.id ?? message.type);
    waiting.delete(message.id ?? message.type);
    if (taker) taker(message);
    else inbox.push(message);
  });
  const send: RawSocket['send'] = (message) =>
    socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  const about: RawSocket['about'] = (id) => {
    const at = inbox.findIndex((message) => (message.id ?? message.type) === id);
    const [message] = at < 0 ? [] : inbox.splice(at, 1);
    return message ? Promise.resolve(message) : new Promise((resolve) => waiting.set(id, resolve));
  };
  let operations = 0;
  await once(socket, 'open');
  send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
  await about('connection_ack');
  return {
    ...{ send, about, closed },
    ask: (operation) => {
      const id = `ask-${++operations}`;
      send({ id, type: 'subscribe', payload: operation });
      return about(id);
    },
    isOpen: () => socket.readyState === WebSocket.OPEN,
    close: async () => {
      socket.close();
      await closed;
    },
  };
}
