import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { openEmbeddedPostgres } from '../../src/db/embedded.ts';
import { migrateDeploy } from '../../src/db/migrate.ts';
import { openRedisServer } from './redis-server.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A PostgreSQL superuser's URL, for making databases. */
    databaseAdminUrl: string;
    /** The database that `cloneDatabase` copies. */
    templateName: string;
    redisUrl: string;
  }
}

interface Service {
  url: string;
  stop: () => Promise<void>;
}

/** Starts PostgreSQL and Redis once for all test files, unless DATABASE_URL and REDIS_URL name running ones. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const opened: (() => Promise<void>)[] = [];
  const teardown = async (): Promise<void> => {
    for (const close of opened.reverse()) await close();
  };
  try {
    const postgres = await openPostgres(process.env['DATABASE_URL']);
    opened.push(postgres.stop);
    const templateName = `fillstream_template_${randomUUID().slice(0, 8)}`;
    opened.push(() => dropDatabases(postgres.url, templateName));
    await makeTemplate(postgres.url, templateName);
    const redis = await openRedis(process.env['REDIS_URL']);
    opened.push(redis.stop);
    project.provide('databaseAdminUrl', postgres.url);
    project.provide('templateName', templateName);
    project.provide('redisUrl', redis.url);
    return teardown;
  } catch (error) {
    await teardown();
    throw error;
  }
}

async function openPostgres(given: string | undefined): Promise<Service> {
  if (given) return { url: given, stop: () => Promise.resolve() };
  const dir = await mkdtemp(path.join(tmpdir(), 'fillstream-postgres-'));
  const { url, stop } = await openEmbeddedPostgres({ dir, fast: true });
  return { url, stop: () => stop().then(() => rm(dir, { recursive: true, force: true })) };
}

async function openRedis(given: string | undefined): Promise<Service> {
  return given ? { url: given, stop: () => Promise.resolve() } : await openRedisServer();
}

async function makeTemplate(adminUrl: string, name: string): Promise<void> {
  await query(adminUrl, `CREATE DATABASE ${name}`);
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  await migrateDeploy(url.href, path.resolve(import.meta.dirname, '../../prisma/migrations'));
}

/** The template and whatever the tests left of its copies. */
async function dropDatabases(adminUrl: string, templateName: string): Promise<void> {
  const found = await query(adminUrl, `SELECT datname FROM pg_database WHERE datname LIKE '${templateName}%'`);
  for (const { datname } of found as { datname: string }[])
    await query(adminUrl, `DROP DATABASE ${datname} WITH (FORCE)`);
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return rows;
  } finally {
    await client.end();
  }
}
