import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PING_INTERVAL_MS } from '../../src/transport/socket-adapter.ts';
import { linkAccount, positionOf, postReports, report } from '../support/client.ts';
import { tokenOf } from '../support/env.ts';
import { startService, type TestService } from '../support/service.ts';
import { offsetOf, watchSocket } from '../support/watch.ts';
import { openSocket, type RawSocket } from './ways.ts';

let service: TestService;
let asked: { readonly url: string; readonly token: string };
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  service = await startService();
  asked = { url: service.url, token: await tokenOf('ann') };
  await linkAccount({ url: service.url, token: await tokenOf('ops', { scopes: ['admin'] }) }, 'ann');
});
afterAll(async () => {
  await service.stop();
  vi.useRealTimers();
});

const fill = (symbol: string) =>
  report({
    ...{ execId: randomUUID(), execType: 'TRADE', lastQty: '1', lastPx: '10', symbol },
    ...{ venueOrderId: symbol, clOrdId: symbol },
  });
const subscribe = (
  socket: RawSocket,
  id: string,
  { symbol, ...variables }: { symbol: string; after: string; conflateMs?: number | null },
): void =>
  socket.send({
    ...{ id, type: 'subscribe' },
    payload: {
      query: `subscription ($after: Cursor, $conflateMs: Int) {
        orderUpdated(after: $after, symbols: ["${symbol}"], conflateMs: $conflateMs) { cursor } }`,
      variables,
    },
  });

interface Told {
  readonly cursor?: string;
  readonly cursors: Record<string, string>;
}
/** What the next ping tells, once the socket's next items are out. */
async function nextPing(socket: RawSocket): Promise<Told> {
  const ping = socket.about('ping');
  vi.advanceTimersByTime(PING_INTERVAL_MS);
  return (await ping).payload as Told;
}

describe('the ping of a socket', () => {
  it.each([
    ['every update', null],
    ['conflated updates', 100],
  ])('says where subscriptions to %s of other symbols stand, so that they resume there', async (_what, conflateMs) => {
    const after = await positionOf(asked);
    const socket = await openSocket(asked);
    for (const id of ['one', 'two']) subscribe(socket, id, { symbol: 'MSFT', after, conflateMs });
    // A subscription that wants them all: once it has them, so have the others.
    subscribe(socket, 'all', { symbol: 'AAPL', after });
    await postReports(asked.url, [fill('AAPL'), fill('AAPL'), fill('AAPL')]);
    for (let n = 0; n < 3; n++) await socket.about('all');
    const { cursor, cursors } = await nextPing(socket);
    const head = offsetOf(after) + 3;
    expect(Object.keys(cursors)).toEqual(['one', 'two']);
    for (const told of [cursor!, ...Object.values(cursors)]) expect(offsetOf(told)).toBe(head);
    await socket.close();

    await postReports(asked.url, fill('MSFT'));
    const watch = watchSocket(asked, { after: cursor! });
    const [update] = await watch.until(({ length }) => length === 1);
    expect(offsetOf(update!.cursor)).toBe(head + 1);
    watch.stop();
  });

  it('tells no common place of subscriptions that stand at different ones, and nothing that their items told', async () => {
    const after = await positionOf(asked);
    await postReports(asked.url, [fill('AAPL'), fill('MSFT'), fill('AAPL')]);
    const socket = await openSocket(asked);
    subscribe(socket, 'two', { symbol: 'MSFT', after });
    await socket.about('two');
    const told = await nextPing(socket);
    expect(told.cursors).toEqual({ two: told.cursor });
    expect(offsetOf(told.cursor!)).toBe(offsetOf(after) + 3);
    const now = await positionOf(asked);
    subscribe(socket, 'late', { symbol: 'TSLA', after });
    subscribe(socket, 'all', { symbol: 'AAPL', after: now });
    await postReports(asked.url, fill('AAPL'));
    await socket.about('all');
    const { cursors } = await nextPing(socket);
    expect(Object.keys(cursors).sort()).toEqual(['late', 'two']);
    await socket.close();
  });
});
