import { createAdaptorServer, type ServerType } from '@hono/node-server';
import type { Clock } from '../../kernel/clock.ts';
import { StartupError } from '../../kernel/startup-error.ts';
import { openDesk, type Pacing } from './desk.ts';
import { NO_FAULTS, type ExchangeFaults } from './faults.ts';
import type { PaperLog } from './log.ts';
import type { Matching } from './match.ts';
import { openBook } from './memory.ts';
import { paperRoutes } from './routes.ts';
import { openSender, type Sender, type SenderOptions } from './sender.ts';

export interface PaperPacing extends Pacing, Pick<SenderOptions, 'retryMinMs' | 'retryMaxMs'> {}

export interface PaperOptions {
  /** Where reports go, such as http://127.0.0.1:4000/webhooks/paper. */
  readonly webhookUrl: string;
  /** Signs the reports; in `whsec_` form. */
  readonly secret: string;
  /**
   * Names this run: letters, digits, `_` and `-`, at most 40. Every id that the exchange makes carries it, so a new run
   * against the same service needs a new name.
   */
  readonly run: string;
  /** A whole number. The same seed, run and requests give the same reports; where orders meet, at the same moments. */
  readonly seed: number;
  /** Whom orders meet: `market` unless told. */
  readonly matching?: Matching;
  /** What goes wrong from the start: nothing unless told. */
  readonly faults?: Partial<ExchangeFaults>;
  readonly clock: Clock;
  readonly log: PaperLog;
  /** 127.0.0.1 unless told. */
  readonly host?: string;
  /** Any free port unless told. */
  readonly port?: number;
  readonly pacing?: Partial<PaperPacing>;
}

export interface PaperExchange {
  readonly url: string;
  readonly run: string;
  /** Ends at once: what was not delivered is lost, as in a crash. */
  stop(): Promise<void>;
}

export const PAPER_PACING: PaperPacing = {
  ackDelayMs: 150,
  partDelayMs: 700,
  tickMs: 500,
  retryMinMs: 250,
  retryMaxMs: 10_000,
};

const RUN = /^[A-Za-z0-9_-]{1,40}$/;

/**
 * Opens a simulated exchange: a venue that acknowledges, fills in parts, replaces and cancels, in memory, over HTTP.
 *
 * @throws StartupError when the port can't be had, or the run's name or the secret can't be used.
 */
export async function openPaperExchange(options: PaperOptions): Promise<PaperExchange> {
  const { run, seed, clock, log, webhookUrl, secret, host = '127.0.0.1', port = 0 } = options;
  if (!RUN.test(run)) throw new StartupError('the name of a run has 1 to 40 letters, digits, "_" or "-"');
  const pacing = { ...PAPER_PACING, ...options.pacing };
  const sender = signingSender({ webhookUrl, secret, clock, log, ...pacing });
  const faults = { ...NO_FAULTS, ...options.faults };
  const book = openBook({ seed, run, ...(options.matching && { matching: options.matching }) });
  const desk = openDesk({ book, sender, pacing, faults, clock, log });
  const server = createAdaptorServer({ fetch: paperRoutes({ desk, run, log }).fetch });
  const stop = async (): Promise<void> => {
    desk.stop();
    await Promise.all([sender.stop(), closed(server)]);
  };
  try {
    const boundPort = await listening(server, { host, port });
    return { url: `http://${host.includes(':') ? `[${host}]` : host}:${boundPort}`, run, stop };
  } catch (error) {
    await stop();
    throw unavailable(error, `${host}:${port}`);
  }
}

function signingSender(options: SenderOptions): Sender {
  try {
    return openSender(options);
  } catch {
    throw new StartupError('the secret must be "whsec_" and base64');
  }
}

function unavailable(error: unknown, at: string): Error {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'EADDRINUSE') return new StartupError(`${at} is taken by another process; choose another port`);
  return new StartupError(`the simulated exchange can't listen on ${at}: ${String(error)}`);
}

function listening(server: ServerType, at: { host: string; port: number }): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(at.port, at.host, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : at.port);
    });
  });
}

function closed(server: ServerType): Promise<void> {
  return new Promise((resolve) => {
    // An error means that it was not listening.
    server.close(() => resolve());
    if ('closeAllConnections' in server) server.closeAllConnections();
  });
}
