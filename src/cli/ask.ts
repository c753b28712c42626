import { z } from 'zod';
import { StartupError } from '../kernel/startup-error.ts';

/** A service, and who asks it. */
export interface Place {
  /** Such as http://127.0.0.1:4000. */
  readonly url: string;
  readonly token: string;
}

const TIMEOUT_MS = 30_000;

const answer = z.object({
  data: z.unknown(),
  errors: z.array(z.object({ message: z.string(), extensions: z.object({ code: z.string() }).optional() })).optional(),
});

/** One GraphQL request. @throws StartupError with what the service said, or that it can't be reached */
export async function ask<T>({ url, token }: Place, query: string, variables: object = {}): Promise<T> {
  const { data, errors } = answer.parse(
    await readJson(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
    }),
  );
  const [error] = errors ?? [];
  if (error) throw new StartupError(`${error.extensions?.code ?? 'The service'}: ${error.message}`);
  return data as T;
}

async function readJson(url: string, init: RequestInit): Promise<unknown> {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
    return await response.json();
  } catch (error) {
    const { cause, message } = error as Error;
    throw new StartupError(
      `${new URL(url).origin} can't be asked: ${cause instanceof Error ? cause.message : message}.`,
    );
  }
}
