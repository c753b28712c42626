import { afterAll, beforeAll, expect, it } from 'vitest';
import { PositionDocument } from '../generated/graphql.ts';
import { type Asked, wsClient } from '../support/client.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import { testEnvironment } from '../support/env.ts';
import { request } from '../support/graphql.ts';
import { build, freePort } from '../support/processes.ts';
import { type ServiceProcess, startProcess } from '../support/service.ts';
import { openTrader } from '../support/trader.ts';
import { until } from '../support/until.ts';
import { openBusyVenue } from '../support/venue.ts';
import { offsetOf, type Update, watchSocket, watchSse } from '../support/watch.ts';

const SEEN_BEFORE_THE_KILL = 15;
const COMES_BACK_WITHIN_MS = 20_000;
/** Below the DRAIN_SECONDS of the tests. */
const DRAINS_WITHIN_MS = 4_000;
/** Several restarts, on a machine that has other things to do. */
const LONG_MS = 60_000;

let database: TestDatabase;
let env: Record<string, string>;
let service: ServiceProcess;

beforeAll(async () => {
  await build();
  database = await cloneDatabase();
  env = testEnvironment(database.url, { PORT: String(await freePort()) });
  service = await startProcess(env);
});
afterAll(async () => {
  await service.end('SIGKILL');
  await database.drop();
});

async function crashAndRestart(): Promise<void> {
  await service.end('SIGKILL');
  service = await startProcess(env);
}

async function newcomer(user: string): Promise<{ trader: Required<Asked>; after: string }> {
  const trader = await openTrader(service.url, user);
  return { trader, after: (await request(trader, PositionDocument, {})).position };
}

const hasSeen = (execId: string) => (updates: readonly Update[]) => updates.at(-1)?.event.execId === execId;

/** Everything that was reported, once each and in order, without a hole in the stream. */
function expectAll(updates: readonly Update[], execIds: readonly string[]): void {
  expect(updates.map(({ event }) => event.execId)).toEqual(execIds);
  expect(updates.map(({ order }) => order.version)).toEqual(execIds.map((_, i) => i + 1));
  expect(updates.map(({ cursor }) => offsetOf(cursor))).toEqual(execIds.map((_, i) => i + 1));
}

it.each([
  ['WebSocket', watchSocket, watchSocket],
  ['Server-Sent Events', watchSse, watchSse],
  ['WebSocket, then Server-Sent Events', watchSocket, watchSse],
  ['Server-Sent Events, then WebSocket', watchSse, watchSocket],
])(
  'loses and repeats nothing over a kill -9, by %s',
  async (name, before, afterwards) => {
    const user = name.replaceAll(/\W+/g, '-');
    const { trader, after } = await newcomer(user);
    const venue = openBusyVenue(service.url, user);
    const first = before(trader, { after });
    await first.until(({ length }) => length >= SEEN_BEFORE_THE_KILL);
    await crashAndRestart();
    const { by } = await first.ended;
    expect(['close', 'failure']).toContain(by);

    const second = afterwards(trader, { after: first.updates.at(-1)!.cursor });
    await second.until(({ length }) => length >= SEEN_BEFORE_THE_KILL);
    const execIds = await venue.stop();
    await second.until(hasSeen(execIds.at(-1)!));
    second.stop();
    expectAll([...first.updates, ...second.updates], execIds);
    // And from the beginning, once more.
    const all = watchSocket(trader, { after });
    await all.until(hasSeen(execIds.at(-1)!));
    all.stop();
    expect(all.updates).toEqual([...first.updates, ...second.updates]);
  },
  LONG_MS,
);

it(
  'brings the stock graphql-ws client back by itself, from its last cursor',
  async () => {
    const { trader, after } = await newcomer('stock');
    const isBack = (): Promise<boolean> =>
      until(async () => (await fetch(`${trader.url}/readyz`)).ok, { withinMs: COMES_BACK_WITHIN_MS });
    const client = wsClient(trader, {
      retryAttempts: 10,
      retryWait: async () => {
        await isBack();
      },
    });
    let last = after;
    // The client writes its subscribe message anew each time: with the cursor as it is then.
    const variables = Object.defineProperty({}, 'after', { enumerable: true, get: () => last });
    const watched = watchSocket({ client }, variables, ({ cursor }) => (last = cursor));
    const venue = openBusyVenue(service.url, 'stock');
    await watched.until(({ length }) => length >= SEEN_BEFORE_THE_KILL);
    await crashAndRestart();
    await watched.until(({ length }) => length >= 2 * SEEN_BEFORE_THE_KILL);
    const signaledAt = performance.now();
    expect(await service.end('SIGTERM')).toBe(0);
    // The venue never pauses, and yet it does not wait for DRAIN_SECONDS.
    expect(performance.now() - signaledAt).toBeLessThan(DRAINS_WITHIN_MS);
    service = await startProcess(env);
    await watched.until(({ length }) => length >= 3 * SEEN_BEFORE_THE_KILL);
    const execIds = await venue.stop();
    await watched.until(hasSeen(execIds.at(-1)!));
    expectAll(watched.updates, execIds);
    await client.dispose();
  },
  LONG_MS,
);
