import { type Fault, type Ladder, type Machine, START, type Transport } from './machine.ts';
import { now } from './time.ts';

/**
 * What an app can show. `idle`: nothing is followed, so nothing is connected. `connecting`: not connected yet. `live`: updates are pushed. `polling`: updates come, by polling.
 * `recovering`: the connection is lost, or a list is being loaded again. `offline`: no transport works, the device has no
 * network, or the client has given up (`fault`). Except in the first and the last case the client goes on trying.
 */
export type ConnectionState = 'idle' | 'connecting' | 'live' | 'recovering' | 'polling' | 'offline';

export interface ConnectionStatus {
  readonly state: ConnectionState;
  /** The one in use, or the one that is being tried. */
  readonly transport: Transport;
  /** Failed attempts in a row; 0 while connected. */
  readonly attempt: number;
  /** When this state began, in milliseconds since 1970. */
  readonly since: number;
  /** When the app was last known to be up to date, to the second, in milliseconds since 1970. */
  readonly lastUpdateAt: number | null;
  readonly lastClose: { readonly code: number | string; readonly reason: string; readonly at: number } | null;
  /** Why the client has given up: `UNAUTHENTICATED`, or `CLOSED` by the app. */
  readonly fault: Fault | null;
  /** How often what is followed had to be loaded again because updates of it were missing. */
  readonly reloads: number;
}

/** What beside the connection decides the state. */
export interface Circumstances {
  readonly deviceIsOnline: boolean;
  readonly reloading: boolean;
}

export function stateOf(
  ladder: Ladder,
  machine: Machine,
  { deviceIsOnline, reloading }: Circumstances,
): ConnectionState {
  const { phase, attempt, hasOpened, rung } = machine;
  if (phase === 'stopped' || !deviceIsOnline) return 'offline';
  if (phase === 'idle') return phase;
  if (phase === 'open' && !reloading) return ladder.transports[rung] === 'polling' ? 'polling' : 'live';
  if (phase !== 'open' && attempt >= ladder.failuresMax * ladder.transports.length) return 'offline';
  return hasOpened || reloading ? 'recovering' : 'connecting';
}

/** A value that changes, in the form that React's useSyncExternalStore takes. */
export interface Store<T> {
  readonly getSnapshot: () => T;
  readonly subscribe: (listener: () => void) => () => void;
}

export function openStore<T>(first: T): Store<T> & { set(value: T): void } {
  let value = first;
  const listeners = new Set<() => void>();
  return {
    getSnapshot: () => value,
    subscribe(listener) {
      // One of its own for each caller: the same function may be given twice.
      const entry = (): void => listener();
      listeners.add(entry);
      return () => void listeners.delete(entry);
    },
    set(next) {
      value = next;
      for (const listener of [...listeners]) listener();
    },
  };
}

/** `lastUpdateAt` moves at most so often: nobody is told of each sign of life. */
const STEP_MS = 1_000;

interface StatusKeeper extends Store<ConnectionStatus> {
  readonly moved: (machine: Machine) => void;
  /** The service has said something: what the app shows is up to date. */
  readonly alive: () => void;
  readonly reloading: (begun: boolean) => void;
  readonly device: (isOnline: boolean) => void;
}

export function openStatus(ladder: Ladder): StatusKeeper {
  let machine = START;
  let deviceIsOnline = true;
  let reloading = 0;
  const first: ConnectionStatus = {
    ...{ state: 'idle', transport: ladder.transports[0], attempt: 0, since: now(), reloads: 0 },
    ...{ lastUpdateAt: null, lastClose: null, fault: null },
  };
  const store = openStore(first);
  const refresh = (changes: Partial<ConnectionStatus> = {}): void => {
    const before = store.getSnapshot();
    const state = stateOf(ladder, machine, { deviceIsOnline, reloading: reloading > 0 });
    const next: ConnectionStatus = {
      ...before,
      ...{ state, since: state === before.state ? before.since : now() },
      transport: ladder.transports[machine.rung] as Transport,
      attempt: machine.phase === 'open' ? 0 : machine.attempt,
      fault: machine.fault,
      ...changes,
    };
    if (Object.entries(next).some(([key, value]) => before[key as keyof ConnectionStatus] !== value)) store.set(next);
  };
  return {
    ...store,
    moved(next) {
      const { last } = next;
      const isNews = last !== machine.last && last !== null;
      machine = next;
      refresh(isNews ? { lastClose: { code: last.code, reason: last.reason, at: now() } } : {});
    },
    alive() {
      const { lastUpdateAt } = store.getSnapshot();
      const at = now();
      // A device may say that it has no network, and be wrong.
      const isWrong = !deviceIsOnline;
      deviceIsOnline = true;
      if (isWrong || lastUpdateAt === null || at - lastUpdateAt >= STEP_MS) refresh({ lastUpdateAt: at });
    },
    reloading(begun) {
      reloading += begun ? 1 : -1;
      refresh(begun ? { reloads: store.getSnapshot().reloads + 1 } : {});
    },
    device(isOnline) {
      deviceIsOnline = isOnline;
      refresh();
    },
  };
}
