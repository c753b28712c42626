import { EventEmitter, once } from 'node:events';
import { delay } from '../../src/kernel/clock.ts';
import type { Chance } from './chance.ts';
import type { World } from './world.ts';

export const LATENCY_MS_MAX = 3;
const RECONNECT_MS_MAX = 1_000;

/** What lies between one process and Redis. `frozen`: nothing moves, and what is on its way arrives later. */
export type LineState = 'up' | 'down' | 'frozen';

/** A process's way to Redis. */
export interface Line {
  readonly state: LineState;
  set(state: LineState): void;
  /** What this connection sends and should receive is swallowed from now on, until it is made anew. Nobody is told. */
  deafen(which: 'publisher' | 'subscriber'): void;
}

/** One connection: it is made anew when the line goes down, and when its owner wants so. */
interface Connection {
  /** Counts the connections made: a message of before a cut does not arrive after it. */
  generation: number;
  isDeaf: boolean;
}

export interface OpenLine extends Line {
  thawed(): Promise<void>;
  readonly changed: EventEmitter;
  readonly publisher: Connection;
  readonly subscriber: Connection;
}

export function openLine(): OpenLine {
  const changed = new EventEmitter().setMaxListeners(0);
  let state: LineState = 'up';
  const line: OpenLine = {
    changed,
    publisher: { generation: 0, isDeaf: false },
    subscriber: { generation: 0, isDeaf: false },
    get state() {
      return state;
    },
    set(next) {
      state = next;
      if (next === 'down') for (const end of [line.publisher, line.subscriber]) renew(end);
      changed.emit('changed');
    },
    async thawed() {
      while (state === 'frozen') await once(changed, 'changed');
    },
    deafen: (which) => void (line[which].isDeaf = true),
  };
  return line;
}

/** Resolves once a new connection stands: at once when the line is up, with ever longer pauses when it refuses. */
export async function connected(line: Line & { thawed(): Promise<void> }, chance: Chance): Promise<void> {
  for (let tries = 1; ; tries++) {
    // The attempts of different connections drift apart.
    await delay(Math.min(50 * tries, RECONNECT_MS_MAX) + chance.int(0, 20 * tries));
    if (line.state === 'frozen') await line.thawed();
    if (line.state === 'up') return;
  }
}

export function renew(connection: Connection): void {
  connection.generation += 1;
  connection.isDeaf = false;
}

/** What either end of a connection needs. */
export interface Ends {
  readonly world: World;
  readonly chance: Chance;
  readonly line: OpenLine;
  readonly name: string;
}

export type Message = readonly [channel: string, text: string];
export const isBeat = (channel: string): boolean => channel.startsWith('beat:');
