import type { ChannelPorts, Message, Target } from './channels/channel.ts';
import type { Notification } from './notification.ts';
import type { DeviceRow } from './parts.ts';
import type { ContactChannel, UserPreferences } from './contact.ts';
import type { OutsideChannel, Preferences } from './preferences.ts';
import { unfitFor } from './reach.ts';
import type { ChannelWords } from './templates/plain.ts';
import { POLICIES } from './policy.ts';
import { collapseKey } from './told.ts';
import type { Locale, SuppressReason } from './words.ts';

/** One place that a delivery goes to: of a push, one device. */
export interface Addressed {
  /** Null where the channel has one target alone. */
  readonly deviceId: string | null;
  readonly target: Target;
}

interface Recipient {
  readonly preferences: UserPreferences;
  readonly devices: readonly DeviceRow[];
  readonly ports: ChannelPorts;
}

/** Where a delivery goes as things are now; or why nowhere. */
export function targetsOf(
  channel: OutsideChannel,
  { preferences, devices, ports }: Recipient,
): readonly Addressed[] | SuppressReason {
  if (channel === 'PUSH') return pushTargets(devices, ports);
  if (!ports[channel]) return 'CHANNEL_OFF';
  const unfit = unfitFor(preferences.contactStates[channel]);
  const target = contactTarget(channel, preferences.contacts);
  return unfit ?? (target ? [{ deviceId: null, target }] : 'NO_ADDRESS');
}

function contactTarget(channel: ContactChannel, { email, phone, webhook }: Preferences['contacts']): Target | null {
  if (channel === 'EMAIL') return email === null ? null : { kind: 'EMAIL', address: email };
  if (channel === 'SMS') return phone === null ? null : { kind: 'SMS', phone };
  return webhook && { kind: 'WEBHOOK', ...webhook };
}

function pushTargets(devices: readonly DeviceRow[], ports: ChannelPorts): readonly Addressed[] | SuppressReason {
  const reachable = devices.flatMap((device) => {
    const target = deviceTarget(device);
    return target ? [{ deviceId: device.id, target, permission: device.permission }] : [];
  });
  if (reachable.length === 0) return 'NO_DEVICE';
  const allowed = reachable.filter(({ permission }) => permission === 'GRANTED');
  if (allowed.length === 0) return 'PERMISSION_DENIED';
  const served = allowed.filter(({ target }) => ports[target.kind]);
  return served.length === 0 ? 'CHANNEL_OFF' : served;
}

function deviceTarget({ provider, token, keys }: DeviceRow): Target | null {
  if (provider === null || token === null) return null;
  if (provider !== 'WEB_PUSH') return { kind: provider, token };
  return keys && { kind: 'WEB_PUSH', endpoint: token, p256dh: keys.p256dh, auth: keys.auth };
}

interface Written {
  readonly text: ChannelWords;
  readonly locale: Locale;
  readonly unreadCount: number;
  /** One with the same collapse key is on the screen. */
  readonly replaces: boolean;
}

export function messageOf(notification: Notification, { text, locale, unreadCount, replaces }: Written): Message {
  const { id, userId, type, createdAt, expiresAt, data } = notification;
  const { orderId, symbol, strategy, occurredAt } = notification;
  const { category, critical, priority } = POLICIES[type];
  return {
    ...{ id, userId, type, category, critical, priority, createdAt, expiresAt, data, locale, unreadCount },
    ...{ orderId, symbol, strategy, occurredAt },
    ...{ title: text.title, body: text.body, html: text.html, direction: text.direction },
    collapseKey: collapseKey(notification),
    quiet: replaces && priority !== 'HIGH',
  };
}
