import {
  type Client,
  type CombinedError,
  createRequest,
  type Exchange,
  type ExecutionResult,
  formatDocument,
  type Operation,
  type OperationResult,
  subscriptionExchange,
} from '@urql/core';
import type { DocumentNode } from 'graphql';
import { makeSubject, map, merge, pipe, share, tap } from 'wonka';
import type { Fillstream } from './client.ts';
import { NOTIFICATIONS_TABLE } from './generated/notifications.ts';
import { SubscriptionError } from './member.ts';
import { openNewest } from './newest.ts';
import type { Variables } from './operation.ts';
import type { OrderSource } from './orders.ts';
import type { Reload } from './settings.ts';
import { know } from './shape.ts';

/** What an operation's `context` may hold for the exchange. */
export interface FillstreamContext {
  /** Instead of the client's `onReload`, for this subscription. */
  readonly onReload?: Reload;
}

/** Subscriptions over the client; in the place of a `subscriptionExchange`. */
export function fillstreamExchange(client: Fillstream): Exchange {
  know(NOTIFICATIONS_TABLE);
  return subscriptionExchange({
    forwardSubscription: ({ query = '', variables, operationName }, { context }) => ({
      subscribe(observer) {
        const { onReload } = context as FillstreamContext;
        const unsubscribe = client.subscribe(
          { query, variables: variables as Record<string, unknown>, operationName },
          {
            next: (result) => observer.next(result as ExecutionResult),
            error: (error) => observer.error(urqlError(error)),
            ...(onReload && { reload: onReload }),
          },
        );
        return { unsubscribe };
      },
    }),
  });
}

/** What a CombinedError is made of: the service's own words where there are some, or else what went wrong here. */
const urqlError = (error: SubscriptionError): unknown => (error.errors.length > 0 ? error.errors : error);

/**
 * Keeps queries up to date by what subscriptions and mutations bring, and never shows an order older than known. As the
 * first exchange: urql's document cache knows nothing of single orders, and would show what it has loaded until it loads
 * that again. It goes by `__typename`, `id` and `version`, so select `id` and `version` wherever `Order` is selected.
 */
export const liveOrdersExchange =
  (): Exchange =>
  ({ forward }) =>
  (operations) => {
    const newest = openNewest();
    /** The last result of each query that somebody shows. */
    const shown = new Map<number, OperationResult>();
    const again = makeSubject<OperationResult>();
    const freshened = (result: OperationResult): OperationResult => {
      const data = newest(result.data);
      return data === result.data ? result : { ...result, data };
    };
    const refresh = (): void => {
      for (const [key, before] of shown) {
        const result = freshened(before);
        if (result === before) continue;
        shown.set(key, result);
        again.next(result);
      }
    };
    const results = pipe(
      operations,
      tap(({ kind, key }) => kind === 'teardown' && void shown.delete(key)),
      map(withTypenames),
      forward,
      map((given) => {
        const result = freshened(given);
        if (result.operation.kind === 'query') shown.set(result.operation.key, result);
        // One query may have learned what others show as well: a list that was loaded again, say.
        refresh();
        return result;
      }),
      share,
    );
    return merge([results, again.source]);
  };

/** urql's document cache asks for type names in queries alone. */
const withTypenames = (operation: Operation): Operation =>
  operation.kind === 'subscription' || operation.kind === 'mutation'
    ? { ...operation, query: formatDocument(operation.query) as Operation['query'] }
    : operation;

/** Below 0, where no key of urql's own is. */
let lastKey = 0;

/**
 * For `<FillstreamProvider source={…}>`: the hooks ask and follow through urql, so that its cache learns of it all. Among
 * its exchanges is a `fillstreamExchange`.
 */
export const urqlSource = (urql: Client): OrderSource => ({
  async ask<Data>(query: string | DocumentNode, variables: Variables = {}) {
    const asked = urql.query<Data>(query, variables, { requestPolicy: 'network-only' });
    const { data, error } = await asked.toPromise();
    if (error) throw subscriptionError(error);
    return data as Data;
  },
  subscribe({ query, variables }, sink) {
    const context: FillstreamContext = sink.reload ? { onReload: sink.reload } : {};
    // urql shares what has the same key. Who joins a subscription is told nothing of what it has brought already, and its
    // handler for `RESUME_EXPIRED` would not be known.
    const request = { ...createRequest(query, variables ?? {}), key: --lastKey };
    const watching = urql.executeSubscription(request, context).subscribe(({ data, error }) => {
      if (error) sink.error(subscriptionError(error));
      else if (data) sink.next({ data: data as never });
    });
    return () => watching.unsubscribe();
  },
});

function subscriptionError({ graphQLErrors, networkError, message }: CombinedError): SubscriptionError {
  if (networkError instanceof SubscriptionError) return networkError;
  return new SubscriptionError(String(graphQLErrors[0]?.extensions['code']), message);
}
