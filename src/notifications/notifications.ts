import type { Db } from '../db/client.ts';
import type { Deps } from '../deps.ts';
import type { UserId } from '../kernel/brand.ts';
import type { Bus } from '../stream/bus.ts';
import { openConsumer } from '../stream/consumer.ts';
import { openInApp } from './in-app.ts';
import type { NotificationParts } from './parts.ts';
import { forgetterOf } from './forget-old.ts';
import { releaseDue } from './release.ts';
import { reportDue } from './reports.ts';
import { routerOf } from './router.ts';
import { openRounds } from './rounds.ts';
import type { Settled } from './settle.ts';
import { spreadNotices } from './notices.ts';
import { venueWatch } from './venue-watch.ts';
import { openWorker } from './worker.ts';

/** How late a digest, a report or a notice is at most. */
const ROUND_MS = 2_000;
const VENUE_LOOK_MS = 5_000;
const FORGET_MS = 10 * 60_000;

export interface NotificationDeps extends Pick<Deps, 'clock' | 'ids' | 'log'> {
  /** Of its own: what is told must not take connections from what is traded. */
  readonly db: Db;
  readonly bus: Pick<Bus, 'publish'>;
  readonly parts: NotificationParts;
  /** Told of each try. */
  readonly settled?: Settled;
}

export interface Notifications {
  /** There are new events in the streams of these users, or new facts of them. */
  tell(users: readonly UserId[]): void;
  /** Routes no more, then finishes or releases what is being sent. */
  stop(): Promise<void>;
}

/** All that runs between the log and the providers. Nothing of it is in the path of an order. */
export function openNotifications(deps: NotificationDeps): Notifications {
  const { db, log, parts } = deps;
  const worker = openWorker(deps);
  const inApp = openInApp(deps);
  const router = routerOf({
    ...deps,
    committed(forFeed, isOwed) {
      inApp.put(forFeed);
      if (isOwed) worker.wake();
    },
  });
  const consumer = openConsumer({ db, log }, router);
  const taken = (users: readonly UserId[]): void => consumer.tell(users);
  const release = async (signal: AbortSignal): Promise<void> => {
    if ((await releaseDue(deps, signal)) > 0) worker.wake();
  };
  const rounds = [
    openRounds(deps, { intervalMs: ROUND_MS, failed: 'digests could not be made now', work: release }),
    openRounds(deps, {
      ...{ intervalMs: ROUND_MS, failed: 'reports could not be made now' },
      work: (signal) => reportDue({ ...deps, taken }, signal),
    }),
    openRounds(deps, {
      ...{ intervalMs: ROUND_MS, failed: 'notices could not be given out now' },
      work: (signal) => spreadNotices({ ...deps, taken }, signal),
    }),
    openRounds(deps, {
      ...{ intervalMs: VENUE_LOOK_MS, failed: 'silent venues could not be told of now' },
      work: venueWatch({ ...deps, taken }, parts.venues),
    }),
    openRounds(deps, {
      ...{ intervalMs: FORGET_MS, failed: 'old deliveries could not be forgotten now' },
      work: forgetterOf(deps),
    }),
  ];
  return {
    tell: taken,
    async stop() {
      await Promise.all(rounds.map((round) => round.stop()));
      await consumer.stop();
      await inApp.stop();
      await worker.stop();
    },
  };
}
