import type { Notification } from '../../src/notifications/notification.ts';
import { POLICIES } from '../../src/notifications/policy.ts';
import type { Situation } from '../../src/notifications/route.ts';
import type { Channel } from '../../src/notifications/words.ts';
import { firstFree, isWithin, MINUTE_MS, nextTime, type WallClock, windowOf } from './wall-clock.ts';

/**
 * The router once more, as a table of answers that is read from above, and with a clock that is looked at every minute. It
 * shares the policies with the one under test, and no rule.
 */
type Flags = Readonly<Record<(typeof FLAGS)[number], boolean>>;

const FLAGS = [
  ...['outside', 'push', 'digestType', 'critical', 'report', 'byDefault', 'on', 'off', 'digest', 'listed', 'anyListed'],
  ...[
    'provided',
    'reachable',
    'denied',
    'addressed',
    'unproved',
    'dead',
    'symbolMuted',
    'strategyMuted',
    'expired',
    'onScreen',
    'quiet',
  ],
  'full',
] as const;

/** First match decides. A row: the flags that must be up, those with `!` that must not, and the answer. */
const TABLE: readonly (readonly [string, string])[] = [
  ['digestType', 'SUPPRESS NOT_FOR_TYPE'],
  ['critical !outside', 'SEND CRITICAL'],
  ['!outside off', 'SUPPRESS SWITCHED_OFF'],
  ['!outside on', 'SEND PREFERRED'],
  ['!outside', 'SEND DEFAULT'],
  ['critical anyListed !listed byDefault', 'SUPPRESS SWITCHED_OFF'],
  ['critical anyListed !listed', 'SUPPRESS NOT_FOR_TYPE'],
  ['critical !anyListed !byDefault !on !digest', 'SUPPRESS NOT_FOR_TYPE'],
  ['!critical off', 'SUPPRESS SWITCHED_OFF'],
  ['!critical !byDefault !on !digest', 'SUPPRESS NOT_FOR_TYPE'],
  ['!provided', 'SUPPRESS CHANNEL_OFF'],
  ['!push !addressed', 'SUPPRESS NO_ADDRESS'],
  ['dead', 'SUPPRESS ADDRESS_GONE'],
  ['unproved', 'SUPPRESS UNVERIFIED'],
  ['push !reachable denied', 'SUPPRESS PERMISSION_DENIED'],
  ['push !reachable', 'SUPPRESS NO_DEVICE'],
  ['!critical symbolMuted', 'SUPPRESS MUTED_SYMBOL'],
  ['!critical strategyMuted', 'SUPPRESS MUTED_STRATEGY'],
  ['!critical expired', 'SUPPRESS EXPIRED'],
  ['push onScreen', 'SUPPRESS ON_SCREEN'],
  ['critical', 'SEND CRITICAL'],
  ['!report digest', 'HOLD DIGEST_PREFERRED'],
  ['!report quiet', 'HOLD QUIET_HOURS'],
  ['!report full', 'HOLD OVER_CAP'],
  ['on', 'SEND PREFERRED'],
  ['digest', 'SEND PREFERRED'],
  ['', 'SEND DEFAULT'],
];

const holds = (flags: Flags, condition: string): boolean =>
  condition
    .split(' ')
    .filter(Boolean)
    .every((word) => FLAGS.some((flag) => (word === flag && flags[flag]) || (word === `!${flag}` && !flags[flag])));

const CAPS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  PUSH: { perMinute: 10, perHour: 60, perDay: 300 },
  SMS: { perMinute: 3, perHour: 10, perDay: 30 },
  EMAIL: { perMinute: 5, perHour: 20, perDay: 100 },
};

function isFull({ preferences, counts }: Situation, channel: Channel): boolean {
  const limits: Readonly<Record<string, number | undefined>> = {
    ...CAPS[channel],
    ...(channel === 'IN_APP' ? {} : preferences.caps[channel]),
  };
  const sent = counts[channel];
  if (!sent) return false;
  const pairs = [
    [sent.minute, limits.perMinute],
    [sent.hour, limits.perHour],
    [sent.day, limits.perDay],
  ];
  return pairs.some(([count = 0, limit = Number.MAX_VALUE]) => count >= limit);
}

const windowsOf = ({ preferences: { quietHours } }: Situation, channel: Channel) =>
  quietHours
    .filter(({ channels }) => (channels ?? ['PUSH', 'EMAIL', 'SMS', 'WEBHOOK']).some((one) => one === channel))
    .map((window) => windowOf(window));

function flagsOf(
  notification: Notification,
  situation: Situation,
  { channel, clock }: { channel: Channel; clock: WallClock },
): Flags {
  const { preferences, devices, configured, now } = situation;
  const policy = POLICIES[notification.type];
  const choice = preferences.channels[policy.category]?.[channel];
  const push = channel === 'PUSH';
  const able = devices.filter(({ provider, permission }) => provider && permission === 'GRANTED');
  const carried = able.filter(({ provider }) => provider && configured.has(provider));
  const kinds: readonly string[] = [...configured];
  const anyPush = ['WEB_PUSH', 'FCM', 'APNS'].some((kind) => kinds.includes(kind));
  const { email, phone, webhook } = preferences.contacts;
  const addressed =
    (channel === 'EMAIL' && email) || (channel === 'SMS' && phone) || (channel === 'WEBHOOK' && webhook);
  const states: Readonly<Record<string, string>> = preferences.contactStates;
  const minute = Math.floor((now.getTime() - clock.from) / MINUTE_MS);
  return {
    ...{ outside: channel !== 'IN_APP', push, digestType: notification.type === 'DIGEST' },
    ...{ critical: policy.critical, report: notification.type.endsWith('_REPORT') },
    ...{ byDefault: policy.channels.includes(channel), on: choice === 'ON', off: choice === 'OFF' },
    digest: choice === 'DIGEST',
    listed: preferences.criticalChannels?.includes(channel) ?? false,
    anyListed: preferences.criticalChannels !== null,
    provided: push ? anyPush && (carried.length > 0 || able.length === 0) : kinds.includes(channel),
    reachable: carried.length > 0,
    denied: devices.some(({ permission }) => permission === 'DENIED'),
    addressed: Boolean(addressed),
    unproved: states[channel] === 'UNVERIFIED',
    dead: states[channel] === 'GONE',
    symbolMuted: preferences.mutedSymbols
      .map((s) => s.toLowerCase())
      .includes(notification.symbol?.toLowerCase() ?? '-'),
    strategyMuted: preferences.mutedStrategies.includes(notification.strategy ?? '-'),
    expired: notification.expiresAt.getTime() <= now.getTime(),
    onScreen: situation.onScreen,
    quiet: windowsOf(situation, channel).some((window) => isWithin(clock, window, minute)),
    full: isFull(situation, channel),
  };
}

/** How far the clock is looked at for the end of quiet hours: past any gap that is left once a week. */
const LOOK_MINUTES = 15 * 1_440;

function releaseOf(
  situation: Situation,
  answer: string,
  { channel, clock }: { channel: Channel; clock: WallClock },
): string {
  if (!answer.startsWith('HOLD')) return '';
  const windows = windowsOf(situation, channel);
  const free = (from: number): number | null => firstFree(clock, windows, { from, max: LOOK_MINUTES });
  const digest = nextTime(clock, situation.preferences.digestAt, situation.now.getTime());
  const now = Math.floor((situation.now.getTime() - clock.from) / MINUTE_MS);
  const minute = answer.endsWith('QUIET_HOURS') ? (free(now) ?? digest) : (free(digest) ?? digest);
  return ` ${new Date(clock.from + minute * MINUTE_MS).toISOString()}`;
}

const UNREACHED = /CHANNEL_OFF|NO_ADDRESS|UNVERIFIED|ADDRESS_GONE|NO_DEVICE|PERMISSION_DENIED/;
const NOT_OWN = /NOT_FOR_TYPE|SWITCHED_OFF/;

/** For each channel `ACTION REASON`, and of a hold also when it is released. */
export function referenceRoute(
  notification: Notification,
  situation: Situation,
  clock: WallClock,
): Readonly<Record<string, string>> {
  const channels = ['IN_APP', 'PUSH', 'EMAIL', 'SMS', 'WEBHOOK'] as const;
  const flags = new Map(channels.map((channel) => [channel, flagsOf(notification, situation, { channel, clock })]));
  const answers = new Map<Channel, string>();
  for (const [channel, up] of flags) answers.set(channel, TABLE.find(([condition]) => holds(up, condition))?.[1] ?? '');

  const { critical, urgent } = POLICIES[notification.type];
  const answerOf = (channel: Channel): string => answers.get(channel) ?? '';
  const outside = channels.slice(1);
  const own = outside.filter((channel) => !NOT_OWN.test(answerOf(channel)));
  const order: readonly Channel[] = ['PUSH', 'SMS', 'EMAIL', ...(critical ? (['WEBHOOK'] as const) : [])];
  const spare = order.filter((channel) => {
    const up = flags.get(channel);
    if (!up || own.includes(channel) || !up.provided || !(up.push ? up.reachable : up.addressed)) return false;
    if (up.unproved || up.dead) return false;
    if (critical) return true;
    return !up.off && !up.symbolMuted && !up.strategyMuted && !up.expired && !up.quiet && !up.full;
  });
  const lost = own.length > 0 && own.every((channel) => UNREACHED.test(answerOf(channel)));
  spare.forEach((channel, place) => {
    if (own.length === 0) return;
    if (place === 0 && lost && (critical || (urgent && !situation.onScreen)))
      answers.set(channel, channel === 'PUSH' && situation.onScreen ? 'SUPPRESS ON_SCREEN' : 'SEND FALLBACK');
    else if (urgent && channel !== 'WEBHOOK') answers.set(channel, 'SUPPRESS STANDBY');
  });
  return Object.fromEntries(
    [...answers].map(([channel, answer]) => [channel, answer + releaseOf(situation, answer, { channel, clock })]),
  );
}
