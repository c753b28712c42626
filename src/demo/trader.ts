import { z } from 'zod';
import { withinTime } from '../kernel/clock.ts';
import type { IntendedOrder } from './intent.ts';

// What an app of a demo trader says to the service: plain GraphQL over HTTP, with the trader's own token.

/** An open order, as far as the flow looks at it. */
export interface TraderOrder {
  readonly id: string;
  readonly clOrdId: string | null;
  readonly side: string;
  readonly orderType: string;
  readonly price: string | null;
  readonly pendingAction: string | null;
  /** ISO 8601. */
  readonly createdAt: string;
}

/** Each call throws when the service can't be reached, answers with errors or refuses the request. */
export interface Trader {
  openOrders(): Promise<readonly TraderOrder[]>;
  place(order: IntendedOrder & { readonly clOrdId: string }): Promise<void>;
  modify(input: { readonly orderId: string; readonly clOrdId: string; readonly price: string }): Promise<void>;
  cancel(input: { readonly orderId: string; readonly clOrdId: string }): Promise<void>;
}

export interface TraderOptions {
  readonly graphqlUrl: string;
  readonly token: string;
  readonly signal: AbortSignal;
}

const TIMEOUT_MS = 5_000;
const OPEN_ORDERS_MAX = 50;

const OPEN_ORDERS = `query DemoOpenOrders($first: Int!) {
  orders(first: $first, filter: { open: true }) {
    edges { node { id clOrdId side orderType price pendingAction createdAt } }
  }
}`;
const mutation = (name: string, input: string): string =>
  `mutation Demo($input: ${input}!) { ${name}(input: $input) { refusal { code message } } }`;
const PLACE = mutation('placeOrder', 'PlaceOrderInput');
const MODIFY = mutation('modifyOrder', 'ModifyOrderInput');
const CANCEL = mutation('cancelOrder', 'CancelOrderInput');

const answer = z.object({
  data: z.unknown(),
  errors: z.array(z.object({ message: z.string() })).optional(),
});
const openOrdersData = z.object({
  orders: z.object({
    edges: z.array(
      z.object({
        node: z.object({
          id: z.string(),
          clOrdId: z.string().nullable(),
          side: z.string(),
          orderType: z.string(),
          price: z.string().nullable(),
          pendingAction: z.string().nullable(),
          createdAt: z.string(),
        }),
      }),
    ),
  }),
});
const payloads = z.record(
  z.string(),
  z.object({ refusal: z.object({ code: z.string(), message: z.string() }).nullable() }),
);

export function openTrader(options: TraderOptions): Trader {
  const mutate = async (query: string, input: object): Promise<void> => {
    for (const { refusal } of Object.values(payloads.parse(await ask(options, query, { input })))) {
      if (refusal) throw new Error(`${refusal.code}: ${refusal.message}`);
    }
  };
  return {
    openOrders: async () => {
      const data = openOrdersData.parse(await ask(options, OPEN_ORDERS, { first: OPEN_ORDERS_MAX }));
      return data.orders.edges.map(({ node }) => node);
    },
    place: (input) => mutate(PLACE, input),
    modify: (input) => mutate(MODIFY, input),
    cancel: (input) => mutate(CANCEL, input),
  };
}

async function ask({ graphqlUrl, token, signal }: TraderOptions, query: string, variables: object): Promise<unknown> {
  const response = await fetch(graphqlUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
    signal: withinTime(TIMEOUT_MS, signal),
  });
  const { data, errors } = answer.parse(await response.json());
  if (errors?.[0]) throw new Error(errors[0].message);
  return data;
}
