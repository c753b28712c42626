import type { Logger } from 'pino';
import { type ExpiryWatch, openExpiryWatch } from '../../src/auth/expiry.ts';
import type { Config } from '../../src/config.ts';
import type { Deps } from '../../src/deps.ts';
import { delay, systemClock, systemIds } from '../../src/kernel/clock.ts';
import { openFloorCheck } from '../../src/stream/floor.ts';
import { openLogReader } from '../../src/stream/log-reader.ts';
import { openBusOver } from '../../src/stream/redis-bus.ts';
import type { SimLog } from './log.ts';
import type { Line } from './line.ts';
import type { SimRedis } from './redis.ts';
import type { Socket } from './socket.ts';
import type { World } from './world.ts';

export const SECRET = 'a secret of the simulation, of thirty-two bytes';
const DRAIN_MS_MAX = 500;

export type NodeDeps = Pick<Deps, 'db' | 'reader' | 'bus' | 'log' | 'clock' | 'expiry' | 'config'>;

/** One life of a process: what compose.ts opens for the followers of streams, over the simulated edges. */
interface Life {
  readonly deps: NodeDeps;
  readonly line: Line;
  readonly sockets: Set<Socket>;
  end(): void;
}

/** One of the service's processes, which may die and start again. */
export interface SimNode {
  readonly name: string;
  /** Null while it is down. */
  readonly life: Life | null;
  start(): void;
  kill(): void;
  /** Takes nothing new, ends its followers, and stops in a while. */
  drain(): Promise<void>;
}

export interface Shared {
  readonly world: World;
  readonly log: SimLog;
  readonly redis: SimRedis;
}

/** Listens for the one line that says that beats were lost. */
function openLog(world: World): Logger {
  const nothing = (): void => undefined;
  const warn = (line: unknown): void => {
    if (typeof line === 'string' && line.includes('does not carry')) world.count('beats lost');
  };
  return { debug: nothing, info: nothing, error: nothing, warn } as unknown as Logger;
}

export function openNode(shared: Shared, name: string): SimNode {
  const { world } = shared;
  let lives = 0;
  let life: Life | null = null;
  const end = (ended: Life | null): void => {
    ended?.end();
    for (const socket of [...(ended?.sockets ?? [])]) socket.cut();
  };
  return {
    name,
    get life() {
      return life;
    },
    start() {
      lives += 1;
      world.say(() => `${name} starts`);
      life = openLife(shared, `${name}.${lives}`);
    },
    kill() {
      world.say(() => `${name} is killed`);
      end(life);
      life = null;
    },
    async drain() {
      world.say(() => `${name} drains`);
      const ended = life;
      life = null;
      for (const user of ended?.deps.bus.followedUsers() ?? []) ended?.deps.bus.endFollowers(user);
      await delay(world.chance('drain', name, lives).int(0, DRAIN_MS_MAX));
      end(ended);
    },
  };
}

function openLife({ world, log: { db }, redis }: Shared, name: string): Life {
  const log = openLog(world);
  const { line, publisher, subscriber } = redis.connect(name);
  let serial = 0;
  const ids = { ...systemIds, uuid: () => `${name}-${(serial += 1)}` };
  const bus = openBusOver({ publisher, subscriber }, { prefix: '', log, clock: systemClock, ids });
  const floor = openFloorCheck({ db, bus, log });
  const expiry: ExpiryWatch = openExpiryWatch(systemClock);
  const config = { cursorSecret: SECRET } as Config;
  const reader = openLogReader(db);
  world.say(() => `${name} is up`);
  return {
    deps: { db, reader, bus, log, clock: systemClock, expiry, config },
    line,
    sockets: new Set(),
    end() {
      floor[Symbol.dispose]();
      expiry[Symbol.dispose]();
      void bus.close();
    },
  };
}
