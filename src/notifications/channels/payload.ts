import { globalId } from '../../kernel/global-id.ts';
import type { Message } from './channel.ts';

/** Each push service keeps a message for four weeks at most. */
const TTL_SECONDS_MAX = 2_419_200;

/** How long it is still worth showing. */
export const ttlSecondsOf = ({ expiresAt }: Message, now: Date): number =>
  Math.min(Math.max(Math.floor((expiresAt.getTime() - now.getTime()) / 1_000), 0), TTL_SECONDS_MAX);

/** Later ones with the same take its place on the screen; so does the same one sent twice. 32 characters of base64url. */
export const tagOf = ({ collapseKey, id }: Message): string => collapseKey ?? id.replaceAll('-', '');

/** What an app needs to open it, in strings, as FCM wants them. */
export const appDataOf = (message: Message): Readonly<Record<string, string>> => ({
  notificationId: globalId('Notification', message.id),
  type: message.type,
  category: message.category,
  ...(message.orderId !== null && { orderId: message.orderId }),
});

/** What an Apple device is to know of it before it reads it. */
export const apnsHeadersOf = (message: Message, now: Date): Readonly<Record<string, string>> => ({
  // At once, or when it suits the device's battery.
  'apns-priority': message.quiet || message.priority === 'LOW' ? '5' : '10',
  'apns-expiration': String(Math.floor(now.getTime() / 1_000) + ttlSecondsOf(message, now)),
  'apns-collapse-id': tagOf(message),
});

/** How an Apple device shows it; the alert itself is apart. */
export const apsOf = ({ quiet, critical, unreadCount, category }: Message): object => ({
  ...{ badge: unreadCount, 'thread-id': category.toLowerCase() },
  'interruption-level': quiet ? 'passive' : critical ? 'time-sensitive' : 'active',
  ...(!quiet && { sound: 'default' }),
});
