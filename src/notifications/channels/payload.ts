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
