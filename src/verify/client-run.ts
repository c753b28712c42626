import { z } from 'zod';
import { offsetOf } from './cursor.ts';
import { ask, type Asking } from './graphql.ts';
import type { Seen, Session, Transport } from './history.ts';
import { reasonOf } from './http-line.ts';
import type { Connect, Gate, Item, Line, Patience } from './line.ts';
import type { Draw } from './random.ts';
import { recordPoll } from './record-poll.ts';
import { recordGraphqlSse, recordSse } from './record-sse.ts';
import { recordWs } from './record-ws.ts';
import { delay, now } from './time.ts';

const CONNECT = {
  ws: recordWs,
  'graphql-sse': recordGraphqlSse,
  sse: recordSse,
  poll: recordPoll,
} as const satisfies Record<Transport, Connect>;

const BACKOFF_MIN_MS = 50;
/** A connection that lived so long, or brought anything, was a good one: the next retry is quick again. */
const GOOD_SESSION_MS = 1_000;
const positionData = z.object({ position: z.string() });
const snapshotData = z.object({ orders: z.object({ position: z.string() }) });

interface OpenSession extends Omit<Session, 'seen' | 'ended'> {
  readonly seen: Seen[];
  ended: string | null;
}

/** A recording client while it runs. */
export interface Client {
  readonly url: () => string;
  readonly token: () => string | Promise<string>;
  readonly transports: readonly [Transport, ...Transport[]];
  readonly patience: Patience;
  readonly backoffMaxMs: number;
  readonly draw: Draw;
  readonly gate: Gate;
  readonly log: (line: string) => void;
  readonly onSeen: (seen: Seen) => void;
  readonly closing: AbortSignal;
  readonly sessions: OpenSession[];
  readonly reloadedTo: number[];
  /** Ends the present connection. */
  cutting: AbortController;
  /** The last cursor that was seen or handed out. */
  cursor: string;
  isOpen: boolean;
  deliveries: number;
}

/** Learns where the stream is now, from a service that may still be down. */
export const begin = (client: Client): Promise<void> =>
  untilAnswered(client, async (asking) => {
    client.cursor = (await ask(asking, { query: '{ position }', data: positionData })).position;
    offsetOf(client.cursor);
  });

/** Follows the stream, connection after connection, until it is closed; never rejects. */
export async function follow(client: Client): Promise<void> {
  let failures = 0;
  while (!client.closing.aborted) {
    const { seen, after, openedAt, ended } = await runSession(client);
    if (ended === 'RESUME_EXPIRED') await reload(client);
    const wasGood = seen.length > 0 || after !== client.cursor || now() - openedAt >= GOOD_SESSION_MS;
    failures = wasGood ? 0 : failures + 1;
    await backoff(client, failures);
  }
}

async function runSession(client: Client): Promise<OpenSession> {
  const { transports, cursor: after, sessions, closing, log } = client;
  const transport = transports[sessions.length % transports.length] ?? transports[0];
  const session: OpenSession = { transport, after, openedAt: now(), seen: [], ended: null };
  sessions.push(session);
  client.cutting = new AbortController();
  const signal = AbortSignal.any([closing, client.cutting.signal]);
  let ended: string;
  try {
    ended = await CONNECT[transport](await lineOf(client, { session, signal }));
  } catch (error) {
    ended = signal.aborted ? 'cut' : reasonOf(error);
  }
  client.isOpen = false;
  session.ended = closing.aborted ? 'closed' : ended;
  log(`${transport} ended: ${session.ended}, ${session.seen.length} events`);
  return session;
}

interface Attempt {
  readonly session: OpenSession;
  readonly signal: AbortSignal;
}

async function lineOf(client: Client, { session, signal }: Attempt): Promise<Line> {
  const { gate, patience } = client;
  const moved = (cursor: string): void => {
    if (!signal.aborted) client.cursor = cursor;
  };
  const saw = (item: Item): void => {
    if (signal.aborted) return;
    const seen = { ...item, at: now() };
    session.seen.push(seen);
    client.cursor = item.cursor;
    client.deliveries += 1;
    client.onSeen(seen);
  };
  const opened = (): void => {
    client.isOpen = !signal.aborted;
  };
  const url = client.url();
  return { url, token: await client.token(), after: client.cursor, signal, gate, patience, opened, saw, moved };
}

/** What lies before the snapshot that is loaded here need not be seen any more. */
const reload = (client: Client): Promise<void> =>
  untilAnswered(client, async (asking) => {
    const { orders } = await ask(asking, { query: '{ orders(first: 1) { position } }', data: snapshotData });
    client.reloadedTo.push(offsetOf(orders.position));
    client.cursor = orders.position;
  });

async function untilAnswered(client: Client, call: (asking: Asking) => Promise<void>): Promise<void> {
  const { closing: signal, patience } = client;
  for (let failures = 1; !signal.aborted; failures += 1) {
    try {
      const url = client.url();
      await call({ url, token: await client.token(), signal, withinMs: patience.openMs });
      return;
    } catch (error) {
      client.log(`not answered: ${reasonOf(error)}`);
      await backoff(client, failures);
    }
  }
}

function backoff({ backoffMaxMs, draw, closing }: Client, failures: number): Promise<void> {
  const limit = Math.min(backoffMaxMs, BACKOFF_MIN_MS * 2 ** Math.min(failures, 20));
  return delay(draw(Math.ceil(limit / 2), Math.ceil(limit)), closing);
}
