import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { linkAccount, positionOf, postReports, report } from '../support/client.ts';
import { tokenOf } from '../support/env.ts';
import { startService, type TestService } from '../support/service.ts';
import { offsetOf, watchSocket } from '../support/watch.ts';

const DELIVERIES = 12;
const EVENTS_EACH = 500;
const TOTAL = DELIVERIES * EVENTS_EACH;
const SUBSCRIPTIONS = 4;
/** The bound of the product is ten seconds; the machine may be busy. */
const LIMIT_MS = 60_000;

let service: TestService;
let asked: { readonly url: string; readonly token: string };
beforeAll(async () => {
  service = await startService();
  asked = { url: service.url, token: await tokenOf('ann') };
  await linkAccount({ url: service.url, token: await tokenOf('ops', { scopes: ['admin'] }) }, 'ann');
});
afterEach(() => void vi.restoreAllMocks());
afterAll(() => service.stop());

const QUERY = `subscription ($after: Cursor) { orderUpdated(after: $after) { cursor
  event { id execType status execId lastQty lastPx cumQty leavesQty avgPx text transactTime receivedAt committedAt }
  order { id clOrdId venue venueOrderId account symbol side quantity price status cumQty leavesQty avgPx text createdAt updatedAt version } } }`;

/** A socket whose program reads nothing after it has subscribed. */
async function openStopped(after: string) {
  const socket = new WebSocket(`${asked.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const cursors = new Map<string, string[]>();
  const closed = once(socket, 'close').then(([code]) => code as number);
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${asked.token}` } }));
  await once(socket, 'message');
  socket.on('message', (frame: Buffer) => {
    const { id, payload } = JSON.parse(frame.toString()) as {
      id?: string;
      payload?: { data: { orderUpdated: { cursor: string } } };
    };
    if (id !== undefined && payload) cursors.set(id, [...(cursors.get(id) ?? []), payload.data.orderUpdated.cursor]);
  });
  socket.pause();
  for (let id = 0; id < SUBSCRIPTIONS; id++) {
    socket.send(JSON.stringify({ id: String(id), type: 'subscribe', payload: { query: QUERY, variables: { after } } }));
  }
  return { socket, cursors, closed };
}

describe('a reader that stops reading', () => {
  it('is given up with 1013, disturbs nobody, and resumes without a hole', { timeout: LIMIT_MS }, async () => {
    const closes = vi.spyOn(WebSocket.prototype, 'close');
    const after = await positionOf(asked);
    const stopped = await openStopped(after);
    const watch = watchSocket(asked, { after });
    for (let n = 0; n < DELIVERIES; n++) {
      const fills = Array.from({ length: EVENTS_EACH }, () =>
        report({ execId: randomUUID(), execType: 'TRADE', lastQty: '0.001', lastPx: '10' }),
      );
      expect((await postReports(asked.url, fills)).body).toMatchObject({ accepted: EVENTS_EACH });
    }
    const all = await watch.until(({ length }) => length === TOTAL);
    const offsets = Array.from({ length: TOTAL }, (_, n) => n + 1);
    expect(all.map(({ cursor }) => offsetOf(cursor))).toEqual(offsets);
    expect(stopped.cursors.size).toBe(0);

    await vi.waitFor(() => expect(closes.mock.calls.map(([code]) => code)).toContain(1013), { timeout: LIMIT_MS });
    stopped.socket.resume();
    expect(await stopped.closed).toBe(1013);
    for (const [, cursors] of stopped.cursors) {
      const seen = cursors.map(offsetOf);
      expect(seen.length).toBeLessThan(TOTAL);
      const rest = watchSocket(asked, { after: cursors.at(-1)! });
      const missed = await rest.until(({ length }) => length === TOTAL - seen.length);
      expect([...seen, ...missed.map(({ cursor }) => offsetOf(cursor))]).toEqual(offsets);
      rest.stop();
    }
    watch.stop();
  });
});
