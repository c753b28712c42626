import { pause } from '../time.ts';
import { seenBy } from '../clients.ts';
import type { Aftermath, Row } from './row.ts';
import { during, percentile, spread } from './schedule.ts';

// F26 to F30: readers that are slow, cut off, half-open or far away.

/** A socket is given up when its reader has taken nothing for ten seconds; before that the kernel’s buffers fill. */
const SLOW_MS = 17_000;
const GROWTH_MIB_MAX = 150;
const FIRST_SLOW_APP = 2;
const SAMPLE_MS = 200;

const slow: Row = {
  id: 'F26',
  title: 'readers that stop reading',
  differs: 'four of six apps of two users, at 80 events of 24 KB a second; memory at 5,000 a second is the benchmark’s',
  load: { users: 2, appsPerUser: 6, rate: 80, seconds: 19, textCharacters: 4_000, socketsOnly: true, kitApps: 3 },
  apps: { special: (_, index) => (index >= FIRST_SLOW_APP ? {} : null) },
  catchUpMs: 10_000,
  plan: ({ dice }) =>
    spread(dice, { count: 1, everyMs: 1_500 }, () => ({
      what: `readers stopped for ${SLOW_MS} ms`,
      async run({ stage: { first }, apps, find, note }) {
        const stopped = apps.all.filter(({ isSpecial }) => isSpecial);
        const before = first.residentMiB();
        let most = before;
        await during(SLOW_MS, {
          begin: () => stopped.forEach((app) => app.pause()),
          async meanwhile() {
            for (let ms = 0; ms < SLOW_MS; ms += SAMPLE_MS) {
              await pause(SAMPLE_MS);
              most = Math.max(most, first.residentMiB());
            }
          },
          end: () => stopped.forEach((app) => app.resume()),
        });
        note(`the server grew by ${most - before} MiB`);
        if (most - before > GROWTH_MIB_MAX) find(`the server grew by ${most - before} MiB`);
      },
    })),
  expect(aftermath, find) {
    const closes = aftermath.clients
      .filter(({ isSpecial }) => isSpecial)
      .flatMap(({ sessions }) => sessions.map(({ ended }) => ended));
    if (!closes.includes('close 1013')) find('no reader that had stopped was closed with 1013');
    othersFeelNothing(aftermath);
  },
};

const LAG_FACTOR_MAX = 1.2;
/** Some milliseconds more are no more than a busy machine makes of them. */
const LAG_MS_FREE = 300;

function othersFeelNothing({ windows, clients, log, slow }: Aftermath): void {
  const [window] = windows;
  if (!window) return;
  const committedAt = new Map(log.map((event) => [event.eventId, event.committedAt]));
  const lags = (from: number, to: number): readonly number[] =>
    clients
      .filter(({ isSpecial }) => !isSpecial)
      .flatMap(seenBy)
      .filter(({ at }) => at >= from && at < to)
      .map(({ at, eventId }) => at - (committedAt.get(eventId) ?? at));
  const before = percentile(lags(0, window.from), 99);
  const meanwhile = percentile(lags(window.from, window.to), 99);
  if (meanwhile > before * LAG_FACTOR_MAX + LAG_MS_FREE)
    slow(`other readers waited ${meanwhile} ms at the 99th percentile, and ${before} ms before`);
}

const flapping: Row = {
  id: 'F27',
  title: 'client links that flap',
  stage: { proxies: ['clients'] },
  reconnectsPercent: 60,
  plan: ({ dice }) =>
    spread(dice, { count: 7, everyMs: 1_000 }, () => ({
      what: 'every client link cut',
      run: ({ stage }) => void stage.proxy('clients').cut(),
    })),
};

const halfOpen: Row = {
  id: 'F28',
  title: 'client links half-open',
  differs: 'for 8 s, or 60 s with --long; the recording clients notice after 4 to 16 s of silence',
  stage: { proxies: ['clients'] },
  reconnectsPercent: 80,
  catchUpMs: 20_000,
  plan: ({ dice, long }) =>
    spread(dice, { count: 1, everyMs: 2_000 }, () => ({
      what: 'black hole before the clients',
      run: ({ stage }) =>
        during(long ? 60_000 : 8_000, {
          begin: () => stage.proxy('clients').set('blackhole'),
          end: () => stage.proxy('clients').set('pass'),
        }),
    })),
};

const STORM_BACK_MS = 30_000;
/** A resume that was read by itself would cost two reads, of its head and of its history. */
const READS_PER_SOCKET_MAX = 1;
const COMMITS = 'SELECT xact_commit::int AS commits FROM pg_stat_database WHERE datname = current_database()';

const storm: Row = {
  id: 'F29',
  title: 'reconnect storm of 2,000 sockets',
  stage: { proxies: ['clients'] },
  load: { users: 40, appsPerUser: 50, rate: 20, seconds: 10, socketsOnly: true },
  reconnectsPercent: 95,
  catchUpMs: STORM_BACK_MS,
  plan: ({ dice }) =>
    spread(dice, { count: 1, everyMs: 3_000 }, () => ({
      what: 'every client link cut',
      async run({ stage, apps, find, note }) {
        const commits = async (): Promise<number> => {
          const options = { database: stage.database };
          return (await stage.postgres.query<{ commits: number }>(COMMITS, options))[0]?.commits ?? 0;
        };
        const before = await commits();
        const cut = stage.proxy('clients').cut();
        const from = performance.now();
        await pause(SAMPLE_MS);
        const away = (): number => apps.all.filter((app) => !app.isOpen()).length;
        while (away() > 0 && performance.now() - from < STORM_BACK_MS) await pause(SAMPLE_MS);
        if (away() > 0) find(`${away()} of ${cut} sockets were not back after ${STORM_BACK_MS} ms`);
        const transactions = (await commits()) - before;
        note(`${cut} sockets back after ${Math.round(performance.now() - from)} ms, ${transactions} transactions`);
        if (transactions > cut * READS_PER_SOCKET_MAX) find(`${cut} resumes cost ${transactions} transactions`);
      },
    })),
};

const FAR_MS = 6_000;

const far: Row = {
  id: 'F30',
  title: 'client links delayed by 500 ms, more or less',
  stage: { proxies: ['clients'] },
  plan: ({ dice }) =>
    spread(dice, { count: 1, everyMs: 2_000 }, () => ({
      what: `delay of 500 ± 400 ms for ${FAR_MS} ms`,
      run: ({ stage }) =>
        during(FAR_MS, {
          begin: () => stage.proxy('clients').set({ delayMs: 500, jitterMs: 400 }),
          end: () => stage.proxy('clients').set('pass'),
        }),
    })),
};

export const clientRows: readonly Row[] = [slow, flapping, halfOpen, storm, far];
