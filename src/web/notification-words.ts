import type {
  ChannelSetting,
  DeliveryReason,
  DeliveryState,
  NotificationCategory,
  NotificationChannel,
  NotificationRefusalCode,
  NotificationReport,
  Weekday,
} from '../generated/web/graphql.ts';

export const CATEGORY: Readonly<Record<NotificationCategory, string>> = {
  ORDERS: 'Orders',
  STRATEGIES: 'Strategies',
  RISK: 'Risk',
  ALERTS: 'Alerts',
  ACCOUNT: 'Account',
  REGULATORY: 'Regulation',
  SYSTEM: 'System',
  REPORTS: 'Reports',
};
export const CATEGORIES = Object.keys(CATEGORY) as readonly NotificationCategory[];

export const CHANNEL: Readonly<Record<NotificationChannel, string>> = {
  IN_APP: 'In the app',
  PUSH: 'Push',
  EMAIL: 'E-mail',
  SMS: 'SMS',
  WEBHOOK: 'Webhook',
};
export const CHANNELS = Object.keys(CHANNEL) as readonly NotificationChannel[];
export const OUTSIDE_CHANNELS = CHANNELS.filter((channel) => channel !== 'IN_APP');

export const SETTING: Readonly<Record<ChannelSetting, string>> = { ON: 'On', OFF: 'Off', DIGEST: 'Digest' };

export const REPORT: Readonly<Record<NotificationReport, string>> = {
  DAILY_REPORT: 'Daily',
  WEEKLY_REPORT: 'Weekly',
  MONTHLY_REPORT: 'Monthly',
};

export const WEEKDAY: Readonly<Record<Weekday, string>> = {
  MONDAY: 'Mon',
  TUESDAY: 'Tue',
  WEDNESDAY: 'Wed',
  THURSDAY: 'Thu',
  FRIDAY: 'Fri',
  SATURDAY: 'Sat',
  SUNDAY: 'Sun',
};
export const WEEKDAYS = Object.keys(WEEKDAY) as readonly Weekday[];

/** Where there are words of our own for it; else the service's are shown. */
export const CODE_REFUSAL: Readonly<Partial<Record<NotificationRefusalCode, string>>> = {
  WRONG_CODE: 'This is not the code that came last.',
  CODE_EXPIRED: 'No code is valid any more: ask for a new one.',
  TOO_MANY_CODES: 'Too many codes were sent, to you or to this address: try again in an hour or more.',
  CHANNEL_OFF: 'This service has the channel switched off.',
};

/** Each in its own words. */
export const LOCALE: Readonly<Record<string, string>> = { en: 'English', ar: 'العربية', hi: 'हिन्दी' };

export const isRightToLeft = (locale: string): boolean => locale === 'ar' || locale.startsWith('ar-');

export const DELIVERY_STATE: Readonly<Record<DeliveryState, string>> = {
  PENDING: 'On its way',
  HELD: 'Waits',
  SENT: 'Sent',
  SUPPRESSED: 'Not sent',
  FAILED: 'Failed',
};

/** Why it was, or was not, sent on a channel: after "Sent:", "Not sent:" and the like. */
export const DELIVERY_REASON: Readonly<Record<DeliveryReason, string>> = {
  DEFAULT: 'as this kind goes by default',
  PREFERRED: 'you have switched it on here',
  CRITICAL: 'critical ones always go out',
  FALLBACK: 'the channel before it failed',
  DIGEST: 'within a digest',
  QUIET_HOURS: 'these are your quiet hours',
  OVER_CAP: 'more than your limit for this channel',
  DIGEST_PREFERRED: 'you get this kind as a digest',
  NOT_FOR_TYPE: 'this kind does not go here by default',
  SWITCHED_OFF: 'you have switched it off here',
  MUTED_SYMBOL: 'you have muted the symbol',
  MUTED_STRATEGY: 'you have muted the strategy',
  ON_SCREEN: 'you had the app before you',
  CHANNEL_OFF: 'this service has the channel switched off',
  NO_ADDRESS: 'you have given no address',
  UNVERIFIED: 'you have not confirmed the address',
  NO_DEVICE: 'no device of yours is set up for it',
  PERMISSION_DENIED: 'your devices don’t let it show notifications',
  STANDBY: 'only if another channel fails',
  SUPERSEDED: 'no longer true when its digest was made',
  EXPIRED: 'no longer worth telling by then',
  PROVIDER_REFUSED: 'the provider refused it',
  ADDRESS_GONE: 'the address is no longer there',
  GAVE_UP: 'every try failed',
};
