import type { Weekday } from './local-time.ts';
import { type Choice, OUTSIDE_CHANNELS, type Preferences, type PreferencesChange } from './preferences.ts';
import { type Category, type Channel, type Report, REPORTS } from './words.ts';

type Given<T> = T | null | undefined;

/** As apps give it: absent stays, null goes back to the default. */
export interface PreferencesGiven {
  readonly locale?: Given<string>;
  readonly timeZone?: Given<string>;
  readonly region?: Given<string>;
  readonly channels?: Given<readonly { category: Category; channel: Channel; setting?: Given<Choice> }[]>;
  readonly criticalChannels?: Given<readonly Channel[]>;
  readonly mutedSymbols?: Given<readonly string[]>;
  readonly mutedStrategies?: Given<readonly string[]>;
  readonly quietHours?: Given<
    readonly { days: readonly Weekday[]; from: string; to: string; channels?: Given<readonly Channel[]> }[]
  >;
  readonly caps?: Given<readonly (Cap & { channel: Channel })[]>;
  readonly digestAt?: Given<readonly string[]>;
  readonly reports?: Given<readonly (Time & { report: Report })[]>;
  readonly contacts?: Given<{
    readonly email?: Given<string>;
    readonly phone?: Given<string>;
    readonly webhook?: Given<{ readonly url: string; readonly secret?: Given<string> }>;
  }>;
}

interface Cap {
  readonly perMinute?: Given<number>;
  readonly perHour?: Given<number>;
  readonly perDay?: Given<number>;
}

interface Time {
  readonly at: string;
  readonly weekday?: Given<Weekday>;
  readonly day?: Given<number>;
}

/** The change that an app asks for, in the form that preferences.ts merges and checks. */
export function changeOf(given: PreferencesGiven, current: Preferences): PreferencesChange {
  const { channels, caps, reports, quietHours, contacts, ...plain } = given;
  return {
    ...plain,
    ...(channels !== undefined && { channels: channels && byCategory(channels) }),
    ...(caps !== undefined && { caps: caps && whole(OUTSIDE_CHANNELS, caps, ({ channel }) => channel) }),
    ...(reports !== undefined && { reports: reports && whole(REPORTS, reports, ({ report }) => report) }),
    ...(quietHours !== undefined && {
      quietHours: quietHours?.map((each) => ({ ...each, channels: each.channels ?? null })) ?? null,
    }),
    ...(contacts !== undefined && { contacts: contacts && contactsOf(contacts, current) }),
  };
}

function byCategory(channels: NonNullable<PreferencesGiven['channels']>): object {
  const categories: Partial<Record<Category, Partial<Record<Channel, Choice | null>>>> = {};
  for (const { category, channel, setting } of channels) {
    categories[category] = { ...categories[category], [channel]: setting ?? null };
  }
  return categories;
}

/** A list that stands for the whole: what it does not name goes back to the default. */
function whole<T extends object>(names: readonly string[], list: readonly T[], nameOf: (item: T) => string): object {
  const absent = names.map((name) => [name, null] as const);
  return Object.fromEntries([...absent, ...list.map((item) => [nameOf(item), withoutNulls(item)] as const)]);
}

const withoutNulls = (item: object): object =>
  Object.fromEntries(Object.entries(item).filter(([, value]) => value !== null && value !== undefined));

/** The secret need not be given again with an address. */
function contactsOf({ webhook, ...contacts }: NonNullable<PreferencesGiven['contacts']>, current: Preferences): object {
  if (!webhook) return { ...contacts, ...(webhook === null && { webhook }) };
  const secret = webhook.secret ?? current.contacts.webhook?.secret;
  return { ...contacts, webhook: { url: webhook.url, secret } };
}
