import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { userId } from '../../src/kernel/brand.ts';
import { encodeCursor } from '../../src/kernel/position.ts';
import { OrdersDocument, PlaceOrderDocument, PositionDocument } from '../generated/graphql.ts';
import { type Asked, postReports, report, wsClient } from '../support/client.ts';
import { askSocket, request } from '../support/graphql.ts';
import { startService, type TestService } from '../support/service.ts';
import { marketOrder, openTrader } from '../support/trader.ts';
import { type Update, type Watch, watchSocket, watchSse } from '../support/watch.ts';

const LANES = 4;
const ORDERS_PER_LANE = 5;
const REPORTS_PER_ORDER = 5;
const REPORTS = LANES * ORDERS_PER_LANE * REPORTS_PER_ORDER;
const READERS = 14;

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

/** Reports of several orders at once: each a new order and its fills, one delivery after the other. */
async function keepReporting(account: string): Promise<void> {
  const lane = async (n: number): Promise<void> => {
    for (let i = 0; i < ORDERS_PER_LANE * REPORTS_PER_ORDER; i += 1) {
      const clOrdId = `${account}-${n}-${Math.floor(i / REPORTS_PER_ORDER)}`;
      const what = i % REPORTS_PER_ORDER === 0 ? {} : { execType: 'TRADE', lastQty: '10', lastPx: '10' };
      const own = { account, clOrdId, venueOrderId: clOrdId, execId: `${account}-${n}-${i}` };
      expect((await postReports(service.url, report({ ...own, ...what }))).status).toBe(200);
    }
  };
  await Promise.all(Array.from({ length: LANES }, (_, n) => lane(n)));
}

type Versions = Map<string, number>;

/** An app that loads its orders and follows them from there. */
interface Reader {
  readonly held: Versions;
  readonly watch: Watch;
}

async function openReader(
  trader: Asked,
  watch: (trader: Asked, variables: { after: string }) => Watch,
): Promise<Reader> {
  const { orders } = await request(trader, OrdersDocument, { first: 100 });
  const held = new Map(orders.edges.map(({ node }) => [node.id, node.version]));
  return { held, watch: watch(trader, { after: orders.position }) };
}

const sum = (versions: Versions): number => [...versions.values()].reduce((total, each) => total + each, 0);

/** Each update is the next version of its order as held, from 1 for an order that was not in the list. */
function applyAll(held: Versions, updates: readonly Update[]): Versions {
  const now = new Map(held);
  for (const { order } of updates) {
    expect(order.version).toBe((now.get(order.id) ?? 0) + 1);
    now.set(order.id, order.version);
  }
  return now;
}

it.each([
  ['WebSocket', watchSocket],
  ['Server-Sent Events', watchSse],
])('a list and its updates have neither hole nor repeat while reports keep coming, by %s', async (name, watch) => {
  const account = `reader by ${name}`;
  const trader = await openTrader(service.url, account);
  const reporting = keepReporting(account);
  const readers: Reader[] = [];
  for (let n = 0; n < READERS; n += 1) readers.push(await openReader(trader, watch));
  await reporting;
  const final = await openReader(trader, watch);
  expect(sum(final.held)).toBe(REPORTS);
  for (const { held, watch: watched } of readers) {
    const updates = await watched.until(({ length }) => length >= REPORTS - sum(held));
    expect(applyAll(held, updates)).toEqual(final.held);
    watched.stop();
  }
  // Some were in the middle of it.
  expect(readers.some(({ held }) => sum(held) > 0 && sum(held) < REPORTS)).toBe(true);
  final.watch.stop();
});

describe('a cursor that can’t be resumed from', () => {
  let trader: Required<Asked>;
  let other: TestService;
  let cursors: Record<string, string>;
  beforeAll(async () => {
    other = await startService();
    trader = await openTrader(service.url, 'ann');
    const elsewhere = await openTrader(other.url, 'ann');
    const { placeOrder } = await request(elsewhere, PlaceOrderDocument, { input: marketOrder() });
    const { cursorSecret } = service.app.deps.config;
    const epoch = { epoch: (await service.app.deps.db.streamEpoch.findFirstOrThrow()).epoch };
    cursors = {
      'of another database': placeOrder.position,
      'of the future': encodeCursor(cursorSecret, userId('ann'), { ...epoch, offset: 1_000_000 }),
    };
  });
  afterAll(() => other.stop());

  it.each(['of another database', 'of the future'])('%s ends its operation, not its socket', async (which) => {
    const client = wsClient(trader);
    const neighbour = watchSocket({ client }, { after: (await request(trader, PositionDocument, {})).position });
    const watched = watchSocket({ client }, { after: cursors[which]! });
    expect(await watched.ended).toEqual({ by: 'errors', codes: ['RESUME_EXPIRED'] });
    expect(await askSocket(client, { query: '{ viewer { id } }' })).toEqual({ data: { viewer: { id: 'ann' } } });
    await request(trader, PlaceOrderDocument, { input: marketOrder() });
    await neighbour.until(({ length }) => length === 1);
    await client.dispose();
  });

  it.each(['of another database', 'of the future'])('%s ends Server-Sent Events', async (which) => {
    const watched = watchSse(trader, { after: cursors[which]! });
    expect(await watched.ended).toEqual({ by: 'errors', codes: ['RESUME_EXPIRED'] });
  });
});
