/** The words of notifications, once for schema, rows and rules. */

/** What users switch on and off. */
export const CATEGORIES = [
  'ORDERS',
  'STRATEGIES',
  'RISK',
  'ALERTS',
  'ACCOUNT',
  'REGULATORY',
  'SYSTEM',
  'REPORTS',
] as const;
export type Category = (typeof CATEGORIES)[number];

/** Where a notification may go. `IN_APP` is live on every connection at once, and kept in the feed. */
export const CHANNELS = ['IN_APP', 'PUSH', 'EMAIL', 'SMS', 'WEBHOOK'] as const;
export type Channel = (typeof CHANNELS)[number];

/** Who carries a push to a device. */
export const PUSH_PROVIDERS = ['WEB_PUSH', 'FCM', 'APNS'] as const;
export type PushProvider = (typeof PUSH_PROVIDERS)[number];

export const NOTIFICATION_TYPES = [
  'ORDER_SUBMITTED',
  'ORDER_PARTIALLY_FILLED',
  'ORDER_FILLED',
  'ORDER_CANCELED',
  'ORDER_REJECTED',
  'ORDER_EXPIRED',
  'EXECUTION_FAILED',
  'EXECUTION_BUSTED',
  'EXECUTION_CORRECTED',
  'ORDER_OVERFILLED',
  'LATE_FILL',
  'STRATEGY_STATUS',
  'RISK_VIOLATION',
  'LIMIT_BREACHED',
  'PRICE_ALERT',
  'VOLUME_ALERT',
  'ACCOUNT_SECURITY',
  'REGULATORY_NOTICE',
  'SYSTEM_NOTICE',
  'SYSTEM_MAINTENANCE',
  'BROKER_DISCONNECTED',
  'DAILY_REPORT',
  'WEEKLY_REPORT',
  'MONTHLY_REPORT',
  'DIGEST',
] as const;
export type NotificationType = (typeof NOTIFICATION_TYPES)[number];

export const PRIORITIES = ['LOW', 'NORMAL', 'HIGH'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** `PENDING`: owed, and being sent or tried again. `HELD`: waits for a digest. The other three are final. */
export const DELIVERY_STATES = ['PENDING', 'HELD', 'SENT', 'SUPPRESSED', 'FAILED'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** Why a notification was sent on a channel. */
export const SEND_REASONS = ['DEFAULT', 'PREFERRED', 'CRITICAL', 'FALLBACK', 'DIGEST'] as const;
/** Why it waits for the next digest. */
export const HOLD_REASONS = ['QUIET_HOURS', 'OVER_CAP', 'DIGEST_PREFERRED'] as const;
/**
 * Why it did not go there. `UNVERIFIED`: nobody has shown that the address is theirs. `STANDBY`: only if the first channel of an
 * urgent one fails. `SUPERSEDED`: no longer true when its digest was made.
 */
export const SUPPRESS_REASONS = [
  'NOT_FOR_TYPE',
  'SWITCHED_OFF',
  'MUTED_SYMBOL',
  'MUTED_STRATEGY',
  'ON_SCREEN',
  'CHANNEL_OFF',
  'NO_ADDRESS',
  'UNVERIFIED',
  'ADDRESS_GONE',
  'NO_DEVICE',
  'PERMISSION_DENIED',
  'STANDBY',
  'SUPERSEDED',
  'EXPIRED',
] as const;
/** Why it could not be sent. `ADDRESS_GONE`: the provider said so of this one; of later ones, that are suppressed, it is known. */
export const FAIL_REASONS = ['PROVIDER_REFUSED', 'ADDRESS_GONE', 'GAVE_UP'] as const;

export type SendReason = (typeof SEND_REASONS)[number];
export type HoldReason = (typeof HOLD_REASONS)[number];
export type SuppressReason = (typeof SUPPRESS_REASONS)[number];
export type FailReason = (typeof FAIL_REASONS)[number];
export type DeliveryReason = SendReason | HoldReason | SuppressReason | FailReason;
export const DELIVERY_REASONS: readonly DeliveryReason[] = [
  ...new Set([...SEND_REASONS, ...HOLD_REASONS, ...SUPPRESS_REASONS, ...FAIL_REASONS]),
];

/** What notifications are written in; Arabic runs from right to left. */
export const LOCALES = ['en', 'ar', 'hi'] as const;
export type Locale = (typeof LOCALES)[number];

/** What an update of the feed tells. */
export const NOTIFICATION_CHANGES = ['RECEIVED', 'READ', 'ARCHIVED'] as const;
export type NotificationChange = (typeof NOTIFICATION_CHANGES)[number];

export const REPORTS = [
  'DAILY_REPORT',
  'WEEKLY_REPORT',
  'MONTHLY_REPORT',
] as const satisfies readonly NotificationType[];
export type Report = (typeof REPORTS)[number];
