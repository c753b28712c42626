import { begin, type Client, follow } from './client-run.ts';
import { offsetOf } from './cursor.ts';
import type { ClientHistory, Seen, Transport } from './history.ts';
import { openGate, PATIENCE, type Patience } from './line.ts';
import { type Draw, drawFor } from './random.ts';

const BACKOFF_MAX_MS = 1_000;

export interface RecorderOptions {
  /** The service, or several instances of it, one of which is drawn; a function is asked. At each connection. */
  readonly url: string | readonly string[] | (() => string);
  /** Asked at each connection. */
  readonly token: () => string | Promise<string>;
  readonly user: string;
  /** Of this client in the findings; it also seeds the jitter of its retries. */
  readonly name: string;
  /** One, or several to take turns: the next one at each connection. */
  readonly transport: Transport | readonly Transport[];
  /** Told why each connection ended, in one line. */
  readonly log?: (line: string) => void;
  /** The longest wait before a retry. */
  readonly backoffMaxMs?: number;
  readonly patience?: Partial<Patience>;
  /** Told of each event once it is written down. */
  readonly onSeen?: (seen: Seen) => void;
}

/** A client that never gives up, writes down what it gets as it gets it, and repairs nothing. */
export interface Recorder {
  readonly name: string;
  /** The place that it would resume after: all up to there was handed to it. */
  readonly offset: () => number;
  /** Whether the service has taken its present connection. */
  readonly isOpen: () => boolean;
  /** Events seen so far, repeats included. */
  readonly deliveries: () => number;
  /** Connections begun so far. */
  readonly sessions: () => number;
  /** How many open connections `cut` has ended. */
  readonly cuts: () => number;
  /** Drops the connection as a network does, without a goodbye; the client comes back by itself. */
  readonly cut: () => void;
  /** Stops reading, as a client that is too slow; what is sent meanwhile stays in the socket. */
  readonly pause: () => void;
  readonly resume: () => void;
  readonly close: () => Promise<ClientHistory>;
}

/** Opens a client that follows the user's stream from where it is now; resolves once that place is known. */
export async function openRecorder(options: RecorderOptions): Promise<Recorder> {
  const closing = new AbortController();
  const client = clientOf(options, closing.signal);
  const { name, user } = options;
  await begin(client);
  const fromOffset = offsetOf(client.cursor);
  const following = follow(client);
  let cuts = 0;
  return {
    name,
    offset: () => offsetOf(client.cursor),
    isOpen: () => client.isOpen,
    deliveries: () => client.deliveries,
    sessions: () => client.sessions.length,
    cuts: () => cuts,
    cut() {
      if (client.isOpen) cuts += 1;
      client.isOpen = false;
      client.cutting.abort();
    },
    pause: () => client.gate.set(true),
    resume: () => client.gate.set(false),
    async close() {
      closing.abort();
      await following;
      return { name, user, fromOffset, reloadedTo: client.reloadedTo, sessions: client.sessions };
    },
  };
}

function clientOf(options: RecorderOptions, closing: AbortSignal): Client {
  const { name, token, log = () => undefined, onSeen = () => undefined } = options;
  const draw = drawFor(0, name);
  const [first = 'ws', ...others] = typeof options.transport === 'string' ? [options.transport] : options.transport;
  return {
    ...{ token, closing, onSeen, draw },
    url: urlOf(options.url, draw),
    transports: [first, ...others],
    patience: { ...PATIENCE, ...options.patience },
    backoffMaxMs: options.backoffMaxMs ?? BACKOFF_MAX_MS,
    gate: openGate(),
    log: (line) => log(`${name}: ${line}`),
    ...{ sessions: [], reloadedTo: [], cutting: new AbortController() },
    ...{ cursor: '', isOpen: false, deliveries: 0 },
  };
}

function urlOf(given: RecorderOptions['url'], draw: Draw): () => string {
  const plain = (url: string): string => url.replace(/\/+$/, '');
  if (typeof given === 'function') return () => plain(given());
  const all = typeof given === 'string' ? [given] : given;
  return () => plain(all[draw(0, all.length - 1)] ?? '');
}
