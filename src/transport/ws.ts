import type { Server } from 'node:http';
import type { ExecutionResult } from 'graphql';
import { CloseCode, type Context as ConnectionContext, type SubscribePayload } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Verified } from '../auth/token.ts';
import type { UserId } from '../kernel/brand.ts';
import type { Deps } from '../deps.ts';
import type { PresentConnection } from '../notifications/presence.ts';
import { delay } from '../kernel/clock.ts';
import { clientFactsOf } from './client-facts.ts';
import { spread } from './spread.ts';
import { apiError } from '../graphql/errors.ts';
import { CONNECTION_INIT_WAIT_MS, SOCKET_MESSAGE_BYTES_MAX, SUBSCRIPTIONS_PER_SOCKET_MAX } from '../limits/limits.ts';
import { openProgress, type Place, type Progress } from '../stream/progress.ts';
import { cursorOf } from '../stream/resume.ts';
import { engineOf, prepare } from './operation.ts';
import { serveSockets, type SocketExtra as AdapterExtra } from './socket-adapter.ts';
import type { createGraphqlServer } from './yoga.ts';

/** Closes that clients act on: the stock graphql-ws client comes back from 1012 and 4403, never from 4401. */
export const CLOSE_DRAIN = 1012;
export const CLOSE_OVERLOADED = 1013;
export const CLOSE_TOKEN_EXPIRED = CloseCode.Forbidden;
export const CLOSE_TOKEN_INVALID = CloseCode.Unauthorized;
/** Policy (RFC 6455, 7.4.1): the stock client doesn't come back, and `fillstream/client` reads the reason and falls back. */
export const CLOSE_DISABLED = 1008;

/** For the answer to a close, in a drain. */
const CLOSE_WAIT_MS = 1_000;

export interface SocketServer {
  /**
   * Closes the sockets with 1012, spread over half the time so that their clients don't come back all at once; what does
   * not answer soon is cut off, by three quarters of the time. New ones are refused from now on.
   */
  drain(withinMs: number): Promise<void>;
}

type Yoga = ReturnType<typeof createGraphqlServer>;
interface SocketExtra extends AdapterExtra {
  verified?: Verified;
  /** Of a verified viewer. */
  presence?: PresentConnection;
  readonly progress: Progress;
}

type Connection = ConnectionContext<Record<string, unknown> | undefined, SocketExtra>;

interface SocketDeps {
  readonly deps: Deps;
  readonly yoga: Yoga;
  readonly server: Server;
}

/** GraphQL over WebSocket (graphql-transport-ws), on the same engine and under the same limits as HTTP. */
export function openSockets({ deps, yoga, server }: SocketDeps): SocketServer {
  let draining = false;
  const sockets = new WebSocketServer({
    server,
    verifyClient: (_info, decide) =>
      draining ? decide(false, 503, 'the service restarts', { 'Retry-After': '1' }) : decide(true),
    path: yoga.graphqlEndpoint,
    maxPayload: SOCKET_MESSAGE_BYTES_MAX,
    perMessageDeflate: false,
  });
  const pings = serveSockets<SocketExtra>(
    {
      connectionInitWaitTimeout: CONNECTION_INIT_WAIT_MS,
      execute: (args) => engineOf(args).execute(args) as Promise<ExecutionResult>,
      subscribe: async (args) => errorAsStream(await engineOf(args).subscribe(args)),
      onConnect: (connection) => connect(deps, connection),
      onSubscribe: (connection, id, payload) => subscribe(yoga, connection, { id, payload }),
    },
    sockets,
    {
      log: deps.log,
      extraOf: (extra) => ({ ...extra, progress: openProgress() }),
      pingPayload: (extra) => cursorsOf(deps, extra),
      onSlow: (socket) => socket.close(CLOSE_OVERLOADED, 'the socket is read too slowly: come back and resume'),
    },
  );
  return {
    async drain(withinMs) {
      draining = true;
      await spread(sockets.clients, withinMs / 2, (socket) =>
        socket.close(CLOSE_DRAIN, 'the service restarts: come back'),
      );
      // Who has gone without a word answers no close.
      const closed = new Promise<void>((resolve) => sockets.close(() => resolve()));
      const finished = new AbortController();
      await Promise.race([closed, delay(Math.min(CLOSE_WAIT_MS, withinMs / 4), finished.signal)]);
      finished.abort();
      for (const socket of sockets.clients) socket.terminate();
      pings[Symbol.dispose]();
    },
  };
}

/**
 * Where the socket's subscriptions stand when that is news to the client: each by the id of its operation, and the one
 * place of them all when they agree.
 */
function cursorsOf(deps: Deps, { verified, progress }: SocketExtra): object | null {
  const { untold, agreed } = progress.take();
  if (untold.size === 0 || !verified || !('viewer' in verified)) return null;
  const { id } = verified.viewer;
  const cursors = [...untold].map(([operation, position]) => [operation, cursorOf(deps, id, position)]);
  return { ...(agreed && { cursor: cursorOf(deps, id, agreed) }), cursors: Object.fromEntries(cursors) as object };
}

async function connect(deps: Deps, { extra, connectionParams }: Connection): Promise<boolean> {
  // A browser is told nothing of an upgrade that is refused: it has to be taken to say why.
  if (!deps.config.transports.has('websocket')) {
    extra.socket.close(CLOSE_DISABLED, 'FEATURE_DISABLED: no WebSockets here, use /v1/stream');
    return true;
  }
  const verified = await deps.verifyToken(authorizationOf(connectionParams));
  const { socket } = extra;
  if ('viewer' in verified) {
    extra.verified = verified;
    deps.log.debug({ user: verified.viewer.id, client: clientFactsOf(connectionParams) }, 'a socket has connected');
    watchToken(deps, socket, verified.viewer.expiresAt);
    extra.presence = openPresence(deps, socket, { user: verified.viewer.id, connectionParams });
    return true;
  }
  if (verified.refused === 'expired') socket.close(CLOSE_TOKEN_EXPIRED, 'the token has expired');
  else if (verified.refused === 'unavailable') socket.close(CLOSE_OVERLOADED, 'the token can’t be verified now');
  else socket.close(CLOSE_TOKEN_INVALID, 'a valid token is needed in connectionParams.authorization');
  // The acknowledgement would go to a closing socket, where it is dropped; `false` would close with another code.
  return true;
}

function watchToken({ expiry }: Deps, socket: WebSocket, expiresAt: Date): void {
  // It may have gone while its token was verified: then nothing would ever end the watch.
  if (socket.readyState !== socket.OPEN) return;
  const watch = expiry.watch(expiresAt, () => socket.close(CLOSE_TOKEN_EXPIRED, 'the token has expired'));
  socket.once('close', () => watch[Symbol.dispose]());
}

interface Presenting {
  readonly user: UserId;
  readonly connectionParams: Record<string, unknown> | undefined;
}

/** The user looks at the app of this socket for as long as it says so, and is open: from the beginning, or when it reports. */
function openPresence(
  { presence }: Deps,
  socket: WebSocket,
  { user, connectionParams }: Presenting,
): PresentConnection {
  const connection = presence.open(user);
  if (socket.readyState !== socket.OPEN) return connection;
  const said = connectionParams?.['presence'];
  if (typeof said === 'object' && said !== null && 'foreground' in said) connection.report(said.foreground === true);
  socket.once('close', () => connection.close());
  return connection;
}

function authorizationOf(params: Record<string, unknown> | undefined): string | null {
  const entry = Object.entries(params ?? {}).find(([name]) => name.toLowerCase() === 'authorization');
  return typeof entry?.[1] === 'string' ? entry[1] : null;
}

function subscribe(
  yoga: Yoga,
  { extra, subscriptions }: Connection,
  { id, payload }: { readonly id: string; readonly payload: SubscribePayload },
): ReturnType<typeof prepare> {
  if (Object.keys(subscriptions).length > SUBSCRIPTIONS_PER_SOCKET_MAX) {
    const message = `a socket carries at most ${SUBSCRIPTIONS_PER_SOCKET_MAX} operations`;
    return Promise.resolve([apiError('TOO_MANY_SUBSCRIPTIONS', message)]);
  }
  const engine = yoga.getEnveloped({
    verified: extra.verified ?? { refused: 'missing' },
    connection: extra.presence ?? null,
    openTrack: (start: Place) => extra.progress.open(id, start),
  });
  return prepare(engine, payload);
}

type Subscribed = AsyncIterable<ExecutionResult> | ExecutionResult;

/** A subscription that can't start ends with an `error` message, as the protocol has it, rather than with a result. */
function errorAsStream(result: unknown): Subscribed {
  const { errors } = result as ExecutionResult;
  const [first] = errors ?? [];
  if (!first) return result as Subscribed;
  return {
    [Symbol.asyncIterator]: () => ({
      next: () => Promise.reject(first),
      return: () => Promise.resolve({ done: true, value: undefined }),
    }),
  };
}
