import pg from 'pg';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { startService, type TestService } from '../support/service.ts';
import { until } from '../support/until.ts';

let service: TestService;
beforeAll(async () => {
  service = await startService({ env: { LOG_LEVEL: 'silent' } });
});
afterAll(() => service.stop());

const statusOf = async (path: string): Promise<number> => (await fetch(`${service.url}${path}`)).status;

async function asAdmin(...statements: readonly string[]): Promise<void> {
  const admin = new pg.Client({ connectionString: inject('databaseAdminUrl') });
  await admin.connect();
  for (const sql of statements) await admin.query(sql);
  await admin.end();
}

it('a service without its database is alive and not ready, until the database is back', async () => {
  const name = new URL(service.databaseUrl).pathname.slice(1);
  expect([await statusOf('/healthz'), await statusOf('/readyz')]).toEqual([200, 200]);
  await asAdmin(
    `ALTER DATABASE ${name} ALLOW_CONNECTIONS false`,
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`,
  );
  expect([await statusOf('/healthz'), await statusOf('/readyz')]).toEqual([200, 503]);
  await asAdmin(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
  await until(async () => (await statusOf('/readyz')) === 200, { withinMs: 10_000 });
});
