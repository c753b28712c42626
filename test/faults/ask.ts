import { tokenOf } from './keys.ts';

const ANSWER_LIMIT_MS = 20_000;

interface Asking {
  readonly url: string;
  readonly user: string;
  readonly scope?: string;
}

/** One GraphQL operation over HTTP. @throws when it is answered with an error */
export async function ask<Data>(
  { url, user, scope }: Asking,
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<Data> {
  const token = tokenOf(user, scope === undefined ? {} : { scope });
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
  });
  const { data, errors } = (await response.json()) as { readonly data?: Data | null; readonly errors?: unknown };
  if (errors !== undefined || !data) throw new Error(`GraphQL answered ${user}: ${JSON.stringify(errors)}`);
  return data;
}
