import { type DocumentNode, print } from 'graphql';
import { type GraphqlFault, SubscriptionError } from './member.ts';
import type { Variables } from './operation.ts';
import { isObject } from './read.ts';
import type { Line } from './session.ts';
import { later } from './time.ts';
import type { Tokens } from './tokens.ts';

/** One query or mutation over HTTP. */
export type Ask = <Data = Record<string, unknown>>(
  query: string | DocumentNode,
  variables?: Variables,
) => Promise<Data>;

export const askOver = ({ url, fetch, patience }: Pick<Line, 'url' | 'fetch' | 'patience'>, tokens: Tokens): Ask =>
  async function ask<Data>(query: string | DocumentNode, variables: Variables = {}): Promise<Data> {
    const token = await tokens.get();
    const leaving = new AbortController();
    const cancel = later(patience.openMs, () => leaving.abort(new SubscriptionError('TIMEOUT', 'no answer in time')));
    try {
      const response = await fetch(`${url}/graphql`, {
        ...{ method: 'POST', signal: leaving.signal },
        headers: {
          ...{ 'content-type': 'application/json', accept: 'application/json' },
          authorization: `Bearer ${token ?? ''}`,
        },
        body: JSON.stringify({ query: typeof query === 'string' ? query : print(query), variables }),
      });
      if (response.status === 401) tokens.refused();
      return dataOf(await response.json(), response.status) as Data;
    } finally {
      cancel();
    }
  };

/** GraphQL says what is wrong in `errors`, and what stands before it in `error`, as every route over REST. */
function dataOf(answer: unknown, status: number): unknown {
  const { data, errors, error } = isObject(answer) ? answer : {};
  const faults = (errors ?? []) as readonly GraphqlFault[];
  const [first] = faults;
  if (first) throw new SubscriptionError(String(first.extensions?.code), first.message, faults);
  if (isObject(error)) throw new SubscriptionError(String(error['code']), String(error['message']));
  if (!isObject(data)) throw new SubscriptionError('UNREADABLE', `no data, with status ${status}`);
  return data;
}
