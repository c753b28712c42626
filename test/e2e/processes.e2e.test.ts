import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { PlaceOrderDocument, PositionDocument } from '../generated/graphql.ts';
import { type Asked, postReports, report } from '../support/client.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import { testEnvironment } from '../support/env.ts';
import { request } from '../support/graphql.ts';
import { build } from '../support/processes.ts';
import { type ServiceProcess, startProcess } from '../support/service.ts';
import { marketOrder, openTrader } from '../support/trader.ts';
import { watchSocket, watchSse } from '../support/watch.ts';

const DRAINS_WITHIN_MS = 2_000;

let database: TestDatabase;
let env: Record<string, string>;
let running: ServiceProcess[] = [];

beforeAll(async () => {
  await build();
  database = await cloneDatabase();
  // Both processes have it: one database, one Redis, one prefix, the same secrets.
  env = testEnvironment(database.url);
});
afterEach(async () => {
  await Promise.all(running.map((service) => service.end('SIGKILL')));
  running = [];
});
afterAll(() => database.drop());

async function start(): Promise<ServiceProcess> {
  const service = await startProcess(env);
  running.push(service);
  return service;
}

it('brings a webhook to the one process to a subscriber of the other', async () => {
  const [first, second] = await Promise.all([start(), start()]);
  const atFirst = await openTrader(first.url, 'ann');
  const atSecond: Asked = { url: second.url, token: atFirst.token };
  const after = (await request(atSecond, PositionDocument, {})).position;
  const watched = [watchSocket(atSecond, { after }), watchSse(atSecond, { after })];
  for (let n = 0; n < 5; n += 1) {
    const fill = report({ account: 'ann', execId: `E${n}`, execType: 'TRADE', lastQty: '1', lastPx: '10' });
    expect((await postReports(first.url, fill)).status).toBe(200);
  }
  for (const watch of watched) {
    const seen = await watch.until(({ length }) => length === 5);
    expect(seen.map(({ event }) => event.execId)).toEqual(['E0', 'E1', 'E2', 'E3', 'E4']);
    watch.stop();
  }
  // The cursor of the one process is good at the other.
  const back = watchSocket(atFirst, { after: watched[0]!.updates[1]!.cursor });
  expect((await back.until(({ length }) => length === 3)).map(({ event }) => event.execId)).toEqual(['E2', 'E3', 'E4']);
  back.stop();
  const { placeOrder } = await request(atSecond, PlaceOrderDocument, { input: marketOrder() });
  expect(placeOrder.refusal).toBeNull();
});

it.each(['SIGTERM', 'SIGINT'] as const)(
  'drains on %s: sockets are closed with 1012, the exit code is 0',
  async (signal) => {
    const service = await start();
    const trader = await openTrader(service.url, 'ann');
    const after = (await request(trader, PositionDocument, {})).position;
    const { placeOrder } = await request(trader, PlaceOrderDocument, { input: marketOrder() });
    const watches = [watchSocket(trader, { after }), watchSocket(trader, { after }), watchSse(trader, { after })];
    for (const watch of watches) await watch.until(({ length }) => length === 1);
    const signaledAt = performance.now();
    const exited = service.end(signal);
    const [one, two, sse] = watches;
    expect(await one!.ended).toEqual({ by: 'close', code: 1012 });
    expect(await two!.ended).toEqual({ by: 'close', code: 1012 });
    expect(await sse!.ended).toEqual({ by: 'errors', codes: ['UNAVAILABLE'] });
    expect(await exited).toBe(0);
    // Nothing was in flight: it does not wait for DRAIN_SECONDS, nor for connections that are merely kept alive.
    expect(performance.now() - signaledAt).toBeLessThan(DRAINS_WITHIN_MS);
    expect(service.output()).not.toMatch(/error|unhandled|exception/i);
    expect(placeOrder.refusal).toBeNull();
  },
);

it('comes back from a drain with its cursor', async () => {
  const first = await start();
  const trader = await openTrader(first.url, 'ben');
  const { placeOrder } = await request(trader, PlaceOrderDocument, { input: marketOrder() });
  const watched = watchSocket(trader, { after: placeOrder.position });
  const input = marketOrder();
  await request(trader, PlaceOrderDocument, { input });
  const [seen] = await watched.until(({ length }) => length === 1);
  expect(await first.end('SIGTERM')).toBe(0);
  const second = await start();
  const next = marketOrder();
  await request({ ...trader, url: second.url }, PlaceOrderDocument, { input: next });
  const back = watchSocket({ ...trader, url: second.url }, { after: seen!.cursor });
  expect((await back.until(({ length }) => length === 1))[0]?.order.clOrdId).toBe(next.clOrdId);
  back.stop();
});
