import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { systemClock } from '../../kernel/clock.ts';
import { StartupError } from '../../kernel/startup-error.ts';
import type { ExchangeFaults } from './faults.ts';
import { MATCHINGS, type Matching } from './match.ts';
import { openPaperExchange, PAPER_PACING, type PaperOptions } from './server.ts';
import { faultText } from './wire.ts';
import { exchangeFaults } from './wire-scenario.ts';

// The simulated exchange as a process of its own. It has no configuration file: this is the one file beside config.ts
// that reads the environment, and only for the secret, which does not belong into a list of processes.

const DEFAULT_PORT = 4_100;
const WEBHOOK_PATH = '/webhooks/paper';

const HELP = `A simulated exchange: takes orders over HTTP and reports what came of them by signed webhooks.

  --url URL       the service that is told, such as http://127.0.0.1:4000; a path, if any, is taken as the whole
                  webhook address, otherwise ${WEBHOOK_PATH} is added
  --secret S      signs the webhooks, whsec_ and base64; WEBHOOK_SECRET_PAPER unless given
  --port N        where orders are taken (${DEFAULT_PORT})
  --host H        (127.0.0.1)
  --seed N        a whole number: the same seed, run and orders give the same reports (1)
  --run NAME      carried by every id; a new one for each start unless given
  --ack-ms N      from a request to its acknowledgement (${PAPER_PACING.ackDelayMs})
  --part-ms N     between the parts of a fill (${PAPER_PACING.partDelayMs})
  --tick-ms N     between two prices for resting orders (${PAPER_PACING.tickMs})
  --matching M    whom orders meet: market (a price of its own for each order), book (each other, by price and time)
                  or both (each other, then the market) (market)
  --faults JSON   what goes wrong, such as {"drop":0.001,"duplicate":2,"reorder":5,"delayMs":20,"jitterMs":50,
                  "rejectRate":0.01}; POST /faults changes it
  --verbose       writes each retry of a webhook
  --help
`;

const text = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;
const FLAGS = {
  ...{ url: text, secret: text, port: text, host: text, seed: text, run: text },
  ...{ 'ack-ms': text, 'part-ms': text, 'tick-ms': text, matching: text, faults: text, verbose: flag, help: flag },
} as const;

function readFlags() {
  try {
    return parseArgs({ options: FLAGS, strict: true }).values;
  } catch (error) {
    throw new StartupError(`${error instanceof Error ? error.message : String(error)} (--help lists the flags)`);
  }
}

type Flags = ReturnType<typeof readFlags>;

function wholeNumber(flags: Flags, name: 'port' | 'seed' | 'ack-ms' | 'part-ms' | 'tick-ms', fallback: number): number {
  const given = flags[name];
  if (given === undefined) return fallback;
  if (!/^\d{1,9}$/.test(given)) throw new StartupError(`--${name} must be a whole number, not "${given}"`);
  return Number(given);
}

function webhookUrl(given: string | undefined): string {
  if (given === undefined) throw new StartupError('--url is needed: the address of the service that is told');
  const url = URL.canParse(given) ? new URL(given) : null;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new StartupError(`--url must be an http or https address, not "${given}"`);
  }
  if (url.pathname === '/') url.pathname = WEBHOOK_PATH;
  return url.href;
}

function matchingOf(given: string | undefined): Matching {
  const matching = MATCHINGS.find((each) => each === (given ?? 'market'));
  if (!matching) throw new StartupError(`--matching must be one of ${MATCHINGS.join(', ')}, not "${String(given)}"`);
  return matching;
}

function faultsOf(given: string | undefined): ExchangeFaults {
  const parsed = exchangeFaults.safeParse(readJson(given ?? '{}'));
  if (!parsed.success) throw new StartupError(`--faults: ${faultText(parsed.error)}`);
  return parsed.data;
}

function readJson(given: string): unknown {
  try {
    return JSON.parse(given);
  } catch {
    throw new StartupError('--faults must be JSON');
  }
}

function readOptions(flags: Flags): PaperOptions {
  // While secrets rotate the variable holds several; the first one signs.
  const secret = flags.secret ?? process.env['WEBHOOK_SECRET_PAPER']?.split(' ')[0];
  if (!secret) throw new StartupError('--secret or WEBHOOK_SECRET_PAPER is needed: it signs the webhooks');
  const port = wholeNumber(flags, 'port', DEFAULT_PORT);
  if (port > 65_535) throw new StartupError(`--port must be at most 65535, not ${port}`);
  return {
    webhookUrl: webhookUrl(flags.url),
    secret,
    run: flags.run ?? systemClock.now().getTime().toString(36),
    seed: wholeNumber(flags, 'seed', 1),
    matching: matchingOf(flags.matching),
    faults: faultsOf(flags.faults),
    clock: systemClock,
    log: pino({ level: flags.verbose ? 'debug' : 'info' }, pino.destination({ dest: 2, sync: true })),
    host: flags.host ?? '127.0.0.1',
    port,
    pacing: {
      ackDelayMs: wholeNumber(flags, 'ack-ms', PAPER_PACING.ackDelayMs),
      partDelayMs: wholeNumber(flags, 'part-ms', PAPER_PACING.partDelayMs),
      tickMs: wholeNumber(flags, 'tick-ms', PAPER_PACING.tickMs),
    },
  };
}

async function main(): Promise<void> {
  const flags = readFlags();
  if (flags.help) {
    process.stdout.write(HELP);
    return;
  }
  const options = readOptions(flags);
  const exchange = await openPaperExchange(options);
  process.stdout.write(
    `simulated exchange at ${exchange.url}, run ${exchange.run}, reports to ${options.webhookUrl}\n`,
  );
  const stop = (): void => void exchange.stop();
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

try {
  await main();
} catch (error) {
  if (!(error instanceof StartupError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
