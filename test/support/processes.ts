import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { MAIN } from './service.ts';

const BUILD = path.resolve(import.meta.dirname, '../../tools/build-if-needed.mjs');

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `node dist/main.js`, or another program of dist/, to its end. */
export async function runProcess(env: Record<string, string>, args: readonly string[] = [MAIN]): Promise<Run> {
  const child = spawn(process.execPath, [...args], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => (printed[name] += text));
  }
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...printed };
}

interface Status {
  readonly pid: number;
  readonly parent: number;
  readonly isZombie: boolean;
}

/** All processes of this machine: from /proc, or from ps where there is none. */
async function readProcesses(): Promise<readonly Status[]> {
  const names = await readdir('/proc').catch(() => null);
  if (!names) return await askPs();
  const all = await Promise.all(names.filter((name) => /^\d+$/.test(name)).map(readStatus));
  return all.filter((status) => status !== null);
}

async function askPs(): Promise<readonly Status[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,stat=']);
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/ +/))
    .map(([pid, parent, state]) => ({
      ...{ pid: Number(pid), parent: Number(parent) },
      isZombie: state?.startsWith('Z') ?? false,
    }));
}

async function readStatus(pid: string): Promise<Status | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const match = /\) (\w) (\d+) /.exec(stat);
  return match && { pid: Number(pid), parent: Number(match[2]), isZombie: match[1] === 'Z' };
}

/** The pids of all that a process has started, and what that has started. */
export async function descendantsOf(ancestor: number): Promise<readonly number[]> {
  const all = await readProcesses();
  const below = (pid: number): readonly number[] =>
    all.filter(({ parent }) => parent === pid).flatMap((child) => [child.pid, ...below(child.pid)]);
  return below(ancestor);
}

/** Those of the processes that still run. */
export async function alive(pids: readonly number[]): Promise<readonly number[]> {
  const running = (await readProcesses()).filter(({ isZombie }) => !isZombie).map(({ pid }) => pid);
  return pids.filter((pid) => running.includes(pid));
}

/** Makes dist/ what src/ is now. */
export async function build(): Promise<void> {
  const { code, stderr } = await runProcess({ ...process.env } as Record<string, string>, [BUILD]);
  if (code !== 0) throw new Error(`the build failed: ${stderr}`);
}

/** A port that is free now, for a service that must come back on the same one. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
