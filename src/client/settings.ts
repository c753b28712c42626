import type { Backoff } from './backoff.ts';
import type { Cursor } from './cursor.ts';
import type { Transport } from './machine.ts';

/** Bounds of every wait. */
export interface Patience {
  /** From the start of a connection or a request to its first answer. */
  readonly openMs: number;
  /** Between two pings of a quiet WebSocket. */
  readonly pingMs: number;
  /** For the answer to a ping; without it the connection is dead. */
  readonly pongMs: number;
  /** For which an event stream may be silent: the service breaks it every 12 s. */
  readonly silenceMs: number;
  /** How long a poll asks the service to wait for news, at most 30. */
  readonly pollWaitSeconds: number;
  /** A connection that has lasted so long is sound: failed attempts before it are forgotten. */
  readonly settleMs: number;
  /** How long the connection is kept after the last subscription has gone. */
  readonly lingerMs: number;
}

export const PATIENCE: Patience = {
  ...{ openMs: 10_000, pingMs: 10_000, pongMs: 5_000, silenceMs: 30_000 },
  ...{ pollWaitSeconds: 20, settleMs: 5_000, lingerMs: 2_000 },
};

/** Told to the service when a socket connects, for its metrics. */
export interface AppFacts {
  readonly name?: string;
  readonly version?: string;
  readonly platform?: string;
}

/** What the app may have to know of, beside the status. */
export interface ClientFault {
  /**
   * `UNREADABLE`: an update is not what the schema says, and was not passed on. `UNKNOWN_VALUE`: an enum has a value that
   * this client is too old to know; it was passed on. `HANDLER`: the app's own handler threw. `RELOAD`: loading again
   * failed, and is tried again. `TOKEN`: `getToken` failed, and is tried again.
   */
  readonly code: 'UNREADABLE' | 'UNKNOWN_VALUE' | 'HANDLER' | 'RELOAD' | 'TOKEN';
  readonly message: string;
}

export interface ReloadReason {
  /** `RESUME_EXPIRED`: updates are missing. `UNREADABLE`: one update is, of this order. */
  readonly code: 'RESUME_EXPIRED' | 'UNREADABLE';
  readonly orderId: string | null;
  /** Where updates go on, unless the handler says otherwise. */
  readonly position: Cursor | null;
}

/**
 * Loads again what updates were applied to. After `RESUME_EXPIRED` updates go on from the position that it resolves to, or
 * else from `position`, which is older than whatever is loaded in here. When it rejects it is called again.
 */
export type Reload = (why: ReloadReason) => unknown;

/** Whether somebody has the app before them. */
export interface Presence {
  /** Told when a socket connects. */
  readonly now: () => { readonly installation: string; readonly foreground: boolean };
  /** What tells the service without a socket, for half a minute. */
  readonly report: () => PresenceReport;
  /** With what tells the service, whenever it has changed; answers how to stop. */
  readonly subscribe: (listener: (report: PresenceReport) => void) => () => void;
}

export interface PresenceReport {
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

/**
 * A token that is good now; null: nobody is signed in. Called before every connection and request. `refused`: the service
 * did not take the one that was given last, or it has ended: a fresh one is needed, whatever the app's clock says. The
 * client gives up when that is refused as well.
 */
export type GetToken = (asked: { readonly refused: boolean }) => string | null | Promise<string | null>;

export interface ClientOptions {
  /** Of the service, such as `https://stream.example.com`; by default where the page came from. */
  readonly url?: string;
  readonly getToken: GetToken;
  /** Called for every subscription that has no handler of its own. */
  readonly onReload?: Reload;
  readonly onFault?: (fault: ClientFault) => void;
  readonly app?: AppFacts;
  /** `watchPresence` of `fillstream/client/notifications`: nothing is pushed to a user who has the app before them. */
  readonly presence?: Presence;
  /** From the best to the last. */
  readonly transports?: readonly Transport[];
  /** How often a transport fails in a row before the next one is tried. */
  readonly failuresMax?: number;
  readonly backoff?: Partial<Backoff>;
  /** Between two tries of a better transport, while another one works. */
  readonly probe?: Partial<Backoff>;
  readonly patience?: Partial<Patience>;
  /** Where there is no global one: `ws` on Node 20. */
  readonly webSocketImpl?: unknown;
  readonly fetch?: typeof fetch;
}
