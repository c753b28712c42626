import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { asSeenBy, type Cluster, openCluster } from '../../src/db/embedded-cluster.ts';
import { type Postmaster, run, startPostmaster } from '../../src/db/embedded-postmaster.ts';
import { descendantsOf, freePort } from './processes.ts';
import { until } from './until.ts';

/** A PostgreSQL of the test's own that can be hurt, always on the same port. What it has acknowledged survives its kill. */
export interface PostgresServer {
  readonly url: string;
  /** Ends every process of it at once, as the crash of its machine does. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Stops every process of it: connections stay open and get no answer. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /** Starts it again where no new file of the log can be made, as on a full disk, and fills the one that is open. */
  fillDisk(): Promise<void>;
  /** Ends it in order and starts it as a standby; the promise that comes back promotes it, to a new timeline. */
  standBy(): Promise<() => Promise<void>>;
  stop(): Promise<void>;
}

const STARTS_WITHIN_MS = 20_000;
/** Durable against a kill of its processes, though not of the machine. */
const SETTINGS = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'log_min_messages=log', 'fsync=off'];

export async function openPostgresServer(settings: readonly string[] = []): Promise<PostgresServer> {
  const dir = await mkdtemp(path.join(tmpdir(), 'fillstream-hurt-'));
  const cluster = await openCluster(dir, { fast: true });
  const port = await freePort();
  let running: Running | null = null;
  const start = async ({ isDiskFull = false } = {}): Promise<void> => {
    running = await until(() => launch(cluster, port, { settings, isDiskFull }), { withinMs: STARTS_WITHIN_MS });
  };
  const signal = async (name: NodeJS.Signals): Promise<void> => {
    if (!running) return;
    for (const pid of [running.pid, ...(await descendantsOf(running.pid))]) send(pid, name);
  };
  const end = async (how: (running: Running) => Promise<unknown>): Promise<void> => {
    const ending = running;
    running = null;
    if (!ending) return;
    await how(ending);
    await ending.postmaster.exited;
  };
  const url = `postgresql://postgres:${cluster.password}@127.0.0.1:${port}/postgres`;
  await start();
  return {
    ...{ url, start },
    kill: async () => {
      await signal('SIGKILL');
      await end(() => Promise.resolve());
    },
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    async fillDisk() {
      await end(({ postmaster }) => postmaster.stop());
      await start({ isDiskFull: true });
      const fill = (): Promise<boolean> =>
        query(url, 'SELECT pg_switch_wal(); CREATE TABLE filler (); DROP TABLE filler').then(
          () => false,
          () => true,
        );
      await until(fill, { withinMs: STARTS_WITHIN_MS });
    },
    async standBy() {
      await end(({ postmaster }) => postmaster.stop());
      await writeFile(path.join(cluster.data, 'standby.signal'), '');
      // It is ready, and the start at its end, only once it has been promoted.
      const starting = start();
      await until(() => query(url, 'SELECT 1'), { withinMs: STARTS_WITHIN_MS });
      return async () => {
        await query(url, 'SELECT pg_promote()');
        await starting;
      };
    },
    async stop() {
      await signal('SIGCONT');
      await end(({ postmaster }) => postmaster.stop());
      await rm(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}

interface Running {
  readonly pid: number;
  readonly postmaster: Postmaster;
}

/** The size of files under which the log's do not fit, in blocks of either 512 or 1024 bytes. */
const FILE_BLOCKS_MAX = '16000';
const UNDER_A_LIMIT = ['-c', 'ulimit -c 0 && ulimit -S -f "$0" && exec "$@"', FILE_BLOCKS_MAX];

/** Null while what an earlier one left is still in use. */
async function launch(
  { binaries, data, runAs }: Cluster,
  port: number,
  { settings, isDiskFull }: { settings: readonly string[]; isDiskFull: boolean },
): Promise<Running | null> {
  const all = [...SETTINGS, 'restore_command=false', ...settings].flatMap((setting) => ['-c', setting]);
  const args = ['-D', asSeenBy(runAs, data), '-p', String(port), ...all];
  const options = { ...runAs, cwd: data };
  const program = isDiskFull
    ? run('/bin/sh', [...UNDER_A_LIMIT, binaries.postgres, ...args], options)
    : run(binaries.postgres, args, options);
  const postmaster = await startPostmaster(program, runAs);
  return typeof postmaster === 'string' ? null : { pid: program.child.pid!, postmaster };
}

async function query(url: string, sql: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  await client.query(sql).finally(() => client.end());
  return true;
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself meanwhile.
  }
}
