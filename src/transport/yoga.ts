import { GraphQLError } from 'graphql';
import { createYoga, type GraphiQLOptions } from 'graphql-yoga';
import type { Verified } from '../auth/token.ts';
import type { Deps } from '../deps.ts';
import type { Context } from '../graphql/context.ts';
import { expectedError } from '../graphql/errors.ts';
import { documentLimits, noIntrospection, REQUEST_ROWS_MAX } from '../limits/limits.ts';
import type { PresentConnection } from '../notifications/presence.ts';
import type { OpenTrack } from '../stream/progress.ts';
import { schema } from '../schema.ts';
import { renderPage } from './graphiql.ts';

/** What a transport knows of a request: the verified token, or the request that carries one. */
export interface RequestContext {
  readonly verified?: Verified;
  /** Where the transport can tell a reader how far its subscription has come. */
  readonly openTrack?: OpenTrack;
  /** The socket that it came over. */
  readonly connection?: PresentConnection | null;
}

export interface YogaOptions {
  readonly deps: Deps;
  /** Null: no GraphiQL, no introspection and no suggestions. */
  readonly graphiql: (() => Promise<GraphiQLOptions>) | null;
}

/** GraphQL over HTTP and SSE, and the engine that the WebSocket transport borrows. */
export function createGraphqlServer({ deps, graphiql }: YogaOptions) {
  return createYoga<RequestContext, Context>({
    schema,
    graphqlEndpoint: '/graphql',
    landingPage: false,
    batching: false,
    multipart: false,
    cors: false,
    logging: false,
    // Node's own streams: with those of Yoga's fetch library a reader that leaves is noticed only at the next ping.
    fetchAPI: { Response, ReadableStream },
    renderGraphiQL: renderPage,
    graphiql: graphiql ?? false,
    plugins: [documentLimits({ explorable: graphiql !== null }), ...(graphiql ? [] : [noIntrospection])],
    maskedErrors: { maskError: (error) => maskError(deps, error) },
    context: async ({ verified, openTrack, connection, request }) => {
      const asked = verified ?? (await deps.verifyToken(request.headers.get('authorization')));
      return { ...contextOf(deps, asked), openTrack: openTrack ?? null, connection: connection ?? null };
    },
  });
}

function contextOf(deps: Deps, verified: Verified): Omit<Context, 'openTrack' | 'connection'> {
  if ('viewer' in verified) return { deps, viewer: verified.viewer, refused: null, rows: { left: REQUEST_ROWS_MAX } };
  return { deps, viewer: null, refused: verified.refused, rows: { left: 0 } };
}

/** Our own errors pass, expected ones are put in the API's words, and a bug is logged once and told to nobody. */
function maskError(deps: Pick<Deps, 'log'>, error: unknown): Error {
  const original = error instanceof GraphQLError ? error.originalError : error;
  const located = error instanceof GraphQLError ? { nodes: error.nodes ?? null, path: error.path ?? null } : {};
  if (original === undefined || original instanceof GraphQLError) return coded(error as GraphQLError);
  const expected = expectedError(original);
  if (expected) return new GraphQLError(expected.message, { ...located, extensions: expected.extensions });
  deps.log.error({ err: original }, 'unexpected error');
  return new GraphQLError('something went wrong here', { ...located, extensions: { code: 'INTERNAL_SERVER_ERROR' } });
}

/** What Yoga calls a request that can't be served, beside what it gives no code at all. */
const REQUEST_FAULTS = ['BAD_REQUEST', 'OPERATION_RESOLUTION_FAILURE'];

/** A fault of the request that has no code of this API: the message and the HTTP status stay. */
function coded(error: GraphQLError): GraphQLError {
  const { code } = error.extensions;
  if (typeof code !== 'string' || REQUEST_FAULTS.includes(code)) error.extensions['code'] = 'BAD_USER_INPUT';
  return error;
}
