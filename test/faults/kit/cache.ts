import { ApolloClient, gql, HttpLink, InMemoryCache, type TypedDocumentNode } from '@apollo/client';
import { cacheExchange, Client, fetchExchange } from '@urql/core';
import { apolloSource, fillstreamLink, orderPolicies } from '../../../src/client/apollo.ts';
import type { Fillstream } from '../../../src/client/index.ts';
import type { OrderSource } from '../../../src/client/orders.ts';
import { fillstreamExchange, liveOrdersExchange, urqlSource } from '../../../src/client/urql.ts';
import type { ShownOrder } from './view.ts';

/** What an app is made of: the client alone, or the cache of a library before it. */
export const KIT_KINDS = ['client', 'apollo', 'urql'] as const;
export type KitKind = (typeof KIT_KINDS)[number];

/** A list that a cache shows until it is stopped: each state of it, or that it could not be loaded. */
export interface Showing {
  readonly orders: (orders: readonly ShownOrder[]) => void;
  readonly failed: () => void;
}

export interface Cache {
  readonly source: OrderSource;
  /** Null: the client alone has no cache. */
  readonly show: ((showing: Showing) => () => void) | null;
  readonly stop: () => void;
}

interface Listed {
  readonly orders: { readonly edges: readonly { readonly node: ShownOrder }[] };
}

const SHOWN: TypedDocumentNode<Listed, Record<string, never>> = gql`
  query Shown {
    orders(first: 100) {
      edges {
        node {
          id
          version
          status
          cumQty
        }
      }
    }
  }
`;

const shownBy = ({ orders }: Listed): readonly ShownOrder[] => orders.edges.map(({ node }) => node);

interface Given {
  readonly client: Fillstream;
  readonly url: string;
  readonly token: () => string | Promise<string>;
}

/** As `docs/clients.md` wires them. */
export function openCache(kind: KitKind, given: Given): Cache {
  switch (kind) {
    case 'client':
      return { source: given.client, show: null, stop: () => undefined };
    case 'apollo':
      return openApollo(given);
    case 'urql':
      return openUrql(given);
  }
}

const authorized =
  (token: Given['token']): typeof fetch =>
  async (input, init) =>
    fetch(input, { ...init, headers: { ...(init?.headers as object), authorization: `Bearer ${await token()}` } });

function openApollo({ client, url, token }: Given): Cache {
  const apollo = new ApolloClient({
    cache: new InMemoryCache({ typePolicies: { ...orderPolicies } }),
    link: fillstreamLink(client, new HttpLink({ uri: `${url}/graphql`, fetch: authorized(token) })),
  });
  return {
    source: apolloSource(apollo),
    show({ orders, failed }) {
      const query = apollo.watchQuery<Listed>({ query: SHOWN });
      const watching = query.subscribe(({ data, dataState, error }) => {
        if (error) failed();
        else if (dataState === 'complete') orders(shownBy(data));
      });
      return () => watching.unsubscribe();
    },
    stop: () => apollo.stop(),
  };
}

function openUrql({ client, url, token }: Given): Cache {
  const urql = new Client({
    ...{ url: `${url}/graphql`, preferGetMethod: false, fetch: authorized(token) },
    exchanges: [liveOrdersExchange(), cacheExchange, fillstreamExchange(client), fetchExchange],
  });
  return {
    source: urqlSource(urql),
    show({ orders, failed }) {
      const watching = urql.query(SHOWN, {}).subscribe(({ data, error }) => {
        if (data) orders(shownBy(data));
        else if (error) failed();
      });
      return () => watching.unsubscribe();
    },
    stop: () => undefined,
  };
}
