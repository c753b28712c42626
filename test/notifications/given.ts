import { userId } from '../../src/kernel/brand.ts';
import type { Notification } from '../../src/notifications/notification.ts';
import { addressOf, CONTACT_CHANNELS, type UserPreferences } from '../../src/notifications/contact.ts';
import { DEFAULT_PREFERENCES, type Preferences } from '../../src/notifications/preferences.ts';
import { type Decision, route, type Situation } from '../../src/notifications/route.ts';
import type { Channel, NotificationType } from '../../src/notifications/words.ts';

/** A Tuesday. */
export const NOON = new Date('2026-06-02T12:00:00Z');
export const WHSEC = `whsec_${'abcdefgh'.repeat(4)}`;

/** As if every address that is given had been verified. */
export const allVerified = (preferences: Preferences): UserPreferences => ({
  ...preferences,
  contactStates: Object.fromEntries(
    CONTACT_CHANNELS.filter((channel) => addressOf(preferences.contacts, channel) !== null).map((channel) => [
      ...([channel, 'VERIFIED'] as const),
    ]),
  ),
});

/** With an address on each channel. */
export const PREFERRED: Preferences = {
  ...DEFAULT_PREFERENCES,
  contacts: {
    email: 'alice@example.com',
    phone: '+14155550123',
    webhook: { url: 'https://example.com/hook', secret: WHSEC },
  },
};

/** Can be reached everywhere. */
export const REACHABLE: UserPreferences = allVerified(PREFERRED);

export function situation(more: Partial<Situation> = {}): Situation {
  return {
    now: NOON,
    preferences: REACHABLE,
    onScreen: false,
    devices: [{ provider: 'FCM', permission: 'GRANTED' }],
    configured: new Set(['WEB_PUSH', 'FCM', 'APNS', 'EMAIL', 'SMS', 'WEBHOOK']),
    counts: {},
    ...more,
  };
}

export const prefer = (more: Partial<UserPreferences>): Pick<Situation, 'preferences'> => ({
  preferences: { ...allVerified({ ...REACHABLE, ...more }), ...more },
});

export function notification(type: NotificationType, more: Partial<Notification> = {}): Notification {
  return {
    ...{ id: '6f1f36a8-3f5e-4c55-9d1b-0d3f0f4f0001', userId: userId('alice'), type, key: 'event:1' },
    ...{ orderId: 'order-1', symbol: 'AAPL', strategy: null, data: {} },
    ...{ occurredAt: NOON, createdAt: NOON, expiresAt: new Date(NOON.getTime() + 86_400_000) },
    ...more,
  };
}

/** `REASON`, or `HOLD REASON release`, by channel; what goes out is `SEND REASON`. */
export function answers(decisions: readonly Decision[]): Readonly<Partial<Record<Channel, string>>> {
  const text = (decision: Decision): string => {
    if (decision.action === 'SUPPRESS') return decision.reason;
    const release = decision.action === 'HOLD' ? ` ${decision.releaseAt.toISOString().slice(0, 16)}` : '';
    return `${decision.action} ${decision.reason}${release}`;
  };
  return Object.fromEntries(decisions.map((decision) => [decision.channel, text(decision)]));
}

export const routed = (told: NotificationType | Notification, more: Partial<Situation> = {}) =>
  answers(route(typeof told === 'string' ? notification(told) : told, situation(more)));
