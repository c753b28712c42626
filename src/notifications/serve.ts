import type { Db } from '../db/client.ts';
import type { Deps } from '../deps.ts';
import { afterTry, isOpen, isUnasked, type Next, type Try } from './attempt.ts';
import { type Claim, type Mark, markTargets, type TargetState } from './claims.ts';
import type { ChannelPort } from './channels/channel.ts';
import { type Addressed, messageOf, targetsOf } from './message.ts';
import type { DeviceRow, NotificationParts } from './parts.ts';
import type { UserPreferences } from './contact.ts';
import type { Preferences } from './preferences.ts';
import { POLICIES } from './policy.ts';
import { quietAt } from './quiet-hours.ts';
import { forgetTarget, trySend } from './try-send.ts';
import { notificationView } from './view.ts';
import type { Channel } from './words.ts';

export interface ServeDeps extends Pick<Deps, 'clock' | 'log'> {
  readonly db: Db;
  readonly parts: NotificationParts;
}

/** What is known of those that a round of deliveries goes to. */
export interface Recipients {
  readonly preferences: ReadonlyMap<string, UserPreferences>;
  readonly devices: ReadonlyMap<string, readonly DeviceRow[]>;
  readonly unread: ReadonlyMap<string, number>;
}

export async function readRecipients({ db, parts }: ServeDeps, claims: readonly Claim[]): Promise<Recipients> {
  const users = [...new Set(claims.map(({ user }) => user))];
  const isPush = claims.some(({ channel }) => channel === 'PUSH');
  const [preferences, devices, unread] = await Promise.all([
    parts.readPreferences(db, users),
    isPush ? parts.readDevices(db, users) : new Map<string, readonly DeviceRow[]>(),
    // Only an ornament of a push: a badge.
    isPush ? parts.unread(users).catch(() => new Map<string, number>()) : new Map<string, number>(),
  ]);
  return { preferences, devices, unread };
}

interface Trying {
  readonly claim: Claim;
  readonly recipients: Promise<Recipients>;
  /** Cuts it off. */
  readonly signal: AbortSignal;
}

/** Tries a delivery once. Never rejects: what fails here is a try as well, or nobody would put the delivery back. */
export async function tryOnce(deps: ServeDeps, { recipients, ...trying }: Trying): Promise<Mark> {
  const { claim } = trying;
  const known = await recipients.catch((err: unknown) => {
    deps.log.warn({ err }, 'those whom deliveries go to can’t be read now');
    return null;
  });
  if (known === null)
    return putBack(deps, claim, { status: 'away', text: 'its user could not be read', retryAfterMs: 0 });
  try {
    return await deliver(deps, { ...trying, recipients: known });
  } catch (err) {
    const { notification, channel } = claim;
    deps.log.error(
      { err, notification: notification.id, type: notification.type, channel },
      'a delivery could not be made',
    );
    return putBack(deps, claim, { status: 'later', text: 'it could not be written', retryAfterMs: null });
  }
}

function putBack(deps: ServeDeps, claim: Claim, one: Try): Mark {
  return { ...markOf(deps, claim, afterTry([one], effortOf(deps, claim))), isTry: !isUnasked(one) };
}

const effortOf = ({ clock }: ServeDeps, { tries, notification, hasStandby }: Claim) => ({
  ...{ tries, hasStandby },
  waitedMs: clock.now().getTime() - notification.createdAt.getTime(),
});

async function deliver(
  deps: ServeDeps,
  { claim, recipients, signal }: Omit<Trying, 'recipients'> & { readonly recipients: Recipients },
): Promise<Mark> {
  const { notification, channel, user } = claim;
  const preferences = recipients.preferences.get(user);
  if (notification.expiresAt <= deps.clock.now()) return markOf(deps, claim, outOfTime(claim));
  if (!preferences) throw new Error(`no preferences were read for ${user}`);
  if (channel === 'IN_APP') return await intoFeed(deps, claim, preferences);
  const quietMs = quietMsOf(notification, { preferences, channel, now: deps.clock.now() });
  if (quietMs !== null) return { ...markOf(deps, claim, waiting(quietMs)), isTry: false };
  const devices = recipients.devices.get(user) ?? [];
  const addressed = targetsOf(channel, { preferences, devices, ports: deps.parts.ports });
  if (typeof addressed === 'string') return markOf(deps, claim, unreachable(claim, addressed));
  const { locale } = preferences;
  const text = deps.parts.wordsOf(notification, preferences, channel);
  const unreadCount = recipients.unread.get(user) ?? 0;
  const message = messageOf(notification, { text, locale, unreadCount, replaces: claim.replaces });
  const send = (at: Addressed): Promise<Try> => trySend(deps.parts.ports, { message, target: at.target, signal });
  return await sendAll(deps, { claim, addressed, send });
}

interface Sending {
  readonly claim: Claim;
  readonly addressed: readonly Addressed[];
  readonly send: (at: Addressed) => Promise<Try>;
}

/** To each target that has no final word yet; what is known of one is kept while others are waited for. */
async function sendAll(deps: ServeDeps, { claim, addressed, send }: Sending): Promise<Mark> {
  const known = new Map(claim.targets.map((target) => [target.deviceId, target]));
  const due = addressed.filter(({ deviceId }) => isOwed(known.get(deviceId ?? '')));
  let left = due.length;
  const tries = await Promise.all(
    due.map(async (at) => {
      const one = await send(at);
      left -= 1;
      if (at.deviceId !== null) known.set(at.deviceId, targetState(at.deviceId, one, deps.clock.now()));
      if (one.status === 'gone') await forgetTarget(deps, { user: claim.user, target: at.target, gone: one });
      if (left > 0 && !isOpen(one)) await markTargets(deps.db, claim, [...known.values()]).catch(() => undefined);
      return { at, one };
    }),
  );
  const earlier = claim.targets.filter((target) => !isOwed(target)).flatMap(earlierTry);
  const next = afterTry([...tries.map(({ one }) => one), ...earlier], effortOf(deps, claim));
  const isLost = ({ at, one }: (typeof tries)[number]): boolean =>
    one.status === 'unknown' && (deps.parts.ports[at.target.kind] as ChannelPort | undefined)?.idempotent !== true;
  return {
    ...markOf(deps, claim, next),
    isTry: tries.some(({ one }) => !isUnasked(one)),
    isUnknown: tries.some(isLost),
    targets: claim.channel === 'PUSH' ? [...known.values()] : null,
    text: tries.map(({ one }) => ('text' in one ? one.text : null)).findLast((text) => text !== null) ?? null,
    providerId:
      tries.map(({ one }) => (one.status === 'sent' ? one.providerId : null)).find((id) => id !== null) ?? null,
  };
}

const isOwed = (known: TargetState | undefined): boolean => known === undefined || known.state === 'LATER';

/** What an earlier try has settled for a target still counts. */
function earlierTry({ state, providerId, text }: TargetState): readonly Try[] {
  if (state === 'SENT') return [{ status: 'sent', providerId }];
  if (state === 'GONE') return [{ status: 'gone', text: text ?? '', deadSince: null }];
  return state === 'REFUSED' ? [{ status: 'refused', text: text ?? '' }] : [];
}

const TARGET_STATES = {
  sent: 'SENT',
  gone: 'GONE',
  refused: 'REFUSED',
  later: 'LATER',
  unknown: 'LATER',
  away: 'LATER',
  busy: 'LATER',
} as const;

function targetState(deviceId: string, one: Try, now: Date): TargetState {
  const text = 'text' in one ? one.text : null;
  const providerId = one.status === 'sent' ? one.providerId : null;
  return { deviceId, state: TARGET_STATES[one.status], text, at: now.toISOString(), providerId };
}

/** Its feed is Redis: what can't be put there now is tried again until it has expired. */
async function intoFeed(deps: ServeDeps, claim: Claim, preferences: Preferences): Promise<Mark> {
  const { notification, user } = claim;
  const words = deps.parts.wordsOf(notification, preferences, 'IN_APP');
  const view = notificationView(notification, { ...words, locale: preferences.locale });
  try {
    await deps.parts.feed.append(user, notification.id, view, POLICIES[notification.type].ttlSeconds);
    return markOf(deps, claim, { state: 'SENT', reason: null });
  } catch (err) {
    deps.log.debug({ err, notification: notification.id }, 'the feed can’t be written now');
    const text = 'the feed could not be reached';
    return { ...putBack(deps, claim, { status: 'away', text, retryAfterMs: 0 }), text };
  }
}

/** Nowhere to go any more; one that has reached a device before was sent. */
const unreachable = ({ targets }: Claim, reason: Suppression): Next =>
  targets.some(({ state }) => state === 'SENT') ? { state: 'SENT', reason: null } : suppressed(reason);

/** A critical one is never silently let go: its failure is counted, and shown to operators. */
function outOfTime(claim: Claim): Next {
  const next = unreachable(claim, 'EXPIRED');
  const isCritical = POLICIES[claim.notification.type].critical;
  return isCritical && next.state === 'SUPPRESSED' ? { state: 'FAILED', reason: 'GAVE_UP' } : next;
}

type Suppression = Extract<Next, { state: 'SUPPRESSED' }>['reason'];

/** What was to be sent before quiet hours began, and could not be, waits for their end; null: it may go. */
function quietMsOf(
  { type }: Claim['notification'],
  { preferences, channel, now }: { readonly preferences: Preferences; readonly channel: Channel; readonly now: Date },
): number | null {
  const { critical, category } = POLICIES[type];
  // Reports have an hour of their own; a digest is of their category, but waits as what it tells.
  if (critical || (category === 'REPORTS' && type !== 'DIGEST')) return null;
  const until = quietAt(preferences, channel, now)?.until ?? null;
  return until && until.getTime() - now.getTime();
}

const waiting = (retryMs: number): Next => ({ state: 'PENDING', reason: null, retryMs });

const suppressed = (reason: Suppression): Next => ({ state: 'SUPPRESSED', reason });

function markOf({ clock }: ServeDeps, claim: Claim, next: Next): Mark {
  return {
    ...{ claim, state: next.state, reason: next.reason, at: clock.now() },
    retryMs: next.state === 'PENDING' ? next.retryMs : null,
    ...{ isTry: next.state !== 'SUPPRESSED', isUnknown: false, targets: null, providerId: null, text: null },
  };
}
