import { ask } from './ask.ts';
import { openInstance } from './instance.ts';
import { SECRETS } from './keys.ts';
import type { Postgres } from './postgres.ts';
import { PATH, temporaryFolder } from './processes.ts';

/** Users with an account of the same name at each venue; a row uses the first so many of them. */
export const USERS_MAX = 64;
export const userOf = (index: number): string => `user-${index + 1}`;
/** Infinity for one who is no such user. */
export const numberOf = (user: string): number => Number(/^user-(\d+)$/.exec(user)?.[1] ?? Number.POSITIVE_INFINITY);
/** They have apps and accounts and nothing is reported of them: whatever they are shown is somebody else’s. */
export const CANARIES = ['canary-1', 'canary-2'];

const TEMPLATE = 'template_of_runs';
const LINK = `mutation Link($venue: String!, $user: ID!, $account: String!) {
  linkVenueAccount(venue: $venue, account: $account, userId: $user) { userId }
}`;

/** What every server process of the harness is told. */
export const serviceEnvironment = (databaseUrl: string, log: string): Record<string, string> => ({
  PATH,
  HOST: '127.0.0.1',
  DATABASE_URL: databaseUrl,
  DATA_DIR: temporaryFolder('data'),
  DEMO: '0',
  LOG_LEVEL: log,
  DRAIN_SECONDS: '4',
  // What is judged is the log of orders; the router has kills and faults of its own (test/notifications).
  NOTIFICATIONS: '0',
  ...SECRETS,
});

/** Makes, by the service itself, the database that each run gets a copy of: migrated, and with every account linked. */
export async function makeTemplate(postgres: Postgres, log: string): Promise<void> {
  await postgres.query(`CREATE DATABASE ${TEMPLATE}`);
  const env = serviceEnvironment(postgres.urlOf(TEMPLATE), 'error');
  const service = await openInstance({ name: 'template', env, log, preload: false });
  try {
    service.start();
    await service.ready();
    const users = [...Array.from({ length: USERS_MAX }, (_, index) => userOf(index)), ...CANARIES];
    for (const user of users) await link(service.port, user);
  } finally {
    await service.stop();
  }
}

async function link(port: number, user: string): Promise<void> {
  const operator = { url: `http://127.0.0.1:${port}`, user: 'operator', scope: 'admin' };
  for (const venue of ['standard', 'paper']) await ask(operator, LINK, { venue, user, account: user });
}

export async function cloneDatabase(postgres: Postgres, name: string): Promise<void> {
  await dropDatabase(postgres, TEMPLATE, { connectionsOnly: true });
  await postgres.query(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`);
}

export async function dropDatabase(postgres: Postgres, name: string, { connectionsOnly = false } = {}): Promise<void> {
  if (connectionsOnly)
    await postgres.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', {
      values: [name],
    });
  else await postgres.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
}
