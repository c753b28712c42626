import { join } from 'node:path';
import { openExpiryWatch } from './auth/expiry.ts';
import { createVerifier } from './auth/token.ts';
import { type Config, ROOT } from './config.ts';
import { type DbOptions, INGEST_CONNECTIONS_MAX, NOTIFICATION_CONNECTIONS_MAX, openDb } from './db/client.ts';
import { openEmbeddedPostgres } from './db/embedded.ts';
import { migrateDeploy } from './db/migrate.ts';
import type { Deps } from './deps.ts';
import { openConfirming } from './ingest/confirm.ts';
import { createGroupCommit } from './ingest/group-commit.ts';
import { openReplay } from './ingest/replay.ts';
import { venueHealthOf } from './ingest/silent.ts';
import type { UserId } from './kernel/brand.ts';
import { systemClock, systemIds } from './kernel/clock.ts';
import { StartupError } from './kernel/startup-error.ts';
import { closeChannelPorts, openChannelPorts } from './notifications/channels/ports.ts';
import { openFeedAndPresence } from './notifications/edges.ts';
import { type Notifications, openNotifications } from './notifications/notifications.ts';
import { livePartsOf } from './notifications/live-parts.ts';
import type { NotificationParts } from './notifications/parts.ts';
import { createLog } from './ops/log.ts';
import { readReported } from './orders/reported.ts';
import { type Bus, openLocalBus } from './stream/bus.ts';
import { listenedBus } from './stream/consumer.ts';
import { openLogReader } from './stream/log-reader.ts';
import { ensureEpoch, epochCheck } from './stream/epoch.ts';
import { openRedisBus } from './stream/redis-bus.ts';
import { openFloorCheck } from './stream/floor.ts';
import { openRetention } from './stream/retention.ts';
import { guardedPorts } from './venues/guarded-port.ts';
import { openVenueOutbox } from './venues/outbox.ts';
import { linkedPortsOf, type VenuePorts, venuesOf } from './venues/venues.ts';

const MIGRATIONS = join(ROOT, 'prisma', 'migrations');

/** Undoes one step of the start; they run in the reverse order. */
export type Closer = () => Promise<void> | void;

export interface ComposeOptions {
  /** Told of each SQL statement, for counting. */
  readonly onStatement?: ((sql: string) => void) | undefined;
  /** In place of the usual parts of notifications: what decides, words or carries them. */
  readonly notificationParts?: Partial<NotificationParts> | undefined;
  readonly closers: Closer[];
  /** Told, in one sentence, what the service can't live on without. */
  readonly onFatal: (sentence: string) => void;
}

export interface Composed {
  readonly deps: Deps;
  readonly databaseUrl: string;
  /** Of the venues whose APIs the environment names; whoever calls one heeds what it has asked of the others. */
  readonly linkedPorts: VenuePorts;
}

/**
 * Opens every edge: database, migrations, log, bus, jobs.
 * @throws StartupError with one sentence for the operator
 */
export async function compose(config: Config, options: ComposeOptions): Promise<Composed> {
  const { onStatement, closers } = options;
  const log = createLog(config.logLevel);
  const clock = systemClock;
  const ids = systemIds;
  const verifyToken = createVerifier(config.jwt, clock);
  const databaseUrl = config.databaseUrl ?? (await openEmbedded(config, options));
  await migrate(databaseUrl, log);
  const opened = { url: databaseUrl, onConnect: epochCheck({ ids, log }), ...(onStatement && { onStatement }) };
  const db = openDb(opened);
  closers.push(() => db.$disconnect());
  const ingestDb = openDb({ ...opened, connectionsMax: INGEST_CONNECTIONS_MAX });
  closers.push(() => ingestDb.$disconnect());
  await ensureEpoch(db, ids);
  const carrier = openBus(config, { log, clock, ids });
  closers.push(() => carrier.close());
  const { feed, presence } = openFeedAndPresence(config, { log, clock, ids });
  closers.push(() => feed.close());
  closers.push(() => presence.close());
  let notifications: Notifications | null = null as Notifications | null;
  const announce = (users: readonly UserId[]): void =>
    notifications ? notifications.tell(users) : carrier.announce(users);
  const bus = listenedBus(carrier, (events) => announce([...new Set(events.map(({ userId }) => userId))]));
  const floor = openFloorCheck({ db, bus, log });
  closers.push(() => floor[Symbol.dispose]());
  const retention = openRetention({ db, clock, log }, config.retention);
  closers.push(() => retention.stop());
  const expiry = openExpiryWatch(clock);
  closers.push(() => expiry[Symbol.dispose]());
  const outbox = await openVenueOutbox({ url: databaseUrl, log });
  closers.push(() => outbox.close());
  const replay = openReplay({ config, db: ingestDb, bus, clock, ids, log });
  closers.push(() => replay.stop());
  const linkedPorts = guardedPorts(linkedPortsOf(config), { clock, log });
  const confirming = openConfirming({ config, db: ingestDb, bus, clock, ids, log }, linkedPorts);
  closers.push(() => confirming.stop());
  const ingest = createGroupCommit({ db: ingestDb, bus, clock, ids, log, replay, confirming });
  const venues = venuesOf(config);
  const channels = openChannelPorts(config.channels, { clock, log });
  closers.push(() => closeChannelPorts(channels));
  notifications = config.notifications
    ? openNotifier(
        { config, carrier, venues, ...{ clock, ids, log, feed, presence, channels } },
        { ...options, opened },
      )
    : null;
  if (config.notifications) carrier.onAnnounced((users) => notifications?.tell(users));
  const reader = openLogReader(db, (err) => log.warn({ err }, 'the log can’t be read now'));
  return {
    deps: {
      ...{ config, db, reader, bus, clock, ids, log, expiry, verifyToken, ingest, venues, outbox },
      ...{ feed, presence, channels, announce },
    },
    databaseUrl,
    linkedPorts,
  };
}

type NotifierDeps = Pick<Deps, 'config' | 'clock' | 'ids' | 'log' | 'feed' | 'presence' | 'channels' | 'venues'> & {
  readonly carrier: Bus;
};

/** What turns facts into notifications and sends them, on connections of its own: it must take none from what is traded. */
function openNotifier(
  { carrier, venues, ...deps }: NotifierDeps,
  { opened: { url, onConnect }, notificationParts, closers }: ComposeOptions & { readonly opened: DbOptions },
): Notifications {
  const db = openDb({ url, ...(onConnect && { onConnect }), connectionsMax: NOTIFICATION_CONNECTIONS_MAX });
  closers.push(() => db.$disconnect());
  const health = venueHealthOf({ ...deps, db, venues });
  const parts = { ...livePartsOf({ ...deps, db, readReported, venues: health }), ...notificationParts };
  const notifications = openNotifications({ ...deps, db, bus: carrier, parts });
  closers.push(() => notifications.stop());
  return notifications;
}

async function openEmbedded({ dataDir }: Config, { closers, onFatal }: ComposeOptions): Promise<string> {
  const postgres = await openEmbeddedPostgres({ dir: join(dataDir, 'postgres') });
  let stopping = false;
  closers.push(() => {
    stopping = true;
    return postgres.stop();
  });
  void postgres.exited.then(() => {
    if (!stopping) onFatal('The embedded PostgreSQL has ended unexpectedly: start Fillstream again.');
  });
  return postgres.url;
}

async function migrate(databaseUrl: string, log: Deps['log']): Promise<void> {
  try {
    await migrateDeploy(databaseUrl, MIGRATIONS, (warning) => log.warn(warning));
  } catch (error) {
    if (error instanceof StartupError) throw error;
    const why = error instanceof Error ? error.message || ('code' in error ? String(error.code) : error.name) : '';
    throw new StartupError(`The database can't be prepared (${why}): check DATABASE_URL and that PostgreSQL is up.`);
  }
}

function openBus({ redisUrl, redisPrefix }: Config, deps: Pick<Deps, 'log' | 'clock' | 'ids'>): Bus {
  return redisUrl === null ? openLocalBus(deps.log) : openRedisBus({ ...deps, url: redisUrl, prefix: redisPrefix });
}
