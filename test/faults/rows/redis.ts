import type { RedisServer } from '../redis.ts';
import { pause } from '../time.ts';
import type { Aftermath, PlanOptions, Row, Scene, Step } from './row.ts';
import { during, percentile, readyzBecomes, spread, startedIn, tookMs, TWO_INSTANCES, variant } from './schedule.ts';

// F9 to F16: Redis, which may lose, repeat, freeze or vanish, and costs a delay and nothing else.

/** As the issue has it: 2 s when Redis refuses, 4 s when it hangs; and what a busy machine adds. */
const LAG_REFUSED_MS = 2_500;
const LAG_HANGING_MS = 4_500;
const NOTICED_WITHIN_MS = 3_000;
const HEALED_WITHIN_MS = 5_000;
/** Of the webhooks that were taken before, so many in hundred are taken while Redis is broken. */
const INGEST_PERCENT = 50;
const BEFORE_MS = 1_000;
const SLOW_MS = 1_000;

async function degrades(scene: Scene): Promise<void> {
  const noticedMs = await readyzBecomes(scene, NOTICED_WITHIN_MS, ({ degraded }) => degraded === true);
  if (noticedMs === null) scene.find(`/readyz did not say degraded within ${NOTICED_WITHIN_MS} ms`);
  else scene.note(`degraded after ${noticedMs} ms`);
}

async function heals(scene: Scene): Promise<void> {
  const healedMs = await readyzBecomes(scene, HEALED_WITHIN_MS, ({ degraded }) => degraded === false);
  if (healedMs === null) scene.find(`/readyz still said degraded ${HEALED_WITHIN_MS} ms after the fault`);
}

interface Way {
  readonly what?: string;
  readonly begin: (redis: RedisServer) => unknown;
  readonly end: (redis: RedisServer) => unknown;
}

/** A Redis that is away or hangs, seen as degraded meanwhile and healed afterwards. */
const away = (ms: number, { begin, end }: Way): Step['run'] =>
  async function run(scene) {
    const { redis } = scene.stage;
    await during(ms, {
      begin: () => begin(redis),
      meanwhile: () => degrades(scene),
      end: () => end(redis),
    });
    await heals(scene);
  };

/** Webhooks are taken as before: none refused, none slow, and about as many as ever. */
function ingestGoesOn({ windows, attempts, slow }: Aftermath, find: Scene['find']): void {
  const [first, last] = [windows[0], windows.at(-1)];
  if (!first || !last) return;
  const broken = startedIn(attempts, { from: first.from, to: last.to });
  const before = startedIn(attempts, { from: first.from - BEFORE_MS, to: first.from });
  const refused = broken.filter(({ status }) => status !== 200);
  if (refused.length > 0) find(`${refused.length} of ${broken.length} webhooks were not taken while Redis was broken`);
  const [rate, normalRate] = [broken.length / (last.to - first.from), before.length / BEFORE_MS];
  if (rate * 100 < normalRate * INGEST_PERCENT)
    slow(`webhooks went from ${normalRate.toFixed(3)} to ${rate.toFixed(3)} a millisecond`);
  const p99 = percentile(broken.map(tookMs), 99);
  const normal = percentile(before.map(tookMs), 99);
  // Twice as slow is no more than a busy machine makes of some milliseconds.
  if (p99 > Math.max(2 * normal, SLOW_MS))
    slow(`webhooks took ${p99} ms at the 99th percentile, and ${normal} ms before`);
}

const killed: Row = {
  id: 'F9',
  title: 'Redis killed',
  differs: 'back after 1 / 5 s; 1 / 30 s with --long',
  lagMsMax: LAG_REFUSED_MS,
  plan({ dice, seed, long }) {
    const ms = variant({ seed }, [1_000, long ? 30_000 : 5_000]);
    const step = { what: `kill -9, back after ${ms} ms` };
    const stay = async (scene: Scene): Promise<void> => {
      await scene.stage.redis.kill();
      // It is over before it could be called degraded.
      await pause(ms);
      await scene.stage.redis.start();
      await heals(scene);
    };
    const run = ms < NOTICED_WITHIN_MS ? stay : away(ms, { begin: (it) => it.kill(), end: (it) => it.start() });
    return spread(dice, { count: ms < NOTICED_WITHIN_MS ? 2 : 1, everyMs: 4_000 }, () => ({ ...step, run }));
  },
  expect: ingestGoesOn,
};

const frozen: Row = {
  id: 'F10',
  title: 'Redis frozen',
  differs: 'SIGSTOP, CLIENT PAUSE and DEBUG SLEEP by turns, for 5 s; 10 s with --long',
  lagMsMax: LAG_HANGING_MS,
  plan({ dice, seed, long }) {
    const ms = long ? 10_000 : 5_000;
    const nothing = (): unknown => undefined;
    const way = variant<Way>({ seed }, [
      { what: 'SIGSTOP', begin: (it) => it.freeze(), end: (it) => it.thaw() },
      {
        what: 'CLIENT PAUSE ALL',
        begin: (it) => it.command('CLIENT', 'PAUSE', String(ms), 'ALL'),
        end: nothing,
      },
      {
        what: 'DEBUG SLEEP',
        // Its answer comes when it has slept.
        begin: (it) => void it.command('DEBUG', 'SLEEP', String(ms / 1_000)).catch(nothing),
        end: nothing,
      },
    ]);
    return spread(dice, { count: 1, everyMs: 3_000 }, () => ({
      what: `${way.what ?? ''} for ${ms} ms`,
      run: away(ms, way),
    }));
  },
  expect: ingestGoesOn,
};

const subscriberCut: Row = {
  id: 'F11',
  title: 'subscriber connections cut',
  lagMsMax: LAG_REFUSED_MS,
  differs: 'every 0.8 s rather than every 2 s',
  plan: ({ dice }) =>
    spread(dice, { count: 8, everyMs: 800 }, () => ({
      what: 'CLIENT KILL TYPE pubsub',
      async run({ stage: { redis }, find }) {
        const killedNow = Number(await redis.command('CLIENT', 'KILL', 'TYPE', 'pubsub'));
        if (killedNow === 0) find('there was no subscriber connection to kill');
      },
    })),
  expect: ingestGoesOn,
};

const halfOpen: Row = {
  id: 'F12',
  title: 'Redis half-open',
  differs: 'for 8 s, or 60 s with --long; both links of the server to Redis',
  stage: { proxies: ['redis'] },
  lagMsMax: LAG_HANGING_MS,
  plan: ({ dice, long }) =>
    spread(dice, { count: 1, everyMs: 3_000 }, () => ({
      what: 'black hole before Redis',
      run: (scene) => {
        const proxy = scene.stage.proxy('redis');
        const hole = { begin: () => proxy.set('blackhole'), end: () => proxy.set('pass') };
        return away(long ? 60_000 : 8_000, hole)(scene);
      },
    })),
  expect: ingestGoesOn,
};

const BUFFER_FROZEN_MS = 5_000;

const outputBuffer: Row = {
  id: 'F13',
  title: 'subscriber cut for its output buffer',
  differs: 'of two servers the one that reads is stopped for 5 s, so that its buffer at Redis grows past 1 MiB',
  stage: { instances: 2 },
  load: { ...TWO_INSTANCES, textCharacters: 4_000, users: 20 },
  // A text of three bytes a character, twice in each event: four seconds of it are more than the kernel holds back.
  catchUpMs: 10_000,
  plan: ({ dice }) =>
    spread(dice, { count: 1, everyMs: 3_000 }, () => ({
      what: 'client-output-buffer-limit 1 MiB, reader stopped',
      async run({ stage: { redis, instances }, find }) {
        await redis.command('CONFIG', 'SET', 'client-output-buffer-limit', 'pubsub 1mb 1mb 1');
        const before = await subscribersOf(redis);
        const second = instances[1];
        await during(BUFFER_FROZEN_MS, {
          begin: () => second?.freeze(),
          end: async () => {
            const left = await subscribersOf(redis);
            if (before.every((id) => left.includes(id))) find('Redis has cut no subscriber');
            second?.thaw();
          },
        });
      },
    })),
};

async function subscribersOf(redis: RedisServer): Promise<readonly string[]> {
  const list = String(await redis.command('CLIENT', 'LIST', 'TYPE', 'pubsub'));
  return [...list.matchAll(/^id=(\d+)/gm)].map(([, id]) => id ?? '');
}

const configured = (steps: readonly (readonly string[])[]) =>
  async function run({ stage: { redis } }: Scene): Promise<void> {
    for (const words of steps) await redis.command(...words);
  };

const emptied: Row = {
  id: 'F14',
  title: 'Redis emptied',
  lagMsMax: LAG_REFUSED_MS,
  plan: ({ dice }) =>
    spread(dice, { count: 4, everyMs: 1_500 }, () => ({ what: 'FLUSHALL', run: configured([['FLUSHALL']]) })),
  expect: ingestGoesOn,
};

const full: Row = {
  id: 'F15',
  title: 'Redis full',
  lagMsMax: LAG_REFUSED_MS,
  plan: ({ dice }: PlanOptions) =>
    spread(dice, { count: 1, everyMs: 2_000 }, () => ({
      what: 'maxmemory 1mb, noeviction',
      run: (scene) =>
        during(5_000, {
          begin: () =>
            configured([
              ['CONFIG', 'SET', 'maxmemory-policy', 'noeviction'],
              ['CONFIG', 'SET', 'maxmemory', '1mb'],
            ])(scene),
          end: () => configured([['CONFIG', 'SET', 'maxmemory', '0']])(scene),
        }),
    })),
  expect: ingestGoesOn,
};

const neverUp: Row = {
  id: 'F16',
  title: 'Redis not up at the start',
  stage: { redisAtStart: false },
  lagMsMax: LAG_REFUSED_MS,
  plan: ({ dice }) => [
    {
      atMs: 0,
      what: 'no Redis',
      async run(scene) {
        const { status, degraded } = await scene.stage.first.probe();
        if (status !== 200 || degraded !== true)
          scene.find(`without Redis /readyz said ${status}, degraded ${String(degraded)}`);
        await pause(dice.int(3_000, 6_000));
        await scene.stage.redis.start();
        await heals(scene);
      },
    },
  ],
};

export const redisRows: readonly Row[] = [
  ...[killed, frozen, subscriberCut, halfOpen, outputBuffer, emptied, full, neverUp],
];
