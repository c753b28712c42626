import type { Db, Tx } from '../db/client.ts';
import { inTransaction, isDatabaseAway } from '../db/transaction.ts';
import type { Deps } from '../deps.ts';
import type { UserId } from '../kernel/brand.ts';
import { delay, every } from '../kernel/clock.ts';
import type { Bus } from './bus.ts';
import {
  type Checkpoint,
  ensureCheckpoints,
  findBehind,
  lockCheckpoints,
  moveCheckpoints,
  readAfter,
} from './checkpoints.ts';
import type { StreamEvent } from './event.ts';
import { type Failing, openFailing } from './failing.ts';

/** How late what a kill, or another process, has left is found. */
export const SWEEP_MS = 2_000;
/** Heads that one statement of a sweep compares, and statements of one sweep; the next one goes on there. */
export const SWEEP_HEADS = 5_000;
const SWEEP_RANGES = 4;
/** Users and events of one transaction, so that it is short. */
export const USERS_MAX = 50;
const EVENTS_MAX = 500;
const EVENTS_PER_USER_MIN = 20;
/** Between two transactions that are not full. The first one after a silence begins at once. */
const REST_MS = 10;
/** A user whom another process has in hand is looked at again then: it may have read before the newest event came. */
const AGAIN_MS = 50;
/** What is pending at the end is done until then: another process would find it only by a sweep. */
const STOP_MS = 3_000;
/** Users whose row is known to exist; beyond this it is asked again. */
const KNOWN_MAX = 100_000;

/** What one user's stream has after the checkpoint. */
export interface Consumed {
  readonly user: UserId;
  readonly events: readonly StreamEvent[];
}

/** What came of a batch. */
export interface Handled {
  /** Nothing was written for these: each is done again alone, and waits for the rows that it needs. */
  readonly left?: ReadonlySet<UserId>;
  /** There is more to do for these than was done. */
  readonly more?: readonly UserId[];
  /** What was appended to the log: a checkpoint that reaches up to it passes over it. */
  readonly appended?: readonly StreamEvent[];
  /** Called once it is committed. Must not throw. */
  readonly committed?: () => void;
}

export interface Given<C> {
  /** What was prepared. */
  readonly context: C;
  /** `skip`: a row that another transaction holds is not waited for. */
  readonly mode: 'skip' | 'wait';
}

export interface ConsumerOptions<C> {
  /** Under which the checkpoints are kept. */
  readonly name: string;
  /** Asked before the transaction, for what no transaction may wait for. */
  readonly prepare: (users: readonly UserId[]) => Promise<C>;
  /**
   * Does what these events ask for, in the transaction that moves the checkpoints: both happen, or neither. No other process
   * has these users in hand meanwhile.
   */
  readonly handle: (tx: Tx, consumed: readonly Consumed[], given: Given<C>) => Promise<Handled>;
  /** Users for whom there is something else to do than to read their stream. */
  readonly due?: () => Promise<readonly UserId[]>;
}

type ConsumerDeps = Pick<Deps, 'log'> & { readonly db: Db };

export interface Consumer {
  /** Something is new in the streams of these users. */
  tell(users: readonly UserId[]): void;
  /** Takes no more, and finishes the transaction that is in flight. */
  stop(): Promise<void>;
}

/** A bus that tells of what this process publishes. */
export function listenedBus(bus: Bus, told: (events: readonly StreamEvent[]) => void): Bus {
  return {
    ...bus,
    publish(events) {
      bus.publish(events);
      told(events);
    },
  };
}

interface State<C> extends ConsumerOptions<C> {
  readonly deps: ConsumerDeps;
  readonly pending: Set<UserId>;
  readonly known: Set<UserId>;
  /** No sweep looks at them for a while; something new that happens to them does. */
  readonly failing: Failing;
  readonly stopping: AbortController;
  /** Ends what is pending, too. */
  readonly cutting: AbortController;
  running: Promise<void> | null;
  sweeping: Promise<void> | null;
  /** The user after whom the next sweep goes on. */
  place: string;
}

/**
 * Reads every user's stream once, in order, and keeps how far it has come: what is done for an event commits with the
 * checkpoint that passes it. Several processes share the users. No global sequence is read: commits do not follow one.
 */
export function openConsumer<C>(deps: ConsumerDeps, options: ConsumerOptions<C>): Consumer {
  const state: State<C> = {
    ...{ ...options, deps, pending: new Set(), known: new Set(), failing: openFailing(() => performance.now()) },
    stopping: new AbortController(),
    cutting: new AbortController(),
    ...{ running: null, sweeping: null, place: '' },
  };
  const look = (): void => {
    state.sweeping ??= sweep(state).finally(() => (state.sweeping = null));
  };
  const timer = every(SWEEP_MS, look);
  look();
  return {
    tell: (users) => tell(state, users),
    async stop() {
      timer[Symbol.dispose]();
      state.stopping.abort();
      const ended = new AbortController();
      void delay(STOP_MS, ended.signal).then(() => state.cutting.abort());
      await Promise.all([state.running, state.sweeping]).finally(() => ended.abort());
    },
  };
}

function tell<C>(state: State<C>, users: readonly UserId[]): void {
  for (const user of users) state.pending.add(user);
  if (state.pending.size === 0 || state.stopping.signal.aborted) return;
  state.running ??= run(state).finally(() => {
    state.running = null;
    // Who was told of in the last moment of the run.
    tell(state, []);
  });
}

async function sweep<C>(state: State<C>): Promise<void> {
  try {
    tell(state, state.failing.rested((await state.due?.()) ?? []));
    for (let ranges = 0; ranges < SWEEP_RANGES && !state.stopping.signal.aborted; ranges++) {
      const range = { after: state.place, heads: SWEEP_HEADS };
      const { users, next } = await findBehind(state.deps.db, state.name, range);
      state.place = next ?? '';
      tell(state, state.failing.rested(users));
      if (next === null) return;
    }
  } catch (err) {
    if (!state.stopping.signal.aborted) state.deps.log.warn({ err, consumer: state.name }, 'no sweep of the log now');
  }
}

async function run<C>(state: State<C>): Promise<void> {
  while (state.pending.size > 0 && !state.cutting.signal.aborted) {
    const users = [...state.pending].slice(0, USERS_MAX);
    for (const user of users) state.pending.delete(user);
    await attempt(state, users, 'skip');
    // What comes meanwhile goes together into the next transaction.
    if (state.pending.size < USERS_MAX) await delay(REST_MS, state.stopping.signal);
  }
}

/** A batch that fails is done again in halves, down to the user at fault, who waits for the next sweep. */
async function attempt<C>(state: State<C>, users: readonly UserId[], mode: 'skip' | 'wait'): Promise<void> {
  if (state.cutting.signal.aborted) return;
  try {
    const { left, missed, more } = await consume(state, users, mode);
    for (const user of more) state.pending.add(user);
    if (missed.length > 0) void delay(AGAIN_MS, state.stopping.signal).then(() => tell(state, missed));
    if (mode === 'skip') for (const user of left) await attempt(state, [user], 'wait');
  } catch (err) {
    const middle = Math.ceil(users.length / 2);
    if (users.length > 1 && !isDatabaseAway(err)) {
      await attempt(state, users.slice(0, middle), mode);
      await attempt(state, users.slice(middle), mode);
    } else {
      for (const user of isDatabaseAway(err) ? [] : users) state.failing.add(user);
      state.deps.log.warn({ err, consumer: state.name, user: users[0] }, 'streams can’t be consumed now');
    }
  }
}

interface Done {
  readonly left: ReadonlySet<UserId>;
  /** Another process has them in hand. */
  readonly missed: readonly UserId[];
  /** There is more in their streams. */
  readonly more: readonly UserId[];
}

async function consume<C>(state: State<C>, users: readonly UserId[], mode: 'skip' | 'wait'): Promise<Done> {
  const { deps, name, known, failing } = state;
  const context = await state.prepare(users);
  const unknown = users.filter((user) => !known.has(user));
  if (unknown.length > 0) await ensureCheckpoints(deps.db, name, unknown);
  const limit = Math.max(EVENTS_PER_USER_MIN, Math.floor(EVENTS_MAX / users.length));
  const { handled, locked, events } = await inTransaction(deps.db, async (tx) => {
    const locked = await lockCheckpoints(tx, name, users);
    const events = locked.length === 0 ? new Map<UserId, readonly StreamEvent[]>() : await readAfter(tx, locked, limit);
    const consumed = locked.map(({ user }) => ({ user, events: events.get(user) ?? [] }));
    const handled = locked.length === 0 ? {} : await state.handle(tx, consumed, { context, mode });
    await moveCheckpoints(tx, name, movesOf(locked, events, handled));
    return { handled, locked, events };
  });
  handled.committed?.();
  const inHand = new Set(locked.map(({ user }) => user));
  const left = handled.left ?? new Set<UserId>();
  const missed = users.filter((user) => !inHand.has(user));
  if (known.size > KNOWN_MAX) known.clear();
  for (const user of users) {
    if (!inHand.has(user)) continue;
    known.add(user);
    failing.remove(user);
  }
  // A row that is not there was taken away, as by a restore.
  for (const user of missed) known.delete(user);
  const unread = users.filter((user) => !left.has(user) && (events.get(user)?.length ?? 0) === limit);
  return { left, missed, more: [...unread, ...(handled.more ?? [])] };
}

/** Behind the events that were read, and behind what was appended right after them. */
function movesOf(
  locked: readonly Checkpoint[],
  events: ReadonlyMap<UserId, readonly StreamEvent[]>,
  { left, appended = [] }: Handled,
): readonly Checkpoint[] {
  return locked.flatMap(({ user, offset }) => {
    let to = events.get(user)?.at(-1)?.position.offset ?? offset;
    for (const { userId, position } of appended) if (userId === user && position.offset === to + 1) to += 1;
    return to === offset || left?.has(user) ? [] : [{ user, offset: to }];
  });
}
