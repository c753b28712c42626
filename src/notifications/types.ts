import { builder } from '../graphql/builder.ts';
import { parseGlobalId } from '../kernel/global-id.ts';
import type { NotificationView } from './view.ts';
import * as words from './words.ts';

export const NotificationType = builder.enumType('NotificationType', {
  values: words.NOTIFICATION_TYPES,
  description: 'What happened.',
});
export const NotificationCategory = builder.enumType('NotificationCategory', {
  values: words.CATEGORIES,
  description: 'What users switch on and off.',
});
export const NotificationPriority = builder.enumType('NotificationPriority', { values: words.PRIORITIES });
export const NotificationChannel = builder.enumType('NotificationChannel', {
  values: words.CHANNELS,
  description: 'Where a notification may go. IN_APP is live on every connection, and the list of notifications.',
});
export const NotificationChange = builder.enumType('NotificationChange', {
  values: words.NOTIFICATION_CHANGES,
  description: 'What an update tells of its notification.',
});
export const DeliveryState = builder.enumType('DeliveryState', {
  values: words.DELIVERY_STATES,
  description: 'PENDING: owed, being sent or tried again. HELD: waits for a digest. The other three are final.',
});
export const DeliveryReason = builder.enumType('DeliveryReason', {
  values: words.DELIVERY_REASONS,
  description: 'Why a notification was sent on a channel, or was held, suppressed or failed there.',
});
export const PushProvider = builder.enumType('PushProvider', {
  values: words.PUSH_PROVIDERS,
  description: 'Who carries a push to a device.',
});

export const NotificationRef = builder.objectRef<NotificationView>('Notification');
NotificationRef.implement({
  description: 'Something that the viewer is told, in their words as of when it was made.',
  interfaces: [builder.nodeInterfaceRef()],
  isTypeOf: (value) =>
    typeof value === 'object' &&
    value !== null &&
    'id' in value &&
    parseGlobalId(String(value.id))?.type === 'Notification',
  fields: (t) => ({
    id: t.exposeID('id'),
    type: t.expose('type', { type: NotificationType, description: 'What happened.' }),
    category: t.expose('category', { type: NotificationCategory, description: 'What it is switched on and off with.' }),
    priority: t.expose('priority', { type: NotificationPriority }),
    critical: t.exposeBoolean('critical', {
      description: 'It can’t be switched off, waits for no quiet hours, and is kept for good.',
    }),
    title: t.exposeString('title'),
    body: t.exposeString('body'),
    locale: t.exposeString('locale', { description: 'BCP 47: the language of title and body.' }),
    orderId: t.exposeID('orderId', { nullable: true, description: 'As in `Order.id`: the order that it is about.' }),
    symbol: t.exposeString('symbol', { nullable: true, description: 'Symbol (55).' }),
    strategy: t.exposeString('strategy', { nullable: true }),
    occurredAt: t.expose('occurredAt', { type: 'DateTime', description: 'When what it tells of happened.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'Until when it is worth telling.' }),
    readAt: t.expose('readAt', { type: 'DateTime', nullable: true, description: 'Null: it is unread.' }),
    archivedAt: t.expose('archivedAt', { type: 'DateTime', nullable: true, description: 'Null: it is in the list.' }),
  }),
});
