import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';

export interface TestDatabase {
  url: string;
  /** Ends the database's sessions and removes it. */
  drop: () => Promise<void>;
}

/** Makes a database with all migrations applied and no rows, in about 30 ms. */
export async function cloneDatabase(): Promise<TestDatabase> {
  return await copyDatabase(inject('templateName'));
}

/** Makes a database with nothing in it. */
export async function emptyDatabase(): Promise<TestDatabase> {
  return await copyDatabase('template0');
}

async function copyDatabase(template: string): Promise<TestDatabase> {
  const name = `${inject('templateName')}_${randomUUID().slice(0, 8)}`;
  await asAdmin(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  const url = new URL(inject('databaseAdminUrl'));
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => asAdmin(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

async function asAdmin(sql: string): Promise<void> {
  const admin = new pg.Client({ connectionString: inject('databaseAdminUrl') });
  await admin.connect();
  await admin.query(sql).finally(() => admin.end());
}
