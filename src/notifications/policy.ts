import type { Category, Channel, NotificationType, Priority } from './words.ts';

/** Notifications with the same thing replace each other on a device's screen. */
export type CollapseBy = 'ORDER' | 'SYMBOL' | 'STRATEGY' | 'TYPE' | null;

/** What holds for every notification of a type, whoever gets it. */
export interface Policy {
  readonly category: Category;
  readonly priority: Priority;
  /** Can't be switched off, waits for no quiet hours, and is kept in PostgreSQL. */
  readonly critical: boolean;
  /** Tries another channel when its first one fails. */
  readonly urgent: boolean;
  /** Where it goes unless the user says otherwise; `IN_APP` always. */
  readonly channels: readonly Channel[];
  /** How long it is worth telling. */
  readonly ttlSeconds: number;
  readonly collapseBy: CollapseBy;
}

const HOUR = 3_600;
const DAY = 24 * HOUR;

const order = (more: Partial<Policy>): Policy => ({
  category: 'ORDERS',
  priority: 'NORMAL',
  critical: false,
  urgent: false,
  channels: ['IN_APP', 'PUSH'],
  ttlSeconds: DAY,
  collapseBy: 'ORDER',
  ...more,
});

/** The venue says that what a trader holds is other than they were told, or than they asked for. */
const critical = (more: Partial<Policy> = {}): Policy =>
  order({ priority: 'HIGH', critical: true, urgent: true, channels: ['IN_APP', 'PUSH', 'EMAIL'], ...more });

const report = (ttlSeconds: number): Policy =>
  order({ category: 'REPORTS', priority: 'LOW', channels: ['IN_APP', 'EMAIL'], ttlSeconds, collapseBy: 'TYPE' });

export const POLICIES: Readonly<Record<NotificationType, Policy>> = {
  ORDER_SUBMITTED: order({ priority: 'LOW', channels: ['IN_APP'], ttlSeconds: HOUR }),
  ORDER_PARTIALLY_FILLED: order({ ttlSeconds: HOUR }),
  ORDER_FILLED: order({ priority: 'HIGH' }),
  ORDER_CANCELED: order({}),
  ORDER_REJECTED: critical({ channels: ['IN_APP', 'PUSH', 'SMS'] }),
  ORDER_EXPIRED: order({}),
  EXECUTION_FAILED: critical({ channels: ['IN_APP', 'PUSH'] }),
  EXECUTION_BUSTED: critical(),
  EXECUTION_CORRECTED: critical(),
  ORDER_OVERFILLED: critical(),
  LATE_FILL: critical(),
  STRATEGY_STATUS: order({ category: 'STRATEGIES', collapseBy: 'STRATEGY' }),
  RISK_VIOLATION: critical({ category: 'RISK', channels: ['IN_APP', 'PUSH', 'SMS', 'EMAIL'], collapseBy: null }),
  LIMIT_BREACHED: critical({ category: 'RISK', collapseBy: null }),
  PRICE_ALERT: order({ category: 'ALERTS', priority: 'HIGH', urgent: true, ttlSeconds: HOUR, collapseBy: 'SYMBOL' }),
  VOLUME_ALERT: order({ category: 'ALERTS', ttlSeconds: HOUR, collapseBy: 'SYMBOL' }),
  ACCOUNT_SECURITY: critical({ category: 'ACCOUNT', channels: ['IN_APP', 'PUSH', 'EMAIL', 'SMS'], collapseBy: null }),
  REGULATORY_NOTICE: critical({
    category: 'REGULATORY',
    priority: 'NORMAL',
    urgent: false,
    channels: ['IN_APP', 'EMAIL'],
    ttlSeconds: 28 * DAY,
    collapseBy: null,
  }),
  SYSTEM_NOTICE: order({ category: 'SYSTEM', channels: ['IN_APP'], collapseBy: null }),
  SYSTEM_MAINTENANCE: order({ category: 'SYSTEM', channels: ['IN_APP', 'PUSH'], collapseBy: 'TYPE' }),
  BROKER_DISCONNECTED: critical({
    category: 'SYSTEM',
    channels: ['IN_APP', 'PUSH'],
    ttlSeconds: HOUR,
    collapseBy: 'TYPE',
  }),
  DAILY_REPORT: report(3 * DAY),
  WEEKLY_REPORT: report(7 * DAY),
  MONTHLY_REPORT: report(28 * DAY),
  DIGEST: order({ category: 'REPORTS', channels: [], ttlSeconds: 3 * DAY, collapseBy: 'TYPE' }),
};

/** The last words of an order stay true, however long they are held; until a later word about it. */
export const LAST_WORDS: readonly NotificationType[] = ['ORDER_FILLED', 'ORDER_CANCELED', 'ORDER_EXPIRED'];

/** For an urgent one, when the channel before it fails. */
export const FALLBACK_CHANNELS: readonly Channel[] = ['PUSH', 'SMS', 'EMAIL'];
