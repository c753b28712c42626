import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSocket, type RawSocket } from '../transport/ways.ts';
import { linkAccount, positionOf, postReports, report } from '../support/client.ts';
import { tokenOf } from '../support/env.ts';
import { startService, type TestService } from '../support/service.ts';
import { offsetOf } from '../support/watch.ts';

const ORDERS = 5;
const DELIVERIES = 40;

let service: TestService;
let asked: { readonly url: string; readonly token: string };
let socket: RawSocket;
beforeAll(async () => {
  service = await startService();
  asked = { url: service.url, token: await tokenOf('ann') };
  await linkAccount({ url: service.url, token: await tokenOf('ops', { scopes: ['admin'] }) }, 'ann');
  socket = await openSocket(asked);
});
afterAll(async () => {
  await socket.close();
  await service.stop();
});

const QUERY = `subscription ($after: Cursor, $conflateMs: Int) {
  orderUpdated(after: $after, conflateMs: $conflateMs) { cursor merged order { venueOrderId cumQty version } } }`;

interface Update {
  readonly cursor: string;
  readonly merged: number;
  readonly order: { readonly venueOrderId: string; readonly cumQty: string; readonly version: number };
}

/** One fill of each order in every delivery. */
async function commitFills(): Promise<void> {
  for (let n = 0; n < DELIVERIES; n++) {
    const fills = Array.from({ length: ORDERS }, (_, order) =>
      report({
        ...{ execId: randomUUID(), execType: 'TRADE', lastQty: '1', lastPx: '10' },
        ...{ venueOrderId: `V${order}`, clOrdId: `C${order}`, quantity: '1000' },
      }),
    );
    expect((await postReports(service.url, fills)).body).toMatchObject({ accepted: ORDERS });
  }
}

/** Follows until the events seen, merged ones counted each, are so many. */
async function follow(variables: object, events: number, onUpdate: () => void = () => undefined): Promise<Update[]> {
  const id = randomUUID();
  const updates: Update[] = [];
  socket.send({ id, type: 'subscribe', payload: { query: QUERY, variables } });
  while (updates.reduce((sum, { merged }) => sum + merged, 0) < events) {
    const { payload } = await socket.about(id);
    updates.push((payload as { data: { orderUpdated: Update } }).data.orderUpdated);
    onUpdate();
  }
  socket.send({ id, type: 'complete' });
  return updates;
}

/** The state that a reader ends with. */
const statesOf = (updates: readonly Update[]): unknown =>
  Object.fromEntries(updates.map(({ order }) => [order.venueOrderId, order]));

describe('orderUpdated with conflateMs', () => {
  const total = ORDERS * DELIVERIES;

  it('pushes the latest state of each order, live and in a replay, and can be resumed from any cursor', async () => {
    const after = await positionOf(asked);
    const live = follow({ after, conflateMs: 200 }, total);
    await commitFills();
    const every = await follow({ after }, total);
    expect(every.map(({ merged }) => merged)).toEqual(every.map(() => 1));
    const updates = await live;
    expect(updates.length).toBeLessThan(total / 2);
    expect(statesOf(updates)).toEqual(statesOf(every));
    const offsets = updates.map(({ cursor }) => offsetOf(cursor));
    expect(offsets).toEqual([...offsets].sort((a, b) => a - b));

    const replayed = await follow({ after, conflateMs: 500 }, total);
    expect(replayed.length).toBeLessThan(total / 2);
    expect(statesOf(replayed)).toEqual(statesOf(every));

    const head = offsetOf(every.at(-1)!.cursor);
    for (const [n, { cursor }] of updates.entries()) {
      const rest = await follow({ after: cursor }, head - offsetOf(cursor));
      expect(statesOf([...updates.slice(0, n + 1), ...rest])).toEqual(statesOf(every));
    }
  });

  it.each([99, 60_001, -1])('refuses an interval of %d ms', async (conflateMs) => {
    const answer = await socket.ask({ query: QUERY, variables: { conflateMs } });
    expect(answer).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });
});
