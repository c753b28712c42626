import type { Logger } from 'pino';
import type { ExpiryWatch } from './auth/expiry.ts';
import type { VerifyToken } from './auth/token.ts';
import type { Config } from './config.ts';
import type { Db } from './db/client.ts';
import type { UserId } from './kernel/brand.ts';
import type { Clock, Ids } from './kernel/clock.ts';
import type { Bus } from './stream/bus.ts';
import type { Feed } from './notifications/feed.ts';
import type { Presence } from './notifications/presence.ts';
import type { LogReader } from './stream/log-reader.ts';
import type { GroupCommit } from './ingest/group-commit.ts';
import type { ChannelPorts } from './notifications/channels/channel.ts';
import type { VenueOutbox } from './venues/outbox.ts';
import type { Venues } from './venues/venues.ts';

/** Every edge that the service touches, made once by compose.ts; each part asks for what it needs with Pick. */
export interface Deps {
  readonly config: Config;
  readonly db: Db;
  /** Reads of the log on behalf of its followers. */
  readonly reader: LogReader;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
  readonly expiry: ExpiryWatch;
  readonly verifyToken: VerifyToken;
  readonly ingest: GroupCommit;
  readonly venues: Venues;
  readonly outbox: VenueOutbox;
  /** Who carries notifications; what is not configured is absent. */
  readonly channels: ChannelPorts;
  /** Everyday notifications. */
  readonly feed: Feed;
  /** Who looks at the app now. */
  readonly presence: Presence;
  /** There is something new to tell these users: whichever process does so hears of it. Never throws and never waits. */
  readonly announce: (users: readonly UserId[]) => void;
}
