import type { DocumentNode } from 'graphql';
import type { Fillstream } from '../client/index.ts';
import {
  BlotterCancelDocument,
  BlotterModifyDocument,
  BlotterPlaceDocument,
  type CancelOrderInput,
  type ModifyOrderInput,
  type PlaceOrderInput,
} from '../generated/web/graphql.ts';

/** What a request came to: null when it was taken, else why not, in words. */
export type Refused = string | null;

/** What a trader may ask for. None of it rejects: what goes wrong is told as a refusal. */
export interface Trading {
  place(input: PlaceOrderInput): Promise<Refused>;
  modify(input: ModifyOrderInput): Promise<Refused>;
  cancel(input: CancelOrderInput): Promise<Refused>;
}

type Payloads = Readonly<Record<string, { readonly refusal: { readonly message: string } | null }>>;

export function openTrading({ ask }: Pick<Fillstream, 'ask'>): Trading {
  const request = async (document: unknown, input: object): Promise<Refused> => {
    try {
      const payloads = await ask<Payloads>(document as DocumentNode, { input });
      return Object.values(payloads)[0]?.refusal?.message ?? null;
    } catch (error) {
      return `It may not have been taken: ${error instanceof Error ? error.message : String(error)}`;
    }
  };
  return {
    place: (input) => request(BlotterPlaceDocument, input),
    modify: (input) => request(BlotterModifyDocument, input),
    cancel: (input) => request(BlotterCancelDocument, input),
  };
}

/** An idempotency key of its own for each request: a repeat after a broken connection is the same request. */
export const newClOrdId = (): string => `web-${crypto.randomUUID()}`;
