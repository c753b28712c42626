import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, linkAccount, postReports, report } from '../support/client.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import { testEnvironment, tokenOf } from '../support/env.ts';
import { build } from '../support/processes.ts';
import { type ServiceProcess, startProcess } from '../support/service.ts';
import { marketOrder } from '../support/trader.ts';
import { until } from '../support/until.ts';

const CLI = path.resolve(import.meta.dirname, '../../dist/cli/main.js');
const SOON = { withinMs: 20_000 };

let database: TestDatabase;
let env: Record<string, string>;
let service: ServiceProcess;
let alice: { url: string; token: string };
beforeAll(async () => {
  await build();
  database = await cloneDatabase();
  env = testEnvironment(database.url, { DEMO: '1' });
  service = await startProcess(env);
  alice = { url: service.url, token: await tokenOf('alice') };
  await until(async () => (await fetch(`${service.url}/demo/exchange`)).ok, SOON);
});
afterAll(async () => {
  await service.end('SIGTERM');
  await database.drop();
});

/** What it prints where it is piped, and how it ends. */
async function fillstream(...args: readonly string[]) {
  const options = { env: { PATH: process.env['PATH'] ?? '', ...env, FILLSTREAM_URL: service.url } };
  const { stdout, stderr, code } = await promisify(execFile)(process.execPath, [CLI, ...args], options).then(
    (ended) => ({ ...ended, code: 0 }),
    (error: unknown) => error as { stdout: string; stderr: string; code: number },
  );
  return { stdout, stderr, code, lines: stdout.split('\n').filter(Boolean) };
}

const json = (lines: readonly string[]) => lines.map((line) => JSON.parse(line) as Record<string, unknown>);

async function place(clOrdId: string): Promise<void> {
  const input = marketOrder({ clOrdId, venue: 'paper' });
  const { data } = await ask(
    alice,
    'mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { refusal { code } } }',
    { input },
  );
  expect(data).toEqual({ placeOrder: { refusal: null } });
}

const orderOf = async (clOrdId: string): Promise<unknown> =>
  (await ask(alice, 'query ($clOrdId: String) { order(clOrdId: $clOrdId) { status cumQty } }', { clOrdId })).data?.[
    'order'
  ];

describe('the command line', { timeout: 60_000 }, () => {
  it('prints a token that the service takes', async () => {
    const { lines } = await fillstream('token', 'alice');
    const { data } = await ask({ url: service.url, token: lines[0]! }, '{ viewer { id } }');
    expect(data).toEqual({ viewer: { id: 'alice' } });
  });

  it('makes the exchange fill, bust and correct an order, step by step', async () => {
    const clOrdId = randomUUID();
    expect((await fillstream('trigger', 'accept', clOrdId, '--hold')).code).toBe(0);
    await place(clOrdId);
    const becomes = (order: object) =>
      until(async () => JSON.stringify(await orderOf(clOrdId)) === JSON.stringify(order), SOON);
    await becomes({ status: 'NEW', cumQty: '0' });
    await fillstream('trigger', 'fill', clOrdId, '--qty', '40', '--px', '10', '--hold');
    await becomes({ status: 'PARTIALLY_FILLED', cumQty: '40' });
    await fillstream('trigger', 'correct', clOrdId, '--qty', '30', '--px', '11', '--hold');
    await becomes({ status: 'PARTIALLY_FILLED', cumQty: '30' });
    await fillstream('trigger', 'bust', clOrdId, '--hold');
    await becomes({ status: 'NEW', cumQty: '0' });
    const late = await fillstream('trigger', 'bust', clOrdId, '--fill', '9');
    expect(late).toMatchObject({ code: 1, stderr: expect.stringContaining('The exchange does not') as string });
  });

  it.each(['websocket', 'sse', 'polling'])('listens from a cursor, over %s', async (transport) => {
    const { data } = await ask(alice, '{ position }');
    const clOrdId = randomUUID();
    await place(clOrdId);
    const { lines } = await fillstream(
      ...['listen', 'alice', '--after', String(data?.['position']), '--count', '3', '--transport', transport],
    );
    expect(lines).toHaveLength(3);
    for (const update of json(lines)) {
      expect(update).toMatchObject({
        cursor: expect.any(String) as string,
        order: { version: expect.any(Number) as number },
      });
    }
    expect(new Set(json(lines).map(({ cursor }) => cursor)).size).toBe(3);
  });

  it('lists what is quarantined, and replays it when its cause is gone', async () => {
    const account = randomUUID();
    await postReports(
      service.url,
      report({ account, execId: randomUUID(), clOrdId: randomUUID(), venueOrderId: randomUUID() }),
    );
    const listed = await fillstream('replay', '--list', '--venue', 'standard');
    expect(json(listed.lines)).toEqual([expect.objectContaining({ account, reason: 'UNMAPPED_ACCOUNT' })]);
    const inVain = await fillstream('replay', '--venue', 'standard');
    expect(inVain.code).toBe(1);
    await linkAccount({ url: service.url, token: await tokenOf('ops', { scopes: ['admin'] }) }, 'alice', { account });
    expect(await fillstream('replay', '--venue', 'standard')).toMatchObject({ code: 0, stdout: '' });
  });

  it('lists and replays these alone, and says how it went with these alone', async () => {
    const accounts = [randomUUID(), randomUUID()] as const;
    for (const account of accounts) {
      const ids = { execId: randomUUID(), clOrdId: randomUUID(), venueOrderId: randomUUID() };
      await postReports(service.url, report({ account, ...ids }));
    }
    const all = json((await fillstream('replay', '--list')).lines);
    const [known, unknown] = accounts.map((account) => all.find((each) => each['account'] === account)!);
    const listed = await fillstream('replay', String(known!['id']), '--list');
    expect(json(listed.lines)).toEqual([known]);
    await linkAccount({ url: service.url, token: await tokenOf('ops', { scopes: ['admin'] }) }, 'alice', {
      account: accounts[0],
    });
    expect(await fillstream('replay', String(known!['id']))).toMatchObject({ code: 0, stderr: '' });
    // It is set aside anew, under another id.
    expect(await fillstream('replay', String(unknown!['id']))).toMatchObject({ code: 1, stderr: '' });
  });

  it('says in one line what is wrong', async () => {
    expect(await fillstream('trigger', 'explode', 'x')).toMatchObject({ code: 1, stdout: '' });
    expect(await fillstream('token', 'alice', '--ttl', 'soon')).toMatchObject({
      code: 1,
      stderr: '--ttl soon is not a number with s, m, h or d.\n',
    });
    const foreign = await fillstream('--token', 'no-token', 'replay');
    expect(foreign).toMatchObject({ code: 1, stderr: expect.stringMatching(/^UNAUTHENTICATED: /) as string });
  });

  it('hands the rest of its line to verify', async () => {
    expect((await fillstream('verify', '--help')).stdout).toContain('Places orders at a deployment');
  });
});
