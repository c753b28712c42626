import { randomUUID } from 'node:crypto';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { CancelOrderDocument, PlaceOrderDocument } from '../../generated/graphql.ts';
import { cloneDatabase, type TestDatabase } from '../../support/database.ts';
import { testEnvironment } from '../../support/env.ts';
import { request } from '../../support/graphql.ts';
import { build } from '../../support/processes.ts';
import { type ServiceProcess, startProcess } from '../../support/service.ts';
import { marketOrder, openTrader } from '../../support/trader.ts';
import { until } from '../../support/until.ts';
import { type AlpacaDouble, KEY, openAlpacaDouble } from './double.ts';
import { environmentOf } from './stream.ts';

/** Longer than a killed process holds a request. */
const HELD = { withinMs: 40_000 };

let alpaca: AlpacaDouble;
let database: TestDatabase;
let running: ServiceProcess[];
beforeAll(() => build());
beforeEach(async () => {
  [alpaca, database, running] = [await openAlpacaDouble(), await cloneDatabase(), []];
});
afterEach(async () => {
  await Promise.all(running.map((service) => service.end('SIGKILL')));
  await alpaca.close();
  await database.drop();
});

it('an order whose sender is killed before it hears the answer is placed once, and nothing that is logged tells a secret', async () => {
  const env = testEnvironment(database.url, { ...environmentOf(alpaca, KEY), LOG_LEVEL: 'trace' });
  const start = async (): Promise<ServiceProcess> => {
    const service = await startProcess(env);
    running.push(service);
    return service;
  };
  const first = await start();
  const ann = await openTrader(first.url, 'ann', { venue: 'alpaca', account: '' });
  alpaca.plan('POST', 'hang after');
  const { placeOrder } = await request(ann, PlaceOrderDocument, { input: marketOrder({ venue: 'alpaca' }) });
  await until(() => alpaca.orders.length === 1, HELD);
  await first.end('SIGKILL');

  const second = await start();
  alpaca.plan('POST', 'cut before');
  const input = { orderId: placeOrder.order!.id, clOrdId: randomUUID() };
  await request({ ...ann, url: second.url }, CancelOrderDocument, { input });
  await until(() => alpaca.orders[0]?.status === 'canceled', HELD);
  expect(alpaca.orders).toHaveLength(1);
  // Sent by the one that was killed, cut off, and sent again before the cancel.
  expect(alpaca.calls.map((call) => call.split(' ')[0])).toEqual(['POST', 'POST', 'POST', 'GET', 'GET', 'DELETE']);
  const printed = running.map((service) => service.output()).join('');
  expect(printed).toContain('a request to the venue failed and will be tried again');
  for (const secret of [KEY.secret, KEY.keyId]) expect(printed).not.toContain(secret);
}, 90_000);
