import { mkdir } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { delay } from '../kernel/clock.ts';
import { StartupError } from '../kernel/startup-error.ts';
import { awaitPredecessor, claimFolder, folderInUse, type Claim } from './embedded-claim.ts';
import { asSeenBy, openCluster, type Cluster } from './embedded-cluster.ts';
import { run, startPostmaster, type Postmaster, type Program } from './embedded-postmaster.ts';

export interface EmbeddedPostgresOptions {
  /** The folder that holds everything; made when missing. */
  dir: string;
  /** For tests only: quicker, but a crash of the machine may lose the data. */
  fast?: boolean;
  /** Abandons the start. A database that runs already is ended by `stop`. */
  signal?: AbortSignal;
}

export interface EmbeddedPostgres {
  /** `postgresql://postgres:<password>@127.0.0.1:<port>/postgres`, a superuser. The port changes with each start. */
  url: string;
  /** Resolves when the database is gone, on request or by accident. Never rejects. */
  exited: Promise<void>;
  /** Ends all sessions, writes everything, resolves when the database is gone. More calls do no harm. */
  stop: () => Promise<void>;
}

const RETRY_MS = 250;
const LOCKED_RETRIES = 40;
const PORT_RETRIES = 10;
const SETTINGS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'timezone=UTC',
  'log_timezone=UTC',
  'log_checkpoints=off',
  // Above the errors of single statements, below the line that says it is ready.
  'log_min_messages=log',
];
const FAST_SETTINGS = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=300'];

/**
 * Starts the PostgreSQL that npm installed, on a free port of 127.0.0.1 and with durable settings. The data survive a restart and
 * a kill -9 of this process, after which the database ends by itself. Run by root, PostgreSQL runs as another user.
 * Throws a StartupError when the folder can't be written, is in use, or was made by another major version, and when there is
 * no PostgreSQL for this platform.
 */
export async function openEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dir = path.resolve(options.dir);
  let claim: Claim | undefined;
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    claim = await claimFolder(dir);
    const { inherited, release } = claim;
    const cluster = await openCluster(dir, { fast: options.fast ?? false });
    await awaitPredecessor(dir, cluster.data, { dismiss: inherited });
    const { port, postmaster } = await start(cluster, options);
    return {
      url: `postgresql://postgres:${cluster.password}@127.0.0.1:${port}/postgres`,
      exited: postmaster.exited,
      stop: () => postmaster.stop().then(release),
    };
  } catch (error) {
    await claim?.release();
    throw explain(error as NodeJS.ErrnoException, dir);
  }
}

/** An error of the file system at a path in `dir`, in the operator's words. */
function explain(error: NodeJS.ErrnoException, dir: string): Error {
  if (error instanceof StartupError || !error.code || !error.path) return error;
  const sentence = `The data folder ${dir} can't be written: ${error.code}. Set DATA_DIR to a folder of yours.`;
  return new StartupError(sentence, { cause: error });
}

async function start(
  cluster: Cluster,
  { fast, signal }: EmbeddedPostgresOptions,
): Promise<{ port: number; postmaster: Postmaster }> {
  for (let locked = 0, taken = 0; ;) {
    signal?.throwIfAborted();
    const port = await freePort();
    const outcome = await startPostmaster(launch(cluster, port, fast ?? false), cluster.runAs, signal);
    if (typeof outcome !== 'string') return { port, postmaster: outcome };
    if (/lock file .* already exists|pre-existing shared memory/.test(outcome)) {
      if (++locked > LOCKED_RETRIES) throw folderInUse(cluster.dir);
    } else if (!/could not bind|could not create any TCP/.test(outcome) || ++taken > PORT_RETRIES) {
      throw new StartupError(`PostgreSQL can't start in ${cluster.dir}: ${complaint(outcome)}`);
    }
    await delay(RETRY_MS, signal);
  }
}

function launch({ binaries, data, runAs }: Cluster, port: number, fast: boolean): Program {
  const settings = fast ? [...SETTINGS, ...FAST_SETTINGS] : SETTINGS;
  const args = ['-D', asSeenBy(runAs, data), '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])];
  return run(binaries.postgres, args, { ...runAs, cwd: data });
}

function complaint(log: string): string {
  return /FATAL: +(.*)/.exec(log)?.[1] ?? log.trim();
}

/** Free at the moment it is asked for; another program may take it before PostgreSQL does, hence the retries. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
