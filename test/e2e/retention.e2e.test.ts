import type WebSocket from 'ws';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sweepRetention } from '../../src/stream/retention.ts';
import { OrderDocument, PositionDocument } from '../generated/graphql.ts';
import { type Asked, postReports, report, wsClient } from '../support/client.ts';
import { openSession, type Session } from '../ingest/rows.ts';
import { request } from '../support/graphql.ts';
import { startService, type TestService } from '../support/service.ts';
import { openStreamReader } from '../support/stream-sse.ts';
import { openTrader } from '../support/trader.ts';
import { offsetOf, watchSocket, watchSse } from '../support/watch.ts';

/** More than the buffers of a connection hold between two processes that do not read. */
const BACKLOG_EVENTS = 4_000;
const EVENT_BYTES = 10_000;

let service: TestService;
let session: Session;
let users = 0;
beforeAll(async () => {
  service = await startService();
  session = await openSession(service.databaseUrl);
});
afterAll(async () => {
  await session.end();
  await service.stop();
});

let trader: Required<Asked>;
let user: string;
/** The cursors of five events, and before them that of none. */
let cursors: string[];
beforeEach(async () => {
  user = `user-${(users += 1)}`;
  trader = await openTrader(service.url, user);
  cursors = [(await request(trader, PositionDocument, {})).position];
  for (let n = 1; n <= 5; n += 1) {
    await fill(n);
    cursors.push((await request(trader, PositionDocument, {})).position);
  }
});

async function fill(n: number): Promise<void> {
  const terms = { account: user, clOrdId: user, venueOrderId: user };
  const answer = await postReports(
    service.url,
    report({ ...terms, execId: `${user}-${n}`, execType: 'TRADE', lastQty: '1', lastPx: '10' }),
  );
  expect(answer).toMatchObject({ status: 200, body: { accepted: 1 } });
}

/** Only the newest two events of each stream can be resumed from here on. */
const keepTwo = (): Promise<number> => sweepRetention(service.app.deps, { days: 30, eventsPerUser: 2 });

const stream = (query: Record<string, string>, accept = 'application/json'): Promise<Response> =>
  fetch(`${service.url}/v1/stream?${new URLSearchParams(query).toString()}`, {
    headers: { authorization: `Bearer ${trader.token}`, accept },
  });

describe('a cursor that retention has passed', () => {
  it('ends the operation on a WebSocket with RESUME_EXPIRED; the socket and its other operations stay', async () => {
    await keepTwo();
    const frames: { type: string; id?: string }[] = [];
    let connects = 0;
    const on = { message: (frame: object) => frames.push(frame as never), connected: () => (connects += 1) };
    const client = wsClient(trader, { on });
    const other = watchSocket({ client }, { after: cursors[5]! });
    const expired = watchSocket({ client }, { after: cursors[2]! });
    expect(await expired.ended).toEqual({ by: 'errors', codes: ['RESUME_EXPIRED'] });
    await fill(6);
    expect((await other.until(({ length }) => length === 1))[0]?.event.execId).toBe(`${user}-6`);
    expect(connects).toBe(1);
    expect(frames.map(({ type }) => type)).toEqual(['connection_ack', 'error', 'next']);
    other.stop();
    await client.dispose();
  });

  it('ends GraphQL over server-sent events with the errors, then complete', async () => {
    await keepTwo();
    expect(await watchSse(trader, { after: cursors[2]! }).ended).toEqual({ by: 'errors', codes: ['RESUME_EXPIRED'] });
  });

  it.each(['application/json', 'text/event-stream'])('is answered with 410 at /v1/stream as %s', async (accept) => {
    await keepTwo();
    const response = await stream({ after: cursors[2]! }, accept);
    expect([response.status, await response.json()]).toMatchObject([410, { error: { code: 'RESUME_EXPIRED' } }]);
  });
});

describe('a cursor exactly at the boundary', () => {
  it('resumes on every transport', async () => {
    await keepTwo();
    const after = cursors[3]!;
    for (const watch of [watchSocket(trader, { after }), watchSse(trader, { after })]) {
      const seen = await watch.until(({ length }) => length === 2);
      expect(seen.map(({ event }) => event.execId)).toEqual([`${user}-4`, `${user}-5`]);
      watch.stop();
    }
    const page = (await (await stream({ after })).json()) as { items: { cursor: string }[] };
    expect(page.items.map(({ cursor }) => cursor)).toEqual([cursors[4], cursors[5]]);
  });
});

describe('retention', () => {
  it('disturbs nobody who is at the head', async () => {
    const watches = [watchSocket(trader, { after: cursors[5]! }), watchSse(trader, { after: cursors[5]! })];
    const waiting = stream({ after: cursors[5]!, wait: '20' });
    await keepTwo();
    await sweepRetention(service.app.deps, { days: -1, eventsPerUser: 2 });
    await fill(6);
    await fill(7);
    for (const watch of watches) {
      const seen = await watch.until(({ length }) => length === 2);
      expect(seen.map(({ event }) => event.execId)).toEqual([`${user}-6`, `${user}-7`]);
      watch.stop();
    }
    expect((await waiting).status).toBe(200);
  });

  it('leaves the history of orders complete', async () => {
    await sweepRetention(service.app.deps, { days: -1, eventsPerUser: 2 });
    const { order } = await request(trader, OrderDocument, { clOrdId: user });
    expect(order?.history.edges.map(({ node }) => node.execId)).toEqual([1, 2, 3, 4, 5].map((n) => `${user}-${n}`));
  });
});

/** Copies the newest event again and again, as a busy night would leave them. */
async function fillLog(): Promise<void> {
  await session.rows(
    `INSERT INTO stream_events SELECT user_id, "offset" + n, epoch, type, order_id,
       jsonb_set(data::jsonb, '{event,text}', to_jsonb(repeat('x', $2)))::json, change, committed_at
     FROM stream_events, generate_series(1, $3) AS n WHERE user_id = $1 AND "offset" = 5`,
    [user, EVENT_BYTES, BACKLOG_EVENTS],
  );
  await session.rows('UPDATE stream_heads SET "offset" = "offset" + $2 WHERE user_id = $1', [user, BACKLOG_EVENTS]);
}

describe('a slow reader that retention overtakes', () => {
  it('is told so in mid-stream by server-sent events', async () => {
    await fillLog();
    const reader = await openStreamReader(trader, cursors[0]!);
    expect(reader.status).toBe(200);
    reader.pause();
    await keepTwo();
    reader.resume();
    await reader.ended;
    const offsets = reader.messages.flatMap(({ id, data }) => (id && data ? [offsetOf(id)] : []));
    expect(offsets).toEqual(offsets.map((_, i) => i + 1));
    expect(offsets.length).toBeLessThan(BACKLOG_EVENTS);
    const last = reader.messages.at(-1)!;
    expect([last.event, JSON.parse(last.data!)]).toMatchObject(['error', { error: { code: 'RESUME_EXPIRED' } }]);
  });

  it('is told so on its WebSocket, which stays', async () => {
    await fillLog();
    let socket: WebSocket | undefined;
    const client = wsClient(trader, { on: { opened: (opened) => (socket = opened as WebSocket) } });
    const watch = watchSocket({ client }, { after: cursors[0]! });
    await watch.until(({ length }) => length > 0);
    socket!.pause();
    await keepTwo();
    socket!.resume();
    expect(await watch.ended).toEqual({ by: 'errors', codes: ['RESUME_EXPIRED'] });
    expect(watch.updates.map(({ cursor }) => offsetOf(cursor))).toEqual(watch.updates.map((_, i) => i + 1));
    expect(watch.updates.length).toBeLessThan(BACKLOG_EVENTS);
    await client.dispose();
  });
});
