import {
  type ApolloClient,
  ApolloLink,
  type FieldMergeFunction,
  isReference,
  Observable,
  type Reference,
  type StoreObject,
  type TypePolicies,
} from '@apollo/client';
import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { type DocumentNode, OperationTypeNode, parse } from 'graphql';
import type { Fillstream } from './client.ts';
import { NOTIFICATIONS_TABLE } from './generated/notifications.ts';
import { SubscriptionError } from './member.ts';
import type { Variables } from './operation.ts';
import type { OrderSource } from './orders.ts';
import type { Reload } from './settings.ts';
import { know } from './shape.ts';

/** What an operation's `context` may hold for the link. */
export interface FillstreamContext {
  /** Instead of the client's `onReload`, for this subscription. */
  readonly onReload?: Reload;
}

/** Subscriptions over the client, everything else over the app's own link. */
export function fillstreamLink(client: Fillstream, http: ApolloLink): ApolloLink {
  know(NOTIFICATIONS_TABLE);
  return ApolloLink.split(
    ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
    subscriptionLink(client),
    http,
  );
}

const subscriptionLink = (client: Fillstream): ApolloLink =>
  new ApolloLink(
    ({ query, variables, operationName, getContext }) =>
      new Observable((observer) => {
        const { onReload } = getContext() as FillstreamContext;
        return client.subscribe(
          { query, variables, operationName },
          {
            next: (result) => observer.next(result),
            error: (error) => observer.error(apolloError(error)),
            ...(onReload && { reload: onReload }),
          },
        );
      }),
  );

const apolloError = (error: SubscriptionError): Error =>
  error.errors.length > 0
    ? new CombinedGraphQLErrors({
        errors: error.errors.map(({ message, extensions }) => ({ message, ...(extensions && { extensions }) })),
      })
    : error;

/** An order is not replaced by an older one, however they come: a page that was slow, an update that was faster. */
const newest: FieldMergeFunction<Reference | StoreObject, Reference | StoreObject> = (
  existing,
  incoming,
  { readField },
) => {
  // A field that names an order: which one it names is not for the versions to say.
  if (existing === undefined || isReference(incoming)) return incoming;
  const [held, given] = [readField('version', existing), readField('version', incoming)];
  if (typeof held !== 'number' || typeof given !== 'number' || given >= held) return incoming;
  // What the cache has never had stays: without it the query would lack it, and Apollo would show the older order whole.
  const isNew = (name: string): boolean => readField({ ...fieldOf(name), from: existing }) === undefined;
  return Object.fromEntries(Object.entries(incoming).filter(([name]) => isNew(name)));
};

/** A field as the cache names it: `price`, `history({"last":5})`, or `history:{"last":5}` where `keyArgs` are told. */
function fieldOf(name: string): { fieldName: string; args?: Record<string, unknown> } {
  const [, fieldName = name, args] = /^(\w+)(?:\(|:)(\{.*\})\)?$/.exec(name) ?? [];
  return { fieldName, ...(args !== undefined && { args: JSON.parse(args) as Record<string, unknown> }) };
}

/**
 * For `new InMemoryCache({ typePolicies: { ...orderPolicies } })`. It goes by `version`, so select that wherever `Order` is
 * selected.
 */
export const orderPolicies: TypePolicies = {
  // The cache looks at the whole of an object only when one of its fields is merged as well.
  Order: {
    keyFields: ['id'],
    merge: newest,
    fields: { version: { merge: (_held: unknown, given: unknown) => given } },
  },
};

/**
 * For `<FillstreamProvider source={…}>`: the hooks ask and follow through Apollo Client, so that its cache learns of it
 * all. Its link is a `fillstreamLink`.
 */
export const apolloSource = (apollo: ApolloClient): OrderSource => ({
  async ask<Data>(query: string | DocumentNode, variables: Variables = {}) {
    const { data } = await apollo.query({
      ...{ query: documentOf(query), variables, fetchPolicy: 'network-only', context: ALONE },
    });
    return data as Data;
  },
  subscribe({ query, variables }, sink) {
    const context: FillstreamContext = sink.reload ? { onReload: sink.reload } : {};
    const watching = apollo
      .subscribe({ query: documentOf(query), variables: variables ?? {}, context: { ...context, ...ALONE } })
      .subscribe(({ data, error }) => {
        if (error) sink.error(subscriptionError(error));
        else if (data) sink.next({ data: data as never });
      });
    return () => watching.unsubscribe();
  },
});

/**
 * Not shared with whoever asks the same: who joins a subscription is told nothing of what it has brought already, and its
 * handler for `RESUME_EXPIRED` would not be known; an answer that is on its way may be older than what is asked about.
 */
const ALONE = { queryDeduplication: false };

const documentOf = (query: string | DocumentNode): DocumentNode => (typeof query === 'string' ? parse(query) : query);

function subscriptionError(error: Error): SubscriptionError {
  if (error instanceof SubscriptionError) return error;
  const errors = CombinedGraphQLErrors.is(error) ? error.errors : [];
  return new SubscriptionError(String(errors[0]?.extensions?.['code']), error.message);
}
