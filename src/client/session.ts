import type { Ending } from './ending.ts';
import type { Member } from './member.ts';
import type { AppFacts, Patience, Presence } from './settings.ts';

/** What a connection is given, and whom it tells. */
export interface Line {
  /** The service's address, without a slash at its end. */
  readonly url: string;
  readonly token: string;
  readonly patience: Patience;
  readonly facts: AppFacts & { readonly attempt: number; readonly lastClose: number | string | null };
  readonly presence?: Presence | undefined;
  readonly webSocket: typeof WebSocket | null;
  readonly fetch: typeof fetch;
  /** The service has answered. */
  readonly opened: () => void;
  /** The service has said something. */
  readonly alive: () => void;
  /** Once, as the last. */
  readonly ended: (ending: Ending) => void;
}

/** One connection that serves any number of subscriptions. */
export interface Session {
  add(member: Member): void;
  remove(member: Member): void;
  /** Ends it; nothing is told any more. */
  close(): void;
}

export type OpenSession = (line: Line) => Session;
