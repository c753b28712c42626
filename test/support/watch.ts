import { print } from 'graphql';
import type { Client } from 'graphql-ws';
import {
  OrderUpdatedDocument,
  type OrderUpdatedSubscription,
  type OrderUpdatedSubscriptionVariables,
} from '../generated/graphql.ts';
import { type Asked, wsClient } from './client.ts';

export type Update = OrderUpdatedSubscription['orderUpdated'];
type Variables = OrderUpdatedSubscriptionVariables;

/** How a stream ended: the operation alone (complete, errors), its socket (close), or its connection (failure). */
export type Ending =
  | { readonly by: 'complete' }
  | { readonly by: 'errors'; readonly codes: readonly string[] }
  | { readonly by: 'close'; readonly code: number }
  | { readonly by: 'failure'; readonly error: string };

/** A running `orderUpdated`, with all that it has pushed. */
export interface Watch {
  readonly updates: readonly Update[];
  /** Resolves to the updates so far once they fulfil the condition. Rejects when the stream ends before. */
  until(fulfilled: (updates: readonly Update[]) => boolean): Promise<readonly Update[]>;
  readonly ended: Promise<Ending>;
  /** The app's own end of it. */
  stop(): void;
}

interface Result {
  readonly data?: OrderUpdatedSubscription | null;
  readonly errors?: readonly { readonly extensions?: { readonly code?: unknown } }[];
}

interface Recording extends Watch {
  push(result: Result): void;
  end(ending: Ending): void;
}

/** Over WebSocket, on a socket of its own that does not come back, or on the client given. */
export function watchSocket(
  source: Asked | { readonly client: Client },
  variables: Variables = {},
  onUpdate: (update: Update) => void = () => undefined,
): Watch {
  const client = 'client' in source ? source.client : wsClient(source);
  let unsubscribe = (): void => undefined;
  const recording = record(() => {
    unsubscribe();
    if (!('client' in source)) void client.dispose();
  });
  unsubscribe = client.subscribe<OrderUpdatedSubscription>(
    { query: print(OrderUpdatedDocument), variables },
    {
      next: ({ data, errors }) => {
        if (data) onUpdate(data.orderUpdated);
        recording.push({ ...(data && { data }), ...(errors && { errors }) });
      },
      error: (fault) => recording.end(endingOf(fault)),
      complete: () => recording.end({ by: 'complete' }),
    },
  );
  return recording;
}

function endingOf(fault: unknown): Ending {
  if (Array.isArray(fault)) return { by: 'errors', codes: codesOf(fault as Result['errors']) };
  if (typeof fault === 'object' && fault !== null && 'code' in fault && typeof fault.code === 'number') {
    return { by: 'close', code: fault.code };
  }
  return { by: 'failure', error: String(fault) };
}

/** Over GraphQL's Server-Sent Events at /graphql. */
export function watchSse({ url, token }: Asked, variables: Variables = {}): Watch {
  const leaving = new AbortController();
  const recording = record(() => leaving.abort());
  const body = JSON.stringify({ query: print(OrderUpdatedDocument), variables });
  const headers = {
    accept: 'text/event-stream',
    'content-type': 'application/json',
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  fetch(`${url}/graphql`, { method: 'POST', headers, body, signal: leaving.signal })
    .then((response) => readSse(response, recording))
    .catch((error: unknown) =>
      recording.end(leaving.signal.aborted ? { by: 'complete' } : { by: 'failure', error: String(error) }),
    );
  return recording;
}

async function readSse(response: Response, recording: Recording): Promise<void> {
  let rest = '';
  let errors: Result['errors'];
  for await (const text of response.body!.pipeThrough(new TextDecoderStream())) {
    const messages = `${rest}${text}`.split('\n\n');
    rest = messages.pop() ?? '';
    for (const message of messages) {
      const { event, data } = readMessage(message);
      if (event === 'next' && data) {
        const result = JSON.parse(data) as Result;
        errors ??= result.errors;
        recording.push(result);
      }
      if (event === 'complete') recording.end(errors ? { by: 'errors', codes: codesOf(errors) } : { by: 'complete' });
    }
  }
  recording.end({ by: 'failure', error: `status ${response.status}, cut off: ${rest}` });
}

function readMessage(message: string): { readonly event?: string; readonly data?: string } {
  const lines = message.split('\n').map((line) => /^(event|data): ?(.*)$/.exec(line));
  return Object.fromEntries(lines.flatMap((match) => (match?.[1] ? [[match[1], match[2] ?? '']] : [])));
}

const codesOf = (errors: Result['errors']): readonly string[] =>
  (errors ?? []).map(({ extensions }) => String(extensions?.code));

function record(stop: () => void): Recording {
  const updates: Update[] = [];
  const waiting = new Set<() => void>();
  let end: Recording['end'] = () => undefined;
  const ended = new Promise<Ending>((resolve) => (end = resolve));
  return {
    updates,
    ended,
    stop,
    push({ data }) {
      if (!data) return;
      updates.push(data.orderUpdated);
      for (const look of [...waiting]) look();
    },
    end: (how) => end(how),
    until: (fulfilled) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!fulfilled(updates)) return;
          waiting.delete(look);
          resolve([...updates]);
        };
        waiting.add(look);
        look();
        void ended.then((how) => reject(new Error(`ended by ${JSON.stringify(how)} after ${updates.length} updates`)));
      }),
  };
}

const OFFSET_AT = 17;

/** The place in the user's stream that a cursor holds. Apps can't look into one; tests of gaps must. */
export const offsetOf = (cursor: string): number => Number(Buffer.from(cursor, 'base64url').readBigUInt64BE(OFFSET_AT));
