// Builds dist/ when it is missing or older than what it is made of. Several processes may run this at once.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.resolve(fileURLToPath(import.meta.url), '../..');
const STAMP = path.join(ROOT, 'dist', '.built');
const LOCK = path.join(ROOT, 'node_modules', '.fillstream-build.lock');
const POLL_MS = 200;
const LOCK_LIMIT_MS = 5 * 60_000;

// An installed package has its dist/ and no sources.
if (existsSync(path.join(ROOT, 'src')) && isOutdated()) await buildOnce();

/** The stamp has the time at which the last build began, and holds the names of its sources, to tell when one was removed. */
function isOutdated() {
  const names = sources();
  if (!existsSync(STAMP) || readFileSync(STAMP, 'utf8') !== names.join('\n')) return true;
  const builtAt = statSync(STAMP).mtimeMs;
  return names.some((name) => statSync(path.join(ROOT, name)).mtimeMs > builtAt);
}

function sources() {
  const generated = path.join('src', 'generated');
  const code = readdirSync(path.join(ROOT, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)))
    .filter((name) => !name.startsWith(generated));
  const settings = readdirSync(ROOT).filter((name) => /^(tsconfig.*|package-lock)\.json$/.test(name));
  const others = [path.join('prisma', 'schema.prisma'), path.join('tools', 'build-service.mjs')];
  return [...code, ...others, ...settings].sort();
}

async function buildOnce() {
  await takeLock();
  try {
    if (isOutdated()) process.exitCode = build();
  } finally {
    rmSync(LOCK, { recursive: true, force: true });
  }
}

/** The lock is a folder, which only one process can make. It holds the maker's pid, to tell when that has died. */
async function takeLock() {
  for (;;) {
    try {
      mkdirSync(LOCK);
      writeFileSync(path.join(LOCK, 'pid'), String(process.pid));
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (isStale()) rmSync(LOCK, { recursive: true, force: true });
    else await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function isStale() {
  try {
    if (Date.now() - statSync(LOCK).mtimeMs > LOCK_LIMIT_MS) return true;
    const pid = Number(readFileSync(path.join(LOCK, 'pid'), 'utf8'));
    // In a container each start may get the same pid.
    if (pid === process.pid) return true;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

function build() {
  process.stderr.write('Building…\n');
  // What is edited during the build must count as newer than the build.
  const startedAt = new Date();
  const names = sources();
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', 'build'], {
    cwd: ROOT,
    encoding: 'utf8',
    // Whoever asks, a test runner too, gets what is shipped: React and Vite look at this.
    env: { ...process.env, NODE_ENV: 'production' },
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    process.stderr.write(`${stdout ?? ''}${stderr ?? ''}The build failed.\n`);
    return 1;
  }
  writeFileSync(STAMP, names.join('\n'));
  utimesSync(STAMP, startedAt, startedAt);
  return 0;
}
