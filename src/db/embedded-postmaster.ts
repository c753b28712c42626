import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { delay, withinTime } from '../kernel/clock.ts';
import { StartupError } from '../kernel/startup-error.ts';

/** The user that PostgreSQL runs as when we are root, for it refuses to run as root. */
export interface RunAs {
  uid: number;
  gid: number;
}

/** A program with the end of what it wrote to standard error. */
export interface Program {
  child: ChildProcess;
  /** The exit code, or null when a signal ended it or it never started (then `tail` says why). */
  ended: Promise<number | null>;
  tail: () => string;
}

export interface Postmaster {
  exited: Promise<void>;
  stop: () => Promise<void>;
}

const TAIL_CHARS = 4000;
const START_LIMIT_MS = 120_000;
const FAST_SHUTDOWN_LIMIT_MS = 30_000;
const READY = 'ready to accept connections';

/** Starts a program without a shell, in a process group of its own: Ctrl-C must not reach the database before the app drains. */
export function run(file: string, args: string[], options: SpawnOptions): Program {
  const child = spawn(file, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
    windowsHide: true,
    ...options,
  });
  let tail = '';
  const note = (text: string): void => {
    tail = (tail + text).slice(-TAIL_CHARS);
  };
  child.stderr?.setEncoding('utf8').on('data', note);
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => resolve(code));
    child.once('error', (error) => {
      note(explainSpawnError(error));
      resolve(null);
    });
  });
  return { child, ended, tail: () => tail };
}

/** The kernel says "no such file" of a program whose loader is missing, which is what a musl system looks like. */
function explainSpawnError(error: NodeJS.ErrnoException): string {
  return error.code === 'ENOENT'
    ? `${error.message} (its C library may be missing, for it needs glibc). Set DATABASE_URL to a PostgreSQL of yours.`
    : error.message;
}

/**
 * Resolves to the postmaster once it accepts connections, or to what it said when it gave up.
 * Throws the signal's reason when that aborts first.
 */
export async function startPostmaster(
  server: Program,
  runAs: RunAs | null,
  signal?: AbortSignal,
): Promise<Postmaster | string> {
  const { pid } = server.child;
  if (pid === undefined) return await server.ended.then(() => server.tail());
  const watchdog = watchParent(pid, runAs);
  const exited = server.ended.then(() => endWatch(watchdog));
  try {
    if (!(await isReady(server, signal))) return await exited.then(() => server.tail());
  } catch (error) {
    server.child.kill('SIGQUIT');
    await exited;
    throw error;
  }
  let stopping: Promise<void> | undefined;
  return { exited, stop: () => (stopping ??= shutDown(server.child, exited)) };
}

async function isReady(server: Program, signal?: AbortSignal): Promise<boolean> {
  const either = signal ? withinTime(START_LIMIT_MS, signal) : AbortSignal.timeout(START_LIMIT_MS);
  const finished = new AbortController();
  const { stderr } = server.child;
  const spoke = new Promise<boolean>((resolve, reject) => {
    const look = (): void => {
      if (server.tail().includes(READY)) resolve(true);
    };
    stderr?.on('data', look);
    finished.signal.addEventListener('abort', () => stderr?.off('data', look));
    void server.ended.then(() => resolve(false));
    const giveUp = (): void => reject(signal?.aborted ? (signal.reason as Error) : tooSlow(server));
    either.addEventListener('abort', giveUp, { once: true, signal: finished.signal });
    if (either.aborted) giveUp();
  });
  return await spoke.finally(() => finished.abort());
}

function tooSlow(server: Program): StartupError {
  return new StartupError(`PostgreSQL was not ready after ${START_LIMIT_MS / 1000} s. It last said: ${server.tail()}`);
}

/** A fast shutdown: sessions are ended, everything is written. One that takes too long is cut short; the log then repairs it. */
async function shutDown(child: ChildProcess, exited: Promise<void>): Promise<void> {
  const finished = new AbortController();
  child.kill('SIGINT');
  void delay(FAST_SHUTDOWN_LIMIT_MS, finished.signal).then(() => {
    if (!finished.signal.aborted) child.kill('SIGQUIT');
  });
  await exited.finally(() => finished.abort());
}

/**
 * A child that shuts PostgreSQL down when our process dies, even by kill -9: the read ends when the pipe's other end, ours, is
 * gone. Windows has no `sh`; there the next start repairs what a killed service leaves.
 */
function watchParent(pid: number, runAs: RunAs | null): ChildProcess | null {
  if (process.platform === 'win32') return null;
  const watchdog = spawn('sh', ['-c', 'read _; kill -s INT "$1"', 'sh', String(pid)], {
    ...runAs,
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watchdog.on('error', () => undefined);
  watchdog.stdin.on('error', () => undefined);
  return watchdog;
}

async function endWatch(watchdog: ChildProcess | null): Promise<void> {
  if (!watchdog || watchdog.exitCode !== null || watchdog.pid === undefined) return;
  const gone = once(watchdog, 'exit');
  // Killed first, for the end of its input would make it signal a pid that is free by now.
  watchdog.kill('SIGKILL');
  await gone;
}
