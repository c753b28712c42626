import { z } from 'zod';
import { ask } from './graphql.ts';
import type { FinalOrder } from './history.ts';
import { reasonOf, RefusedError } from './http-line.ts';
import { PATIENCE } from './line.ts';
import { CannotRunError, type Options } from './options.ts';

const refusal = z.object({ code: z.string(), message: z.string() }).nullable();
const payload = z.object({ order: z.object({ id: z.string() }).nullable(), refusal });
const HISTORY_MAX = 100;

const mutation = (name: string, input: string): string =>
  `mutation Verify($input: ${input}!) { ${name}(input: $input) { order { id } refusal { code message } } }`;
const PLACE = mutation('placeOrder', 'PlaceOrderInput');
const CANCEL = mutation('cancelOrder', 'CancelOrderInput');
const placed = z.object({ placeOrder: payload });
const canceled = z.object({ cancelOrder: payload });
const viewerData = z.object({
  viewer: z.object({ id: z.string(), scopes: z.array(z.string()) }),
  position: z.string(),
});
const positionData = z.object({ position: z.string() });

const ORDER = `query Verify($id: ID!) { order(id: $id) {
  id status cumQty version history(first: ${HISTORY_MAX}) { pageInfo { hasNextPage } edges { node { id } } } } }`;
const orderData = z.object({
  order: z
    .object({
      ...{ id: z.string(), status: z.string(), cumQty: z.string(), version: z.number() },
      history: z.object({
        pageInfo: z.object({ hasNextPage: z.boolean() }),
        edges: z.array(z.object({ node: z.object({ id: z.string() }) })),
      }),
    })
    .nullable(),
});
const OPEN = `query Verify($after: String) { orders(first: 100, after: $after, filter: { open: true }) {
  pageInfo { hasNextPage endCursor } edges { node { id } } } }`;
const openData = z.object({
  orders: z.object({
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
    edges: z.array(z.object({ node: z.object({ id: z.string() }) })),
  }),
});

export interface OrderTerms {
  readonly clOrdId: string;
  readonly orderType: 'MARKET' | 'LIMIT';
  readonly side: 'BUY' | 'SELL';
  readonly quantity: string;
  readonly price: string | null;
  readonly symbol: string;
}

/** The service as the user of the token meets it: plain GraphQL over HTTP. Each call throws what `ask` throws. */
export interface Service {
  /** Who the token's user is, and where their stream is now. @throws CannotRunError when no run can be made with it */
  readonly begin: () => Promise<{ readonly user: string; readonly position: string }>;
  readonly position: () => Promise<string>;
  /** The id of the new order. @throws RefusedError when it was refused */
  readonly place: (terms: OrderTerms) => Promise<string>;
  readonly cancel: (orderId: string, clOrdId: string) => Promise<void>;
  readonly openOrders: () => Promise<ReadonlySet<string>>;
  /** The order and its history as they are queried; null when the service has no such order. */
  readonly order: (user: string, orderId: string) => Promise<FinalOrder | null>;
}

export function openService({ url, token, venue, account }: Options, signal: AbortSignal): Service {
  const asking = { url, token, signal, withinMs: PATIENCE.openMs };
  const refusedBy = ({ refusal: why }: z.infer<typeof payload>): void => {
    if (why) throw new RefusedError(why.code, why.message);
  };
  return {
    begin: () => begin(asking),
    position: async () => (await ask(asking, { query: '{ position }', data: positionData })).position,
    async place({ symbol, price, ...terms }) {
      const input = { ...terms, symbol, price, venue, account, assetClass: 'EQUITY', timeInForce: 'DAY' };
      const { placeOrder } = await ask(asking, { query: PLACE, variables: { input }, data: placed });
      refusedBy(placeOrder);
      return placeOrder.order?.id ?? '';
    },
    async cancel(orderId, clOrdId) {
      const answer = await ask(asking, { query: CANCEL, variables: { input: { orderId, clOrdId } }, data: canceled });
      refusedBy(answer.cancelOrder);
    },
    async openOrders() {
      const open = new Set<string>();
      for (let after: string | null = null, more = true; more;) {
        const { orders }: z.infer<typeof openData> = await ask(asking, {
          query: OPEN,
          variables: { after },
          data: openData,
        });
        for (const { node } of orders.edges) open.add(node.id);
        after = orders.pageInfo.endCursor;
        more = orders.pageInfo.hasNextPage;
      }
      return open;
    },
    async order(user, orderId) {
      const { order } = await ask(asking, { query: ORDER, variables: { id: orderId }, data: orderData });
      if (!order) return null;
      const { status, cumQty, version, history } = order;
      const eventIds = history.edges.map(({ node }) => node.id);
      return { user, orderId, status, cumQty, version, ...(!history.pageInfo.hasNextPage && { eventIds }) };
    },
  };
}

async function begin(asking: Parameters<typeof ask>[0]): Promise<{ user: string; position: string }> {
  try {
    const { viewer, position } = await ask(asking, { query: '{ viewer { id scopes } position }', data: viewerData });
    const missing = ['read', 'trade'].filter((scope) => !viewer.scopes.includes(scope));
    if (missing.length > 0) throw new CannotRunError(`The token lacks the scope ${missing.join(' and ')}.`);
    return { user: viewer.id, position };
  } catch (error) {
    if (error instanceof CannotRunError) throw error;
    if (error instanceof RefusedError && error.code === 'UNAUTHENTICATED') {
      throw new CannotRunError(`The service does not take the token: ${error.message}.`);
    }
    throw new CannotRunError(`No Fillstream answers at ${new URL(asking.url).origin}: ${reasonOf(error)}.`);
  }
}
