import path from 'node:path';
import { cloneDatabase, dropDatabase, serviceEnvironment } from './database.ts';
import type { Dice } from './dice.ts';
import { startExchange } from './exchange.ts';
import type { Infrastructure } from './infrastructure.ts';
import { type Instance, openInstance } from './instance.ts';
import { freePort } from './processes.ts';
import { openProxy, type Proxy } from './proxy.ts';

type Line = 'postgres' | 'redis' | 'clients' | 'specialClients' | 'exchange';

export interface StageOptions {
  readonly instances?: 1 | 2;
  /** The lines that a proxy is put into; with two instances clients and venue have one anyway. */
  readonly proxies?: readonly Line[];
  /** Whether servers take orders over IPC (preload.mjs). */
  readonly preload?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** A PostgreSQL of the row’s own, whose write-ahead log has a small disk for itself. */
  readonly smallLog?: boolean;
  /** The simulated exchange beside them, behind a proxy. */
  readonly exchange?: boolean;
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
  proxy(line: Line): Proxy;
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
  const opened: Opened = { closers: [], proxies: new Map() };
  try {
    return await assemble(infrastructure, options, opened);
  } catch (error) {
    await closeAll(opened);
    throw error;
  }
}

interface Opened {
  readonly closers: (() => Promise<unknown>)[];
  readonly proxies: Map<string, Proxy>;
}

async function closeAll({ closers }: Opened): Promise<void> {
  for (let close = closers.pop(); close; close = closers.pop()) await close();
}

async function assemble(infrastructure: Infrastructure, options: OpenStage, opened: Opened): Promise<Stage> {
  const { postgres, redis, logs, walFolder } = infrastructure;
  const { name, instances: count = 1, redisAtStart = true } = options;
  opened.closers.push(() => infrastructure.mend().then(() => dropDatabase(postgres, name)));
  await cloneDatabase(postgres, name);
  await (redisAtStart ? redis.start() : redis.kill());
  const line = lineOpener(options, opened);
  const log = path.join(logs, `${name}.log`);
  const exchangePort = options.exchange ? await freePort() : null;
  const env = {
    ...serviceEnvironment(urlOfDatabase(await line('postgres', [postgres.port]), name), 'warn'),
    REDIS_URL: `redis://127.0.0.1:${await line('redis', [redis.port])}`,
    ...(exchangePort !== null && { PAPER_URL: urlOf(await line('exchange', [exchangePort], { isNeeded: true })) }),
    ...options.env,
  };
  const instances = await openInstances(count, { env, log, preload: options.preload ?? false }, opened);
  const ports = instances.map(({ port }) => port);
  const isNeeded = count > 1;
  const venueUrl = urlOf(await line('venue', ports, { isNeeded }));
  const clientUrl = urlOf(await line('clients', ports, { isNeeded }));
  const specialClientUrl = urlOf(await line('specialClients', ports));
  if (exchangePort !== null) {
    const { child, ended } = await startExchange({ port: exchangePort, venueUrl, log });
    opened.closers.push(() => (child.kill('SIGKILL'), ended));
  }
  for (const instance of instances) instance.start();
  await Promise.all(instances.map((instance) => instance.ready()));
  const first = instances[0] as Instance;
  return {
    ...{ postgres, redis, walFolder, database: name, instances, first, log },
    ...{ directUrl: urlOf(first.port), clientUrl, specialClientUrl, venueUrl },
    proxy(before) {
      const proxy = opened.proxies.get(before);
      if (!proxy) throw new Error(`there is no proxy before ${before}`);
      return proxy;
    },
    close: () => closeAll(opened),
  };
}

const urlOfDatabase = (port: number, name: string): string => `postgresql://postgres@127.0.0.1:${port}/${name}`;

/** The port of a line: of a proxy where one is asked for, else of what lies behind it. */
function lineOpener({ proxies = [], dice }: OpenStage, { closers, proxies: open }: Opened) {
  return async (name: Line | 'venue', ports: readonly number[], { isNeeded = false } = {}): Promise<number> => {
    const isAsked = isNeeded || proxies.some((asked) => asked === name);
    if (!isAsked) return ports[0] ?? 0;
    const proxy = await openProxy(ports, dice.of(`line to ${name}`));
    open.set(name, proxy);
    closers.push(() => proxy.close());
    return proxy.port;
  };
}

async function openInstances(
  count: number,
  options: Omit<Parameters<typeof openInstance>[0], 'name'>,
  { closers }: Opened,
): Promise<readonly Instance[]> {
  const instances = await Promise.all(
    Array.from({ length: count }, (_, i) => openInstance({ ...options, name: `server ${i + 1}` })),
  );
  closers.push(() => Promise.all(instances.map((instance) => instance.stop())));
  return instances;
}
