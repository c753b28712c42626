// The configurations that are measured: where the venue posts, where the apps subscribe, which processes do the work.
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { onClose, start, temporaryFolder } from './children.mjs';
import { createDatabase } from './database.mjs';
import { CURSOR_SECRET, JWT_SECRET, WEBHOOK_SECRET } from './sign.mjs';

const ROOT = path.resolve(import.meta.dirname, '..');
const READY = /ready at (http:\/\/[^\s/]+)/;
const REDIS_PROGRAMS = ['redis-server', 'valkey-server'];
const GIVEN = process.env;

/** One process; PostgreSQL in its data folder, fan-out within the process. */
export async function openEmbedded(options) {
  const dataDir = temporaryFolder();
  const server = await startService({ ...options, env: { DATA_DIR: dataDir } });
  const postgres = path.join(dataDir, 'postgres');
  const password = await readFile(path.join(postgres, 'password'), 'utf8');
  const [, , , port] = (await readFile(path.join(postgres, 'data', 'postmaster.pid'), 'utf8')).split('\n');
  return {
    name: 'embedded',
    venueUrl: server.url,
    appUrl: server.url,
    pids: [server.pid],
    databaseUrl: `postgresql://postgres:${password.trim()}@127.0.0.1:${port}/postgres`,
  };
}

/** Two processes on one PostgreSQL and one Redis: webhooks go to one, subscribers are on the other. Null without Redis. */
export async function openPostgresAndRedis(options) {
  const redisUrl = GIVEN.REDIS_URL ?? (await openRedis());
  if (!redisUrl) return null;
  const databaseUrl = await createDatabase(GIVEN.DATABASE_URL ?? (await openPostgres()));
  const env = {
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    REDIS_PREFIX: `bench:${randomUUID()}:`,
    DATA_DIR: temporaryFolder(),
  };
  const first = await startService({ ...options, env });
  const second = await startService({ ...options, env });
  return {
    name: 'postgres + redis',
    venueUrl: first.url,
    appUrl: second.url,
    pids: [first.pid, second.pid],
    databaseUrl,
    redisUrl,
    redisPrefix: env.REDIS_PREFIX,
  };
}

export async function openBaseline({ frameBytes }) {
  const program = path.join(import.meta.dirname, 'baseline-server.mjs');
  const env = { ...GIVEN, FRAME_BYTES: String(frameBytes) };
  const { match, pid } = await start(process.execPath, [program], { env, ready: READY });
  return { name: 'baseline', venueUrl: match[1], appUrl: match[1], pids: [pid], databaseUrl: null };
}

/** As an operator starts it, with nothing of our own environment but the path. */
async function startService({ env, profileDir }) {
  const profile = profileDir ? ['--cpu-prof', `--cpu-prof-dir=${path.resolve(profileDir)}`] : [];
  const settings = {
    PATH: GIVEN.PATH ?? '',
    HOST: '127.0.0.1',
    PORT: '0',
    DEMO: '0',
    LOG_LEVEL: 'error',
    DRAIN_SECONDS: '2',
    ...{ JWT_SECRET, CURSOR_SECRET, WEBHOOK_SECRET_STANDARD: WEBHOOK_SECRET },
    ...env,
  };
  const program = path.join(ROOT, 'dist', 'main.js');
  const { match, pid } = await start(process.execPath, [...profile, program], { env: settings, ready: READY });
  return { url: match[1], pid };
}

/** A cluster of our own, as durable as the embedded one. */
async function openPostgres() {
  const { openEmbeddedPostgres } = await import('../dist/db/embedded.js');
  const postgres = await openEmbeddedPostgres({ dir: path.join(temporaryFolder(), 'postgres') });
  onClose(() => postgres.stop());
  return postgres.url;
}

/** Null when there is no Redis on the PATH. */
async function openRedis() {
  const port = await freePort();
  const settings = { bind: '127.0.0.1', port, save: '', appendonly: 'no', dir: temporaryFolder() };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  for (const program of REDIS_PROGRAMS) {
    const redis = await start(program, args, { ready: /Ready to accept connections/ });
    if (redis) return `redis://127.0.0.1:${port}`;
  }
  return null;
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
