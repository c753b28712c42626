import { type Counts, isOverCap, nextDigest } from './caps.ts';
import type { Notification } from './notification.ts';
import { FALLBACK_CHANNELS, POLICIES, type Policy } from './policy.ts';
import type { UserPreferences } from './contact.ts';
import { OUTSIDE_CHANNELS, type OutsideChannel, type Preferences } from './preferences.ts';
import { quietAt } from './quiet-hours.ts';
import { type Reach, unreachedBy } from './reach.ts';
import { type Channel, CHANNELS, type HoldReason, type SendReason, type SuppressReason } from './words.ts';

/** All that the router knows of a user. */
export interface Situation extends Reach {
  readonly now: Date;
  readonly preferences: UserPreferences;
  /** An app of theirs is in the foreground and connected. */
  readonly onScreen: boolean;
  readonly counts: Readonly<Partial<Record<Channel, Counts>>>;
}

export type Decision = { readonly channel: Channel } & (
  | { readonly action: 'SEND'; readonly reason: SendReason }
  | { readonly action: 'HOLD'; readonly reason: HoldReason; readonly releaseAt: Date }
  | { readonly action: 'SUPPRESS'; readonly reason: SuppressReason }
);

/** One notification on its way. */
interface Case {
  readonly notification: Notification;
  readonly policy: Policy;
  readonly situation: Situation;
}

/**
 * Where a notification goes and why: one decision per channel, in the order of CHANNELS. The first rule that applies decides:
 *
 * 1. the type's own channels, and what the user has switched on or off for its category: NOT_FOR_TYPE, SWITCHED_OFF.
 *    Critical ones know no OFF, only `criticalChannels`
 * 2. the channel has no provider: CHANNEL_OFF
 * 3. the user can't be reached there: NO_ADDRESS, UNVERIFIED, ADDRESS_GONE, NO_DEVICE, PERMISSION_DENIED
 * 4. mutes: MUTED_SYMBOL, MUTED_STRATEGY, then EXPIRED; not for critical ones
 * 5. presence: a push of what the screen shows is ON_SCREEN
 * 6. critical ones go out: CRITICAL
 * 7. a category preferred as a digest waits for it, then quiet hours, then caps hold; not reports, whose hour is the user's own
 * 8. the rest goes out: PREFERRED, DEFAULT
 *
 * Then the channels that are not the type's own (rule 1) stand behind those that are: of an urgent one STANDBY, in the order of
 * FALLBACK_CHANNELS. When none of the type's own can reach the user (rules 2 and 3), the first of them goes out at once:
 * FALLBACK; so does any other channel for a critical one, urgent or not.
 *
 * IN_APP waits for nothing: it makes no noise and is the user's own record, which mutes and quiet hours don't cut.
 */
export function route(notification: Notification, situation: Situation): readonly Decision[] {
  const policy = POLICIES[notification.type];
  const one: Case = { notification, policy, situation };
  const decisions = CHANNELS.map((channel) => (channel === 'IN_APP' ? inApp(one) : outside(one, channel)));
  const behind = standbys(one);
  return decisions.map((decision) => behind.get(decision.channel) ?? decision);
}

const suppress = (channel: Channel, reason: SuppressReason): Decision => ({ channel, action: 'SUPPRESS', reason });
const send = (channel: Channel, reason: SendReason): Decision => ({ channel, action: 'SEND', reason });

/** Rule 1: with which reason it would go there, or why it is none of the type's channels for this user. */
type Own = { readonly is: true; readonly reason: SendReason } | { readonly is: false; readonly reason: SuppressReason };

function own({ policy, situation: { preferences } }: Case, channel: Channel): Own {
  const isDefault = policy.channels.includes(channel);
  // A digest is sent by what has made it, on its channel alone.
  if (policy.channels.length === 0) return { is: false, reason: 'NOT_FOR_TYPE' };
  const choice = preferences.channels[policy.category]?.[channel];
  if (policy.critical) {
    const chosen = channel === 'IN_APP' ? null : preferences.criticalChannels;
    const isAdded = choice === 'ON' || choice === 'DIGEST';
    if (chosen ? chosen.includes(channel) : isDefault || isAdded) return { is: true, reason: 'CRITICAL' };
    return { is: false, reason: isDefault ? 'SWITCHED_OFF' : 'NOT_FOR_TYPE' };
  }
  if (choice === 'OFF') return { is: false, reason: 'SWITCHED_OFF' };
  if (choice !== undefined) return { is: true, reason: 'PREFERRED' };
  return isDefault ? { is: true, reason: 'DEFAULT' } : { is: false, reason: 'NOT_FOR_TYPE' };
}

function inApp(one: Case): Decision {
  const { is, reason } = own(one, 'IN_APP');
  return is ? send('IN_APP', reason) : suppress('IN_APP', reason);
}

function outside(one: Case, channel: OutsideChannel): Decision {
  const { is, reason } = own(one, channel);
  if (!is) return suppress(channel, reason);
  const silenced = unreachedBy(channel, one.situation) ?? silencedBy(one);
  if (silenced) return suppress(channel, silenced);
  if (channel === 'PUSH' && one.situation.onScreen) return suppress(channel, 'ON_SCREEN');
  return holdOf(one, channel) ?? send(channel, reason);
}

/** What has waited, and its user has switched off or muted since; null: it is still wanted. */
export function unwantedNow(
  notification: Notification,
  preferences: Preferences,
  channel: Channel,
): SuppressReason | null {
  const { critical, category } = POLICIES[notification.type];
  if (critical) return null;
  return preferences.channels[category]?.[channel] === 'OFF' ? 'SWITCHED_OFF' : mutedBy(notification, preferences);
}

/** Rule 4. */
function silencedBy({ notification, policy, situation: { preferences, now } }: Case): SuppressReason | null {
  if (policy.critical) return null;
  return mutedBy(notification, preferences) ?? (notification.expiresAt <= now ? 'EXPIRED' : null);
}

/** Symbols are muted however they are written: apps let users type them. */
function mutedBy(notification: Notification, preferences: Preferences): SuppressReason | null {
  const symbol = notification.symbol?.toUpperCase();
  if (preferences.mutedSymbols.some((muted) => muted.toUpperCase() === symbol)) return 'MUTED_SYMBOL';
  return preferences.mutedStrategies.some((muted) => muted === notification.strategy) ? 'MUTED_STRATEGY' : null;
}

/** Rule 7. */
function holdOf({ policy, situation }: Case, channel: OutsideChannel): Decision | null {
  if (policy.critical || policy.category === 'REPORTS') return null;
  const { preferences, now, counts } = situation;
  const hold = (reason: HoldReason, releaseAt: Date): Decision => ({ channel, action: 'HOLD', reason, releaseAt });
  if (preferences.channels[policy.category]?.[channel] === 'DIGEST')
    return hold('DIGEST_PREFERRED', nextDigest(preferences, channel, now));
  const quiet = quietAt(preferences, channel, now);
  if (quiet) return hold('QUIET_HOURS', quiet.until ?? nextDigest(preferences, channel, now));
  return isOverCap(preferences, channel, counts[channel])
    ? hold('OVER_CAP', nextDigest(preferences, channel, now))
    : null;
}

/** What becomes of the channels behind the type's own: see `route`. */
function standbys(one: Case): ReadonlyMap<Channel, Decision> {
  const { policy, situation } = one;
  const first = OUTSIDE_CHANNELS.filter((channel) => own(one, channel).is);
  // Where the user wants nothing outside the app, nothing can fail.
  if (first.length === 0 || !(policy.urgent || policy.critical) || silencedBy(one)) return new Map();
  const isReached = first.some((channel) => unreachedBy(channel, situation) === null);
  // Of an everyday one the screen has told enough.
  const isOwed = !isReached && (policy.critical || !situation.onScreen);
  const behind = lastResorts(policy).filter((channel) => mayStandBehind(one, channel));
  return new Map(
    behind.flatMap((channel, index): readonly (readonly [Channel, Decision])[] => {
      if (isOwed && index === 0) return [[channel, fallback(one, channel)]];
      return policy.urgent && FALLBACK_CHANNELS.includes(channel) ? [[channel, suppress(channel, 'STANDBY')]] : [];
    }),
  );
}

/** A webhook is read by a program, so only what must arrive anywhere at all falls back to it. */
function lastResorts({ critical }: Policy): readonly OutsideChannel[] {
  const fallbacks = FALLBACK_CHANNELS.flatMap((name) => OUTSIDE_CHANNELS.filter((channel) => channel === name));
  return critical ? [...fallbacks, ...OUTSIDE_CHANNELS.filter((channel) => !fallbacks.includes(channel))] : fallbacks;
}

/** Reachable and not the type's own; of an everyday one also wanted there, and free to go at once. */
function mayStandBehind(one: Case, channel: OutsideChannel): boolean {
  const { is, reason } = own(one, channel);
  if (is || unreachedBy(channel, one.situation) !== null) return false;
  return one.policy.critical || (reason === 'NOT_FOR_TYPE' && holdOf(one, channel) === null);
}

const fallback = ({ situation }: Case, channel: OutsideChannel): Decision =>
  channel === 'PUSH' && situation.onScreen ? suppress(channel, 'ON_SCREEN') : send(channel, 'FALLBACK');
