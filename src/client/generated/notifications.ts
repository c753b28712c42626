// Written by tools/client-schema.mjs from schema.graphql: change that.

import type { Table } from './schema.ts';

/** As the table of orders, for notifications. */
export const NOTIFICATIONS_TABLE: Table = {
  enums: {
    NotificationCategory: 'ACCOUNT ALERTS ORDERS REGULATORY REPORTS RISK STRATEGIES SYSTEM',
    NotificationChange: 'ARCHIVED READ RECEIVED',
    NotificationPriority: 'HIGH LOW NORMAL',
    NotificationType:
      'ACCOUNT_SECURITY BROKER_DISCONNECTED DAILY_REPORT DIGEST EXECUTION_BUSTED EXECUTION_CORRECTED EXECUTION_FAILED LATE_FILL LIMIT_BREACHED MONTHLY_REPORT ORDER_CANCELED ORDER_EXPIRED ORDER_FILLED ORDER_OVERFILLED ORDER_PARTIALLY_FILLED ORDER_REJECTED ORDER_SUBMITTED PRICE_ALERT REGULATORY_NOTICE RISK_VIOLATION STRATEGY_STATUS SYSTEM_MAINTENANCE SYSTEM_NOTICE VOLUME_ALERT WEEKLY_REPORT',
  },
  objects: {
    Notification:
      'Boolean! critical;DateTime archivedAt readAt;DateTime! createdAt expiresAt occurredAt;ID orderId;ID! id;NotificationCategory! category;NotificationPriority! priority;NotificationType! type;String strategy symbol;String! body locale title',
    NotificationUpdate: 'Cursor! cursor;Notification! notification;NotificationChange! change',
    Subscription: 'NotificationUpdate! notificationReceived',
  },
  implementations: { Node: 'Notification' },
};
