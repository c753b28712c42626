import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ANSWER_TIMEOUT_MS } from '../../src/db/answer-watch.ts';
import { CONNECT_TIMEOUT_MS } from '../../src/db/client.ts';
import { OrdersDocument, PlaceOrderDocument, type PlaceOrderInput, PositionDocument } from '../generated/graphql.ts';
import type { Asked } from '../support/client.ts';
import { type CutLine, openCutLine } from '../support/cut-line.ts';
import { refusalCodes, request } from '../support/graphql.ts';
import { openPostgresServer, type PostgresServer } from '../support/postgres-server.ts';
import { startService, type TestService } from '../support/service.ts';
import { marketOrder, openTrader } from '../support/trader.ts';
import { until } from '../support/until.ts';
import { offsetOf, type Watch, watchSocket, watchSse } from '../support/watch.ts';
import { openSession } from './rows.ts';
import { expectOnce, expectTakenOrAsked, openStubbornVenue } from './stubborn.ts';

/** On top of a bound of the product, on a machine that is busy with other tests. */
const SLACK_MS = 3_000;
const ANSWERED_WITHIN_MS = ANSWER_TIMEOUT_MS + CONNECT_TIMEOUT_MS + SLACK_MS;
/** The jobs' own limit, and that of each of the two pools. */
const STOPPED_WITHIN_MS = 5_000 + 2 * CONNECT_TIMEOUT_MS + SLACK_MS;
const SOON = { withinMs: 15_000 };
const KILLS = 20;
const CONNECTIONS_MAX = 60;
const ACCOUNTS = ['a1', 'a2', 'a3', 'a4', 'a5'];

let server: PostgresServer;
let line: CutLine;
let service: TestService;
let databaseUrl: string;
let databases = 0;
let trader: Required<Asked>;
let venue: ReturnType<typeof openStubbornVenue>;
let watches: readonly Watch[];
const taken: pg.Client[] = [];
let order: { input: PlaceOrderInput };
beforeAll(async () => {
  server = await openPostgresServer([`max_connections=${CONNECTIONS_MAX}`, 'superuser_reserved_connections=3']);
});
afterAll(() => server.stop());
beforeEach(async () => {
  const name = `hurt_${(databases += 1)}`;
  await query(server.url, `CREATE DATABASE ${name}`);
  databaseUrl = pathed(server.url, name);
  line = await openCutLine(databaseUrl);
  service = await startService({ databaseUrl: line.url, env: { LOG_LEVEL: 'silent' } });
  trader = await openTrader(service.url, 'ann', { account: ACCOUNTS[0]! });
  for (const account of ACCOUNTS.slice(1)) await openTrader(service.url, 'ann', { account });
  venue = openStubbornVenue(service.url);
  order = { input: marketOrder({ account: 'a1' }) };
  const after = (await request(trader, PositionDocument, {})).position;
  watches = [watchSocket(trader, { after }), watchSse(trader, { after })];
  await sendAll(1);
  for (const watch of watches) await watch.until(({ length }) => length === ACCOUNTS.length);
});
afterEach(async () => {
  await giveBack();
  for (const watch of watches) watch.stop();
  await service.stop();
  await line.close();
});

function pathed(url: string, database: string): string {
  const copy = new URL(url);
  copy.pathname = `/${database}`;
  return copy.href;
}

async function query(url: string, sql: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  return await client.query(sql).finally(() => client.end());
}

const sendAll = (times: number) =>
  Promise.all(Array.from({ length: times }, () => ACCOUNTS).flatMap((accounts) => accounts.map(venue.send)));
const readyStatus = async (): Promise<number> => (await fetch(`${service.url}/readyz`)).status;
const isReady = (): Promise<boolean> => until(async () => (await readyStatus()) === 200, SOON);

/** Sends while the condition holds, as many at a time as there are accounts. */
async function sendWhile(goesOn: () => boolean): Promise<void> {
  while (goesOn()) await sendAll(1);
}

/** Without a restart: what was sent is taken once, and every follower has seen it, once and in order. */
async function expectRecovered(): Promise<void> {
  await venue.settle();
  await isReady();
  const { placeOrder } = await request(trader, PlaceOrderDocument, order);
  expect([placeOrder.refusal, placeOrder.order?.clOrdId, placeOrder.order?.version]).toEqual([
    null,
    order.input.clOrdId,
    1,
  ]);
  await expectOnce(databaseUrl, venue);
  const count = venue.sent.length + 1;
  for (const watch of watches) {
    const seen = await watch.until(({ length }) => length >= count);
    expect(seen.map(({ cursor }) => offsetOf(cursor))).toEqual(Array.from({ length: count }, (_, i) => i + 1));
  }
}

/** What apps are told meanwhile; the order is the one that they send again at the end. */
const expectUnavailable = async (): Promise<void> => {
  const codes = [refusalCodes(trader, PlaceOrderDocument, order), refusalCodes(trader, OrdersDocument, {})];
  expect(await Promise.all(codes)).toEqual([['UNAVAILABLE'], ['UNAVAILABLE']]);
};

describe('PostgreSQL', () => {
  it('killed and started again under load', async () => {
    let isBack = false;
    const sending = sendWhile(() => !isBack);
    await server.kill();
    expect((await venue.send('a1')).status).toBe(503);
    expect(await readyStatus()).toBe(503);
    await expectUnavailable();
    await server.start();
    await isReady();
    isBack = true;
    await sending;
    expectTakenOrAsked(venue.answers, ANSWERED_WITHIN_MS);
    await expectRecovered();
  });

  it('frozen: nobody waits longer than the bounds, and it is said', async () => {
    await server.freeze();
    // Several batches' worth: each would wait for its own time-out.
    const sending = sendAll(150);
    const asked = performance.now();
    await Promise.all([expectUnavailable(), readyStatus().then((status) => expect(status).toBe(503))]);
    expect(performance.now() - asked).toBeLessThan(ANSWERED_WITHIN_MS);
    const answers = await sending;
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 503));
    // Whoever comes now waits for a connection alone, as those that hung were given up.
    await sendAll(1);
    await server.thaw();
    expectTakenOrAsked(venue.answers, ANSWERED_WITHIN_MS);
    await expectRecovered();
  });

  it('frozen: the service stops all the same', async () => {
    const other = await startService({ databaseUrl, env: { LOG_LEVEL: 'silent' } });
    await refusalCodes({ ...trader, url: other.url }, OrdersDocument, {});
    await server.freeze();
    const askedAt = performance.now();
    await other.stop();
    expect(performance.now() - askedAt).toBeLessThan(STOPPED_WITHIN_MS);
    await server.thaw();
    await expectRecovered();
  });

  it('out of connections', async () => {
    await takeEveryConnection();
    const answers = await sendAll(2);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 503));
    await expectUnavailable();
    expect(await readyStatus()).toBe(503);
    await giveBack();
    expectTakenOrAsked(venue.answers, ANSWERED_WITHIN_MS);
    await expectRecovered();
  });

  it('on a full disk, and given room again', async () => {
    await server.fillDisk();
    // PostgreSQL ends itself, comes back, reads, and ends itself at the next write.
    const answers = await sendAll(2);
    const codes = await refusalCodes(trader, PlaceOrderDocument, order);
    expect(answers.some(({ status }) => status === 503)).toBe(true);
    expect([[], ['UNAVAILABLE']]).toContainEqual(codes);
    await server.kill();
    await server.start();
    expectTakenOrAsked(venue.answers, ANSWERED_WITHIN_MS);
    await expectRecovered();
  });

  it('ending sessions at random', async () => {
    const session = await openSession(databaseUrl);
    let kills = 0;
    const load = sendWhile(() => kills < KILLS);
    while (kills < KILLS) {
      const killed = await session.rows(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid() AND state LIKE '%transaction%' LIMIT 1`,
      );
      kills += killed.length;
    }
    await load;
    await session.end();
    expectTakenOrAsked(venue.answers, ANSWERED_WITHIN_MS);
    await expectRecovered();
  });

  it('locked whole for a while: refused after the lock time-out, and no pile-up', async () => {
    const session = await openSession(databaseUrl);
    await session.rows('BEGIN');
    await session.rows('LOCK TABLE stream_events IN ACCESS EXCLUSIVE MODE');
    const answers = await sendAll(8);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 503));
    const held = await session.count(`SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'`);
    expect(held).toBeLessThanOrEqual(6);
    expect(await refusalCodes(trader, PlaceOrderDocument, order)).toEqual(['UNAVAILABLE']);
    await session.rows('COMMIT');
    await session.end();
    expectTakenOrAsked(venue.answers, ANSWERED_WITHIN_MS);
    await expectRecovered();
  });
});

/** All of them, also those that the service has now. */
/** All that the server has: what the service holds is ended until it holds nothing. */
async function takeEveryConnection(): Promise<void> {
  const first = await connectTaken();
  await until(async () => {
    await first.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE backend_type = 'client backend' AND application_name <> 'taken'`,
    );
    while (taken.length < CONNECTIONS_MAX) await connectTaken();
    return true;
  }, SOON);
}

async function connectTaken(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'taken' });
  client.on('error', () => undefined);
  await client.connect();
  taken.push(client);
  return client;
}

const giveBack = (): Promise<unknown> => Promise.all(taken.splice(0).map((client) => client.end()));

describe('a lost answer to COMMIT', () => {
  it.each(['cut', 'silent'] as const)('is a 503 to the venue, whose retry finds it done (%s)', async (how) => {
    const lost = line.loseNextCommit(how);
    const answer = await venue.send('a1');
    await lost;
    expectTakenOrAsked([answer], ANSWERED_WITHIN_MS);
    expect(answer.status).toBe(503);
    const session = await openSession(databaseUrl);
    expect(await session.count('SELECT count(*) FROM executions WHERE exec_id = $1', [answer.execId])).toBe(1);
    await session.end();
    await expectRecovered();
  });

  it('is UNAVAILABLE to an app, whose retry is answered with the same order', async () => {
    const lost = line.loseNextCommit('cut');
    expect(await refusalCodes(trader, PlaceOrderDocument, order)).toEqual(['UNAVAILABLE']);
    await lost;
    await expectRecovered();
  });
});
