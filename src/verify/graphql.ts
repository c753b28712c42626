import type { z } from 'zod';
import { faultOf, RefusedError, request } from './http-line.ts';
import { withinTime } from './time.ts';

export interface Asking {
  readonly url: string;
  readonly token: string;
  readonly signal: AbortSignal;
  readonly withinMs: number;
}

/**
 * One GraphQL operation over HTTP, its data read by the schema.
 * @throws RefusedError when it is answered with an error; ZodError; whatever breaks a connection
 */
export async function ask<S extends z.ZodType>(
  { url, token, signal, withinMs }: Asking,
  { query, variables = {}, data }: { readonly query: string; readonly variables?: object; readonly data: S },
): Promise<z.infer<S>> {
  const headers = {
    ...{ accept: 'application/json', 'content-type': 'application/json' },
    authorization: `Bearer ${token}`,
  };
  const init = { method: 'POST', headers, body: JSON.stringify({ query, variables }) };
  const whole = withinTime(2 * withinMs, signal);
  const response = await request(`${url}/graphql`, init, { signal: whole, withinMs });
  const answer = (await response.json()) as { readonly data?: unknown };
  const fault = faultOf(answer);
  if (fault) throw new RefusedError(fault.code, fault.message);
  return data.parse(answer.data);
}
