import { pause } from '../time.ts';
import type { Row, Scene } from './row.ts';
import { during, spread, TWO_INSTANCES, variant } from './schedule.ts';

// F24 and F25: transactions that meet.

/** Of hundred statements that write events, so many fail as if they had met another transaction. */
const CONFLICT_TRIGGER = (percent: number): string => `
  CREATE FUNCTION conflict() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE draw float := random() * 100;
  BEGIN
    IF draw < ${percent / 2} THEN RAISE EXCEPTION 'a made conflict' USING ERRCODE = '40001'; END IF;
    IF draw < ${percent} THEN RAISE EXCEPTION 'a made deadlock' USING ERRCODE = '40P01'; END IF;
    RETURN NULL;
  END $$;
  CREATE TRIGGER conflict AFTER INSERT ON stream_events FOR EACH STATEMENT EXECUTE FUNCTION conflict();`;
const CONFLICTS_PERCENT = 30;
const CONFLICTS_MS = 6_000;
const WRITERS = 2;
const DEADLOCKS = 'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()';

const conflicts: Row = {
  id: 'F24',
  title: 'deadlocks and serialization failures',
  differs: 'two writers that lock heads and orders the wrong way round, and a trigger that fails 30 of 100 statements',
  catchUpMs: 10_000,
  plan: ({ dice }) =>
    spread(dice, { count: 1, everyMs: 2_000 }, () => ({
      what: 'two writers and a trigger',
      async run(scene) {
        const { postgres, database } = scene.stage;
        const stopping = new AbortController();
        const writers = Array.from({ length: WRITERS }, (_, n) => lockBackwards(scene, n, stopping.signal));
        await during(CONFLICTS_MS, {
          begin: () => postgres.query(CONFLICT_TRIGGER(CONFLICTS_PERCENT), { database }),
          end: async () => {
            await postgres.query('DROP TRIGGER conflict ON stream_events', { database });
            stopping.abort();
            await Promise.all(writers);
          },
        });
        const [row] = await postgres.query<{ deadlocks: string }>(DEADLOCKS, { database });
        const deadlocks = Number(row?.deadlocks ?? 0);
        scene.note(`${deadlocks} deadlocks`);
        if (deadlocks === 0) scene.find('there was no deadlock');
      },
    })),
};

/** A head first and then an order of its user, while the service locks them in the other order; two heads, downwards. */
async function lockBackwards({ stage, dice }: Scene, n: number, signal: AbortSignal): Promise<void> {
  const session = await stage.postgres.session(stage.database);
  const draws = dice.of(`writer ${n}`);
  while (!signal.aborted) {
    const [a, b] = [`user-${draws.int(1, 3)}`, `user-${draws.int(21, 23)}`];
    const first = n % 2 === 0 ? b : a;
    const second = n % 2 === 0 ? a : b;
    try {
      await session.query('BEGIN');
      await session.query('SELECT 1 FROM stream_heads WHERE user_id = $1 FOR UPDATE', [first]);
      await pause(draws.int(5, 40));
      await session.query('SELECT 1 FROM stream_heads WHERE user_id = $1 FOR UPDATE', [second]);
      await session.query('SELECT 1 FROM orders WHERE user_id = $1 AND open LIMIT 3 FOR UPDATE', [second]);
      await session.query('COMMIT');
    } catch {
      await session.query('ROLLBACK').catch(() => undefined);
    }
    await pause(draws.int(20, 60));
  }
  await session.end();
}

const HELD_MS = 5_000;

const heldOpen: Row = {
  id: 'F25',
  title: 'a long transaction that holds an earlier offset',
  differs: 'one of two servers is stopped before its COMMIT for 5 s, then goes on or is killed, by turns',
  stage: { instances: 2, preload: true },
  load: TWO_INSTANCES,
  catchUpMs: 10_000,
  plan({ dice, seed }) {
    const isKilled = variant({ seed }, [false, true]);
    return spread(dice, { count: 1, everyMs: 2_000 }, () => ({
      what: `stopped before COMMIT for ${HELD_MS} ms, then ${isKilled ? 'killed' : 'on'}`,
      async run({ stage: { instances, postgres, database }, find }) {
        const second = instances[1];
        if (!second) return;
        second.freeze('stop-before-commit');
        const [row] = await untilHeld(() => postgres.query<{ held: string }>(HELD, { database }));
        if (Number(row?.held ?? 0) === 0) find('no transaction was stopped before its COMMIT');
        await pause(HELD_MS);
        if (isKilled) await second.kill('SIGKILL');
        second.thaw();
        await second.ready();
      },
    }));
  },
};

const HELD = `SELECT count(*) AS held FROM pg_stat_activity
  WHERE datname = current_database() AND state = 'idle in transaction' AND query LIKE '%INSERT INTO %'
    AND state_change < clock_timestamp() - interval '400 ms'`;
const HELD_LIMIT_MS = 5_000;

async function untilHeld<T extends readonly { readonly held: string }[]>(ask: () => Promise<T>): Promise<T> {
  const from = performance.now();
  for (;;) {
    const answer = await ask();
    if (answer[0]?.held !== '0' || performance.now() - from > HELD_LIMIT_MS) return answer;
    await pause(50);
  }
}

export const transactionRows: readonly Row[] = [conflicts, heldOpen];
