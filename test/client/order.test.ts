import { expect, it } from 'vitest';
import type { Sink } from '../../src/client/index.ts';
import { openOrder } from '../../src/client/order.ts';
import type { OrderSource } from '../../src/client/orders.ts';

const AT = '2026-11-20T10:00:00.000Z';

const eventOf = (id: string) => ({
  ...{ id, execType: 'TRADE', status: 'NEW', execId: id, execRefId: null, lastQty: '1', lastPx: '1', cumQty: '1' },
  ...{
    leavesQty: '9',
    avgPx: '1',
    text: null,
    statusText: null,
    rejectReason: null,
    answers: null,
    lateAfter: null,
    transactTime: AT,
    receivedAt: AT,
    committedAt: AT,
  },
});

const orderOf = (version: number, events?: readonly string[]) => ({
  ...{
    id: 'o',
    clOrdId: null,
    venue: 'standard',
    venueOrderId: null,
    account: null,
    symbol: 'AAPL',
    client: null,
    strategy: null,
  },
  ...{ assetClass: 'EQUITY', side: 'BUY', orderType: 'MARKET', timeInForce: 'DAY', quantity: '10', notional: null },
  ...{ price: null, stopPx: null, status: 'NEW', pendingAction: null, cumQty: '0', leavesQty: '10', avgPx: null },
  ...{ overfillQty: null, text: null, rejectReason: null, statusText: null, platform: 'WEB', version },
  ...{ createdAt: AT, updatedAt: AT },
  ...(events && { history: { edges: events.map((id) => ({ node: eventOf(id) })) } }),
});

/** Answers from what it is given at the moment; keeps who follows. */
function openSource() {
  const followers: Sink<{ orderUpdated: unknown }>[] = [];
  const state = { order: orderOf(1, ['a', 'b']) as unknown };
  const source: OrderSource = {
    ask: <Data>(query: unknown) =>
      Promise.resolve((String(query).includes('position') ? { position: 'p' } : { order: state.order }) as Data),
    subscribe: (_request, sink) => {
      followers.push(sink as (typeof followers)[number]);
      return () => undefined;
    },
  };
  const push = (version: number, event: string): void => {
    for (const follower of followers)
      follower.next({ data: { orderUpdated: { order: orderOf(version), event: eventOf(event) } } });
  };
  return { source, state, followers, push };
}

it('tells each event of an order once, also when it is started twice or told again', async () => {
  const { source, state, followers, push } = openSource();
  const one = openOrder(source, 'o', { events: 4 });
  const ids = () => one.getSnapshot().events?.map(({ id }) => id);
  // As React does it where it looks for faults.
  one.start()();
  one.start();
  await expect.poll(() => followers.length).toBe(2);
  expect(ids()).toEqual(['a', 'b']);
  push(2, 'b');
  push(3, 'c');
  expect(ids()).toEqual(['a', 'b', 'c']);
  expect(one.getSnapshot().order?.version).toBe(3);
  push(2, 'd');
  expect(one.getSnapshot().order?.version).toBe(3);
  push(4, 'e');
  expect(ids()).toEqual(['b', 'c', 'd', 'e']);

  // Loaded again: what was pushed and is not in it yet stays behind it.
  state.order = orderOf(3, ['a', 'b', 'c']);
  await followers[0]?.reload?.({ code: 'RESUME_EXPIRED', orderId: null, position: null });
  expect(ids()).toEqual(['b', 'c', 'd', 'e']);
  expect(one.getSnapshot().order?.version).toBe(4);
});

it('shows after a gap what the service has of it, and behind that only what came meanwhile', async () => {
  const { source, state, followers, push } = openSource();
  state.order = orderOf(5, ['1', '2', '3', '4', '5']);
  const one = openOrder(source, 'o', { events: 5 });
  one.start();
  await expect.poll(() => followers.length).toBe(1);
  const reload = async (): Promise<void> => {
    const loading = followers[0]?.reload?.({ code: 'RESUME_EXPIRED', orderId: null, position: null });
    push(9, '9');
    await loading;
  };
  const ids = () => one.getSnapshot().events?.map(({ id }) => id);
  state.order = orderOf(8, ['4', '5', '6', '7', '8']);
  await reload();
  expect(ids()).toEqual(['5', '6', '7', '8', '9']);
  // Nothing of what is held is among them.
  state.order = orderOf(30, ['26', '27', '28', '29', '30']);
  await reload();
  expect(ids()).toEqual(['26', '27', '28', '29', '30']);
});

it('leaves out an event that can’t be read, and says so', async () => {
  const { source, state } = openSource();
  const reported: string[] = [];
  state.order = {
    ...orderOf(1),
    history: { edges: [{ node: { ...eventOf('a'), cumQty: '1E7' } }, { node: eventOf('b') }] },
  };
  const one = openOrder({ ...source, report: ({ message }) => void reported.push(message) }, 'o', { events: 5 });
  const end = one.start();
  await expect.poll(() => one.getSnapshot().events?.map(({ id }) => id)).toEqual(['b']);
  expect(reported).toEqual(['OrderEvent.cumQty: not a Decimal']);
  end();
});

it('loads no events unless asked to', async () => {
  const { source, push, followers } = openSource();
  const one = openOrder(source, 'o');
  const end = one.start();
  await expect.poll(() => followers.length).toBe(1);
  push(2, 'c');
  expect(one.getSnapshot()).toMatchObject({ events: null, order: { version: 2 } });
  end();
});
