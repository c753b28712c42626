import type { FinalOrder, Logged, OtherPlace } from '../../src/verify/history.ts';
import { ask } from './ask.ts';
import type { Postgres } from './postgres.ts';
import type { ExpectedOrder } from './workload.ts';

interface EventRow {
  readonly user_id: string;
  readonly offset: string;
  readonly event_id: string;
  readonly exec_id: string | null;
  readonly order_id: string;
  readonly data: string;
  readonly committed_at: Date;
}

/** All that the log says of orders, as PostgreSQL has it. */
export async function readLog(postgres: Postgres, database: string): Promise<readonly Logged[]> {
  const rows = await postgres.query<EventRow>(
    `SELECT user_id, "offset", data->'event'->>'id' AS event_id, data->'event'->>'execId' AS exec_id,
       data->'order'->>'id' AS order_id, data::text AS data, committed_at
     FROM stream_events WHERE type = 'orderUpdated' ORDER BY user_id, "offset"`,
    { database },
  );
  return rows.map((row) => ({
    ...{ user: row.user_id, offset: Number(row.offset), eventId: row.event_id, execId: row.exec_id },
    ...{ orderId: row.order_id, data: row.data, committedAt: row.committed_at.getTime() },
  }));
}

/** Where the log says something else. */
export async function readOthers(postgres: Postgres, database: string): Promise<readonly OtherPlace[]> {
  const rows = await postgres.query<{ user_id: string; offset: string }>(
    `SELECT user_id, "offset" FROM stream_events WHERE type <> 'orderUpdated'`,
    { database },
  );
  return rows.map(({ user_id: user, offset }) => ({ user, offset: Number(offset) }));
}

/** Where the last event of each user’s orders is. */
export async function readHeads(postgres: Postgres, database: string): Promise<ReadonlyMap<string, number>> {
  const rows = await postgres.query<{ user_id: string; offset: string }>(
    `SELECT user_id, max("offset") AS "offset" FROM stream_events WHERE type = 'orderUpdated' GROUP BY user_id`,
    { database },
  );
  return new Map(rows.map(({ user_id: user, offset }) => [user, Number(offset)]));
}

const ORDERS = `query Orders($after: String) {
  orders(first: 100, after: $after) {
    edges { node { id venueOrderId cumQty status version } }
    pageInfo { hasNextPage endCursor }
  }
}`;

interface OrdersPage {
  readonly edges: readonly { readonly node: OrderNode }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

interface OrderNode extends Omit<FinalOrder, 'user' | 'orderId'> {
  readonly id: string;
  readonly venueOrderId: string;
}

export interface QueriedOrder extends FinalOrder {
  readonly venueOrderId: string;
}

const PAGES_MAX = 100;

/** What the `orders` query says of each user’s orders. */
export async function queryOrders(url: string, users: readonly string[]): Promise<readonly QueriedOrder[]> {
  const all: QueriedOrder[] = [];
  for (const user of users) {
    let after: string | null = null;
    for (let page = 0; page < PAGES_MAX; page++) {
      const data: { readonly orders: OrdersPage } = await ask({ url, user }, ORDERS, { after });
      const { edges, pageInfo } = data.orders;
      all.push(...edges.map(({ node: { id, ...order } }) => ({ user, orderId: id, ...order })));
      if (!pageInfo.hasNextPage) break;
      after = pageInfo.endCursor;
    }
  }
  return all;
}

const FINDINGS_MAX = 10;

/** Where the orders are not what the venue has reported: a check that leans on nothing that the service wrote. */
export function compareOrders(expected: readonly ExpectedOrder[], queried: readonly QueriedOrder[]): readonly string[] {
  const byId = new Map(queried.map((order) => [order.venueOrderId, order]));
  const findings = expected.flatMap(({ user, venueOrderId, cumQty, isCanceled }) => {
    const order = byId.get(venueOrderId);
    if (!order || order.user !== user) return [`order ${venueOrderId} of ${user} was reported and is not there`];
    const status = isCanceled ? 'CANCELED' : cumQty === 0 ? 'NEW' : cumQty === 100 ? 'FILLED' : 'PARTIALLY_FILLED';
    if (order.cumQty === String(cumQty) && order.status === status) return [];
    return [`order ${venueOrderId} is ${order.status} with ${order.cumQty}, reported were ${status} and ${cumQty}`];
  });
  return findings.slice(0, FINDINGS_MAX);
}
