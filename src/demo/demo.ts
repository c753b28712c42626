import pg from 'pg';
import type { Deps } from '../deps.ts';
import { linkVenueAccount } from '../ingest/link.ts';
import { userId } from '../kernel/brand.ts';
import { delay } from '../kernel/clock.ts';
import { openPaperExchange, type PaperExchange } from '../venues/paper/server.ts';
import { openDemoFlow } from './flow.ts';
import { demoTokens } from './tokens.ts';
import { DEMO_USERS } from './users.ts';

/** Names the demo among the advisory locks of its database: one instance at a time runs it. */
const DEMO_LOCK = 7_270_735;
const TAKE_OVER_CHECK_MS = 2_000;
const TOKEN_SECONDS = 3_600;

/** What of the demo this instance plays. */
export interface PlayedDemo {
  /** Where its exchange listens; null while another instance plays it, or none. */
  exchangeUrl: string | null;
}

export interface DemoOptions {
  readonly deps: Deps;
  readonly played: PlayedDemo;
  readonly databaseUrl: string;
  /** Where this service listens. */
  readonly serviceUrl: string;
  /** Called once this instance runs the demo, with the address of its exchange; what it returns is called at the end. */
  readonly onExchange: (exchangeUrl: string) => () => Promise<void> | void;
}

/** Plays the simulated exchange and its traders as long as no other instance does. */
export function openDemo(options: DemoOptions): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const played = play(options, stopping.signal);
  return {
    async stop() {
      stopping.abort();
      await played;
    },
  };
}

async function play(options: DemoOptions, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted) {
    try {
      await playOnce(options, stopping);
    } catch (err) {
      options.deps.log.warn({ err }, 'the demo was interrupted and begins again');
    }
    await delay(TAKE_OVER_CHECK_MS, stopping);
  }
}

async function playOnce(options: DemoOptions, stopping: AbortSignal): Promise<void> {
  const lock = await takeLock(options.databaseUrl);
  if (!lock) return;
  const lost = new AbortController();
  lock.on('error', () => lost.abort());
  lock.on('end', () => lost.abort());
  try {
    await perform(options, AbortSignal.any([stopping, lost.signal]));
  } finally {
    await lock.end().catch(() => undefined);
  }
}

/** The lock lives as long as its session; null when another instance holds it. */
async function takeLock(url: string): Promise<pg.Client | null> {
  const client = new pg.Client({ connectionString: url, application_name: 'fillstream-demo', keepAlive: true });
  client.on('error', () => undefined);
  await client.connect();
  const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [DEMO_LOCK]);
  if (rows[0]?.taken) return client;
  await client.end();
  return null;
}

async function perform({ deps, serviceUrl, onExchange, played }: DemoOptions, signal: AbortSignal): Promise<void> {
  const { config, clock, log } = deps;
  for (const user of DEMO_USERS) await linkVenueAccount(deps, { venue: 'paper', account: user }, userId(user));
  const run = clock.now().getTime().toString(36);
  const exchange = await openExchange(deps, serviceUrl, run);
  const closeOutbound = onExchange(exchange.url);
  played.exchangeUrl = exchange.url;
  try {
    const flow = openDemoFlow({
      graphqlUrl: `${serviceUrl}/graphql`,
      exchangeUrl: exchange.url,
      tokens: () => demoTokens(deps, TOKEN_SECONDS),
      seed: config.demoSeed,
      ...{ run, log, signal },
    });
    await flow.ended;
  } finally {
    played.exchangeUrl = null;
    await closeOutbound();
    await exchange.stop();
  }
}

function openExchange({ config, clock, log }: Deps, serviceUrl: string, run: string): Promise<PaperExchange> {
  const secret = config.webhookSecrets.get('paper')?.[0] ?? '';
  const webhookUrl = `${serviceUrl}/webhooks/paper`;
  return openPaperExchange({ webhookUrl, secret, run, seed: config.demoSeed, clock, log });
}
