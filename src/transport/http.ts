import type { Server } from 'node:http';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { cors } from 'hono/cors';
import { etag, RETAINED_304_HEADERS } from 'hono/etag';
import { secureHeaders } from 'hono/secure-headers';
import type { PlayedDemo } from '../demo/demo.ts';
import type { Deps } from '../deps.ts';
import { apiError } from '../graphql/errors.ts';
import { takeWebhook } from '../ingest/webhook.ts';
import { BODY_BYTES_MAX } from '../limits/limits.ts';
import { isReady, type Readiness } from '../ops/health.ts';
import { blotterRoutes } from './blotter.ts';
import { type Exports, serveExecutionsCsv } from './executions-export.ts';
import { serveOrder, serveOrders } from './orders-rest.ts';
import { answerFault, fault, faultOf } from './rest-fault.ts';
import { openSession, readerOf, STREAM_PATH } from './session.ts';
import { endedStream, isEventStream, serveStream } from './stream-rest.ts';
import type { Ticker } from './ticker.ts';
import type { createGraphqlServer } from './yoga.ts';

const REQUEST_TIMEOUT_MS = 30_000;
const LOCAL_ORIGIN = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/**
 * A body that says its length is held to it by Node, so the length alone decides; only one that comes in chunks is counted
 * while it is read, which costs a stream.
 */
const limitedByLength =
  (counted: MiddlewareHandler): MiddlewareHandler =>
  (c, next) => {
    const length = Number(c.req.header('content-length') ?? Number.NaN);
    return length <= BODY_BYTES_MAX ? next() : counted(c, next);
  };

/** Without these a browser does not give a page of another origin its 304. */
const CORS_HEADERS = [
  'access-control-allow-origin',
  'access-control-allow-credentials',
  'access-control-expose-headers',
];

const isLongPoll = (c: Context): boolean => Number(c.req.query('wait') ?? 0) > 0;

type Routes = Hono<{ Bindings: HttpBindings }>;

/** Orders and executions over REST. */
function serveHistory(routes: Routes, deps: Deps): void {
  const tagged = etag({ retainedHeaders: [...RETAINED_304_HEADERS, ...CORS_HEADERS] });
  const exports: Exports = new Map();
  routes.get('/v1/orders', (c) => serveOrders(deps, c));
  routes.get('/v1/orders/:id', tagged, (c) => serveOrder(deps, c));
  routes.get('/v1/executions.csv', (c) => serveExecutionsCsv(deps, c, { exports, response: c.env.outgoing }));
}

interface HttpOptions {
  readonly deps: Deps;
  readonly yoga: ReturnType<typeof createGraphqlServer>;
  readonly readiness: Readiness;
  readonly ticker: Ticker;
  readonly demo: PlayedDemo;
}

/** Every HTTP route of the service; not listening yet. */
export function createHttpServer({ deps, yoga, readiness, ticker, demo }: HttpOptions): Server {
  const routes: Routes = new Hono();
  const limited = bodyLimit({
    maxSize: BODY_BYTES_MAX,
    onError: (c) => {
      // The rest of the body is not read, so the connection ends: its client must not send the next request over it.
      c.header('Connection', 'close');
      return c.json(fault('TOO_LARGE', `a body has at most ${BODY_BYTES_MAX} bytes`), 413);
    },
  });
  routes.use(secureHeaders({ crossOriginResourcePolicy: false }));
  const isAllowedOrigin = (from: string): boolean =>
    deps.config.corsOrigins.includes(from) || (!deps.config.production && LOCAL_ORIGIN.test(from));
  const origin = (from: string): string | null => (isAllowedOrigin(from) ? from : null);
  routes.use('/graphql', cors({ origin, allowHeaders: ['authorization', 'content-type'], maxAge: 600 }));
  routes.use(
    '/v1/*',
    cors({
      origin,
      credentials: true,
      allowHeaders: ['authorization', 'last-event-id', 'if-none-match'],
      exposeHeaders: ['etag', 'content-disposition'],
      maxAge: 600,
    }),
  );
  routes.use(async (c, next) => {
    if (readiness.draining) {
      c.header('Connection', 'close');
      if (isEventStream(c) || isLongPoll(c)) throw apiError('UNAVAILABLE', 'the service restarts: come back');
    }
    return next();
  });
  routes.get('/healthz', (c) => c.json({ status: 'ok' }));
  routes.get('/readyz', async (c) =>
    (await isReady(deps, readiness))
      ? c.json({ status: 'ready', degraded: deps.bus.isDegraded() })
      : c.json({ status: 'not ready' }, 503),
  );
  routes.post('/webhooks/:venue', limitedByLength(limited), async (c) => {
    const body = new Uint8Array(await c.req.arrayBuffer());
    const answer = await takeWebhook(deps, c.req.param('venue'), { headers: c.req.raw.headers, body });
    if (answer.retryAfterSeconds !== undefined) c.header('Retry-After', String(answer.retryAfterSeconds));
    return c.json(answer.body, answer.status);
  });
  // Not `fetch`: when the client leaves before its stream has begun, that would forget the stream rather than end it.
  routes.use('/graphql', limited);
  routes.all('/graphql', async (c) => yoga.handleRequest(c.req.raw, {}));
  routes.post('/v1/session', (c) => openSession(deps, c));
  routes.get(STREAM_PATH, async (c) =>
    serveStream(deps, c, { viewer: await readerOf(deps, c, isAllowedOrigin), ticker }),
  );
  routes.route('/', blotterRoutes(deps, demo));
  serveHistory(routes, deps);
  routes.notFound((c) => c.json(fault('NOT_FOUND', 'there is nothing here'), 404));
  routes.onError((error, c) => {
    const told = faultOf(deps, error);
    // An EventSource gives up for good on any other answer than 200, and comes back to a stream that ends.
    const comesBack = told.code === 'UNAVAILABLE' && isEventStream(c) && c.req.path === STREAM_PATH;
    return comesBack ? endedStream(c) : answerFault(c, told);
  });
  return createAdaptorServer({
    fetch: routes.fetch,
    serverOptions: { requestTimeout: REQUEST_TIMEOUT_MS },
  }) as Server;
}
