import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { findPrograms, type Programs } from './postgres-programs.ts';
import {
  descendantsOf,
  freePort,
  guard,
  type Owned,
  removeFolder,
  signalPid,
  startOwned,
  temporaryFolder,
} from './processes.ts';
import { pause } from './time.ts';

/** A PostgreSQL of the harness's own, as durable as in production, to be killed, frozen and started again. */
export interface Postgres {
  readonly port: number;
  urlOf(database: string): string;
  /** One statement on a connection of its own, as superuser. */
  query<Row extends pg.QueryResultRow>(
    sql: string,
    options?: { database?: string; values?: unknown[] },
  ): Promise<Row[]>;
  /** A session that is kept until it is ended. */
  session(database: string): Promise<pg.Client>;
  start(settings?: Readonly<Record<string, string>>): Promise<void>;
  /** `kill -9` of the postmaster; with `all` of every process of it at once. */
  kill(which?: 'postmaster' | 'all'): Promise<void>;
  /** Stops every process of it; connections stay open and get no answer. */
  freeze(): void;
  thaw(): void;
  restart(settings?: Readonly<Record<string, string>>): Promise<void>;
  /** Whether its postmaster runs. */
  isUp(): boolean;
  stop(): Promise<void>;
}

interface ClusterOptions {
  readonly log: string;
  /** Where the write-ahead log goes, in segments of 1 MiB: a folder of the run's own. */
  readonly walFolder?: string;
}

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  log_min_messages: 'log',
  max_connections: '120',
  // So that a deadlock is found before a lock time-out of the service ends it.
  deadlock_timeout: '100ms',
};
/** So little that it soon needs a new segment, rather than an old one. */
const SMALL_LOG = { min_wal_size: '2MB', max_wal_size: '8MB', wal_recycle: 'off', wal_init_zero: 'on' };
const READY = /ready to accept connections/;
const START_TRIES_MAX = 120;
const START_RETRY_MS = 100;

export async function openPostgres({ log, walFolder }: ClusterOptions): Promise<Postgres> {
  const programs = findPrograms();
  const folder = temporaryFolder('postgres');
  const data = makeCluster(programs, folder, walFolder);
  const port = await freePort();
  let server: Owned | null = null;
  let frozen: readonly number[] = [];

  const start = async (settings: Readonly<Record<string, string>> = {}): Promise<void> => {
    for (let tries = 1; ; tries++) {
      const kept = walFolder === undefined ? {} : SMALL_LOG;
      const started = await launch(programs, { data, port, log, settings: { ...kept, ...settings } });
      try {
        await started.printed(READY);
        server = started;
        return;
      } catch (error) {
        // Backends of a killed postmaster take a moment to notice that it is gone.
        const mayPass = /lock file|shared memory|could not bind|No space left/.test(String(error));
        if (tries >= START_TRIES_MAX || !mayPass) throw error;
        await pause(START_RETRY_MS);
      }
    }
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (!server) return;
    server.child.kill(signal);
    await server.ended;
    server = null;
  };
  const thaw = (): void => {
    for (const pid of [...frozen, server?.pid ?? 0]) if (pid > 0) signalPid(pid, 'SIGCONT');
    guard(frozen, false);
    frozen = [];
  };
  const urlOf = (database: string): string => `postgresql://postgres@127.0.0.1:${port}/${database}`;
  const session = async (database: string): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: urlOf(database) });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  };
  await start();
  return {
    ...{ port, urlOf, session, start, thaw },
    async query<Row extends pg.QueryResultRow>(sql: string, { database = 'postgres', values = [] as unknown[] } = {}) {
      const client = await session(database);
      return await client.query<Row>(sql, values).then(
        ({ rows }) => client.end().then(() => rows),
        (error: unknown) => client.end().then(() => Promise.reject(error as Error)),
      );
    },
    async kill(which = 'postmaster') {
      const others = which === 'all' && server ? descendantsOf(server.pid) : [];
      server?.child.kill('SIGKILL');
      for (const pid of others) signalPid(pid, 'SIGKILL');
      await end('SIGKILL');
    },
    freeze() {
      if (!server) return;
      signalPid(server.pid, 'SIGSTOP');
      frozen = descendantsOf(server.pid);
      for (const pid of frozen) signalPid(pid, 'SIGSTOP');
      guard(frozen, true);
    },
    isUp: () => server !== null && server.child.exitCode === null && server.child.signalCode === null,
    async restart(settings) {
      await end('SIGINT');
      await start(settings);
    },
    async stop() {
      thaw();
      await end('SIGQUIT');
      removeFolder(folder);
    },
  };
}

/** Only 127.0.0.1 is listened on, so a password would protect nothing. */
function makeCluster({ initdb, runAs }: Programs, folder: string, walFolder: string | undefined): string {
  const data = path.join(folder, 'data');
  mkdirSync(data, { mode: 0o700 });
  chmodSync(folder, 0o755);
  if (walFolder !== undefined) mkdirSync(walFolder, { mode: 0o700 });
  const mine = walFolder === undefined ? [data] : [data, walFolder];
  if (runAs) for (const owned of mine) chownSync(owned, runAs.uid, runAs.gid);
  const args = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'];
  if (walFolder !== undefined) args.push('-X', walFolder, '--wal-segsize=1');
  const { status, stderr } = spawnSync(initdb, args, { ...runAs, cwd: data, encoding: 'utf8' });
  if (status !== 0) throw new Error(`initdb failed: ${stderr}`);
  return data;
}

interface LaunchOptions {
  readonly data: string;
  readonly port: number;
  readonly log: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** In a process group of its own: Ctrl-C must not end it before what uses it. */
function launch({ postgres, runAs }: Programs, { data, port, log, settings }: LaunchOptions): Promise<Owned> {
  const all = Object.entries({ ...SETTINGS, ...settings });
  const args = ['-D', data, '-p', String(port), ...all.flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  writeFileSync(log, '', { flag: 'a' });
  return startOwned(postgres, args, { log, ...runAs, cwd: data, detached: true });
}
