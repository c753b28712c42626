import { once } from 'node:events';
import type { Asked } from './client.ts';
import { watchSocket, watchSse } from './watch.ts';

/** One event, as any transport brings it. */
export interface Item {
  readonly cursor: string;
  readonly event: Record<string, unknown>;
  readonly order: Record<string, unknown>;
}

export interface Following {
  /** All that has come so far, once these are so many. */
  until(count: number): Promise<readonly Item[]>;
  stop(): void;
}

/** Follows a user's stream after a cursor, over one transport. */
export type Follow = (asked: Asked & { readonly token: string }, after: string) => Following;

const overSocket: Follow = (asked, after) => followWatch(watchSocket(asked, { after }));
const overGraphqlSse: Follow = (asked, after) => followWatch(watchSse(asked, { after }));

function followWatch(watch: ReturnType<typeof watchSocket>): Following {
  return { until: (count) => watch.until(({ length }) => length >= count), stop: () => watch.stop() };
}

interface StreamItem {
  readonly cursor: string;
  readonly data: Omit<Item, 'cursor'>;
}
const itemOf = ({ cursor, data }: StreamItem): Item => ({ cursor, ...data });

/** Reads in the background until it is stopped; a failure of its own fails whoever waits. */
function collect(read: (push: (items: readonly Item[]) => void, signal: AbortSignal) => Promise<void>): Following {
  const items: Item[] = [];
  const heard = new EventTarget();
  const leaving = new AbortController();
  let fault: unknown;
  const push = (more: readonly Item[]): void => {
    items.push(...more);
    heard.dispatchEvent(new Event('items'));
  };
  read(push, leaving.signal).catch((error: unknown) => {
    if (!leaving.signal.aborted) fault = error;
    heard.dispatchEvent(new Event('items'));
  });
  return {
    async until(count) {
      while (items.length < count) {
        if (fault) throw new Error('the transport failed', { cause: fault });
        await once(heard, 'items');
      }
      return [...items];
    },
    stop: () => leaving.abort(),
  };
}

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

const overSse: Follow = ({ url, token }, after) =>
  collect(async (push, signal) => {
    const headers = { ...bearer(token), accept: 'text/event-stream', 'last-event-id': after };
    const response = await fetch(`${url}/v1/stream?types=orderUpdated`, { headers, signal });
    let rest = '';
    for await (const text of response.body!.pipeThrough(new TextDecoderStream())) {
      const blocks = `${rest}${text}`.split('\n\n');
      rest = blocks.pop() ?? '';
      const data = blocks.map((block) => /^data: (.*)$/m.exec(block)?.[1]).filter((line) => line !== undefined);
      push(data.map((json) => itemOf(JSON.parse(json) as StreamItem)));
    }
  });

/** Small pages, so that one poll is seldom enough; each waits for news. */
const overPolling: Follow = ({ url, token }, after) =>
  collect(async (push, signal) => {
    for (let cursor = after; !signal.aborted;) {
      const query = new URLSearchParams({ after: cursor, limit: '3', wait: '5', types: 'orderUpdated' });
      const response = await fetch(`${url}/v1/stream?${query.toString()}`, { headers: bearer(token), signal });
      const page = (await response.json()) as { items: readonly StreamItem[]; cursor: string };
      cursor = page.cursor;
      push(page.items.map(itemOf));
    }
  });

export const TRANSPORTS: readonly (readonly [string, Follow])[] = [
  ['WebSocket', overSocket],
  ['GraphQL over SSE', overGraphqlSse],
  ['native SSE', overSse],
  ['polling', overPolling],
];
