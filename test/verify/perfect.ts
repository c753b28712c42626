import type { ClientHistory, FinalOrder, History, Logged, Seen, Session, Transport } from '../../src/verify/history.ts';

/** The same, to be spoiled. */
export type Writable<T> = { -readonly [K in keyof T]: T[K] extends object | undefined ? Writable<T[K]> : T[K] };

/** What a perfect run is made of. */
export interface Plan {
  /** For each user, how many fills each of their orders gets; the events of the orders are mixed. */
  readonly users: readonly (readonly number[])[];
  readonly clientsPerUser: number;
  /** After how many events each client's connection ends. */
  readonly sessionEvents: number;
  /** Where the clients begin, as a share of the log. */
  readonly beginsAt: number;
}

const TRANSPORTS = ['ws', 'sse', 'graphql-sse', 'poll'] as const satisfies readonly Transport[];
const COMMITTED_AT = 1_000_000;
const LATENCY_MS = 5;

/** A cursor as the service makes them, but for its signature. */
export function cursorAt(offset: number): string {
  const bytes = Buffer.alloc(35);
  bytes.writeUInt8(1, 0);
  bytes.writeBigUInt64BE(BigInt(offset), 17);
  return bytes.toString('base64url');
}

/** The history of a run in which nothing went wrong, to be spoiled. */
export const perfectHistory = (plan: Plan): Writable<History> =>
  structuredClone(sharedHistory(plan)) as unknown as Writable<History>;

/** The same, with every string once in memory: for a long one, to be read only. */
export function sharedHistory({ users, clientsPerUser, sessionEvents, beginsAt }: Plan): History {
  const logs = users.map((fills, i) => logOf(`user-${i}`, fills));
  const clients = logs.flatMap((log, i) =>
    Array.from({ length: clientsPerUser }, (_, n) =>
      clientOf(log, {
        name: `client-${i}-${n}`,
        user: `user-${i}`,
        fromOffset: Math.floor(log.length * beginsAt),
        ...{ sessionEvents, firstTransport: n },
      }),
    ),
  );
  const log = logs.flat();
  return {
    acknowledged: log.flatMap(({ user, execId, eventId, committedAt }) =>
      execId === null ? [] : [{ deliveryId: `D-${eventId}`, user, execIds: [execId], at: committedAt }],
    ),
    finalOrders: finalOrdersOf(log),
    faultEndedAt: COMMITTED_AT,
    catchUpWithinMs: 5_000,
    ...{ log, clients },
  };
}

/** Takes the orders in turn: PENDING_NEW, then its fills. */
function logOf(user: string, fillsOfOrders: readonly number[]): readonly Logged[] {
  const log: Logged[] = [];
  const rounds = Math.max(0, ...fillsOfOrders) + 1;
  for (let version = 1; version <= rounds; version += 1) {
    for (const [order, fills] of fillsOfOrders.entries()) {
      if (version <= fills + 1)
        log.push(loggedOf({ user, order: `${user}-order-${order}`, version, fills }, log.length + 1));
    }
  }
  return log;
}

interface Step {
  readonly user: string;
  readonly order: string;
  readonly version: number;
  readonly fills: number;
}

function loggedOf({ user, order, version, fills }: Step, offset: number): Logged {
  const isFill = version > 1;
  const eventId = `${order}:${version}`;
  const execId = isFill ? `X-${eventId}` : null;
  const cumQty = String((version - 1) * 10);
  const status = !isFill ? 'PENDING_NEW' : version === fills + 1 ? 'FILLED' : 'PARTIALLY_FILLED';
  const committedAt = COMMITTED_AT + offset;
  const event = {
    ...{ id: eventId, execType: isFill ? 'TRADE' : 'PENDING_NEW', status, execId, execRefId: null },
    ...{ lastQty: isFill ? '10' : null, lastPx: isFill ? '1.5' : null, cumQty, text: null },
  };
  const orderNow = { id: order, symbol: 'AAPL', status, cumQty, version };
  return {
    ...{ user, offset, eventId, execId, orderId: order, committedAt },
    data: JSON.stringify({ event, order: orderNow }),
  };
}

interface ClientPlan {
  readonly name: string;
  readonly user: string;
  readonly fromOffset: number;
  readonly sessionEvents: number;
  readonly firstTransport: number;
}

function clientOf(log: readonly Logged[], plan: ClientPlan): ClientHistory {
  const { name, user, fromOffset, sessionEvents, firstTransport } = plan;
  const wanted = log.slice(fromOffset);
  const sessions: Session[] = [];
  for (let at = 0; at === 0 || at < wanted.length; at += sessionEvents) {
    const transport = TRANSPORTS[(firstTransport + sessions.length) % TRANSPORTS.length]!;
    const seen = wanted.slice(at, at + sessionEvents).map(seenOf);
    const after = cursorAt(fromOffset + at);
    sessions.push({ transport, after, openedAt: COMMITTED_AT, seen, ended: 'cut' });
  }
  return { name, user, fromOffset, reloadedTo: [], sessions };
}

export const seenOf = ({ eventId, orderId, offset, data, committedAt }: Logged): Seen => ({
  ...{ eventId, orderId, data },
  cursor: cursorAt(offset),
  at: committedAt + LATENCY_MS,
});

function finalOrdersOf(log: readonly Logged[]): readonly FinalOrder[] {
  const last = new Map(log.map((logged) => [logged.orderId, logged]));
  const ids = new Map([...last.keys()].map((orderId) => [orderId, [] as string[]]));
  for (const { orderId, eventId } of log) ids.get(orderId)?.push(eventId);
  return [...last.values()].map(({ user, orderId, data }) => {
    const { order } = JSON.parse(data) as { order: Pick<FinalOrder, 'cumQty' | 'status' | 'version'> };
    const { cumQty, status, version } = order;
    const eventIds = ids.get(orderId) ?? [];
    return { user, orderId, cumQty, status, version, eventIds };
  });
}
