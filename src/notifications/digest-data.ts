import type { Notification, NotificationData } from './notification.ts';
import type { Waited } from './templates/digest.ts';
import { readNotification } from './told.ts';

/** What a digest's notification carries: how many it stands for, and those that it shows. */
export const digestData = ({ told, more }: Waited, count: number): NotificationData => ({
  count,
  more,
  told: JSON.stringify(told),
});

/** Null for any other notification. */
export function readDigest({ type, data: { told, more } }: Notification): Waited | null {
  if (type !== 'DIGEST' || typeof told !== 'string') return null;
  return { told: (JSON.parse(told) as unknown[]).map(readNotification), more: Number(more) };
}
