import type { AddressInfo } from 'node:net';
import type { GraphiQLOptions } from 'graphql-yoga';
import { type Closer, compose, type Composed } from './compose.ts';
import type { Config } from './config.ts';
import { openDemo, type PlayedDemo } from './demo/demo.ts';
import { DEMO_TABS } from './demo/tabs.ts';
import { demoTokens } from './demo/tokens.ts';
import type { Deps } from './deps.ts';
import type { NotificationParts } from './notifications/parts.ts';
import { spread } from './transport/spread.ts';
import { StartupError } from './kernel/startup-error.ts';
import { refusedDelivery } from './ingest/refused.ts';
import { openBooks } from './ingest/repair.ts';
import { owedRequests } from './orders/owed.ts';
import { watchRuns } from './orders/take-up.ts';
import type { Readiness } from './ops/health.ts';
import { createHttpServer } from './transport/http.ts';
import { closerOf } from './transport/close-server.ts';
import { cutStalledStreams } from './transport/stall.ts';
import { openSockets, type SocketServer } from './transport/ws.ts';
import { openTicker, type Ticker } from './transport/ticker.ts';
import { createGraphqlServer } from './transport/yoga.ts';
import { guardedPorts } from './venues/guarded-port.ts';
import { openReconcile } from './venues/reconcile.ts';
import { type Claimed, openSubmitWorker } from './venues/submit.ts';
import { paperPortsOf, type VenuePorts } from './venues/venues.ts';

/** Of the time for a drain: to close sockets, to end event streams, and at least for the answers that are in flight. */
const STREAMS_SHARE = 0.6;
const FOLLOWERS_SHARE = 0.2;
const ANSWERS_SHARE = 0.2;
const DEMO_TOKEN_SECONDS = 24 * 3_600;

export interface App {
  /** Such as http://127.0.0.1:4000. */
  readonly url: string;
  /** A token of the first demo user; null without the demo. */
  readonly demoToken: string | null;
  readonly deps: Deps;
  /** Finishes what is in flight, closes every stream so that its client comes back, ends the children. */
  stop(): Promise<void>;
}

export interface AppOptions {
  /** In place of the usual parts of notifications: what decides, words or carries them. */
  readonly notificationParts?: Partial<NotificationParts>;
  /** Told of each SQL statement, for counting. */
  readonly onStatement?: (sql: string) => void;
  /** Told, in one sentence, what the service can't live on without; by default that is ignored. */
  readonly onFatal?: (sentence: string) => void;
}

/**
 * Starts the whole service, the same in a test as in production.
 * @throws StartupError with one sentence for the operator; what had been opened is closed again
 */
export async function startApp(
  config: Config,
  { onStatement, notificationParts, onFatal = () => undefined }: AppOptions = {},
): Promise<App> {
  const closers: Closer[] = [];
  const close = async (): Promise<void> => {
    for (let closer = closers.pop(); closer; closer = closers.pop()) await closer();
  };
  try {
    const { deps, ...composed } = await compose(config, { onStatement, notificationParts, onFatal, closers });
    const demoToken = config.demo ? await firstDemoToken(deps) : null;
    const played: PlayedDemo = { exchangeUrl: null };
    const { url, ...http } = await listen(deps, played);
    closers.push(() => drainHttp(deps, http));
    closers.push(openOutbound(deps, { ...composed, serviceUrl: url, played }));
    let stopped: Promise<void> | undefined;
    return { url, demoToken, deps, stop: () => (stopped ??= close()) };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Http {
  /** Serves no more, after what is in flight. */
  readonly close: (withinMs: number) => Promise<void>;
  readonly sockets: SocketServer;
  readonly readiness: Readiness;
  readonly ticker: Ticker;
}

async function listen(deps: Deps, demo: PlayedDemo): Promise<Http & { readonly url: string }> {
  const { config } = deps;
  const readiness: Readiness = { draining: false };
  const yoga = createGraphqlServer({ deps, graphiql: config.graphiql ? () => graphiql(deps) : null });
  const ticker = openTicker();
  const server = createHttpServer({ deps, yoga, readiness, ticker, demo });
  const close = closerOf(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenFault(error, config)));
    server.listen(config.port, config.host, resolve);
  });
  // Only now: a WebSocket server prints the error of a server that can't listen.
  const sockets = openSockets({ deps, yoga, server });
  const stalls = cutStalledStreams(server);
  server.once('close', () => stalls[Symbol.dispose]());
  const { port } = server.address() as AddressInfo;
  const host = config.host === '0.0.0.0' || config.host === '::' ? '127.0.0.1' : config.host;
  return { close, sockets, readiness, ticker, url: `http://${host.includes(':') ? `[${host}]` : host}:${port}` };
}

function listenFault({ code }: NodeJS.ErrnoException, { host, port }: Config): StartupError {
  const why = code === 'EADDRINUSE' ? 'is taken' : `can't be listened on (${code ?? 'unknown'})`;
  return new StartupError(`Port ${port} of ${host} ${why}: set PORT to another one.`);
}

/**
 * In the demo each tab carries the demo user's token, so that it runs at once. The browser does not keep it: a kept token
 * would still be sent when it has run out.
 */
async function graphiql(deps: Deps): Promise<GraphiQLOptions> {
  const demoToken = deps.config.demo ? await firstDemoToken(deps) : null;
  const headers = demoToken === null ? '{ "authorization": "Bearer <token>" }' : bearer(demoToken);
  return {
    title: 'Fillstream',
    subscriptionsProtocol: 'WS' as const,
    shouldPersistHeaders: demoToken === null,
    defaultHeaders: headers,
    headers,
    defaultTabs: DEMO_TABS.map((query) => ({ query, headers })),
  };
}

async function firstDemoToken(deps: Deps): Promise<string | null> {
  const [token] = (await demoTokens(deps, DEMO_TOKEN_SECONDS)).values();
  return token ?? null;
}

const bearer = (token: string): string => JSON.stringify({ authorization: `Bearer ${token}` }, null, 2);

interface Outbound extends Pick<Composed, 'databaseUrl' | 'linkedPorts'> {
  readonly serviceUrl: string;
  readonly played: PlayedDemo;
}

/** What sends to venues and asks them: in the demo beside the simulated exchange, otherwise to the one that the configuration names. */
function openOutbound(deps: Deps, { databaseUrl, linkedPorts, serviceUrl, played }: Outbound): Closer {
  const open = (paperUrl: string | null): Closer => {
    const ports: VenuePorts = new Map([...guardedPorts(paperPortsOf(paperUrl), deps), ...linkedPorts]);
    if (ports.size === 0) return () => undefined;
    const stopping = new AbortController();
    const applyRefusal = (claimed: Claimed, text: string): Promise<unknown> =>
      deps.ingest.submit(refusedDelivery(claimed, text, deps.clock.now()));
    const sends = [...ports.values()].some((port) => port.send !== undefined);
    const worker = sends && openSubmitWorker({ ...deps, owed: { ...owedRequests(deps), applyRefusal } }, ports);
    watchRuns({ ...deps, applyRefusal }, ports, stopping.signal);
    const reconcile = openReconcile({ ...deps, books: openBooks(deps) }, ports, {
      intervalMs: deps.config.reconcileMs,
    });
    return async () => {
      stopping.abort();
      await Promise.all([worker && worker.stop(), reconcile.stop()]);
    };
  };
  if (deps.config.demo) {
    const demo = openDemo({ ...{ deps, databaseUrl, serviceUrl, played }, onExchange: open });
    return () => demo.stop();
  }
  return open(deps.config.paperUrl);
}

/**
 * Not ready first, with new streams refused; then every stream ends so that its client comes back, spread over the time
 * there is; what is short is served until the port is closed, and what is in flight then is finished.
 */
async function drainHttp(
  { config, ingest, bus, clock }: Deps,
  { close, sockets, readiness, ticker }: Http,
): Promise<void> {
  readiness.draining = true;
  const { drainMs } = config;
  const startedAt = clock.now().getTime();
  const leftMs = (): number => Math.max(drainMs * ANSWERS_SHARE, drainMs - (clock.now().getTime() - startedAt));
  await sockets.drain(drainMs * STREAMS_SHARE);
  // Sockets come first: the end of a follower would end the operations of a socket that is open still.
  await spread(bus.followedUsers(), drainMs * FOLLOWERS_SHARE, (user) => bus.endFollowers(user));
  await close(leftMs());
  ticker[Symbol.dispose]();
  await ingest.drained();
}
