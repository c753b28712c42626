import type { Server } from 'node:http';
import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  getOperationAST,
  GraphQLError,
  type GraphQLSchema,
} from 'graphql';
import { CloseCode, type Context as ConnectionContext, type SubscribePayload } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Verified } from '../auth/token.ts';
import type { Deps } from '../deps.ts';
import { delay } from '../kernel/clock.ts';
import { apiError, badInput } from '../graphql/errors.ts';
import { CONNECTION_INIT_WAIT_MS, SOCKET_MESSAGE_BYTES_MAX, SUBSCRIPTIONS_PER_SOCKET_MAX } from '../limits/limits.ts';
import { serveSockets, type SocketExtra as AdapterExtra } from './socket-adapter.ts';
import type { createGraphqlServer } from './yoga.ts';

/** Closes that clients act on: the stock graphql-ws client comes back from 1012 and 4403, never from 4401. */
export const CLOSE_DRAIN = 1012;
export const CLOSE_OVERLOADED = 1013;
export const CLOSE_TOKEN_EXPIRED = CloseCode.Forbidden;
export const CLOSE_TOKEN_INVALID = CloseCode.Unauthorized;

export interface SocketServer {
  /** Closes the sockets with 1012, so that their clients come back elsewhere; what does not answer in time is cut off. */
  drain(withinMs: number): Promise<void>;
}

type Engine = ReturnType<ReturnType<typeof createGraphqlServer>['getEnveloped']>;
type Yoga = ReturnType<typeof createGraphqlServer>;
interface SocketExtra extends AdapterExtra {
  verified?: Verified;
}

type Connection = ConnectionContext<Record<string, unknown> | undefined, SocketExtra>;

interface SocketDeps {
  readonly deps: Deps;
  readonly yoga: Yoga;
  readonly server: Server;
}

/** GraphQL over WebSocket (graphql-transport-ws), on the same engine and under the same limits as HTTP. */
export function openSockets({ deps, yoga, server }: SocketDeps): SocketServer {
  const sockets = new WebSocketServer({
    server,
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
      onSubscribe: (connection, _id, payload) => prepare(yoga, connection, payload),
    },
    sockets,
    { log: deps.log, extraOf: (extra) => ({ ...extra }) },
  );
  return {
    async drain(withinMs) {
      for (const socket of sockets.clients) socket.close(CLOSE_DRAIN, 'the service restarts: come back');
      const closed = new Promise<void>((resolve) => sockets.close(() => resolve()));
      const finished = new AbortController();
      await Promise.race([closed, delay(withinMs, finished.signal)]);
      finished.abort();
      for (const socket of sockets.clients) socket.terminate();
      pings[Symbol.dispose]();
    },
  };
}

const engineOf = (args: ExecutionArgs): Engine => (args.rootValue as { engine: Engine }).engine;

async function connect(deps: Deps, { extra, connectionParams }: Connection): Promise<boolean> {
  const verified = await deps.verifyToken(authorizationOf(connectionParams));
  const { socket } = extra;
  if ('viewer' in verified) {
    extra.verified = verified;
    watchToken(deps, socket, verified.viewer.expiresAt);
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

function authorizationOf(params: Record<string, unknown> | undefined): string | null {
  const entry = Object.entries(params ?? {}).find(([name]) => name.toLowerCase() === 'authorization');
  return typeof entry?.[1] === 'string' ? entry[1] : null;
}

/** Parses and validates under Yoga's plugins. Faults of the document are an `error` message of that operation alone. */
async function prepare(
  yoga: Yoga,
  { extra, subscriptions }: Connection,
  { query, operationName, variables }: SubscribePayload,
): Promise<ExecutionArgs | readonly GraphQLError[]> {
  if (Object.keys(subscriptions).length > SUBSCRIPTIONS_PER_SOCKET_MAX) {
    return [apiError('TOO_MANY_SUBSCRIPTIONS', `a socket carries at most ${SUBSCRIPTIONS_PER_SOCKET_MAX} operations`)];
  }
  const engine = yoga.getEnveloped({ verified: extra.verified ?? { refused: 'missing' } });
  const document = parse(engine, query);
  if (document instanceof GraphQLError) return [document];
  if (!getOperationAST(document, operationName)) return [badInput('there is no such operation, or several: name one')];
  const faults = validate(engine, document);
  if (faults.length > 0) return faults.map((fault) => withCode(fault, 'GRAPHQL_VALIDATION_FAILED'));
  const contextValue: unknown = await engine.contextFactory();
  return {
    schema: engine.schema as GraphQLSchema,
    document,
    operationName: operationName ?? null,
    variableValues: variables ?? null,
    contextValue,
    rootValue: { engine },
  };
}

function parse(engine: Engine, query: string): DocumentNode | GraphQLError {
  try {
    return engine.parse(query) as DocumentNode;
  } catch (error) {
    return withCode(graphqlError(error), 'GRAPHQL_PARSE_FAILED');
  }
}

/** A bound of the document that is exceeded is thrown rather than returned. */
function validate(engine: Engine, document: DocumentNode): readonly GraphQLError[] {
  try {
    return engine.validate(engine.schema, document) as readonly GraphQLError[];
  } catch (error) {
    return [graphqlError(error)];
  }
}

const graphqlError = (error: unknown): GraphQLError =>
  error instanceof GraphQLError ? error : new GraphQLError(String(error));

function withCode({ message, nodes, source, positions, extensions }: GraphQLError, code: string): GraphQLError {
  return new GraphQLError(message, {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    extensions: { code, ...extensions },
  });
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
