import type { Context } from 'hono';
import { type SSEStreamingApi, streamSSE } from 'hono/streaming';
import { z } from 'zod';
import { guarded } from '../auth/guarded.ts';
import type { Viewer } from '../auth/viewer.ts';
import type { Deps } from '../deps.ts';
import { badInput } from '../graphql/errors.ts';
import { delay } from '../kernel/clock.ts';
import type { Position } from '../kernel/position.ts';
import { STREAM_TYPES, type StreamEvent, type StreamType } from '../stream/event.ts';
import { follow, ResumeExpiredError } from '../stream/follow.ts';
import { continues, reaches } from '../stream/history.ts';
import { cursorOf, inOwnLog, startAfter } from '../stream/resume.ts';
import type { Ticker } from './ticker.ts';
import { fault, faultOf } from './rest-fault.ts';

export const POLL_ITEMS_DEFAULT = 100;
export const POLL_ITEMS_MAX = 500;
export const POLL_WAIT_SECONDS_MAX = 30;
/** A comment keeps proxies from closing a quiet stream, and carries the position when it moved without items. */
export const SSE_BEAT_MS = 12_000;

/** How soon an EventSource comes back when its stream ends. */
const RETRY_LINE = 'retry: 1000\n';

const integer = z
  .string()
  .regex(/^\d{1,4}$/)
  .transform(Number);
const querySchema = z.object({
  after: z.string().max(256).optional(),
  limit: integer.pipe(z.number().min(1).max(POLL_ITEMS_MAX)).default(POLL_ITEMS_DEFAULT),
  wait: integer.pipe(z.number().max(POLL_WAIT_SECONDS_MAX)).default(0),
  types: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(STREAM_TYPES)))
    .optional(),
});

interface Asked {
  readonly viewer: Viewer;
  readonly after: string | null;
  readonly limit: number;
  readonly waitMs: number;
  readonly wants: (event: StreamEvent) => boolean;
}

export const isEventStream = (c: Context): boolean => c.req.header('accept')?.includes('text/event-stream') ?? false;

/** A stream that is over at once, and whose reader comes back. */
export const endedStream = (c: Context): Response =>
  c.body(`${RETRY_LINE}\n`, 200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });

/** `GET /v1/stream`: the viewer's log as pages (polling, long polling) or, asked for text/event-stream, as they come. */
export async function serveStream(
  deps: Deps,
  c: Context,
  { viewer, ticker }: { viewer: Viewer; ticker: Ticker },
): Promise<Response> {
  const streams = isEventStream(c);
  if (streams && !deps.config.transports.has('sse'))
    return c.json(fault('FEATURE_DISABLED', 'no event streams here: poll'), 403);
  const query = querySchema.safeParse(c.req.query());
  if (!query.success)
    throw badInput(query.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
  const { after, limit, wait, types } = query.data;
  const wanted: ReadonlySet<StreamType> | null = types ? new Set(types) : null;
  const last = streams ? c.req.header('last-event-id') : undefined;
  const asked = {
    ...{ viewer, limit },
    after: last ?? after ?? null,
    waitMs: wait * 1_000,
    wants: ({ type }: StreamEvent) => wanted?.has(type) ?? true,
  };
  // Who followed both of a user's logs, and falls back to this one, goes on in it from where they were.
  const from = await startAfter(deps, viewer.id, asked.after && inOwnLog(deps, viewer.id, asked.after));
  if (!streams) return poll(deps, c, { asked, from });
  return streamSSE(c, (stream) => push({ ...deps, ticker }, stream, { asked, from }));
}

interface Started {
  readonly asked: Asked;
  readonly from: Position;
}

async function poll(deps: Deps, c: Context, { asked, from }: Started): Promise<Response> {
  const { viewer, waitMs } = asked;
  let page = await readPage(deps, asked, from);
  if (page.items.length === 0 && asked.after !== null && waitMs > 0) {
    const { signal } = c.req.raw;
    await firstWanted(deps, asked, { from: page.scanned, signal });
    if (!signal.aborted) page = await readPage(deps, asked, page.scanned);
  }
  const cursor = cursorOf(deps, viewer.id, page.scanned);
  c.header('Cache-Control', 'no-store');
  return c.body(`{"items":[${page.items.join(',')}],"cursor":${JSON.stringify(cursor)}}`, 200, {
    'Content-Type': 'application/json',
  });
}

/** What is wanted of the log after a position, and how far the log was read for it. */
async function readPage(
  deps: Deps,
  { viewer, limit, wants, after }: Asked,
  from: Position,
): Promise<{ items: string[]; scanned: Position }> {
  if (after === null) return { items: [], scanned: from };
  const items: string[] = [];
  let scanned = from;
  for (;;) {
    const page = await deps.reader.page(viewer.id, scanned.offset);
    // Since it was looked at first, the log may have been cut, or become another one.
    if (!reaches(page, scanned) || !continues(page, scanned))
      throw new ResumeExpiredError('the position is not in the log any more');
    const { events, full } = page;
    for (const event of events) {
      if (items.length === limit) return { items, scanned };
      scanned = event.position;
      if (wants(event)) items.push(itemOf(deps, event).json);
    }
    if (!full || items.length === limit) return { items, scanned };
  }
}

/** Resolves when something wanted has happened, or when the time is over, or when the client has gone. */
async function firstWanted(
  deps: Deps,
  { viewer, waitMs, wants }: Asked,
  { from, signal }: { from: Position; signal: AbortSignal },
): Promise<void> {
  const { expiresAt } = viewer;
  const events = guarded(deps, follow(deps, { user: viewer.id, after: from }), { expiresAt, wants });
  const heard = new AbortController();
  try {
    await Promise.race([events.next(), delay(waitMs, AbortSignal.any([signal, heard.signal]))]);
  } finally {
    heard.abort();
    await events.return?.();
  }
}

async function push(deps: Deps & { ticker: Ticker }, stream: SSEStreamingApi, { asked, from }: Started): Promise<void> {
  const { viewer, wants } = asked;
  let scanned = from;
  let told = from;
  const cursor = (): string => cursorOf(deps, viewer.id, scanned);
  const all = guarded(deps, follow(deps, { user: viewer.id, after: from }), {
    expiresAt: viewer.expiresAt,
    wants: () => true,
  });
  stream.onAbort(() => void all.return?.());
  const beat = deps.ticker.add(SSE_BEAT_MS, () => {
    void stream.write(told === scanned ? ':\n\n' : `id: ${cursor()}\n\n`);
    told = scanned;
  });
  try {
    await stream.write(`${RETRY_LINE}id: ${cursor()}\n\n`);
    for await (const event of all) {
      scanned = event.position;
      if (!wants(event)) continue;
      const item = itemOf(deps, event);
      told = scanned;
      await stream.write(`id: ${item.cursor}\ndata: ${item.json}\n\n`);
    }
  } catch (error) {
    const { code, message } = faultOf(deps, error);
    await stream.write(`event: error\ndata: ${JSON.stringify(fault(code, message))}\n\n`);
  } finally {
    beat[Symbol.dispose]();
    await all.return?.();
  }
}

/** An event with the names and JSON values of the GraphQL types; the same bytes by SSE and by polling. */
function itemOf(
  deps: Pick<Deps, 'config'>,
  { userId, position, type, data }: StreamEvent,
): { cursor: string; json: string } {
  const cursor = cursorOf(deps, userId, position);
  return { cursor, json: JSON.stringify({ cursor, type, data }) };
}
