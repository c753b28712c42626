import { z } from 'zod';
import { request } from './http-line.ts';
import type { Connect, Item, Line } from './line.ts';
import { rawElements, rawMembers } from './raw-json.ts';
import { withinTime } from './time.ts';
import { itemOf, ORDERS_TYPE, otherPlaceOf } from './update.ts';

export const PAGE_ITEMS = 500;

const pageSchema = z.object({ items: z.array(z.unknown()), cursor: z.string() });

export interface Page {
  readonly items: readonly Item[];
  /** The cursors of items of other kinds. */
  readonly others: readonly string[];
  readonly cursor: string;
}

/** Long polling at /v1/stream, one request after the other; a session is all of them until one fails. */
export const recordPoll: Connect = async (line) => {
  const { signal, patience } = line;
  let after = line.after;
  // The first one does not wait: its answer tells that the service is there.
  for (let waitSeconds = 0; !signal.aborted; waitSeconds = patience.pollWaitSeconds) {
    const { items, cursor } = await readPage(line, { after, waitSeconds, types: ORDERS_TYPE });
    await line.gate.passed(signal);
    line.opened();
    for (const item of items) line.saw(item);
    line.moved(cursor);
    after = cursor;
  }
  return 'cut';
};

type Asking = Pick<Line, 'url' | 'token' | 'signal' | 'patience'>;

interface PageAsked {
  readonly after: string;
  readonly waitSeconds: number;
  /** Every kind unless given. */
  readonly types?: string;
}

/** One page of the log. @throws RefusedError, and whatever breaks a connection */
export async function readPage(
  { url, token, signal, patience }: Asking,
  { after, waitSeconds, types }: PageAsked,
): Promise<Page> {
  const query = new URLSearchParams({
    after,
    wait: String(waitSeconds),
    limit: String(PAGE_ITEMS),
    ...(types && { types }),
  });
  const withinMs = waitSeconds * 1_000 + patience.openMs;
  const whole = withinTime(2 * withinMs, signal);
  const headers = { authorization: `Bearer ${token}` };
  const response = await request(`${url}/v1/stream?${query.toString()}`, { headers }, { signal: whole, withinMs });
  const text = await response.text();
  const { cursor } = pageSchema.parse(JSON.parse(text));
  const all = rawElements(rawMembers(text).get('items') ?? '[]').map((json) => ({ json, other: otherPlaceOf(json) }));
  return {
    items: all.filter(({ other }) => other === null).map(({ json }) => itemOf(json)),
    others: all.flatMap(({ other }) => other ?? []),
    cursor,
  };
}
