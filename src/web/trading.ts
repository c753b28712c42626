import type { DocumentNode } from 'graphql';
import { type Fillstream, SubscriptionError } from '../client/index.ts';
import {
  BlotterCancelDocument,
  BlotterModifyDocument,
  BlotterPlaceDocument,
  type CancelOrderInput,
  type ModifyOrderInput,
  type PlaceOrderInput,
} from '../generated/web/graphql.ts';

/**
 * What a request came to. `refused`: the service knows it, and says why not. `failed`: the service did not look at it.
 * `unknown`: it may have been taken.
 */
export type Outcome =
  { readonly kind: 'taken' } | { readonly kind: 'refused' | 'failed' | 'unknown'; readonly why: string };

/** What a trader may ask for. None of it rejects: what goes wrong is told in the outcome. */
export interface Trading {
  place(input: PlaceOrderInput): Promise<Outcome>;
  modify(input: ModifyOrderInput): Promise<Outcome>;
  cancel(input: CancelOrderInput): Promise<Outcome>;
}

type Payloads = Readonly<Record<string, { readonly refusal: { readonly message: string } | null }>>;

/** Said before a request is looked at. Of any other error nobody knows whether something was committed before it. */
const BEFORE_IT: readonly string[] = [
  ...['UNAUTHENTICATED', 'FORBIDDEN', 'RATE_LIMITED', 'BAD_USER_INPUT', 'FEATURE_DISABLED'],
  ...['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED'],
];

export function openTrading({ ask }: Pick<Fillstream, 'ask'>): Trading {
  const request = async (document: unknown, input: object): Promise<Outcome> => {
    try {
      const payloads = await ask<Payloads>(document as DocumentNode, { input });
      const why = Object.values(payloads)[0]?.refusal?.message;
      return why === undefined ? { kind: 'taken' } : { kind: 'refused', why };
    } catch (error) {
      const isBefore = error instanceof SubscriptionError && BEFORE_IT.includes(error.code);
      return { kind: isBefore ? 'failed' : 'unknown', why: error instanceof Error ? error.message : String(error) };
    }
  };
  return {
    place: (input) => request(BlotterPlaceDocument, input),
    modify: (input) => request(BlotterModifyDocument, input),
    cancel: (input) => request(BlotterCancelDocument, input),
  };
}
