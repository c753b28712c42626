import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { OrderDocument, OrdersDocument, PlaceOrderDocument, PositionDocument } from '../generated/graphql.ts';
import type { Asked } from '../support/client.ts';
import { request } from '../support/graphql.ts';
import { expectFilledInParts, expectQueriedAsPushed, isFilled, ofOrder } from '../support/life.ts';
import { alive, build, descendantsOf, runProcess } from '../support/processes.ts';
import { type ServiceProcess, startProcess } from '../support/service.ts';
import { marketOrder } from '../support/trader.ts';
import { until } from '../support/until.ts';
import { offsetOf, type Update, watchSocket } from '../support/watch.ts';

const ENDS_WITHIN_MS = 15_000;
const SHOWN_WITHIN_MS = 5_000;

/** An order takes seconds at the exchange's pace, and a take-over as many again. */
const LONG_MS = 60_000;

let root: string;
let env: Record<string, string>;
let service: ServiceProcess;
/** Alice, with the token that the demo printed. */
let alice: Required<Asked>;

beforeAll(async () => {
  await build();
  root = await mkdtemp(path.join(tmpdir(), 'fillstream-demo-'));
  env = { PORT: '0', DATA_DIR: path.join(root, 'data') };
  service = await startProcess(env);
  const token = /Token +(\S+)/.exec(service.output())?.[1];
  alice = { url: service.url, token: token! };
});
afterAll(async () => {
  await service.end('SIGTERM');
  await rm(root, { recursive: true, force: true });
});

const fillsOf = (updates: readonly Update[]): readonly string[] =>
  updates.flatMap(({ event }) => (event.execType === 'TRADE' ? [event.execId!] : []));

/** The stream has no hole and no repeat, and neither has any order in it. */
function expectContiguous(updates: readonly Update[]): void {
  const [first] = updates;
  expect(updates.map(({ cursor }) => offsetOf(cursor))).toEqual(updates.map((_, i) => offsetOf(first!.cursor) + i));
  const versions = new Map<string, number>();
  for (const { order } of updates) {
    const held = versions.get(order.id) ?? order.version - 1;
    expect(order.version).toBe(held + 1);
    versions.set(order.id, order.version);
  }
}

it('shows a newcomer an order within seconds of being ready', async () => {
  const count = async (): Promise<number> => (await request(alice, OrdersDocument, { first: 1 })).orders.edges.length;
  await until(async () => (await count()) > 0, { withinMs: SHOWN_WITHIN_MS });
});

it(
  'moves orders by itself',
  async () => {
    const watched = watchSocket(alice, { after: (await request(alice, PositionDocument, {})).position });
    const updates = await watched.until((all) => fillsOf(all).length >= 1 && all.length >= 4);
    expect(updates.every(({ order }) => order.clOrdId?.startsWith('demo-'))).toBe(true);
    watched.stop();
  },
  LONG_MS,
);

it(
  'fills a market order placed by hand, in parts, and goes on with it after a kill -9',
  async () => {
    const { position } = await request(alice, PositionDocument, {});
    const byHand = marketOrder();
    const watched = watchSocket(alice, { after: position });
    await request(alice, PlaceOrderDocument, { input: byHand });
    const filled = await watched.until((all) => isFilled(ofOrder(all, byHand.clOrdId)));
    const life = ofOrder(filled, byHand.clOrdId);
    expectFilledInParts(life);

    // The next one is open, partly filled or not, when the service is killed.
    const open = marketOrder();
    await request(alice, PlaceOrderDocument, { input: open });
    await watched.until((all) => ofOrder(all, open.clOrdId).some(({ event }) => event.status === 'NEW'));
    const children = await descendantsOf(service.child.pid!);
    expect(children.length).toBeGreaterThan(0);
    await service.end('SIGKILL');
    await watched.ended;
    const seen = [...watched.updates];
    await until(async () => (await alive(children)).length === 0, { withinMs: ENDS_WITHIN_MS });

    service = await startProcess(env);
    alice = { ...alice, url: service.url };
    const resumed = watchSocket(alice, { after: seen.at(-1)!.cursor });
    await resumed.until((all) => isFilled(ofOrder(all, open.clOrdId)));
    // Orders of the traders, too, go on: placed after the restart, and filled.
    await resumed.until((all) => all.some(({ order, event }) => isNew(order, seen) && event.execType === 'TRADE'));
    const all = [...seen, ...resumed.updates];
    expectContiguous(all);
    expectFilledInParts(ofOrder(all, open.clOrdId));
    resumed.stop();

    // The cursor from before everything still reads the same, and so do the orders and their histories.
    const again = watchSocket(alice, { after: position });
    expect((await again.until(({ length }) => length >= all.length)).slice(0, all.length)).toEqual(all);
    again.stop();
    for (const clOrdId of [byHand.clOrdId, open.clOrdId]) {
      const { order } = await request(alice, OrderDocument, { clOrdId });
      expectQueriedAsPushed(order, ofOrder(all, clOrdId));
    }
  },
  LONG_MS,
);

const isNew = ({ id }: Update['order'], before: readonly Update[]): boolean =>
  !before.some(({ order }) => order.id === id);

it('refuses a second service on the same data folder, with one sentence', async () => {
  const { code, stdout, stderr } = await runProcess(env);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(env['DATA_DIR']!);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
});

it.each(['SIGINT', 'SIGTERM'] as const)('ends with all of its children on %s', async (signal) => {
  const children = await descendantsOf(service.child.pid!);
  expect(children.length).toBeGreaterThan(0);
  expect(await service.end(signal)).toBe(0);
  expect(await alive(children)).toEqual([]);
  service = await startProcess(env);
});

it('refuses a port that is taken, with one sentence', async () => {
  expect(await service.end('SIGTERM')).toBe(0);
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
  const { port } = holder.address() as AddressInfo;
  const { code, stdout, stderr } = await runProcess({ ...env, PORT: String(port) });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr.trimEnd()).toMatch(new RegExp(`^Port ${port} .*taken.*PORT.*\\.$`));
  // It has let go of the data folder.
  service = await startProcess(env);
  await new Promise((resolve) => holder.close(resolve));
});
