import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { delay } from '../kernel/clock.ts';
import { StartupError } from '../kernel/startup-error.ts';

/** The right to run the database of one data folder. It ends with the process at the latest. */
export interface Claim {
  /** True when a process held it before and died without giving it back. */
  inherited: boolean;
  release: () => Promise<void>;
}

/** `startTime` tells a process from a later one that got the same pid; null where the system doesn't say. */
interface Owner {
  pid: number;
  startTime: string | null;
}

/** More than one is needed only while several processes start at the same moment. */
const CLAIM_ATTEMPTS = 10;
const PREDECESSOR_WAIT_MS = 10_000;
const PREDECESSOR_POLL_MS = 50;

export function folderInUse(dir: string): StartupError {
  return new StartupError(`The data folder ${dir} is in use by another Fillstream. Stop it or set DATA_DIR.`);
}

/** Claims `dir` for this process. Throws a StartupError at once when a living process holds it. */
export async function claimFolder(dir: string): Promise<Claim> {
  const file = path.join(dir, 'owner.json');
  const me = JSON.stringify({ pid: process.pid, startTime: await startTimeOf(process.pid) } satisfies Owner);
  const release = async (): Promise<void> => {
    if ((await readFile(file, 'utf8').catch(() => '')) === me) await rm(file, { force: true });
  };
  for (let attempt = 0; attempt < CLAIM_ATTEMPTS; attempt++) {
    try {
      await writeFile(file, me, { flag: 'wx', mode: 0o644 });
      return { inherited: attempt > 0, release };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (await isAlive(await readOwner(file))) throw folderInUse(dir);
    await rm(file, { force: true });
  }
  throw folderInUse(dir);
}

async function readOwner(file: string): Promise<Owner | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Owner;
  } catch (error) {
    // Removed just now, or left half-written by a crash.
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

async function isAlive(owner: Owner | null): Promise<boolean> {
  if (!owner || !mayExist(owner.pid)) return false;
  return owner.startTime === null || owner.startTime === (await startTimeOf(owner.pid));
}

function mayExist(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Clock ticks since boot, the 22nd field of /proc/<pid>/stat; null elsewhere than on Linux. */
async function startTimeOf(pid: number): Promise<string | null> {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  // The second field is the program's name in brackets, and may itself hold blanks and brackets.
  return line?.slice(line.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}

/**
 * Waits until the PostgreSQL of a predecessor has left `data`; one whose owner died is asked to leave. Only Linux can tell
 * whose process a pid is; elsewhere this returns at once and PostgreSQL's own lock file decides.
 * Throws a StartupError when it is still there after 10 s.
 */
export async function awaitPredecessor(dir: string, data: string, options: { dismiss: boolean }): Promise<void> {
  if (process.platform !== 'linux') return;
  const lockFile = path.join(data, 'postmaster.pid');
  let dismissed = !options.dismiss;
  for (let waitedMs = 0; waitedMs < PREDECESSOR_WAIT_MS; waitedMs += PREDECESSOR_POLL_MS) {
    const pid = Number.parseInt(await readFile(lockFile, 'utf8').catch(() => ''), 10);
    if (Number.isNaN(pid)) return;
    const inside = await worksIn(pid, data);
    if (inside === 'no process' || inside === 'unknown') return;
    // After a reboot, or in a container, the pid may be a stranger's. PostgreSQL would take it for its own.
    if (inside === 'elsewhere') return rm(lockFile, { force: true });
    if (!dismissed) process.kill(pid, 'SIGINT');
    dismissed = true;
    await delay(PREDECESSOR_POLL_MS);
  }
  throw folderInUse(dir);
}

async function worksIn(pid: number, data: string): Promise<'here' | 'elsewhere' | 'no process' | 'unknown'> {
  try {
    const [theirs, ours] = await Promise.all([stat(`/proc/${pid}/cwd`), stat(data)]);
    return theirs.ino === ours.ino && theirs.dev === ours.dev ? 'here' : 'elsewhere';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'no process' : 'unknown';
  }
}
