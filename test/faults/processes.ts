import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type AddressInfo, createServer } from 'node:net';

// Everything that outlives a function call: processes and folders. Whatever way the harness ends, they go with it.

const children = new Set<ChildProcess>();

export const PATH = process.env['PATH'] ?? '';

const newFolder = (name: string): string => mkdtempSync(path.join(tmpdir(), `fillstream-${name}-`));

/** Holds every folder but that of the logs. PostgreSQL, run by root, is another user and must get in. */
const root = newFolder('faults');
chmodSync(root, 0o755);

export const temporaryFolder = (name: string): string => mkdtempSync(path.join(root, `${name}-`));

export const removeFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });

/** What the processes write; gone with the harness unless it is kept, for whoever looks into a failure. */
export const logs = { folder: newFolder('faults-logs'), areKept: false };

process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
  removeFolder(root);
  if (!logs.areKept) removeFolder(logs.folder);
});

/**
 * One shell that hears of each process of ours, and ends those that are left when its input ends: that happens also when
 * the harness itself is killed. It also takes the folders away then.
 */
const WATCHDOG = `
  all=" "
  while read -r op pid; do
    case $op in
      +) all="$all$pid " ;;
      -) all=$(echo "$all" | sed "s/ $pid / /") ;;
    esac
  done
  exec 2> /dev/null
  for pid in $all; do kill -s KILL "$pid"; kill -s CONT "$pid"; done
  [ -d "$1" ] || exit
  sleep 1
  umount -l "$1"/disk-*
  rm -rf "$1"`;
const watchdog = spawn('sh', ['-c', WATCHDOG, 'sh', root], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
watchdog.stdin.on('error', () => undefined);
watchdog.unref();
(watchdog.stdin as unknown as { unref(): void }).unref();

/** Pids that are not children of ours, but must not outlive us either. */
export function guard(pids: readonly number[], whether: boolean): void {
  for (const pid of pids) watchdog.stdin.write(`${whether ? '+' : '-'} ${pid}\n`);
}

export interface Owned {
  readonly child: ChildProcess;
  readonly pid: number;
  /** Of the process, once it has ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** Everything it has printed. */
  output(): string;
  /** Resolves to the match once its output matches; rejects when it ends before. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
}

interface StartOptions extends SpawnOptions {
  readonly log: string;
}

/** Starts a program without a shell; rejects when there is no such program. */
export async function startOwned(file: string, args: readonly string[], options: StartOptions): Promise<Owned> {
  const { log, ...spawning } = options;
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], ...spawning });
  const ended = new Promise<Awaited<Owned['ended']>>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  await Promise.race([once(child, 'spawn'), once(child, 'error').then(([error]) => Promise.reject(error as Error))]);
  const pid = child.pid ?? 0;
  children.add(child);
  guard([pid], true);
  child.once('exit', () => {
    children.delete(child);
    guard([pid], false);
  });
  let output = '';
  const looks = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      appendFileSync(log, text);
      for (const look of looks) look();
    });
  }
  const printed = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const match = pattern.exec(output);
        if (!match) return;
        looks.delete(look);
        resolve(match);
      };
      looks.add(look);
      look();
      void ended.then(({ code, signal }) =>
        reject(new Error(`${path.basename(file)} ended with ${String(code ?? signal)}: ${output.slice(-2_000)}`)),
      );
    });
  return { child, pid, ended, output: () => output, printed };
}

/** The pids of all that a process has started, and what that has started. */
export function descendantsOf(ancestor: number): readonly number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), parentOf(name)] as const);
  const below = (pid: number): readonly number[] =>
    parents.filter(([, parent]) => parent === pid).flatMap(([child]) => [child, ...below(child)]);
  return below(ancestor);
}

function parentOf(pid: string): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in brackets, and may itself hold blanks and brackets.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
}

/** Resident memory in MiB; 0 when it is gone. */
export function residentMiB(pid: number): number {
  try {
    const kib = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Math.round(Number(kib ?? 0) / 1_024);
  } catch {
    return 0;
  }
}

/** A signal to a process that may be gone by now. */
export function signalPid(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It is gone.
  }
}

/** Free at the moment it is asked for. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
