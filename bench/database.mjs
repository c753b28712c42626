// The benchmark's own look at the database: a scratch one to work in, and how many transactions wrote the events.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { onClose } from './children.mjs';

/** A database of our own on this server, dropped at the end. */
export async function createDatabase(serverUrl) {
  const name = `fillstream_bench_${randomUUID().slice(0, 8)}`;
  await query(serverUrl, `CREATE DATABASE ${name}`);
  onClose(() => query(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`));
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** Events in the log, and the transactions that wrote them: each row knows its own. */
export async function countEvents(databaseUrl) {
  if (databaseUrl === null) return null;
  const [row] = await query(
    databaseUrl,
    'SELECT count(*)::int AS events, count(DISTINCT xmin::text)::int AS transactions FROM stream_events',
  );
  return row;
}

async function query(connectionString, sql) {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
