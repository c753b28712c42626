import type { Db } from '../db/client.ts';
import type { Deps } from '../deps.ts';
import type { UserId } from '../kernel/brand.ts';
import type { LastReport, Reported } from '../orders/reported.ts';
import { readDevices } from './devices.ts';
import { digestOf } from './digest.ts';
import { factsOf } from './facts.ts';
import { readUnread } from './list.ts';
import { nextReport, previousReport } from './next-report.ts';
import type { NotificationParts, ReportParts } from './parts.ts';
import { readPreferences } from './preferences-store.ts';
import { reportFigures } from './report.ts';
import { reportData } from './report-figures.ts';
import { route } from './route.ts';
import { readToldSince } from './store.ts';
import { digestData, readDigest } from './digest-data.ts';
import { digestWords } from './templates/digest.ts';
import { wordsOf } from './templates/words.ts';

interface Edges extends Pick<Deps, 'feed' | 'presence' | 'channels'> {
  readonly db: Db;
  /** What a user has traded before a time, and what is open now. */
  readonly readReported: (
    db: Db,
    user: UserId,
    asked: { readonly to: Date; readonly last: LastReport | null },
  ) => Promise<Reported>;
  readonly venues: NotificationParts['venues'];
}

/** The parts that the service runs with. */
export function livePartsOf({ db, feed, presence, channels, readReported, venues }: Edges): NotificationParts {
  return {
    ...{ route, readPreferences, readDevices, feed, venues, ports: channels },
    factsOf: (userId, data) => factsOf({ userId, data }),
    wordsOf: (notification, reader, channel) => {
      const waited = readDigest(notification);
      return waited ? digestWords(waited, reader, channel) : wordsOf(notification, reader, channel);
    },
    async digest(tx, { user, held }, now) {
      const { told, shown, rest, dropped } = digestOf(held, await readToldSince(tx, user, held), now);
      return {
        dropped: dropped.map(({ notification: { id }, reason }) => ({ id, reason })),
        data: digestData({ told: shown, more: rest }, told.length),
      };
    },
    onScreen: (users) => presence.onScreen(users),
    unread: (users) => readUnread({ db, feed }, users),
    reports: reportParts(readReported),
  };
}

const reportParts = (readReported: Edges['readReported']): ReportParts => ({
  async figures(db, { userId, report, dueAt, last }, { reports, timeZone }) {
    const time = reports[report];
    if (!time) throw new Error(`the user wants no ${report}`);
    const from = last?.to ?? previousReport({ report, time, timeZone }, dueAt);
    const { offset, ...reported } = await readReported(db, userId, { to: dueAt, last });
    return {
      data: reportData(reportFigures({ report, from, to: dueAt, since: last?.since ?? null, ...reported })),
      offset,
    };
  },
  nextAt(report, { reports, timeZone }, after) {
    const time = reports[report];
    return time ? nextReport({ report, time, timeZone }, after) : null;
  },
});
