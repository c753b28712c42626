import { afterAll, beforeAll, expect, it } from 'vitest';
import { OrderDocument, PlaceOrderDocument, PositionDocument } from '../generated/graphql.ts';
import type { Asked } from '../support/client.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import { testEnvironment } from '../support/env.ts';
import { request } from '../support/graphql.ts';
import { expectFilledInParts, expectQueriedAsPushed, isFilled, ofOrder } from '../support/life.ts';
import { build } from '../support/processes.ts';
import { type ServiceProcess, startProcess } from '../support/service.ts';
import { marketOrder, openTrader } from '../support/trader.ts';
import { type Update, watchSocket } from '../support/watch.ts';

const ORDERS_AT_ONCE = 5;

/** An order takes seconds at the exchange's pace, and a take-over as many again. */
const LONG_MS = 60_000;

let database: TestDatabase;
let leader: ServiceProcess;
let other: ServiceProcess;
let trader: Required<Asked>;

beforeAll(async () => {
  await build();
  database = await cloneDatabase();
  const env = testEnvironment(database.url, { DEMO: '1' });
  leader = await startProcess(env);
  trader = await openTrader(leader.url, 'dora', { venue: 'paper' });
  // Once an order is acknowledged, the first one runs the exchange.
  await fill(leader.url, 1);
  other = await startProcess(env);
});
afterAll(async () => {
  await leader.end('SIGKILL');
  await other.end('SIGKILL');
  await database.drop();
});

/** Places orders at market through one instance; resolves to all that was pushed until the last is filled. */
async function fill(url: string, count: number): Promise<readonly Update[]> {
  const asked = { ...trader, url };
  const watched = watchSocket(asked, { after: (await request(asked, PositionDocument, {})).position });
  const inputs = Array.from({ length: count }, () => marketOrder());
  for (const input of inputs) await request(asked, PlaceOrderDocument, { input });
  const updates = await watched.until((all) => inputs.every(({ clOrdId }) => isFilled(ofOrder(all, clOrdId))));
  watched.stop();
  for (const { clOrdId } of inputs) expectFilledInParts(ofOrder(updates, clOrdId));
  return updates;
}

/** The runs of the exchange that reported these, as its ids tell. */
const runsOf = (updates: readonly Update[]): ReadonlySet<string> =>
  new Set(updates.flatMap(({ event }) => (event.execId === null ? [] : [runOf(event.execId)])));

const runOf = (execId: string): string => execId.split('-').slice(0, -2).join('-');

it('one instance at a time runs the exchange, whichever takes the orders', async () => {
  const updates = [...(await fill(leader.url, ORDERS_AT_ONCE)), ...(await fill(other.url, ORDERS_AT_ONCE))];
  expect(runsOf(updates).size).toBe(1);
});

it(
  'another instance takes the exchange over after a kill -9, and fills what was open, exactly',
  async () => {
    const asked = { ...trader, url: other.url };
    const { position: after } = await request(asked, PositionDocument, {});
    const watched = watchSocket(asked, { after });
    const inputs = Array.from({ length: ORDERS_AT_ONCE }, () => marketOrder({ quantity: '1000' }));
    for (const input of inputs) await request(asked, PlaceOrderDocument, { input });
    await watched.until((all) => all.some(({ event }) => event.status === 'PARTIALLY_FILLED'));
    await leader.end('SIGKILL');
    const updates = await watched.until((all) => inputs.every(({ clOrdId }) => isFilled(ofOrder(all, clOrdId))));
    watched.stop();
    expect(runsOf(updates).size).toBe(2);
    for (const { clOrdId } of inputs) {
      const life = ofOrder(updates, clOrdId);
      expectFilledInParts(life);
      const { order } = await request(asked, OrderDocument, { clOrdId });
      expectQueriedAsPushed(order, life);
    }
    // And the new exchange takes new orders.
    expect(runsOf(await fill(other.url, 1)).size).toBe(1);
  },
  LONG_MS,
);
