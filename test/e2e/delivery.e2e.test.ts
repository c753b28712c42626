import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { OrderDocument, PositionDocument } from '../generated/graphql.ts';
import { type Asked, postReports, report, type Report, type WebhookAnswer } from '../support/client.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import { testEnvironment } from '../support/env.ts';
import { request } from '../support/graphql.ts';
import { build } from '../support/processes.ts';
import { openDeafLine } from '../support/proxy.ts';
import { type ServiceProcess, startProcess } from '../support/service.ts';
import { openTrader } from '../support/trader.ts';
import { watchSocket } from '../support/watch.ts';

let database: TestDatabase;
let env: Record<string, string>;
let service: ServiceProcess;
let trader: Required<Asked>;

beforeAll(async () => {
  await build();
  database = await cloneDatabase();
  env = testEnvironment(database.url);
  service = await startProcess(env);
  trader = await openTrader(service.url, 'ann');
});
afterEach(() => expect(service.output()).not.toMatch(/unexpected error|unhandled/i));
afterAll(async () => {
  await service.end('SIGKILL');
  await database.drop();
});

/** A delivery that can be sent again byte for byte. */
interface Delivery {
  readonly id: string;
  readonly body: string;
}

function delivery(reports: Report | Report[], id: string = randomUUID()): Delivery {
  return { id, body: JSON.stringify({ type: 'execution.reported', timestamp: '2026-01-05T15:04:05Z', data: reports }) };
}

const send = ({ id, body }: Delivery, url = service.url): Promise<WebhookAnswer> => postReports(url, [], { id, body });

/** A new order of 100, acknowledged, and the first fill of 40, not sent yet. */
async function openOrder(): Promise<{ clOrdId: string; fill: Delivery }> {
  const clOrdId = randomUUID();
  const own = { account: 'ann', clOrdId, venueOrderId: `V-${clOrdId}` };
  expect((await send(delivery(report(own)))).body).toEqual({ accepted: 1, duplicates: 0, quarantined: 0 });
  return { clOrdId, fill: delivery(report({ ...own, execType: 'TRADE', lastQty: '40', lastPx: '10' })) };
}

/** The order has been filled once, in one event. */
async function expectFilledOnce(clOrdId: string): Promise<void> {
  const { order } = await request({ ...trader, url: service.url }, OrderDocument, { clOrdId });
  expect(order).toMatchObject({ status: 'PARTIALLY_FILLED', cumQty: '40', leavesQty: '60', version: 2 });
  expect(order?.history.edges.map(({ node }) => node.execType)).toEqual(['NEW', 'TRADE']);
}

describe('a delivery is one event', () => {
  it('sent twice', async () => {
    const { clOrdId, fill } = await openOrder();
    const first = await send(fill);
    expect(first).toMatchObject({ status: 200, body: { accepted: 1, duplicates: 0, quarantined: 0 } });
    expect((await send(fill)).status).toBe(200);
    await expectFilledOnce(clOrdId);
  });

  it('sent ten times at once, and pushed once', async () => {
    const after = (await request({ ...trader, url: service.url }, PositionDocument, {})).position;
    const watched = watchSocket({ ...trader, url: service.url }, { after });
    const { clOrdId, fill } = await openOrder();
    const answers = await Promise.all(Array.from({ length: 10 }, () => send(fill)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    await expectFilledOnce(clOrdId);
    // What comes next proves that nothing came twice before it.
    const next = await openOrder();
    const seen = await watched.until(({ length }) => length >= 3);
    expect(seen.map(({ order, event }) => [order.clOrdId, event.execType])).toEqual([
      [clOrdId, 'NEW'],
      [clOrdId, 'TRADE'],
      [next.clOrdId, 'NEW'],
    ]);
    watched.stop();
  });

  it('sent again under another id: the execution is known', async () => {
    const { clOrdId, fill } = await openOrder();
    await send(fill);
    const again = await send({ ...fill, id: randomUUID() });
    expect(again).toMatchObject({ status: 200, body: { accepted: 0, duplicates: 1, quarantined: 0 } });
    await expectFilledOnce(clOrdId);
  });

  it('with the same report twice in it', async () => {
    const { clOrdId, fill } = await openOrder();
    const { data } = JSON.parse(fill.body) as { data: Report };
    const { body } = await send(delivery([data, data]));
    expect(body).toEqual({ accepted: 1, duplicates: 1, quarantined: 0 });
    await expectFilledOnce(clOrdId);
  });
});

it('answers another body under a known id with 409, and changes nothing', async () => {
  const { clOrdId, fill } = await openOrder();
  await send(fill);
  const other = { id: fill.id, body: fill.body.replace('"40"', '"60"') };
  for (const answer of [await send(other), await send(other)]) {
    expect(answer).toMatchObject({ status: 409, body: { error: { code: 'DELIVERY_CONFLICT' } } });
  }
  expect((await send(fill)).status).toBe(200);
  await expectFilledOnce(clOrdId);
});

it.each([
  ['before it has answered', 'passedOn'],
  ['after it has answered, with the answer lost', 'answered'],
] as const)('is one event after a kill -9 %s', async (_when, moment) => {
  const { clOrdId, fill } = await openOrder();
  const line = await openDeafLine(service.url);
  const lost = send(fill, line.url).then(
    () => 'answered',
    () => 'lost',
  );
  await line[moment];
  await service.end('SIGKILL');
  await line.cut();
  expect(await lost).toBe('lost');
  service = await startProcess(env);
  expect(await send(fill)).toMatchObject({ status: 200, body: { quarantined: 0 } });
  await expectFilledOnce(clOrdId);
  expect((await send(fill)).status).toBe(200);
  await expectFilledOnce(clOrdId);
});
