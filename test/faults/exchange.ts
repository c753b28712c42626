import path from 'node:path';
import { SECRETS } from './keys.ts';
import { type Owned, PATH, startOwned } from './processes.ts';

const MAIN = path.resolve(import.meta.dirname, '../../dist/venues/paper/main.js');
const PACING = ['--ack-ms', '50', '--part-ms', '100'];

/** The simulated exchange as a process of its own, as `npm run paper` starts it. */
export async function startExchange(options: {
  readonly port: number;
  readonly venueUrl: string;
  readonly log: string;
}): Promise<Owned> {
  const { port, venueUrl, log } = options;
  const exchange = await startOwned(process.execPath, [MAIN, '--url', venueUrl, '--port', String(port), ...PACING], {
    ...{ log, env: { PATH, WEBHOOK_SECRET_PAPER: SECRETS.WEBHOOK_SECRET_PAPER } },
  });
  await exchange.printed(/simulated exchange at/);
  return exchange;
}
