import { type DocumentNode, print } from 'graphql';
import { readJson, request } from './http.ts';
import { type GraphqlFault, SubscriptionError } from './member.ts';
import type { Variables } from './operation.ts';
import { isObject } from './read.ts';
import type { Line } from './session.ts';

/** One query or mutation over HTTP. */
export type Ask = <Data = Record<string, unknown>>(
  query: string | DocumentNode,
  variables?: Variables,
) => Promise<Data>;

type GetToken = () => string | null | Promise<string | null>;

export const askOver = (line: Pick<Line, 'url' | 'fetch' | 'patience'>, getToken: GetToken): Ask =>
  async function ask<Data>(query: string | DocumentNode, variables: Variables = {}): Promise<Data> {
    const token = (await getToken()) ?? '';
    const answer = await request(
      { ...line, token },
      {
        ...{ path: '/graphql', method: 'POST', withinMs: line.patience.openMs, read: readJson },
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify({ query: typeof query === 'string' ? query : print(query), variables }),
        signal: new AbortController().signal,
      },
    );
    const { data, errors } = isObject(answer) ? answer : {};
    if (Array.isArray(errors)) throw refusal(errors as readonly GraphqlFault[]);
    if (!isObject(data)) throw new SubscriptionError('UNREADABLE', 'the answer can’t be read');
    return data as Data;
  };

function refusal(errors: readonly GraphqlFault[]): SubscriptionError {
  const [first] = errors;
  return new SubscriptionError(String(first?.extensions?.code), first?.message ?? 'refused', errors);
}
