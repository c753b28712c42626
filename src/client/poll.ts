import { lost } from './ending.ts';
import { openFeed } from './feed.ts';
import { readJson, request } from './http.ts';
import { isObject } from './read.ts';
import { later, now } from './time.ts';

const PAGE_ITEMS = 500;
/** Between two polls that bring nothing, should the service not wait. */
const REST_MS = 1_000;

/** `/v1/stream` by long polling, one request after the other. The first does not wait: it tells that the service is there. */
export const openPolling = openFeed(async ({ line, after, signal, item, moved, alive }) => {
  const { openMs, pollWaitSeconds } = line.patience;
  let from = after;
  for (let wait = 0; !signal.aborted; wait = pollWaitSeconds) {
    const startedAt = now();
    const query = new URLSearchParams({ wait: String(wait), limit: String(PAGE_ITEMS) });
    if (from !== null) query.set('after', from);
    const withinMs = wait * 1_000 + openMs;
    const page = await request(line, { path: `/v1/stream?${query.toString()}`, signal, withinMs, read: readJson });
    if (!isObject(page) || !Array.isArray(page['items']) || typeof page['cursor'] !== 'string')
      return lost('UNREADABLE', 'the answer to a poll can’t be read');
    for (const each of page['items']) item(each);
    moved(page['cursor']);
    alive();
    from = page['cursor'];
    const isEarly = page['items'].length === 0 && wait > 0 && now() - startedAt < REST_MS;
    if (isEarly) await new Promise<void>((resolve) => void later(REST_MS, resolve));
  }
  return lost('END', 'polling has ended');
});
