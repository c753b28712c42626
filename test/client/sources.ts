import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client';
import { cacheExchange, Client, fetchExchange } from '@urql/core';
import { apolloSource, fillstreamLink, orderPolicies } from '../../src/client/apollo.ts';
import type { OrderSource } from '../../src/client/orders.ts';
import { fillstreamExchange, liveOrdersExchange, urqlSource } from '../../src/client/urql.ts';
import type { TestApp } from './support.ts';

interface Through {
  readonly url: string;
  readonly headers: { readonly authorization: string };
  readonly fetch: typeof fetch;
}

/** What the hooks may stand on. */
export const SOURCES: readonly [string, (app: TestApp, through: Through) => OrderSource][] = [
  ['the client itself', (app) => app.client],
  [
    'Apollo Client',
    (app, { url, headers, fetch }) => {
      const cache = new InMemoryCache({ typePolicies: { ...orderPolicies } });
      const http = new HttpLink({ uri: `${url}/graphql`, headers, fetch });
      return apolloSource(new ApolloClient({ cache, link: fillstreamLink(app.client, http) }));
    },
  ],
  [
    'urql',
    (app, { url, headers, fetch }) =>
      urqlSource(
        new Client({
          ...{ url: `${url}/graphql`, preferGetMethod: false, fetchOptions: { headers }, fetch },
          exchanges: [liveOrdersExchange(), cacheExchange, fillstreamExchange(app.client), fetchExchange],
        }),
      ),
  ],
];
