import type { Db, Tx } from '../db/client.ts';
import type { UserId } from '../kernel/brand.ts';
import type { LastReport } from '../orders/reported.ts';
import type { OrderUpdateView } from '../orders/view.ts';
import type { ChannelPorts } from './channels/channel.ts';
import type { Device } from './device.ts';
import type { Fact, Notification, NotificationData } from './notification.ts';
import type { UserPreferences } from './contact.ts';
import type { Preferences } from './preferences.ts';
import type { Decision, Situation } from './route.ts';
import type { Reader } from './templates/formats.ts';
import type { ChannelWords } from './templates/plain.ts';
import type { NotificationView } from './view.ts';
import type { Channel, Report } from './words.ts';

/** What the router and its workers ask of the other parts of notifications, so that each can be known alone. */
export interface NotificationParts {
  /** What an event of the log tells; nothing for what is not worth telling. */
  readonly factsOf: (user: UserId, update: OrderUpdateView) => readonly Fact[];
  /** One decision for each channel, in the order of CHANNELS. */
  readonly route: (notification: Notification, situation: Situation) => readonly Decision[];
  readonly wordsOf: (notification: Notification, reader: Reader, channel: Channel) => ChannelWords;
  /** What of these is no longer worth telling, and what the digest that tells the others holds. */
  readonly digest: (tx: Tx, waiting: Waiting, now: Date) => Promise<Digest>;
  /** Every user that is asked for has some: the defaults, where nothing was chosen. */
  readonly readPreferences: (db: Db | Tx, users: readonly UserId[]) => Promise<ReadonlyMap<UserId, UserPreferences>>;
  readonly readDevices: (db: Db | Tx, users: readonly UserId[]) => Promise<ReadonlyMap<UserId, readonly DeviceRow[]>>;
  /** Those who look at the app now. */
  readonly onScreen: (users: readonly UserId[]) => Promise<ReadonlySet<UserId>>;
  /** How many notifications each has not read. */
  readonly unread: (users: readonly UserId[]) => Promise<ReadonlyMap<UserId, number>>;
  readonly feed: FeedIntake;
  readonly ports: ChannelPorts;
  readonly reports: ReportParts;
  readonly venues: VenueHealth;
}

/** The feed of everyday notifications, as the router sees it. */
export interface FeedIntake {
  /** Idempotent by the id; live on every connection at once. */
  append(user: UserId, id: string, view: NotificationView, ttlSeconds: number): Promise<void>;
}

export interface ReportParts {
  /** The report that is due at this time: of what was traded since the last one's end, or told since that was read. */
  readonly figures: (db: Db, due: DueReport, preferences: Preferences) => Promise<MadeReport>;
  /** When the next one after this time is due; null when the user wants no more. */
  readonly nextAt: (report: Report, preferences: Preferences, after: Date) => Date | null;
}

export interface DueReport {
  readonly userId: UserId;
  readonly report: Report;
  readonly dueAt: Date;
  /** Null: its user had none yet, since it was switched on. */
  readonly last: LastReport | null;
}

export interface MadeReport {
  readonly data: NotificationData;
  /** The end of the user's stream in the snapshot that it was read from. */
  readonly offset: number;
}

/** Venues, as whoever hears of them knows them. */
export interface VenueHealth {
  /** Those of which nothing is heard although orders wait there. */
  stale(): Promise<readonly StaleVenue[]>;
  /** Users with open orders there, in pages by id. */
  affected(venue: string, page: { readonly after: string; readonly limit: number }): Promise<readonly UserId[]>;
}

export interface StaleVenue {
  readonly venue: string;
  /** When it was heard of last: names the outage. */
  readonly since: Date | null;
}

/** What one user waits for on one channel. */
export interface Waiting {
  readonly user: UserId;
  readonly held: readonly Notification[];
}

export interface Digest {
  /** What of the held ones is no longer worth telling; it tells the others. */
  readonly dropped: readonly { readonly id: string; readonly reason: 'SUPERSEDED' | 'EXPIRED' }[];
  readonly data: NotificationData;
}

/** A browser or phone. Without a token it can't be reached. */
export type DeviceRow = Pick<Device, 'id' | 'provider' | 'token' | 'keys' | 'permission' | 'registeredAt'>;
