import type { UserId } from '../kernel/brand.ts';
import type { TargetKind } from './channels/channel.ts';
import type { Notification } from './notification.ts';
import type { Counts } from './caps.ts';
import type { DeviceRow, NotificationParts } from './parts.ts';
import type { UserPreferences } from './contact.ts';
import type { Decision, Situation } from './route.ts';
import type { Channel } from './words.ts';

/** What is known of the users of a batch while it is routed. */
export interface Known {
  readonly preferences: ReadonlyMap<UserId, UserPreferences>;
  readonly devices: ReadonlyMap<UserId, readonly DeviceRow[]>;
  readonly onScreen: ReadonlySet<UserId>;
  readonly counts: ReadonlyMap<UserId, Situation['counts']>;
  readonly configured: ReadonlySet<TargetKind>;
  readonly now: Date;
}

export interface Decided {
  readonly notification: Notification;
  readonly preferences: UserPreferences;
  readonly decisions: readonly Decision[];
}

/** Decides one notification after the other: what is sent of the earlier ones counts for the caps of the later ones. */
export function decideAll(
  route: NotificationParts['route'],
  notifications: readonly Notification[],
  known: Known,
): readonly Decided[] {
  const counts = new Map(known.counts);
  return notifications.map((notification) => {
    const { userId: user } = notification;
    const preferences = known.preferences.get(user);
    if (!preferences) throw new Error(`no preferences were read for ${user}`);
    const decisions = route(notification, {
      ...{ now: known.now, configured: known.configured, preferences },
      onScreen: known.onScreen.has(user),
      devices: known.devices.get(user) ?? [],
      counts: counts.get(user) ?? {},
    });
    counts.set(user, decisions.filter(({ action }) => action === 'SEND').reduce(counted, counts.get(user) ?? {}));
    return { notification, preferences, decisions };
  });
}

const NONE: Counts = { minute: 0, hour: 0, day: 0 };

function counted(counts: Situation['counts'], { channel }: { readonly channel: Channel }): Situation['counts'] {
  const { minute, hour, day } = counts[channel] ?? NONE;
  return { ...counts, [channel]: { minute: minute + 1, hour: hour + 1, day: day + 1 } };
}
