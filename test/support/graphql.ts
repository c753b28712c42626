import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import type { Client } from 'graphql-ws';
import { ask, type Asked, type GraphqlAnswer } from './client.ts';

/** A typed operation over HTTP. Rejects when it is answered with errors. */
export async function request<Data, Variables extends object>(
  asked: Asked,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const { data, errors } = await ask(asked, print(document), variables);
  if (errors || !data) throw new Error(JSON.stringify(errors));
  return data as Data;
}

/** The codes of the errors that a typed operation is answered with over HTTP; none when it succeeds. */
export async function refusalCodes<Data, Variables extends object>(
  asked: Asked,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<readonly string[]> {
  const { errors } = await ask(asked, print(document), variables);
  return (errors ?? []).map(({ extensions }) => extensions.code);
}

/** One operation over a socket: its first result. Rejects with what an `error` message or a close says. */
export async function askSocket(
  client: Client,
  operation: { readonly query: string; readonly variables?: Record<string, unknown> },
): Promise<GraphqlAnswer> {
  const result: IteratorResult<unknown, unknown> = await client.iterate(operation).next();
  return result.value as GraphqlAnswer;
}

/** As the service sent it: the caches of Apollo Client and urql ask for a type name on every object. */
export const withoutTypenames = <T>(value: T): T =>
  JSON.parse(JSON.stringify(value, (name, each: unknown) => (name === '__typename' ? undefined : each))) as T;
