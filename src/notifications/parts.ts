import type { Db, Tx } from '../db/client.ts';
import type { UserId } from '../kernel/brand.ts';
import type { OrderUpdateView } from '../orders/view.ts';
import type { ChannelPorts, TargetKind } from './channels/channel.ts';
import type { Fact, Notification, NotificationData } from './notification.ts';
import type { NotificationView } from './view.ts';
import type {
  Category,
  Channel,
  HoldReason,
  Locale,
  PushProvider,
  Report,
  SendReason,
  SuppressReason,
} from './words.ts';

/** What the router and its workers ask of the other parts of notifications, so that each can be known alone. */
export interface NotificationParts {
  /** What an event of the log tells; nothing for what is not worth telling. */
  readonly factsOf: (user: UserId, update: OrderUpdateView) => readonly Fact[];
  /** One decision for each channel, in the order of CHANNELS. */
  readonly route: (notification: Notification, situation: Situation) => readonly Decision[];
  readonly wordsOf: (notification: Notification, language: Language, channel: Channel) => Text;
  /** What of these is no longer worth telling, and what the digest that tells the others holds. */
  readonly digest: (held: readonly Notification[], now: Date) => Digest;
  /** Every user that is asked for has some: the defaults, where nothing was chosen. */
  readonly readPreferences: (db: Db | Tx, users: readonly UserId[]) => Promise<ReadonlyMap<UserId, Preferences>>;
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
  /** The figures of the report that is due at this time. */
  readonly figures: (db: Db, due: DueReport, preferences: Preferences) => Promise<NotificationData>;
  /** When the next one after this time is due; null when the user wants no more. */
  readonly nextAt: (report: Report, preferences: Preferences, after: Date) => Date | null;
}

export interface DueReport {
  readonly userId: UserId;
  readonly report: Report;
  readonly dueAt: Date;
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

export interface Language {
  readonly locale: Locale;
  /** An IANA name. */
  readonly timeZone: string;
}

export interface Text {
  readonly title: string;
  readonly body: string;
  readonly html: string | null;
  readonly direction: 'ltr' | 'rtl';
}

export interface Digest {
  /** What of the held ones is no longer worth telling; it tells the others. */
  readonly dropped: readonly { readonly id: string; readonly reason: 'SUPERSEDED' | 'EXPIRED' }[];
  readonly data: NotificationData;
}

export interface Situation {
  readonly now: Date;
  readonly preferences: Preferences;
  readonly onScreen: boolean;
  readonly devices: readonly { readonly provider: PushProvider | null; readonly permission: Permission }[];
  readonly configured: ReadonlySet<TargetKind>;
  /** What went out on each channel within the last minute, hour and day. */
  readonly counts: Counts;
}

export type Permission = 'GRANTED' | 'DENIED' | 'PROMPT';
export type Counts = Readonly<Partial<Record<Channel, SentCount>>>;

export interface SentCount {
  readonly minute: number;
  readonly hour: number;
  readonly day: number;
}

export type Decision = { readonly channel: Channel } & (
  | { readonly action: 'SEND'; readonly reason: SendReason }
  | { readonly action: 'HOLD'; readonly reason: HoldReason; readonly releaseAt: Date }
  | { readonly action: 'SUPPRESS'; readonly reason: SuppressReason }
);

/** A browser or phone. Without a token it can't be reached. */
export interface DeviceRow {
  readonly id: string;
  readonly provider: PushProvider | null;
  readonly token: string | null;
  readonly keys: { readonly p256dh: string; readonly auth: string } | null;
  readonly permission: Permission;
  readonly registeredAt: Date;
}

export type Weekday = 'MONDAY' | 'TUESDAY' | 'WEDNESDAY' | 'THURSDAY' | 'FRIDAY' | 'SATURDAY' | 'SUNDAY';

export interface Preferences extends Language {
  readonly region: string | null;
  readonly channels: Partial<Record<Category, Partial<Record<Channel, 'ON' | 'OFF' | 'DIGEST'>>>>;
  readonly criticalChannels: Channel[] | null;
  readonly mutedSymbols: string[];
  readonly mutedStrategies: string[];
  readonly quietHours: { days: Weekday[]; from: string; to: string; channels: Channel[] | null }[];
  readonly caps: Partial<Record<Channel, { perMinute?: number; perHour?: number; perDay?: number }>>;
  readonly digestAt: string[];
  readonly reports: Partial<Record<Report, { at: string; weekday?: Weekday; day?: number }>>;
  readonly contacts: { email: string | null; phone: string | null; webhook: { url: string; secret: string } | null };
}
