import path from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PositionDocument } from '../generated/graphql.ts';
import { type Asked, postReports, report } from '../support/client.ts';
import { request } from '../support/graphql.ts';
import { openPostgresServer, type PostgresServer } from '../support/postgres-server.ts';
import { build, runProcess } from '../support/processes.ts';
import { startService, type TestService } from '../support/service.ts';
import { openStreamReader } from '../support/stream-sse.ts';
import { openTrader } from '../support/trader.ts';
import { until } from '../support/until.ts';
import { watchSocket, watchSse } from '../support/watch.ts';

const NEW_EPOCH = path.resolve(import.meta.dirname, '../../dist/new-epoch.js');
const EXPIRED = { by: 'errors', codes: ['RESUME_EXPIRED'] };
/** What the service needs to find that its database is back, on a machine that is busy with other tests. */
const SOON = { withinMs: 15_000 };

let server: PostgresServer;
let service: TestService;
let trader: Required<Asked>;
let databases = 0;
let name: string;
beforeAll(async () => {
  await build();
  server = await openPostgresServer();
});
afterAll(() => server.stop());
beforeEach(async () => {
  name = `live_${(databases += 1)}`;
  await asAdmin(`CREATE DATABASE ${name}`);
  service = await startService({ databaseUrl: urlOf(name), env: { LOG_LEVEL: 'silent' } });
  trader = await openTrader(service.url, 'ann');
});
afterEach(() => service.stop());

function urlOf(database: string): string {
  const url = new URL(server.url);
  url.pathname = `/${database}`;
  return url.href;
}

async function asAdmin(...statements: readonly string[]): Promise<void> {
  const admin = new pg.Client({ connectionString: server.url });
  await admin.connect();
  for (const sql of statements) await admin.query(sql);
  await admin.end();
}

const position = async (): Promise<string> => (await request(trader, PositionDocument, {})).position;

/** The execution is reported until it is taken, as a venue does. */
async function fill(n: number): Promise<void> {
  const terms = { account: 'ann', execId: `E${n}`, execType: 'TRADE', lastQty: '1', lastPx: '10' };
  await until(async () => (await postReports(service.url, report(terms), { id: `D${n}` })).status === 200, SOON);
}

const pollStatus = async (after: string, wait = '0'): Promise<number> => {
  const query = new URLSearchParams({ after, wait }).toString();
  const headers = { authorization: `Bearer ${trader.token}` };
  return (await fetch(`${service.url}/v1/stream?${query}`, { headers })).status;
};

/** Followers on every transport, at the head once they are given; each of them must be told in its own words. */
async function followers(n: number): Promise<() => Promise<void>> {
  const after = await position();
  const watches = [watchSocket(trader, { after }), watchSse(trader, { after })];
  const reader = await openStreamReader(trader, after);
  await fill(n);
  for (const watch of watches) await watch.until(({ length }) => length === 1);
  await until(() => reader.messages.some(({ data }) => data), SOON);
  return async () => {
    for (const watch of watches) expect(await watch.ended).toEqual(EXPIRED);
    await reader.ended;
    const { event, data } = reader.messages.at(-1)!;
    expect([event, data]).toEqual(['error', expect.stringContaining('RESUME_EXPIRED')]);
  };
}

/** Of a stream as it is now: what is reported arrives. */
async function expectLive(n: number): Promise<void> {
  const watch = watchSocket(trader, { after: await position() });
  await fill(n);
  expect((await watch.until(({ length }) => length === 1))[0]?.event.execId).toBe(`E${n}`);
  watch.stop();
}

describe('npm run epoch', () => {
  it('ends what follows the log with RESUME_EXPIRED on every transport, and prints one line', async () => {
    const told = await followers(1);
    const after = await position();
    const waiting = pollStatus(after, '30');
    const run = await runProcess({ DATABASE_URL: service.databaseUrl, DATA_DIR: path.dirname(NEW_EPOCH) }, [NEW_EPOCH]);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.stdout).toMatch(
      /^A new epoch has begun, [0-9a-f-]{36}: every cursor from before it .*RESUME_EXPIRED\.\n$/,
    );
    await told();
    expect(await waiting).toBe(410);
    expect(await pollStatus(after)).toBe(410);
    await expectLive(2);
  });

  it('says in one line why it could not, without the password', async () => {
    const run = await runProcess({ DATABASE_URL: 'postgresql://me:secret@127.0.0.1:1/none' }, [NEW_EPOCH]);
    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toMatch(/^No new epoch has begun: .*ECONNREFUSED.*\n$/);
    expect(run.stderr).not.toContain('secret');
  });
});

/** Keeps a copy of the database as it is now. */
async function keepCopy(): Promise<void> {
  await asAdmin(
    `ALTER DATABASE ${name} ALLOW_CONNECTIONS false`,
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`,
    `CREATE DATABASE ${name}_copy TEMPLATE ${name}`,
    `ALTER DATABASE ${name} ALLOW_CONNECTIONS true`,
  );
}

/** Puts the copy where the database was, under the running service. */
async function restoreCopy(): Promise<void> {
  await asAdmin(
    `ALTER DATABASE ${name} ALLOW_CONNECTIONS false`,
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`,
    `ALTER DATABASE ${name} RENAME TO ${name}_gone`,
    `ALTER DATABASE ${name}_copy RENAME TO ${name}`,
  );
}

describe('a database that becomes another one under the running service', () => {
  it('restored from an older copy: no cursor from the lost future is taken, also when the log has grown past it', async () => {
    await fill(1);
    await keepCopy();
    await fill(2);
    const told = await followers(3);
    const future = await position();
    await restoreCopy();
    await until(async () => (await fetch(`${service.url}/readyz`)).ok, SOON);
    await told();
    for (const n of [4, 5, 6, 7]) await fill(n);
    expect(await pollStatus(future)).toBe(410);
    expect(await watchSocket(trader, { after: future }).ended).toEqual(EXPIRED);
    await expectLive(8);
  });

  it('failed over to a new timeline, where commits may be missing', async () => {
    const told = await followers(1);
    const after = await position();
    const promote = await server.standBy();
    // What a standby has may be old: it is not read from.
    await until(async () => (await fetch(`${service.url}/readyz`)).status === 503, SOON);
    expect(await pollStatus(after)).toBe(503);
    await promote();
    await told();
    expect(await pollStatus(after)).toBe(410);
    await expectLive(2);
  });
});

it('the same database, restarted or reconnected to, is no new epoch', async () => {
  const watch = watchSocket(trader, { after: await position() });
  await fill(1);
  await watch.until(({ length }) => length === 1);
  await server.kill();
  await server.start();
  await fill(2);
  expect((await watch.until(({ length }) => length === 2))[1]?.event.execId).toBe('E2');
  watch.stop();
});
