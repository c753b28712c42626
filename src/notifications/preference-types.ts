import { builder } from '../graphql/builder.ts';
import { WEEKDAYS } from './local-time.ts';
import { POLICIES } from './policy.ts';
import { type Choice, CHOICES, OUTSIDE_CHANNELS, type Preferences } from './preferences.ts';
import type { Contact, UserPreferences } from './contact.ts';
import type { ContactAnswer } from './contact-codes.ts';
import { ContactPayloadRef, ContactRef } from './contact-types.ts';
import { type Refusal, RefusalRef } from './refusal.ts';
import { NotificationCategory, NotificationChannel } from './types.ts';
import { CATEGORIES, type Category, type Channel, CHANNELS, type Report, REPORTS } from './words.ts';

export const Weekday = builder.enumType('Weekday', { values: WEEKDAYS });
export const ChannelSetting = builder.enumType('ChannelSetting', {
  values: CHOICES,
  description: 'DIGEST: it always waits for the digest.',
});
export const NotificationReport = builder.enumType('NotificationReport', { values: REPORTS });

/** The stored ones, with the version that a change may name, and how the addresses in them stand. */
export interface VersionedPreferences {
  readonly version: number;
  readonly preferences: UserPreferences;
  readonly contacts: readonly Contact[];
}

interface ChannelPreference {
  readonly category: Category;
  readonly channel: Channel;
  readonly setting: Choice | null;
  readonly onByDefault: boolean;
}

const ChannelPreferenceRef = builder.objectRef<ChannelPreference>('ChannelPreference').implement({
  description: 'Whether notifications of a category go to a channel.',
  fields: (t) => ({
    category: t.expose('category', { type: NotificationCategory }),
    channel: t.expose('channel', { type: NotificationChannel }),
    setting: t.expose('setting', {
      type: ChannelSetting,
      nullable: true,
      description: 'Null: as each type of notification goes by default.',
    }),
    onByDefault: t.exposeBoolean('onByDefault', { description: 'Some type of the category goes there by default.' }),
  }),
});

/** Every category on every channel. */
export function channelPreferences({ channels }: Preferences): ChannelPreference[] {
  const policies = Object.values(POLICIES);
  return CATEGORIES.flatMap((category) =>
    CHANNELS.map((channel) => ({
      ...{ category, channel },
      setting: channels[category]?.[channel] ?? null,
      onByDefault: policies.some((policy) => policy.category === category && policy.channels.includes(channel)),
    })),
  );
}

const QuietHoursRef = builder.objectRef<Preferences['quietHours'][number]>('QuietHours').implement({
  description: 'When what is not critical waits.',
  fields: (t) => ({
    days: t.expose('days', { type: [Weekday], description: 'On which it begins.' }),
    from: t.exposeString('from', { description: 'HH:MM, local.' }),
    to: t.exposeString('to', { description: 'HH:MM, local; not after `from`: of the next day.' }),
    channels: t.expose('channels', {
      type: [NotificationChannel],
      nullable: true,
      description: 'Null: all but IN_APP.',
    }),
  }),
});

interface ChannelCap {
  readonly channel: Channel;
  readonly perMinute?: number | undefined;
  readonly perHour?: number | undefined;
  readonly perDay?: number | undefined;
}

const ChannelCapRef = builder.objectRef<ChannelCap>('ChannelCap').implement({
  description:
    'How many notifications a channel takes; what is over it goes to the digest. Null: as by default, which for EMAIL and SMS is the most.',
  fields: (t) => ({
    channel: t.expose('channel', { type: NotificationChannel }),
    perMinute: t.int({ nullable: true, resolve: ({ perMinute }) => perMinute }),
    perHour: t.int({ nullable: true, resolve: ({ perHour }) => perHour }),
    perDay: t.int({ nullable: true, resolve: ({ perDay }) => perDay }),
  }),
});

type ReportPreference = { readonly report: Report } & NonNullable<Preferences['reports'][Report]>;

const ReportPreferenceRef = builder.objectRef<ReportPreference>('ReportPreference').implement({
  description: 'When a report is sent by e-mail, in local time.',
  fields: (t) => ({
    report: t.expose('report', { type: NotificationReport }),
    at: t.exposeString('at', { description: 'HH:MM, local.' }),
    weekday: t.field({
      type: Weekday,
      nullable: true,
      description: 'Of a weekly one.',
      resolve: ({ weekday }) => weekday,
    }),
    day: t.int({
      nullable: true,
      description: 'Of a monthly one: 1 to 31, or the last day.',
      resolve: ({ day }) => day,
    }),
  }),
});

const ContactsRef = builder.objectRef<VersionedPreferences>('NotificationContacts').implement({
  description: 'Where the viewer is reached outside of apps.',
  fields: (t) => ({
    email: t.string({ nullable: true, resolve: ({ preferences: { contacts } }) => contacts.email }),
    phone: t.string({
      nullable: true,
      description: 'E.164, such as +14155550100.',
      resolve: ({ preferences: { contacts } }) => contacts.phone,
    }),
    webhookUrl: t.string({
      nullable: true,
      description: 'Its signing secret is told by no answer.',
      resolve: ({ preferences: { contacts } }) => contacts.webhook?.url ?? null,
    }),
    states: t.field({
      type: [ContactRef],
      description: 'Of each one that is given: whether messages go there.',
      resolve: ({ contacts }) => [...contacts],
    }),
  }),
});

export const PreferencesRef = builder.objectRef<VersionedPreferences>('NotificationPreferences').implement({
  description: 'What the viewer wants to be told, where and when.',
  fields: (t) => ({
    version: t.exposeInt('version', { description: '0: nothing was set yet.' }),
    locale: t.string({ description: 'Of the words: en, ar or hi.', resolve: ({ preferences }) => preferences.locale }),
    timeZone: t.string({ description: 'IANA.', resolve: ({ preferences }) => preferences.timeZone }),
    region: t.string({
      nullable: true,
      description: 'Whose notices of the operator are for the viewer.',
      resolve: ({ preferences }) => preferences.region,
    }),
    channels: t.field({
      type: [ChannelPreferenceRef],
      description: 'Every category on every channel.',
      resolve: ({ preferences }) => channelPreferences(preferences),
    }),
    criticalChannels: t.field({
      type: [NotificationChannel],
      nullable: true,
      description: 'Where critical ones go beside IN_APP; null: as by default.',
      resolve: ({ preferences }) => preferences.criticalChannels,
    }),
    mutedSymbols: t.stringList({ resolve: ({ preferences }) => preferences.mutedSymbols }),
    mutedStrategies: t.stringList({ resolve: ({ preferences }) => preferences.mutedStrategies }),
    quietHours: t.field({ type: [QuietHoursRef], resolve: ({ preferences }) => preferences.quietHours }),
    caps: t.field({
      type: [ChannelCapRef],
      description: 'Those that were set.',
      resolve: ({ preferences: { caps } }) =>
        OUTSIDE_CHANNELS.flatMap((channel) => (caps[channel] ? [{ channel, ...caps[channel] }] : [])),
    }),
    digestAt: t.stringList({
      description: 'HH:MM, local: when what waits for a digest is released.',
      resolve: ({ preferences }) => preferences.digestAt,
    }),
    reports: t.field({
      type: [ReportPreferenceRef],
      description: 'Those that are sent.',
      resolve: ({ preferences: { reports } }) =>
        REPORTS.flatMap((report) => (reports[report] ? [{ report, ...reports[report] }] : [])),
    }),
    contacts: t.field({ type: ContactsRef, resolve: (versioned) => versioned }),
  }),
});

export interface PreferencesPayload {
  readonly preferences: VersionedPreferences;
  readonly refusal: Refusal | null;
  readonly codes: readonly ContactAnswer[];
}

export const PreferencesPayloadRef = builder.objectRef<PreferencesPayload>('NotificationPreferencesPayload').implement({
  fields: (t) => ({
    preferences: t.expose('preferences', { type: PreferencesRef, description: 'As they are now.' }),
    refusal: t.expose('refusal', { type: RefusalRef, nullable: true, description: 'Null when they were changed.' }),
    codes: t.field({
      type: [ContactPayloadRef],
      description: 'What came of sending a code to each e-mail address and phone that is new and not verified.',
      resolve: ({ codes }) => [...codes],
    }),
  }),
});
