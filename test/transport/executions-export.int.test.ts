import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CSV_COLUMNS } from '../../src/orders/executions-csv.ts';
import { EXPORT_PAGE_ROWS } from '../../src/transport/executions-export.ts';
import { EXPORTS_PER_USER_MAX } from '../../src/limits/limits.ts';
import { linkAccount, postReports, type Report, report } from '../support/client.ts';
import { tokenOf } from '../support/env.ts';
import { startService, type TestService } from '../support/service.ts';
import { until } from '../support/until.ts';

const ROWS = 100_000;
const SOON = { withinMs: 10_000 };

let service: TestService;
let token: string;
let reads = 0;
beforeAll(async () => {
  service = await startService({
    onStatement: (sql) => {
      if (/FROM executions e JOIN/.test(sql)) reads += 1;
    },
  });
  await linkAccount({ url: service.url, token: await tokenOf('ops', { scopes: ['admin'] }) }, 'ann');
  await linkAccount({ url: service.url, token: await tokenOf('ops', { scopes: ['admin'] }) }, 'big', {
    account: 'BIG',
  });
  token = await tokenOf('ann');
  await postReports(service.url, [
    report({ quantity: '1000' }),
    report({ venueOrderId: 'V2', clOrdId: '=cmd|"/c calc"!A1', symbol: 'BTC,USD', assetClass: 'CRYPTO', side: 'SELL' }),
    fill('E1', { transactTime: '2026-01-31T10:00:00Z' }),
    fill('E2', { ...SECOND, transactTime: '2026-01-31T11:00:00Z' }),
    fill('E3', { ...SECOND, transactTime: '2026-01-31T12:00:00Z', lastQty: '0.000000000000000001' }),
  ]);
  await postReports(service.url, report({ ...BIG, quantity: '1000000' }));
  await asOwner((db) =>
    db.query(
      `INSERT INTO executions (venue, exec_id, order_id, exec_type, last_qty, last_px, claim, received_at, user_id)
       SELECT 'standard', 'big-' || n, (SELECT id FROM orders WHERE account = 'BIG'), 'TRADE', 1, n, '{}',
         '2026-01-01'::timestamptz + n * interval '1 second', 'big' FROM generate_series(1, $1::int) AS n`,
      [ROWS],
    ),
  );
  await asOwner((db) => db.query('ANALYZE orders, executions'));
});
afterAll(() => service.stop());

const SECOND = { venueOrderId: 'V2', clOrdId: '=cmd|"/c calc"!A1' };
const BIG = { account: 'BIG', venueOrderId: 'VB', clOrdId: 'CB' };
const fill = (execId: string, fields: Report = {}): Report =>
  report({ execId, execType: 'TRADE', lastQty: '1', lastPx: '10.50', ...fields });

async function asOwner(work: (db: pg.Client) => Promise<unknown>): Promise<void> {
  const db = new pg.Client({ connectionString: service.databaseUrl });
  await db.connect();
  await work(db).finally(() => db.end());
}

interface Asking {
  readonly query?: string;
  readonly as?: string | null;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
}
const get = ({ query = '', as = token, headers = {}, ...rest }: Asking = {}): Promise<Response> =>
  fetch(`${service.url}/v1/executions.csv?${query}`, {
    headers: { ...(as !== null && { authorization: `Bearer ${as}` }), ...headers },
    ...rest,
  });

/** The execIds of an export, in its order. */
async function execIds(query: string): Promise<readonly string[]> {
  const response = await get({ query });
  expect(response.status).toBe(200);
  const [, ...lines] = (await response.text()).split('\r\n').slice(0, -1);
  return lines.map((line) => line.split(',')[1] ?? '');
}

describe('GET /v1/executions.csv', () => {
  it('is a file of the viewer’s executions, oldest first, safe to open in a spreadsheet', async () => {
    const response = await get();
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="executions.csv"');
    const text = await response.text();
    const [names, first, second, third, end] = text.split('\r\n');
    expect(names).toBe(CSV_COLUMNS.join(','));
    expect(first).toMatch(
      /,E1,TRADE,,[^,]+,C1,AAPL,EQUITY,BUY,standard,ACC-1,API,,1,10\.5,10\.5,2026-01-31T10:00:00\.000Z,/,
    );
    expect(second).toContain(`,"'=cmd|""/c calc""!A1","BTC,USD",CRYPTO,SELL,`);
    expect(third).toContain(',0.000000000000000001,10.5,0.00000000000000001,');
    expect(third).toMatch(/,true,false,,false$/);
    expect(end).toBe('');
  });

  it('is narrowed by its query', async () => {
    expect(await execIds('from=2026-01-31T11:00:00Z')).toEqual(['E2', 'E3']);
    expect(await execIds('from=2026-01-31T10:00:00Z&to=2026-01-31T12:00:00Z')).toEqual(['E1', 'E2']);
    expect(await execIds('symbols=AAPL,MSFT')).toEqual(['E1']);
    expect(await execIds('symbols=MSFT&symbols=AAPL')).toEqual(['E1']);
    expect(await execIds('venue=standard&side=SELL')).toEqual(['E2', 'E3']);
    expect(await execIds('venue=paper')).toEqual([]);
    expect(await execIds('platforms=WEB,IOS')).toEqual([]);
  });

  it.each(['from=yesterday', 'symbol=AAPL', 'side=LONG', 'from=2026-01-31T10:00:00Z&from=2026-01-31T10:00:00Z'])(
    'refuses %s rather than exporting something else',
    async (query) => {
      const response = await get({ query });
      expect([response.status, await response.json()]).toMatchObject([400, { error: { code: 'BAD_USER_INPUT' } }]);
    },
  );

  it('is for whoever has a token that may read', async () => {
    const nobody = await get({ as: null });
    expect([nobody.status, await nobody.json()]).toMatchObject([401, { error: { code: 'UNAUTHENTICATED' } }]);
    expect((await get({ as: await tokenOf('ann', { scopes: ['trade'] }) })).status).toBe(403);
    expect(await (await get({ as: await tokenOf('bob') })).text()).toBe(`${CSV_COLUMNS.join(',')}\r\n`);
  });

  it('may be read by a page of an allowed origin', async () => {
    const response = await get({ headers: { origin: 'http://localhost:3000' } });
    expect(response.headers.get('access-control-allow-origin')).toBe('http://localhost:3000');
    expect(response.headers.get('access-control-expose-headers')).toContain('content-disposition');
  });
});

/** Begins an export of all of big's executions, and takes its first bytes alone. */
async function begin({ ttlSeconds = 3_600 } = {}) {
  const leaving = new AbortController();
  const response = await get({ as: await tokenOf('big', { ttlSeconds }), signal: leaving.signal });
  expect(response.status).toBe(200);
  const reader = response.body!.getReader();
  await reader.read();
  return {
    leave: () => leaving.abort(),
    /** Resolves with the bytes of the rest; rejects when it is cut. */
    async rest(): Promise<number> {
      let bytes = 0;
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return bytes;
        bytes += value.length;
      }
    },
  };
}

const statusOfBig = async (): Promise<number> => {
  const response = await get({ as: await tokenOf('big'), query: 'to=2026-01-01T00:00:10Z' });
  await response.text();
  return response.status;
};

describe('a large export', () => {
  it('is whole, read page by page', async () => {
    const before = reads;
    const pages = 50;
    const rows = pages * EXPORT_PAGE_ROWS;
    const to = new Date(Date.UTC(2026, 0, 1) + (rows + 1) * 1_000).toISOString();
    const response = await get({ as: await tokenOf('big'), query: `to=${to}` });
    const lines = (await response.text()).split('\r\n').slice(1, -1);
    expect(lines.map((line) => line.split(',')[1])).toEqual(Array.from({ length: rows }, (_, n) => `big-${n + 1}`));
    // A full page may have more behind it.
    expect(reads - before).toBe(pages + 1);
  });

  it('waits for its reader, and stops reading when the reader has gone', async () => {
    const before = reads;
    const running = await begin();
    let last = -1;
    await until(() => last === (last = reads), SOON);
    expect(reads - before).toBeLessThan(ROWS / EXPORT_PAGE_ROWS / 2);
    running.leave();
    const first = await begin();
    const second = await begin();
    first.leave();
    second.leave();
    await until(async () => (await statusOfBig()) === 200, SOON);
    expect(reads - before).toBeLessThan(ROWS / EXPORT_PAGE_ROWS);
  });

  it('is one of few at a time, for its user alone', async () => {
    await until(async () => (await statusOfBig()) === 200, SOON);
    const running = await Promise.all(Array.from({ length: EXPORTS_PER_USER_MAX }, () => begin()));
    const response = await get({ as: await tokenOf('big') });
    expect([response.status, await response.json()]).toMatchObject([429, { error: { code: 'RATE_LIMITED' } }]);
    expect(response.headers.get('retry-after')).toBe('1');
    expect((await get()).status).toBe(200);
    for (const each of running) each.leave();
    await until(async () => (await statusOfBig()) === 200, SOON);
  });

  it('is not counted when only its head is asked for', async () => {
    for (let n = 0; n < EXPORTS_PER_USER_MAX + 2; n++)
      await until(async () => (await get({ as: await tokenOf('big'), method: 'HEAD' })).status === 200, SOON);
    await until(async () => (await statusOfBig()) === 200, SOON);
  });

  it('is cut when the token ends', { timeout: 20_000 }, async () => {
    const running = await begin({ ttlSeconds: 1 });
    const younger = await tokenOf('big', { ttlSeconds: 1 });
    await until(async () => (await get({ as: younger })).status === 401, SOON);
    await expect(running.rest()).rejects.toThrow();
  });

  it('is cut when the database fails, so that no part passes for the whole, and works again afterwards', async () => {
    const name = new URL(service.databaseUrl).pathname.slice(1);
    const running = await begin();
    const admin = new pg.Client({ connectionString: service.databaseUrl.replace(`/${name}`, '/postgres') });
    await admin.connect();
    await admin.query(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS false`);
    await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
    await expect(running.rest()).rejects.toThrow();
    await admin.query(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS true`);
    await admin.end();
    await until(async () => (await statusOfBig()) === 200, SOON);
  });
});
