import path from 'node:path';
import { cloneDatabase, dropDatabase, makeTemplate, serviceEnvironment } from './database.ts';
import type { Dice } from './dice.ts';
import { type Instance, openInstance } from './instance.ts';
import { openPostgres, type Postgres } from './postgres.ts';
import type { MemoryFolder } from './memory-folder.ts';
import { temporaryFolder } from './processes.ts';
import { openProxy, type Proxy } from './proxy.ts';
import { openRedis, type RedisServer } from './redis.ts';

/** What is started once and shared by runs. */
export interface Infrastructure {
  readonly logs: string;
  /** A memory folder that holds the write-ahead log, where there is one. */
  readonly walFolder: MemoryFolder | null;
  readonly postgres: Postgres;
  readonly redis: RedisServer;
  /** What a failed run may have left broken. */
  mend(): Promise<void>;
  stop(): Promise<void>;
}

export async function openInfrastructure(
  logs: string,
  walFolder: MemoryFolder | null = null,
): Promise<Infrastructure> {
  const log = path.join(logs, walFolder ? 'postgres-small-log.log' : 'postgres.log');
  const postgres = await openPostgres({ log, ...(walFolder && { walFolder: walFolder.path }) });
  await makeTemplate(postgres, path.join(logs, 'template.log'));
  const redis = await openRedis(path.join(logs, 'redis.log'));
  return {
    ...{ logs, walFolder, postgres, redis },
    async mend() {
      postgres.thaw();
      redis.thaw();
      if (!(await isAsUsual(postgres))) await postgres.restart();
    },
    async stop() {
      await redis.stop();
      await postgres.stop();
      walFolder?.close();
    },
  };
}

const isAsUsual = (postgres: Postgres): Promise<boolean> =>
  postgres.query<{ max_connections: string }>('SHOW max_connections').then(
    ([row]) => row?.max_connections === '120',
    () => false,
  );

export interface StageOptions {
  readonly instances?: 1 | 2;
  /** The lines that a proxy is put into; with two instances clients and venue have one anyway. */
  readonly proxies?: readonly ('postgres' | 'redis' | 'clients' | 'specialClients')[];
  /** Whether servers take orders over IPC (preload.mjs). */
  readonly preload?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** A PostgreSQL of the row’s own, whose write-ahead log has a small disk for itself. */
  readonly smallLog?: boolean;
  /** False: Redis is started by the row. */
  readonly redisAtStart?: boolean;
}

/** One run’s servers on a clean database, with the lines between them. */
export interface Stage extends Pick<Infrastructure, 'postgres' | 'redis' | 'walFolder'> {
  readonly database: string;
  readonly instances: readonly Instance[];
  readonly first: Instance;
  readonly log: string;
  /** By what it lies before. Throws when the row has asked for none. */
  proxy(name: 'postgres' | 'redis' | 'clients' | 'specialClients'): Proxy;
  /** Straight to the first instance. */
  readonly directUrl: string;
  readonly clientUrl: string;
  readonly specialClientUrl: string;
  readonly venueUrl: string;
  close(): Promise<void>;
}

interface OpenStage extends StageOptions {
  readonly name: string;
  readonly dice: Dice;
}

const urlOf = (port: number): string => `http://127.0.0.1:${port}`;

export async function openStage(infrastructure: Infrastructure, options: OpenStage): Promise<Stage> {
  const { postgres, redis, logs } = infrastructure;
  const { name, dice, instances: count = 1, proxies: wanted = [], preload = false, redisAtStart = true } = options;
  await cloneDatabase(postgres, name);
  await (redisAtStart ? redis.start() : redis.kill());
  const proxies = new Map<string, Proxy>();
  const through = async (line: string, ports: readonly number[]): Promise<number> => {
    const proxy = await openProxy(ports, dice.of(`line to ${line}`));
    proxies.set(line, proxy);
    return proxy.port;
  };
  const isWanted = (line: NonNullable<StageOptions['proxies']>[number]): boolean => wanted.includes(line);
  const postgresPort = isWanted('postgres') ? await through('postgres', [postgres.port]) : postgres.port;
  const redisPort = isWanted('redis') ? await through('redis', [redis.port]) : redis.port;
  const log = path.join(logs, `${name}.log`);
  const env = {
    ...serviceEnvironment(`postgresql://postgres@127.0.0.1:${postgresPort}/${name}`, 'warn'),
    REDIS_URL: `redis://127.0.0.1:${redisPort}`,
    ...options.env,
  };
  const instances = await Promise.all(
    Array.from({ length: count }, (_, i) => openInstance({ name: `server ${i + 1}`, env, log, preload })),
  );
  const ports = instances.map(({ port }) => port);
  const direct = ports[0] as number;
  const lineTo = (line: string, isNeeded: boolean): Promise<number> | number =>
    isNeeded ? through(line, ports) : direct;
  const clients = await lineTo('clients', count > 1 || isWanted('clients'));
  const specialClients = await lineTo('specialClients', isWanted('specialClients'));
  const venue = await lineTo('venue', count > 1);
  for (const instance of instances) instance.start();
  await Promise.all(instances.map((instance) => instance.ready()));
  return {
    ...{ postgres, redis, walFolder: infrastructure.walFolder, database: name, instances, log },
    first: instances[0] as Instance,
    directUrl: urlOf(direct),
    clientUrl: urlOf(clients),
    specialClientUrl: urlOf(specialClients),
    venueUrl: urlOf(venue),
    proxy(line) {
      const proxy = proxies.get(line);
      if (!proxy) throw new Error(`there is no proxy before ${line}`);
      return proxy;
    },
    async close() {
      await Promise.all(instances.map((instance) => instance.stop()));
      await Promise.all([...proxies.values()].map((proxy) => proxy.close()));
      await infrastructure.mend();
      await dropDatabase(postgres, name);
    },
  };
}

export const logFolder = (): string => temporaryFolder('faults');
