import { faultOf, readEvents, request } from './http-line.ts';
import type { Connect, Line } from './line.ts';
import type { ServerSent } from './event-stream.ts';
import { SUBSCRIPTION } from './selection.ts';
import { itemOf, ORDERS_TYPE, updateOf } from './update.ts';

/** Native server-sent events at /v1/stream, resumed as a browser's EventSource resumes. */
export const recordSse: Connect = (line) => {
  const headers = { 'last-event-id': line.after };
  return stream(line, { path: `/v1/stream?types=${ORDERS_TYPE}`, init: { headers }, hear: hearItem });
};

/** GraphQL over server-sent events (graphql-sse, distinct connections mode). */
export const recordGraphqlSse: Connect = (line) => {
  const body = JSON.stringify({ query: SUBSCRIPTION, variables: { after: line.after } });
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
  return stream(line, { path: '/graphql', init, hear: hearResult });
};

interface Asked {
  readonly path: string;
  readonly init: Omit<RequestInit, 'headers'> & { readonly headers: Record<string, string> };
  /** What one event means to the session; not null when it ends it. */
  readonly hear: (line: Line, event: ServerSent) => string | null;
}

async function stream(line: Line, { path, init, hear }: Asked): Promise<string> {
  const { gate, patience } = line;
  const leaving = new AbortController();
  const signal = AbortSignal.any([line.signal, leaving.signal]);
  const onSilence = (): void => leaving.abort('silent');
  const headers = { accept: 'text/event-stream', authorization: `Bearer ${line.token}`, ...init.headers };
  try {
    const response = await request(`${line.url}${path}`, { ...init, headers }, { signal, withinMs: patience.openMs });
    line.opened();
    for await (const event of readEvents(response, { gate, silenceMs: patience.silenceMs, signal, onSilence })) {
      const ended = hear(line, event);
      if (ended !== null) return ended;
    }
    return 'end';
  } catch (error) {
    if (leaving.signal.reason === 'silent') return 'silent';
    throw error;
  } finally {
    leaving.abort();
  }
}

function hearItem(line: Line, { id, event, data }: ServerSent): string | null {
  if (event === 'error') return faultOf(JSON.parse(data))?.code ?? 'error';
  if (data !== '') {
    const item = itemOf(data);
    if (item.cursor !== id) return `unreadable: the id is not the cursor of its item, ${item.cursor}`;
    line.saw(item);
  } else if (id !== null) line.moved(id);
  return null;
}

function hearResult(line: Line, { event, data }: ServerSent): string | null {
  if (event === 'complete') return 'complete';
  if (event !== 'next') return null;
  const result: unknown = JSON.parse(data);
  const fault = faultOf(result);
  if (fault) return fault.code;
  line.saw(updateOf(result));
  return null;
}
