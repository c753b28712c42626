import { z } from 'zod';
import { request } from './http-line.ts';
import type { Connect, Item, Line } from './line.ts';
import { rawElements, rawMembers } from './raw-json.ts';
import { withinTime } from './time.ts';
import { itemOf } from './update.ts';

export const PAGE_ITEMS = 500;

const pageSchema = z.object({ items: z.array(z.unknown()), cursor: z.string() });

export interface Page {
  readonly items: readonly Item[];
  readonly cursor: string;
}

/** Long polling at /v1/stream, one request after the other; a session is all of them until one fails. */
export const recordPoll: Connect = async (line) => {
  const { signal, patience } = line;
  let after = line.after;
  // The first one does not wait: its answer tells that the service is there.
  for (let waitSeconds = 0; !signal.aborted; waitSeconds = patience.pollWaitSeconds) {
    const { items, cursor } = await readPage(line, { after, waitSeconds });
    await line.gate.passed(signal);
    line.opened();
    for (const item of items) line.saw(item);
    line.moved(cursor);
    after = cursor;
  }
  return 'cut';
};

type Asking = Pick<Line, 'url' | 'token' | 'signal' | 'patience'>;

/** One page of the log. @throws RefusedError, and whatever breaks a connection */
export async function readPage(
  { url, token, signal, patience }: Asking,
  { after, waitSeconds }: { readonly after: string; readonly waitSeconds: number },
): Promise<Page> {
  const query = new URLSearchParams({ after, wait: String(waitSeconds), limit: String(PAGE_ITEMS) });
  const withinMs = waitSeconds * 1_000 + patience.openMs;
  const whole = withinTime(2 * withinMs, signal);
  const headers = { authorization: `Bearer ${token}` };
  const response = await request(`${url}/v1/stream?${query.toString()}`, { headers }, { signal: whole, withinMs });
  const text = await response.text();
  const { cursor } = pageSchema.parse(JSON.parse(text));
  return { items: rawElements(rawMembers(text).get('items') ?? '[]').map(itemOf), cursor };
}
