/**
 * What a run leaves behind, for the checker to judge: plain facts as the sender, the database and each client saw them.
 * Nothing of the service's own code is used to write or to read them.
 */

export type Transport = 'ws' | 'graphql-sse' | 'sse' | 'poll';

/** A delivery that the service has answered with 2xx: from then on each of its executions must be in the log. */
export interface Acknowledged {
  readonly deliveryId: string;
  readonly user: string;
  readonly execIds: readonly string[];
  /** Milliseconds, of the harness's clock. */
  readonly at: number;
}

/** One event of a user's log, read from the truth: SQL, or page by page where there is only the API. */
export interface Logged {
  readonly user: string;
  /** 1, 2, 3 …: its place in the user's stream. */
  readonly offset: number;
  /** The event's id as apps see it. */
  readonly eventId: string;
  readonly execId: string | null;
  readonly orderId: string;
  /** The JSON of `{ event, order }`, its exact bytes. */
  readonly data: string;
  readonly committedAt: number;
}

/** The place of an event of another kind, such as a notification: it takes a place in the stream as well. */
export type OtherPlace = Pick<Logged, 'user' | 'offset'>;

/** One event as it arrived at a client, before anything removes repeats. */
export interface Seen {
  readonly eventId: string;
  readonly orderId: string;
  readonly cursor: string;
  /** The bytes of `data` on /v1/stream; on GraphQL the JSON of what was selected. */
  readonly data: string;
  readonly at: number;
}

/** One connection of a client, from its request to its end. */
export interface Session {
  readonly transport: Transport;
  /** The cursor it asked to resume after: the last one the client had seen or been handed. */
  readonly after: string | null;
  readonly openedAt: number;
  readonly seen: readonly Seen[];
  /** Why it ended: a close code, a status, a `code` of an error; null while it is open. */
  readonly ended: string | null;
}

export interface ClientHistory {
  readonly name: string;
  readonly user: string;
  /** The offset of the user's head when the client began: everything after it must be seen. */
  readonly fromOffset: number;
  /** Where the client stopped to listen: what comes after it need not be seen. The end of the log unless given. */
  readonly toOffset?: number;
  /** Told with RESUME_EXPIRED: what lies before the snapshot that followed need not be seen, up to this offset. */
  readonly reloadedTo: readonly number[];
  readonly sessions: readonly Session[];
}

/** What an order looks like at the end, by SQL or by the API. It is compared with the fold of the log; an order left out is not. */
export interface FinalOrder {
  readonly user: string;
  readonly orderId: string;
  readonly cumQty: string;
  readonly status: string;
  readonly version: number;
  /** The ids of its history from its beginning, oldest first, where they were asked for. */
  readonly eventIds?: readonly string[];
}

export interface History {
  readonly acknowledged: readonly Acknowledged[];
  readonly log: readonly Logged[];
  readonly others?: readonly OtherPlace[];
  readonly clients: readonly ClientHistory[];
  readonly finalOrders: readonly FinalOrder[];
  /** When the last fault ended, and by when every client must have caught up. */
  readonly faultEndedAt: number;
  readonly catchUpWithinMs: number;
}
