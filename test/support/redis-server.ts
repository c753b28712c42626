import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A Redis of the test's own, on a port of its own. It keeps nothing on disk. */
export interface RedisServer {
  url: string;
  /** Ends it as a crash does. Its port refuses connections afterwards. */
  kill: () => Promise<void>;
  /** Starts it again, empty, on the same port. */
  restart: () => Promise<void>;
  /** Freezes it: connections stay open and get no answer. */
  freeze: () => void;
  thaw: () => void;
  /** Ends it and removes its folder. More calls do no harm. */
  stop: () => Promise<void>;
}

const PROGRAMS = ['redis-server', 'valkey-server'];
const PORT_ATTEMPTS = 5;

/** Spawns redis-server or valkey-server. Rejects when neither is on the PATH. */
export async function openRedisServer(): Promise<RedisServer> {
  const dir = await mkdtemp(path.join(tmpdir(), 'fillstream-redis-'));
  const { port, server } = await startOnFreePort(dir);
  let child = server;
  const kill = async (): Promise<void> => {
    if (hasEnded(child)) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    kill,
    restart: async () => {
      await kill();
      child = await start(dir, port);
    },
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    stop: async () => {
      await kill();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function startOnFreePort(dir: string): Promise<{ port: number; server: ChildProcess }> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    try {
      return { port, server: await start(dir, port) };
    } catch (error) {
      if (attempt >= PORT_ATTEMPTS || !String(error).includes('bind')) throw error;
    }
  }
}

async function start(dir: string, port: number): Promise<ChildProcess> {
  const settings = { bind: '127.0.0.1', port: String(port), save: '', appendonly: 'no', dir, daemonize: 'no' };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  for (const program of PROGRAMS) {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    if (await isReady(child)) return child;
  }
  throw new Error(`None of ${PROGRAMS.join(', ')} is on the PATH.`);
}

/** False when there is no such program; rejects with what the server wrote when it gave up. */
async function isReady(child: ChildProcess): Promise<boolean> {
  let log = '';
  return await new Promise<boolean>((resolve, reject) => {
    child.once('spawn', () => killWithUs(child));
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      log += text;
      if (log.includes('Ready to accept connections')) resolve(true);
    });
    child.once('exit', () => reject(new Error(`Redis gave up: ${log}`)));
    child.once('error', (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? resolve(false) : reject(error)));
  });
}

/** Kills the server when this process dies, however that happens: then the watchdog's input ends. */
function killWithUs(server: ChildProcess): void {
  const script = 'read _; kill -s KILL "$1"';
  const watchdog = spawn('sh', ['-c', script, 'sh', String(server.pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watchdog.stdin.on('error', () => undefined);
  server.once('exit', () => watchdog.kill('SIGKILL'));
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
