import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openEmbeddedPostgres, type EmbeddedPostgres } from '../../src/db/embedded.ts';
import { StartupError } from '../../src/kernel/startup-error.ts';
import { until } from '../support/until.ts';

const isRoot = process.getuid?.() === 0;
const onLinux = process.platform === 'linux';

let home: string;
let dir: string;
let opened: EmbeddedPostgres[];
let holders: ChildProcess[];

beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'fillstream-embedded-'));
  dir = path.join(home, 'data', 'postgres');
  opened = [];
  holders = [];
});

afterEach(async () => {
  for (const holder of holders) holder.kill('SIGKILL');
  for (const postgres of opened) await postgres.stop();
  await rm(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

async function open(options: { fast?: boolean; signal?: AbortSignal } = {}): Promise<EmbeddedPostgres> {
  const postgres = await openEmbeddedPostgres({ dir, ...options });
  opened.push(postgres);
  return postgres;
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Another process that has the folder open, for being killed. */
async function openElsewhere(): Promise<{ url: string; holder: ChildProcess }> {
  const holder = spawn(process.execPath, [path.join(import.meta.dirname, 'hold-postgres.mjs'), dir], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  holders.push(holder);
  const [line] = (await once(createInterface(holder.stdout), 'line')) as [string];
  return { url: (JSON.parse(line) as { url: string }).url, holder };
}

async function killNow(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

async function isRefused(url: string): Promise<boolean> {
  try {
    await query(url, 'SELECT 1');
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ECONNREFUSED';
  }
}

async function postmasterPid(): Promise<number> {
  return Number.parseInt(await readFile(path.join(dir, 'data', 'postmaster.pid'), 'utf8'), 10);
}

describe('the embedded PostgreSQL', () => {
  it('starts in a new folder, for this machine only, in UTC and durable', async () => {
    const { url } = await open();
    expect(new URL(url).hostname).toBe('127.0.0.1');
    const [row] = await query(
      url,
      `SELECT current_setting('listen_addresses') AS listens, current_setting('timezone') AS zone,
        current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS sync,
        current_setting('full_page_writes') AS pages, current_setting('unix_socket_directories') AS sockets`,
    );
    expect(row).toEqual({ listens: '127.0.0.1', zone: 'UTC', fsync: 'on', sync: 'on', pages: 'on', sockets: '' });
  });

  it('is quick but not durable when asked to be', async () => {
    const { url } = await open({ fast: true });
    const [row] = await query(
      url,
      `SELECT current_setting('fsync') AS fsync, current_setting('max_connections') AS connections`,
    );
    expect(row).toEqual({ fsync: 'off', connections: '300' });
  });

  it('refuses a wrong password', async () => {
    const url = new URL((await open({ fast: true })).url);
    url.password = 'guess';
    await expect(query(url.href, 'SELECT 1')).rejects.toThrow('password authentication failed');
  });

  it('keeps its data over a restart', async () => {
    const first = await open();
    await query(first.url, 'CREATE TABLE kept AS SELECT 7 AS n');
    await first.stop();
    await first.stop();
    await first.exited;
    const second = await open();
    expect(await query(second.url, 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
  });

  it('keeps every acknowledged row when the service is killed, and starts again', async () => {
    const { url, holder } = await openElsewhere();
    await query(url, 'CREATE TABLE kept (n int)');
    for (let n = 1; n <= 20; n++) await query(url, `INSERT INTO kept VALUES (${n})`);
    await killNow(holder);
    const next = await open();
    expect(await query(next.url, 'SELECT count(*)::int AS n FROM kept')).toEqual([{ n: 20 }]);
  });

  it('ends by itself when the service is killed', async () => {
    const { url, holder } = await openElsewhere();
    await killNow(holder);
    await until(() => isRefused(url), { withinMs: 10_000 });
  });

  it('tells when the database dies, and repairs it at the next start', async () => {
    const first = await open();
    await query(first.url, 'CREATE TABLE kept AS SELECT 7 AS n');
    process.kill(await postmasterPid(), 'SIGKILL');
    await first.exited;
    await first.stop();
    const second = await open();
    expect(await query(second.url, 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
  });

  it('is not taken by a second service, which is told at once', async () => {
    await openElsewhere();
    const startedAt = performance.now();
    const sentence = `The data folder ${dir} is in use by another Fillstream. Stop it or set DATA_DIR.`;
    await expect(open()).rejects.toThrow(new StartupError(sentence));
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  it('is opened once when two start at the same moment', async () => {
    const outcomes = await Promise.allSettled([open({ fast: true }), open({ fast: true })]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { message: expect.stringContaining('is in use by another Fillstream') as string },
    });
  });

  it('is not held by a process that has the pid of its dead owner', async () => {
    await (await open({ fast: true })).stop();
    await writeFile(
      path.join(dir, 'owner.json'),
      JSON.stringify({ pid: process.ppid, startTime: onLinux ? '1' : null }),
    );
    await (onLinux ? open({ fast: true }) : expect(open({ fast: true })).rejects.toThrow('is in use'));
  });

  it('begins anew after a first start that was killed', async () => {
    await mkdir(path.join(dir, 'data.new-abc'), { recursive: true });
    await writeFile(path.join(dir, 'data.new-abc', 'PG_VERSION'), '18\n');
    await open({ fast: true });
    expect((await readdir(dir)).sort()).toEqual(['data', 'owner.json', 'password']);
  });

  it('gives up when the start is abandoned, and leaves the folder free', async () => {
    const reason = new Error('enough');
    await expect(open({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    await open({ fast: true });
  });

  it('says that the folder cannot be written', async () => {
    await writeFile(path.join(home, 'data'), 'a file, not a folder');
    const sentence = `The data folder ${dir} can't be written: ENOTDIR. Set DATA_DIR to a folder of yours.`;
    await expect(open()).rejects.toThrow(new StartupError(sentence));
  });

  it('says that another major version made the data', async () => {
    await (await open({ fast: true })).stop();
    await writeFile(path.join(dir, 'data', 'PG_VERSION'), '15\n');
    const started = open();
    await expect(started).rejects.toThrow(StartupError);
    await expect(started).rejects.toThrow(/was made by PostgreSQL 15, and this is PostgreSQL \d+/);
  });

  // What can be said depends on who runs the tests, and where: each has its own.
  if (isRoot) {
    it('runs for root in folders that nobody else can enter, and leaves their modes alone', async () => {
      const { url } = await open({ fast: true });
      expect(await query(url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
      for (const folder of [home, path.dirname(dir), dir]) {
        const { uid, mode } = await stat(folder);
        expect([uid, mode & 0o777]).toEqual([0, 0o700]);
      }
      expect((await stat(path.join(dir, 'data'))).uid).not.toBe(0);
    });
  } else {
    it('says that the folder belongs to somebody else', async () => {
      await mkdir(path.join(home, 'data'), { mode: 0o500 });
      const sentence = `The data folder ${dir} can't be written: EACCES. Set DATA_DIR to a folder of yours.`;
      await expect(open()).rejects.toThrow(new StartupError(sentence));
    });
  }

  if (onLinux) {
    it("ignores a lock file that names a stranger's pid", async () => {
      const first = await open({ fast: true });
      const lockFile = path.join(dir, 'data', 'postmaster.pid');
      const lines = await readFile(lockFile, 'utf8');
      await first.stop();
      await writeFile(lockFile, lines.replace(/^\d+/, String(process.pid)));
      await open({ fast: true });
    });

    it('takes over from a database that nobody owns any more', async () => {
      const { url, holder } = await openElsewhere();
      await query(url, 'CREATE TABLE kept AS SELECT 7 AS n');
      const children = await readFile(`/proc/${holder.pid!}/task/${holder.pid!}/children`, 'utf8');
      const postmaster = await postmasterPid();
      const watchdogs = children
        .trim()
        .split(' ')
        .map(Number)
        .filter((pid) => pid !== postmaster);
      // Frozen, the watchdog can't do its work, and without it the database lives on.
      for (const pid of watchdogs) process.kill(pid, 'SIGSTOP');
      await killNow(holder);
      const next = await open();
      for (const pid of watchdogs) process.kill(pid, 'SIGKILL');
      expect(await query(next.url, 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
      expect(await postmasterPid()).not.toBe(postmaster);
    });
  }
});
