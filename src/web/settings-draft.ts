import type {
  BlotterPreferencesFragment as Preferences,
  ChannelSetting,
  NotificationCategory,
  NotificationChannel,
  NotificationPreferencesInput,
  NotificationReport,
  Weekday,
} from '../generated/web/graphql.ts';

export type { Preferences };
type Of<T> = T extends readonly (infer Item)[] ? Item : never;
export type QuietHours = Of<Preferences['quietHours']>;
export type Cap = Of<Preferences['caps']>;
export type ReportTime = Of<Preferences['reports']>;

/** What the form holds: as the service has it, but for what is typed. */
export interface Draft extends Omit<
  Preferences,
  'mutedSymbols' | 'mutedStrategies' | 'contacts' | 'region' | '__typename'
> {
  readonly mutedSymbols: string;
  readonly mutedStrategies: string;
  readonly region: string;
  readonly email: string;
  readonly phone: string;
  readonly webhookUrl: string;
  /** Never told by the service: empty leaves it as it is. */
  readonly webhookSecret: string;
}

export function draftOf({ mutedSymbols, mutedStrategies, region, contacts, ...same }: Preferences): Draft {
  return {
    ...same,
    mutedSymbols: mutedSymbols.join(', '),
    mutedStrategies: mutedStrategies.join(', '),
    region: region ?? '',
    email: contacts.email ?? '',
    phone: contacts.phone ?? '',
    webhookUrl: contacts.webhookUrl ?? '',
    webhookSecret: '',
  };
}

const listIn = (text: string): string[] => text.split(/[\n,]+/).flatMap((each) => each.trim() || []);
const textIn = (text: string): string | null => text.trim() || null;

/** What is asked for: all of the form, and of the channels those that were changed, unless they are of another version by now. */
export function inputOf(draft: Draft, before: Preferences): NotificationPreferencesInput {
  const url = textIn(draft.webhookUrl);
  const secret = textIn(draft.webhookSecret);
  const isWebhookNew = url !== before.contacts.webhookUrl || secret !== null;
  return {
    expectedVersion: before.version,
    ...{ locale: draft.locale, timeZone: draft.timeZone.trim(), region: textIn(draft.region) },
    channels: draft.channels
      .filter((each) => each.setting !== settingOf(before, each))
      .map(({ category, channel, setting }) => ({ category, channel, setting })),
    criticalChannels: draft.criticalChannels && [...draft.criticalChannels],
    mutedSymbols: listIn(draft.mutedSymbols).map((symbol) => symbol.toUpperCase()),
    mutedStrategies: listIn(draft.mutedStrategies),
    quietHours: draft.quietHours.map(({ days, from, to, channels }) => ({ days, from, to, channels })),
    caps: draft.caps
      .filter(({ perMinute, perHour, perDay }) => perMinute !== null || perHour !== null || perDay !== null)
      .map(({ channel, perMinute, perHour, perDay }) => ({ channel, perMinute, perHour, perDay })),
    digestAt: [...draft.digestAt],
    reports: draft.reports.map(({ report, at, weekday, day }) => ({ report, at, weekday, day })),
    contacts: {
      ...{ email: textIn(draft.email), phone: textIn(draft.phone) },
      ...(isWebhookNew && { webhook: url === null ? null : { url, ...(secret !== null && { secret }) } }),
    },
  };
}

interface Cell {
  readonly category: NotificationCategory;
  readonly channel: NotificationChannel;
}

const cellOf = ({ channels }: Pick<Preferences, 'channels'>, { category, channel }: Cell) =>
  channels.find((each) => each.category === category && each.channel === channel);

export const settingOf = (preferences: Pick<Preferences, 'channels'>, cell: Cell): ChannelSetting | null =>
  cellOf(preferences, cell)?.setting ?? null;
export const isOnByDefault = (preferences: Pick<Preferences, 'channels'>, cell: Cell): boolean =>
  cellOf(preferences, cell)?.onByDefault ?? false;

export const withSetting = (draft: Draft, cell: Cell, setting: ChannelSetting | null): Draft => ({
  ...draft,
  channels: draft.channels.map((each) =>
    each.category === cell.category && each.channel === cell.channel ? { ...each, setting } : each,
  ),
});

export const capOf = ({ caps }: Pick<Draft, 'caps'>, channel: NotificationChannel): Cap =>
  caps.find((cap) => cap.channel === channel) ?? { channel, perMinute: null, perHour: null, perDay: null };

export const withCap = (draft: Draft, cap: Cap): Draft => ({
  ...draft,
  caps: [...draft.caps.filter(({ channel }) => channel !== cap.channel), cap],
});

const FIRST_AT = '18:00';
const FIRST_WEEKDAY: Weekday = 'FRIDAY';

/** Null: the report is not sent. */
export function withReport(draft: Draft, report: NotificationReport, change: Partial<ReportTime> | null): Draft {
  const others = draft.reports.filter((each) => each.report !== report);
  if (change === null) return { ...draft, reports: others };
  const held = draft.reports.find((each) => each.report === report) ?? {
    ...{ report, at: FIRST_AT },
    weekday: report === 'WEEKLY_REPORT' ? FIRST_WEEKDAY : null,
    day: report === 'MONTHLY_REPORT' ? 1 : null,
  };
  return { ...draft, reports: [...others, { ...held, ...change }] };
}
