import { type Exchange, type ExecutionResult, type OperationResult, subscriptionExchange } from '@urql/core';
import { makeSubject, map, merge, pipe, share, tap } from 'wonka';
import type { Fillstream } from './client.ts';
import type { SubscriptionError } from './member.ts';
import { openNewest } from './newest.ts';
import type { Reload } from './settings.ts';

/** What an operation's `context` may hold for the exchange. */
export interface FillstreamContext {
  /** Instead of the client's `onReload`, for this subscription. */
  readonly onReload?: Reload;
}

/** Subscriptions over the client; in the place of a `subscriptionExchange`. */
export const fillstreamExchange = (client: Fillstream): Exchange =>
  subscriptionExchange({
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
      forward,
      map((given) => {
        const result = freshened(given);
        if (result.operation.kind === 'query') shown.set(result.operation.key, result);
        else refresh();
        return result;
      }),
      share,
    );
    return merge([results, again.source]);
  };
