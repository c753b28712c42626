import { whyNoMemoryFolder } from '../memory-folder.ts';
import type { Aftermath, Row, Scene } from './row.ts';
import { during, readyzBecomes, spread, startedIn, tookMs, variant } from './schedule.ts';

// F17 to F22: PostgreSQL away, hanging or full. What was answered 2xx is in the log, and the rest is refused in time.

/** Where sender and apps come back to a database that was away. */
const CATCH_UP_MS = 10_000;
/** A transaction is given up after 8 s, which is below the 15 s after which a sender gives up. */
const ANSWERED_WITHIN_MS = 11_000;
const RECOVERY_MS = 10_000;

/** While the database is broken webhooks are answered, with 503 and when to come back, and in time. */
function refusedInTime({ windows, attempts }: Aftermath, find: Scene['find']): void {
  for (const window of windows) {
    const tried = startedIn(attempts, window);
    const refused = tried.filter(({ status }) => status !== 200);
    const silent = refused.filter(({ status }) => status === 0).length;
    const other = refused.filter(({ status, hasRetryAfter }) => status !== 0 && (status !== 503 || !hasRetryAfter));
    if (silent > 0) find(`${silent} webhooks were not answered during ${window.what}`);
    if (other.length > 0)
      find(`${other.length} webhooks were answered with ${String(other[0]?.status)}, not 503 with Retry-After`);
    const longest = Math.max(0, ...tried.map(tookMs));
    if (longest > ANSWERED_WITHIN_MS) find(`a webhook was answered after ${longest} ms during ${window.what}`);
  }
}

/** And some were, or the fault was none. */
function refusedSome(aftermath: Aftermath, find: Scene['find']): void {
  refusedInTime(aftermath, find);
  for (const window of aftermath.windows) {
    const refused = startedIn(aftermath.attempts, window).filter(({ status }) => status === 503);
    if (refused.length === 0) find(`no webhook was refused during ${window.what}`);
  }
}

async function recovers(scene: Scene): Promise<void> {
  const tookUntilReady = await readyzBecomes(scene, RECOVERY_MS, ({ status }) => status === 200);
  if (tookUntilReady === null) scene.find(`/readyz was not ready ${RECOVERY_MS} ms after the fault`);
}

const killed: Row = {
  id: 'F17',
  title: 'PostgreSQL killed',
  differs: 'the postmaster, or every process at once, away for 3 s; 5 s with --long',
  catchUpMs: CATCH_UP_MS,
  plan({ dice, seed, long }) {
    const ms = long ? 5_000 : 3_000;
    const which = variant({ seed }, ['postmaster', 'all'] as const);
    return spread(dice, { count: 1, everyMs: 3_000 }, () => ({
      what: `kill -9 of ${which === 'all' ? 'every process' : 'the postmaster'}, back after ${ms} ms`,
      async run(scene) {
        const { postgres } = scene.stage;
        await during(ms, { begin: () => postgres.kill(which), end: () => postgres.start() });
        await recovers(scene);
      },
    }));
  },
  expect: refusedSome,
};

const TERMINATE_ONE = `SELECT pg_terminate_backend(pid) AS done FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
  ORDER BY state = 'active' OR state LIKE 'idle in%' DESC, random() LIMIT 1`;

const terminated: Row = {
  id: 'F18',
  title: 'database sessions ended',
  catchUpMs: CATCH_UP_MS,
  plan: ({ dice }) =>
    spread(dice, { count: 25, everyMs: 200 }, () => ({
      what: 'pg_terminate_backend',
      async run({ stage: { postgres, database } }) {
        await postgres.query(TERMINATE_ONE, { database });
      },
    })),
  expect: refusedInTime,
};

const frozen: Row = {
  id: 'F19',
  title: 'PostgreSQL frozen',
  differs: 'for 4 / 10 s by turns; 10 s with --long',
  catchUpMs: CATCH_UP_MS,
  plan({ dice, seed, long }) {
    const ms = long ? 10_000 : variant({ seed }, [4_000, 10_000]);
    return spread(dice, { count: 1, everyMs: 2_000 }, () => ({
      what: `SIGSTOP of every process for ${ms} ms`,
      async run(scene) {
        const { postgres } = scene.stage;
        await during(ms, { begin: () => postgres.freeze(), end: () => postgres.thaw() });
        await recovers(scene);
      },
    }));
  },
  expect: refusedInTime,
};

const COMMITTED = Buffer.from('COMMIT\0');

const answerLost: Row = {
  id: 'F20',
  title: 'the answer to COMMIT lost',
  stage: { proxies: ['postgres'] },
  plan: ({ dice }) =>
    spread(dice, { count: 6, everyMs: 1_200 }, () => ({ what: 'cut at the answer to COMMIT', run: loseAnswer })),
  expect: refusedInTime,
};

const MEET_LIMIT_MS = 5_000;

/** The next transaction that writes events is committed, and its connection is cut instead of saying so. */
async function loseAnswer({ stage, find }: Scene): Promise<void> {
  const proxy = stage.proxy('postgres');
  const writing = new WeakSet<object>();
  let met = (_: boolean): void => undefined;
  const cut = new Promise<boolean>((resolve) => (met = resolve));
  proxy.tap({
    toTarget(chunk, line) {
      if (chunk.includes('INSERT INTO stream_events')) writing.add(line);
    },
    fromTarget(chunk, line) {
      if (!writing.has(line) || !chunk.includes(COMMITTED)) return 'pass';
      proxy.tap(null);
      met(true);
      return 'cut';
    },
  });
  const limit = setLimit(MEET_LIMIT_MS, () => met(false));
  if (!(await cut)) find(`no COMMIT was answered within ${MEET_LIMIT_MS} ms`);
  limit.abort();
  proxy.tap(null);
}

function setLimit(ms: number, act: () => void): AbortController {
  const over = new AbortController();
  const timer = AbortSignal.timeout(ms);
  timer.addEventListener('abort', () => over.signal.aborted || act(), { once: true });
  return over;
}

const LOCKED_MS = 7_000;
/** lock_timeout, the tries in halves for 4 s, what waited before it, and a busy machine. */
const PILE_UP_MS = 6_500;

const locked: Row = {
  id: 'F21',
  title: 'tables locked',
  differs: 'for 7 s',
  catchUpMs: CATCH_UP_MS,
  plan({ dice, seed }) {
    const table = variant({ seed }, ['stream_heads', 'orders', 'stream_events', 'webhook_inbox']);
    return spread(dice, { count: 1, everyMs: 3_000 }, () => ({
      what: `LOCK TABLE ${table} for ${LOCKED_MS} ms`,
      async run({ stage: { postgres, database } }) {
        const session = await postgres.session(database);
        await during(LOCKED_MS, {
          begin: () => session.query(`BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`),
          end: () => session.query('ROLLBACK').then(() => session.end()),
        });
      },
    }));
  },
  expect(aftermath, find) {
    refusedSome(aftermath, find);
    for (const window of aftermath.windows) {
      const longest = Math.max(0, ...startedIn(aftermath.attempts, window).map(tookMs));
      if (longest > PILE_UP_MS) find(`a webhook waited ${longest} ms while a table was locked`);
    }
  },
};

const CONNECTIONS_MAX = 20;
const EXHAUSTED_MS = 4_000;
const END_THE_SERVICE = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> ALL($1::int[]) AND backend_type = 'client backend'`;

const exhausted: Row = {
  id: 'F22',
  title: 'connections used up',
  differs: 'for 4 s; the service’s own sessions are ended, and idle ones take their places',
  catchUpMs: CATCH_UP_MS,
  plan: ({ dice }) =>
    spread(dice, { count: 1, everyMs: 2_000 }, () => ({
      what: `max_connections=${CONNECTIONS_MAX}, all of them taken`,
      async run(scene) {
        const { postgres } = scene.stage;
        await postgres.restart({ max_connections: String(CONNECTIONS_MAX) });
        const taken: Taken = [];
        await during(EXHAUSTED_MS, {
          begin: () => takeAll(scene, taken),
          meanwhile: () => turnsRed(scene),
          end: () => Promise.all(taken.map((session) => session.end())),
        });
        await recovers(scene);
      },
    })),
  expect: refusedInTime,
};

type Taken = Awaited<ReturnType<Scene['stage']['postgres']['session']>>[];

/** Idle sessions in every place: those that the service lets go of, and those that are taken from it. */
async function takeAll({ stage: { postgres, database } }: Scene, taken: Taken): Promise<void> {
  for (let tries = 0; taken.length < CONNECTIONS_MAX && tries < 20 * CONNECTIONS_MAX; tries++) {
    const session = await postgres.session(database).catch(() => null);
    if (session) {
      taken.push(session);
      continue;
    }
    const pids = taken.map((held) => (held as unknown as { readonly processID: number }).processID);
    await taken[0]?.query(END_THE_SERVICE, [pids]);
  }
}

async function turnsRed(scene: Scene): Promise<void> {
  if ((await readyzBecomes(scene, EXHAUSTED_MS, ({ status }) => status !== 200)) === null)
    scene.find('/readyz stayed ready without a connection to the database');
}

const FULL_MS = 4_000;

const diskFull: Row = {
  id: 'F23',
  title: 'disk full for the write-ahead log',
  differs:
    'the log lies in a memory folder of 96 MiB that is filled for 4 s; PostgreSQL is started again where it gave up',
  stage: { smallLog: true },
  catchUpMs: CATCH_UP_MS,
  plan: ({ dice }) =>
    spread(dice, { count: 1, everyMs: 2_000 }, () => ({
      what: 'no room for the write-ahead log',
      async run(scene) {
        const { postgres, walFolder } = scene.stage;
        await during(FULL_MS, { begin: () => walFolder?.fill(), end: () => walFolder?.empty() });
        if (!postgres.isUp()) {
          scene.note('PostgreSQL gave up and was started again');
          await postgres.start();
        }
        await recovers(scene);
      },
    })),
  unfit: whyNoMemoryFolder,
  expect: refusedSome,
};

export const postgresRows: readonly Row[] = [...[killed, terminated, frozen, answerLost, locked, exhausted, diskFull]];
