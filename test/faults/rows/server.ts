import type { Order } from '../instance.ts';
import { pause } from '../time.ts';
import type { Row, Scene, Step } from './row.ts';
import { during, FIRST_MS, readyzBecomes, spread, TWO_INSTANCES, variant } from './schedule.ts';

// F1 to F8: what happens to a server process.

const MEET_LIMIT_MS = 5_000;

/** Arms a point in the process, waits until a transaction of the load has met it, and until the process is back. */
const dieAt =
  (arm: NonNullable<Order['arm']>) =>
  async ({ stage: { first }, find }: Scene): Promise<void> => {
    const dead = first.expectDeath();
    first.tell({ arm });
    const met = await Promise.race([dead.then(() => true), pause(MEET_LIMIT_MS).then(() => false)]);
    if (!met) find(`no transaction came to ${arm} within ${MEET_LIMIT_MS} ms`);
    await first.ready();
  };

const killedAt = (id: string, arm: NonNullable<Order['arm']>, title: string): Row => ({
  ...{ id, title, stage: { preload: true }, reconnectsPercent: 80 },
  plan: ({ dice }) => spread(dice, { count: 3, everyMs: 3_500 }, () => ({ what: `kill ${arm}`, run: dieAt(arm) })),
});

const killed: Row = {
  id: 'F1',
  title: 'server killed',
  differs: 'away for 0 / 2 / 5 s; 0 / 8 / 60 s with --long',
  reconnectsPercent: 80,
  plan({ dice, long, seed }) {
    const awayMs = variant({ seed }, long ? [0, 8_000, 60_000] : [0, 2_000, 5_000]);
    const run = async ({ stage: { first } }: Scene): Promise<void> => {
      await first.kill('SIGKILL', { awayMs });
      await pause(awayMs);
      await first.ready();
    };
    return spread(dice, { count: awayMs > 2_000 ? 1 : 2, everyMs: 5_000 }, () => ({ what: 'kill -9', run }));
  },
};

const frozen: Row = {
  id: 'F5',
  title: 'server frozen',
  differs: 'for 3 / 6 s; 5 / 30 s with --long',
  plan({ dice, long, seed }) {
    const ms = variant({ seed }, long ? [5_000, 30_000] : [3_000, 6_000]);
    return spread(dice, { count: 1, everyMs: 3_000 }, () => ({
      what: `SIGSTOP for ${ms} ms`,
      run: ({ stage: { first } }) => during(ms, { begin: () => first.freeze(), end: () => first.thaw() }),
    }));
  },
};

const EXIT_LIMIT_MS = 10_000;
/** A request that was sent a moment before the signal may still be on its way to a connection that is being closed. */
const ON_ITS_WAY_MS = 100;

async function terminate(scene: Scene, index: number): Promise<void> {
  const instance = scene.stage.instances[index];
  if (!instance) return;
  const { code, tookMs } = await instance.kill('SIGTERM');
  if (code !== 0) scene.find(`${instance.name} ended with ${String(code)} after SIGTERM`);
  if (tookMs > EXIT_LIMIT_MS) scene.find(`${instance.name} took ${tookMs} ms to end after SIGTERM`);
  scene.note(`exit after ${tookMs} ms`);
  await instance.ready();
}

const stopped: Row = {
  id: 'F6',
  title: 'graceful stop',
  reconnectsPercent: 80,
  plan: ({ dice }) =>
    spread(dice, { count: 2, everyMs: 5_000 }, () => ({ what: 'SIGTERM', run: (scene) => terminate(scene, 0) })),
  expect({ windows, attempts }, find) {
    for (const { from } of windows) {
      const inFlight = attempts.filter((each) => each.startedAt < from - ON_ITS_WAY_MS && each.endedAt >= from);
      const failed = inFlight.filter(({ status }) => status === 0 || status >= 500);
      const [first] = failed;
      if (!first) continue;
      const when = `the first one sent ${from - first.startedAt} ms before and ended by ${first.status} ${first.endedAt - from} ms after`;
      find(`${failed.length} of ${inFlight.length} webhooks in flight failed at SIGTERM, ${when}`);
    }
  },
};

const FIVES_PER_THOUSAND_MAX = 1;

const rolling: Row = {
  id: 'F7',
  title: 'rolling restart of two instances',
  stage: { instances: 2 },
  load: TWO_INSTANCES,
  reconnectsPercent: 30,
  plan({ dice }) {
    const one = (index: number, atMs: number): Step => ({
      ...{ atMs, what: `SIGTERM to server ${index + 1}` },
      run: (scene) => terminate(scene, index),
    });
    const from = FIRST_MS + dice.int(0, 500);
    return [one(0, from), one(1, from + 500), one(0, from + 4_000), one(1, from + 4_500)];
  },
  expect({ attempts }, find) {
    const refused = attempts.filter(({ status }) => status >= 500);
    const unexplained = refused.filter(({ status, hasRetryAfter }) => status !== 503 || !hasRetryAfter);
    if (refused.length * 1_000 > attempts.length * FIVES_PER_THOUSAND_MAX)
      find(`${refused.length} of ${attempts.length} webhooks were answered with 5xx`);
    if (unexplained.length > 0) find(`${unexplained.length} webhooks were answered with 5xx and no Retry-After`);
  },
};

const BUSY_MS = 3_000;
const RECOVERY_MS = 3_000;

const blocked: Row = {
  id: 'F8',
  title: 'event loop blocked',
  stage: { preload: true },
  plan: ({ dice }) =>
    spread(dice, { count: 2, everyMs: 5_000 }, () => ({
      what: `busy for ${BUSY_MS} ms`,
      async run(scene) {
        scene.stage.first.tell({ busyMs: BUSY_MS });
        await pause(100);
        const { status } = await scene.stage.first.probe();
        if (status !== 0) scene.find('/readyz answered while the event loop was blocked');
        const recovered = await readyzBecomes(scene, BUSY_MS + RECOVERY_MS, (probe) => probe.status === 200);
        if (recovered === null) scene.find('/readyz did not recover after the event loop was blocked');
      },
    })),
};

export const serverRows: readonly Row[] = [
  killed,
  killedAt('F2', 'after-commit', 'server killed between commit and publish'),
  killedAt('F3', 'before-commit', 'server killed between receipt and commit'),
  killedAt('F4', 'before-answer', 'server killed after commit, before the 2xx'),
  frozen,
  stopped,
  rolling,
  blocked,
];
