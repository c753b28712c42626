import { Redis } from 'ioredis';
import { freePort, type Owned, startOwned, temporaryFolder } from './processes.ts';

/** A Redis of the harness's own, that keeps nothing on disk, to be killed, frozen and started again. */
export interface RedisServer {
  readonly port: number;
  start(): Promise<void>;
  kill(): Promise<void>;
  freeze(): void;
  thaw(): void;
  /** One command on a connection of its own. */
  command(...words: readonly string[]): Promise<unknown>;
  stop(): Promise<void>;
}

const PROGRAMS = ['redis-server', 'valkey-server'];
const COMMAND_TIMEOUT_MS = 30_000;

export async function openRedis(log: string): Promise<RedisServer> {
  const port = await freePort();
  const dir = temporaryFolder('redis');
  let server: Owned | null = null;
  const kill = async (): Promise<void> => {
    server?.child.kill('SIGKILL');
    await server?.ended;
    server = null;
  };
  return {
    port,
    kill,
    async start() {
      await kill();
      server = await launch(['--port', String(port), '--dir', dir], log);
    },
    freeze: () => void server?.child.kill('SIGSTOP'),
    thaw: () => void server?.child.kill('SIGCONT'),
    async command(name = '', ...args) {
      const redis = new Redis({ port, host: '127.0.0.1', lazyConnect: true, commandTimeout: COMMAND_TIMEOUT_MS });
      redis.on('error', () => undefined);
      try {
        await redis.connect();
        return await redis.call(name, ...args);
      } finally {
        redis.disconnect();
      }
    },
    stop: kill,
  };
}

async function launch(args: readonly string[], log: string): Promise<Owned> {
  const fixed = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--enable-debug-command', 'local'];
  for (const program of PROGRAMS) {
    try {
      const server = await startOwned(program, [...args, ...fixed], { log });
      await server.printed(/Ready to accept connections/);
      return server;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  throw new Error(`None of ${PROGRAMS.join(', ')} is on the PATH.`);
}
