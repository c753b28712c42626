import type { Seen } from './history.ts';
import { every, now } from './time.ts';

/** How long a recorder waits for signs of life before it takes its connection for dead. */
export interface Patience {
  /** From a request to the beginning of its answer. */
  readonly openMs: number;
  /** Between two protocol pings on a WebSocket; without an answer in twice that time it is dead. */
  readonly pingMs: number;
  /** Silence of an event stream, which the service breaks every 12 s. */
  readonly silenceMs: number;
  /** How long a poll asks the service to wait. */
  readonly pollWaitSeconds: number;
}

export const PATIENCE: Patience = { openMs: 3_000, pingMs: 2_000, silenceMs: 16_000, pollWaitSeconds: 3 };

export type Item = Omit<Seen, 'at'>;

/** What a transport is given for one session, and whom it tells. */
export interface Line {
  /** The service's address, without a slash at its end. */
  readonly url: string;
  readonly token: string;
  readonly after: string;
  /** Aborts when the session is cut or the recording ends. */
  readonly signal: AbortSignal;
  readonly gate: Gate;
  readonly patience: Patience;
  /** The service has taken the request. */
  opened(): void;
  saw(item: Item): void;
  /** The place to resume from has moved without an item. */
  moved(cursor: string): void;
}

/** Runs one session to its end; resolves with why it ended, or rejects with what went wrong. */
export type Connect = (line: Line) => Promise<string>;

/** Stops and lets go on the reading of a client. */
export interface Gate {
  readonly isShut: () => boolean;
  /** Resolves when the gate is open, or the signal aborts. */
  readonly passed: (signal: AbortSignal) => Promise<void>;
  readonly onChange: (listener: () => void) => Disposable;
  readonly set: (shut: boolean) => void;
}

export function openGate(): Gate {
  let shut = false;
  const listeners = new Set<() => void>();
  const onChange = (listener: () => void): Disposable => {
    listeners.add(listener);
    return { [Symbol.dispose]: () => void listeners.delete(listener) };
  };
  return {
    isShut: () => shut,
    onChange,
    set(value) {
      if (value === shut) return;
      shut = value;
      for (const listener of [...listeners]) listener();
    },
    passed(signal) {
      if (!shut || signal.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const done = (): void => {
          listening[Symbol.dispose]();
          signal.removeEventListener('abort', done);
          resolve();
        };
        const listening = onChange(done);
        signal.addEventListener('abort', done, { once: true });
      });
    },
  };
}

const LOOKS_PER_SILENCE = 8;

/** Calls `onSilence` once when nothing was heard for so long; a reader that is stopped hears nothing and is not dead. */
export function openWatchdog(
  silenceMs: number,
  { isShut }: Gate,
  onSilence: () => void,
): Disposable & { heard(): void } {
  let last = now();
  const looking = every(silenceMs / LOOKS_PER_SILENCE, () => {
    if (isShut()) last = now();
    if (now() - last < silenceMs) return;
    looking[Symbol.dispose]();
    onSilence();
  });
  return { heard: () => (last = now()), [Symbol.dispose]: () => looking[Symbol.dispose]() };
}
