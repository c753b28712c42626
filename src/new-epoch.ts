import { join } from 'node:path';
import pg from 'pg';
import { developmentSecrets } from './auth/dev-secret.ts';
import { type Config, environment, readConfig } from './config.ts';
import { openEmbeddedPostgres } from './db/embedded.ts';
import { systemIds } from './kernel/clock.ts';
import { StartupError } from './kernel/startup-error.ts';
import { printFault, printLine } from './ops/banner.ts';
import { makeEpoch } from './stream/epoch.ts';

const USAGE = `Begins a new epoch in the database: no cursor from before can be resumed, every app loads a snapshot.
A part of restoring a backup (docs/restore.md).

  npm run --silent epoch`;

/** Works while the service runs, but for the embedded database, which is the service's own. */
async function main(args: readonly string[]): Promise<string> {
  if (args.length > 0) return USAGE;
  const { databaseUrl, dataDir } = readConfig(environment(), developmentSecrets);
  const epoch = databaseUrl === null ? await inEmbedded({ dataDir }) : await inDatabase(databaseUrl);
  return `A new epoch has begun, ${epoch}: every cursor from before it now ends with RESUME_EXPIRED.`;
}

async function inEmbedded({ dataDir }: Pick<Config, 'dataDir'>): Promise<string> {
  const postgres = await openEmbeddedPostgres({ dir: join(dataDir, 'postgres') });
  try {
    return await inDatabase(postgres.url);
  } finally {
    await postgres.stop();
  }
}

async function inDatabase(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  // A connection that breaks rejects its query; this only keeps the event from being thrown.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await makeEpoch(client, systemIds);
  } catch (cause) {
    const { message, code } = cause as { message: string; code?: string };
    throw new StartupError(`No new epoch has begun: ${message || (code ?? 'unknown reason')}. Check DATABASE_URL.`, {
      cause,
    });
  } finally {
    await client.end().catch(() => undefined);
  }
}

try {
  printLine(await main(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof StartupError)) throw error;
  printFault(error.message);
  process.exit(1);
}
