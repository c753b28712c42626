import type { Db } from '../../src/db/client.ts';
import { type UserId, userId } from '../../src/kernel/brand.ts';
import { delay } from '../../src/kernel/clock.ts';
import type { Position } from '../../src/kernel/position.ts';
import type { OrderUpdated, StreamEvent } from '../../src/stream/event.ts';
import type { World } from './world.ts';

export const USERS = [userId('ann'), userId('bob')];
/** As a statement time-out does: a read that hangs longer fails. */
const HANG_MS_MAX = 2_000;

/** What was committed at a place: its event's id, and what readers choose by. */
export interface Committed {
  readonly id: string;
  readonly symbol: string;
  /** When, in milliseconds. */
  readonly at: number;
}

/** A user's stream in one epoch, from offset 1. What retention removes stays known to the judge. */
interface Stream {
  readonly committed: Committed[];
  readonly data: OrderUpdated['data'][];
  retainedFrom: number;
}

export type DatabaseState = 'up' | 'away' | 'hangs';

/** PostgreSQL as far as the followers of streams know it: one log, which all processes share. */
export interface SimLog {
  readonly db: Db;
  state: DatabaseState;
  /** Commits events at this instant, as one: they are visible whole or not at all. */
  commit(user: UserId, count: number): readonly StreamEvent[];
  retain(user: UserId, from: number): void;
  /** Goes on as a copy that lacks each user's last events: in a new epoch. */
  restore(lacks: () => number): void;
  head(user: UserId): Position;
  retainedFrom(user: UserId): number;
  /** All that was ever committed for the user in this epoch, by offset - 1. */
  committedIn(user: UserId, epoch: string): readonly Committed[];
}

const epochOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

interface State {
  epoch: number;
  /** By epoch, then by user. */
  readonly epochs: Map<string, Stream>[];
}

export function openSimLog(world: World): SimLog {
  const state: State = { epoch: 0, epochs: [new Map<string, Stream>()] };
  for (const user of USERS) state.epochs[0]?.set(user, { committed: [], data: [], retainedFrom: 0 });
  const chance = world.chance('log');
  const log: SimLog = {
    db: {
      $queryRaw: (sql: TemplateStringsArray, ...values: unknown[]) => read(sql.join('?'), values),
    } as unknown as Db,
    state: 'up',
    commit: (user, count) =>
      Array.from({ length: count }, () => {
        const stream = streamOf(state, user);
        const offset = stream.committed.length + 1;
        const [id, symbol] = [`${user}:${state.epoch}:${offset}`, chance.pick(['AAPL', 'MSFT'])];
        const data = { event: { id }, order: { symbol } } as OrderUpdated['data'];
        stream.committed.push({ id, symbol, at: world.now() });
        stream.data.push(data);
        return { userId: user, position: { epoch: epochOf(state.epoch), offset }, type: 'orderUpdated', data };
      }),
    retain: (user, from) => void (streamOf(state, user).retainedFrom = from),
    restore: (lacks) => restore(state, lacks),
    head: (user) => ({ epoch: epochOf(state.epoch), offset: streamOf(state, user).committed.length }),
    retainedFrom: (user) => streamOf(state, user).retainedFrom,
    committedIn: (user, epoch) => state.epochs.find((_, n) => epochOf(n) === epoch)?.get(user)?.committed ?? [],
  };
  /** The snapshot is taken somewhere between the question and the answer. */
  const read = async (sql: string, values: readonly unknown[]): Promise<unknown> => {
    const { failed, delayMs } = world.weather.reads;
    await delay(chance.int(0, delayMs));
    if (log.state === 'hangs') {
      await hang(log);
      world.count('read failed');
      throw new Error('the statement timed out');
    }
    if (log.state === 'away' || chance.one(failed)) {
      world.count('read failed');
      throw new Error('the database is away');
    }
    const rows = answer(state, sql, values);
    await delay(chance.int(0, delayMs));
    return rows;
  };
  return log;
}

async function hang(log: SimLog): Promise<void> {
  for (let waited = 0; waited < HANG_MS_MAX && log.state === 'hangs'; waited += 100) await delay(100);
}

function streamOf({ epoch, epochs }: State, user: string): Stream {
  const stream = epochs[epoch]?.get(user);
  if (!stream) throw new Error(`the simulation knows no user ${user}`);
  return stream;
}

function restore(state: State, lacks: () => number): void {
  const copies = [...(state.epochs[state.epoch] ?? [])].map(([user, { committed, data, retainedFrom }]) => {
    const head = Math.max(retainedFrom, committed.length - lacks());
    return [user, { committed: committed.slice(0, head), data: data.slice(0, head), retainedFrom }] as const;
  });
  state.epochs.push(new Map(copies));
  state.epoch += 1;
}

/** The rows that PostgreSQL would give, told apart by what they name: a statement that is new here must be added. */
function answer(state: State, sql: string, values: readonly unknown[]): unknown {
  const epoch = epochOf(state.epoch);
  const users = values[0] as readonly UserId[];
  const extentOf = (user: UserId): object => {
    const { committed, retainedFrom } = streamOf(state, user);
    return { user_id: user, epoch, offset: BigInt(committed.length), retained_from: BigInt(retainedFrom) };
  };
  if (!sql.includes('event_offset')) {
    if (!sql.includes('stream_heads')) throw new Error(`the simulation does not know this statement: ${sql}`);
    return users.map(extentOf);
  }
  const [, afters, limit] = values as [unknown, readonly number[], number];
  return users.flatMap((user, at): readonly object[] => {
    const { data, retainedFrom } = streamOf(state, user);
    const extent = { ...extentOf(user), n: BigInt(at + 1) };
    // What is not retained is gone.
    const first = Math.max(afters[at] ?? 0, retainedFrom);
    const page = data.slice(first, first + limit);
    if (page.length === 0) return [{ ...extent, event_offset: null, event_type: null, event_data: null }];
    return page.map((event_data, n): object => {
      const event = { event_offset: BigInt(first + n + 1), event_type: 'orderUpdated', event_data };
      return { ...extent, ...event };
    });
  });
}
