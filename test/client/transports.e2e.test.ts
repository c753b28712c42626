import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReloadReason, Transport } from '../../src/client/index.ts';
import { sweepRetention } from '../../src/stream/retention.ts';
import { type Asked, positionOf, postReports, report } from '../support/client.ts';
import { startService, type TestService } from '../support/service.ts';
import { openTrader } from '../support/trader.ts';
import { until } from '../support/until.ts';
import { type BlockingProxy, openBlockingProxy } from './blocking-proxy.ts';
import { openApp, type TestApp } from './support.ts';

const TRANSPORTS: readonly Transport[] = ['websocket', 'sse', 'polling'];

let service: TestService;
let proxy: BlockingProxy;
let trader: Required<Asked>;
let user: string;
beforeAll(async () => {
  service = await startService();
  proxy = await openBlockingProxy(service.url);
});
afterAll(async () => {
  await proxy.close();
  await service.stop();
});

async function newTrader(): Promise<void> {
  user = `t-${randomUUID()}`;
  trader = { ...(await openTrader(service.url, user)), url: proxy.url };
}

/** One fill of one order, of which there is one for each symbol. */
async function fill(n: number, symbol = 'AAPL'): Promise<void> {
  const terms = { account: user, clOrdId: `${user}-${symbol}`, venueOrderId: `${user}-${symbol}`, symbol };
  const data = report({ ...terms, execId: `${user}-${n}`, execType: 'TRADE', lastQty: '1', lastPx: '10' });
  expect(await postReports(service.url, data)).toMatchObject({ status: 200, body: { accepted: 1 } });
}

interface Asking extends Record<string, unknown> {
  readonly isReloaded?: boolean;
}

interface Collected {
  readonly results: unknown[];
  readonly errors: { code: string }[];
  readonly reloads: ReloadReason[];
  readonly stop: () => void;
}

function collect(app: TestApp, query: string, { isReloaded = true, ...variables }: Asking = {}): Collected {
  const results: unknown[] = [];
  const errors: { code: string }[] = [];
  const reloads: ReloadReason[] = [];
  const stop = app.client.subscribe(
    { query, variables },
    {
      next: ({ data }) => void results.push(data),
      error: (error) => void errors.push(error),
      ...(isReloaded && { reload: (why) => void reloads.push(why) }),
    },
  );
  return { results, errors, reloads, stop };
}

const enough = (what: readonly unknown[], count: number): Promise<unknown> =>
  until(() => what.length >= count, { withinMs: 10_000 });

const RICH = `
  subscription Rich($symbols: [String!], $with: Boolean!, $from: Cursor) {
    moved: orderUpdated(symbols: $symbols, after: $from) {
      __typename
      order { ...Core who: account ... on Node { key: id } ... @include(if: $with) { status } }
      event { execId lastQty @skip(if: $with) lastPx }
      merged
    }
  }
  fragment Core on Order { __typename id symbol version cumQty order: clOrdId avgPx }`;

it('gives the same results over every transport: names, fragments, conditions, arguments and all', async () => {
  await newTrader();
  const from = await positionOf(trader);
  const apps = TRANSPORTS.map((transport) => openApp(trader, { transports: [transport] }));
  const collected = apps.map((app) => collect(app, RICH, { symbols: ['AAPL', 'TSLA'], with: true, from }));
  await fill(1);
  await fill(2, 'MSFT');
  await fill(3, 'TSLA');
  await fill(4);
  await Promise.all(collected.map(({ results }) => enough(results, 3)));
  const [overSocket, ...others] = collected.map(({ results }) => results);
  expect(overSocket).toMatchObject([
    {
      moved: {
        __typename: 'OrderUpdate',
        order: { symbol: 'AAPL', version: 1, cumQty: '1', status: 'PARTIALLY_FILLED' },
      },
    },
    { moved: { order: { symbol: 'TSLA', version: 1 } } },
    { moved: { order: { symbol: 'AAPL', version: 2, who: user, order: `${user}-AAPL` }, merged: 1 } },
  ]);
  expect(overSocket![0]).not.toHaveProperty('moved.cursor');
  expect(overSocket![0]).not.toHaveProperty('moved.event.lastQty');
  for (const other of others) expect(other).toEqual(overSocket);
  for (const app of apps) app.client.close();
});

const PLAIN = `subscription ($after: Cursor, $orderId: ID) {
  orderUpdated(after: $after, orderId: $orderId) { event { execId } order { id version } }
}`;
const execIdsOf = (results: readonly unknown[]): readonly string[] =>
  results.map((result) => (result as { orderUpdated: { event: { execId: string } } }).orderUpdated.event.execId);

it('reads an event from before a field was told alike over every transport: null', async () => {
  await newTrader();
  const from = await positionOf(trader);
  await fill(1);
  const { db } = service.app.deps;
  await db.$executeRaw`UPDATE stream_events SET data = (data::jsonb #- '{event,lateAfter}' #- '{event,answers}')::json
    WHERE user_id = ${user}`;
  const query = 'subscription ($from: Cursor) { orderUpdated(after: $from) { event { execId lateAfter answers } } }';
  for (const transport of TRANSPORTS) {
    const app = openApp(trader, { transports: [transport] });
    const { results } = collect(app, query, { from });
    await enough(results, 1);
    expect(results).toEqual([{ orderUpdated: { event: { execId: `${user}-1`, lateAfter: null, answers: null } } }]);
    expect(app.faults).toEqual([]);
    app.client.close();
  }
});

describe.each(TRANSPORTS)('over %s', (transport) => {
  it('several subscriptions stand at places of their own', async () => {
    await newTrader();
    const start = await positionOf(trader);
    await fill(1);
    const middle = await positionOf(trader);
    await fill(2);
    const app = openApp(trader, { transports: [transport] });
    const second = collect(app, PLAIN, { after: middle });
    await enough(second.results, 1);
    const first = collect(app, PLAIN, { after: start });
    await enough(first.results, 2);
    await fill(3);
    await enough(first.results, 3);
    await enough(second.results, 2);
    expect(execIdsOf(first.results)).toEqual([`${user}-1`, `${user}-2`, `${user}-3`]);
    expect(execIdsOf(second.results)).toEqual([`${user}-2`, `${user}-3`]);
    first.stop();
    await fill(4);
    await enough(second.results, 3);
    expect(first.results).toHaveLength(3);
    app.client.close();
  });

  it('a subscription without a place begins with what happens from now on', async () => {
    await newTrader();
    await fill(1);
    const app = openApp(trader, { transports: [transport] });
    const { results } = collect(app, 'subscription { orderUpdated { event { execId } } }');
    let filled = 1;
    const isThere = async (): Promise<boolean> => {
      await fill(++filled);
      return results.length > 0;
    };
    await until(isThere, { withinMs: 10_000 });
    const [first] = execIdsOf(results);
    const begun = Number(first!.split('-').at(-1));
    await enough(results, filled - begun + 1);
    expect(begun).toBeGreaterThan(1);
    expect(execIdsOf(results)).toEqual(Array.from(results, (_, i) => `${user}-${begun + i}`));
    app.client.close();
  });

  it('a place that the log no longer reaches is loaded again, and followed from there', async () => {
    await newTrader();
    const start = await positionOf(trader);
    for (const n of [1, 2, 3, 4]) await fill(n);
    await sweepRetention(service.app.deps, { days: 30, eventsPerUser: 1 });
    const app = openApp(trader, { transports: [transport] });
    const followed = collect(app, PLAIN, { after: start });
    await enough(followed.reloads, 1);
    await app.statusThat(({ state, reloads }) => reloads === 1 && (state === 'live' || state === 'polling'));
    await fill(5);
    await enough(followed.results, 1);
    expect(execIdsOf(followed.results)).toEqual([`${user}-5`]);
    expect(followed.reloads).toMatchObject([{ code: 'RESUME_EXPIRED', orderId: null }]);
    expect(app.statuses.map(({ state }) => state)).toContain('recovering');
    app.client.close();
  });

  it('without anybody to load again it ends with RESUME_EXPIRED, never in silence', async () => {
    await newTrader();
    const start = await positionOf(trader);
    for (const n of [1, 2, 3, 4]) await fill(n);
    await sweepRetention(service.app.deps, { days: 30, eventsPerUser: 1 });
    const app = openApp(trader, { transports: [transport] });
    const { errors } = collect(app, PLAIN, { after: start, isReloaded: false });
    await enough(errors, 1);
    expect(errors).toMatchObject([{ code: 'RESUME_EXPIRED' }]);
    app.client.close();
  });

  it('an update that can’t be read is told of, its order loaded again, and the others go on', async () => {
    await newTrader();
    const after = await positionOf(trader);
    const app = openApp(trader, { transports: [transport] });
    const followed = collect(app, PLAIN, { after });
    await fill(1);
    await enough(followed.results, 1);
    proxy.tamper({ from: '"version":2', to: '"versiom":2' });
    await fill(2);
    await enough(followed.reloads, 1);
    proxy.tamper(null);
    await fill(3);
    await enough(followed.results, 2);
    expect(execIdsOf(followed.results)).toEqual([`${user}-1`, `${user}-3`]);
    const [{ orderUpdated: first }] = followed.results as [{ orderUpdated: { order: { id: string } } }];
    expect(followed.reloads).toMatchObject([{ code: 'UNREADABLE', orderId: first.order.id }]);
    expect(app.faults).toEqual([{ code: 'UNREADABLE', message: 'Order.version: missing' }]);
    app.client.close();
  });

  it('garbage breaks the connection, and nothing else', async () => {
    await newTrader();
    const after = await positionOf(trader);
    const app = openApp(trader, { transports: [transport] });
    const followed = collect(app, PLAIN, { after });
    await fill(1);
    await enough(followed.results, 1);
    proxy.tamper({ from: '"version":2', to: '"version"}{' });
    await fill(2);
    await app.statusThat(({ lastClose }) => lastClose !== null);
    proxy.tamper(null);
    await enough(followed.results, 2);
    expect(execIdsOf(followed.results)).toEqual([`${user}-1`, `${user}-2`]);
    expect({ errors: followed.errors, reloads: followed.reloads }).toEqual({ errors: [], reloads: [] });
    app.client.close();
  });

  it('who may not read is told so', async () => {
    await newTrader();
    const app = openApp(trader, { transports: [transport] });
    const { errors } = collect(app, PLAIN, { after: 'no cursor at all' });
    await enough(errors, 1);
    expect(errors).toMatchObject([{ code: 'BAD_USER_INPUT' }]);
    app.client.close();
  });
});
