import type { Notification, NotificationData } from './notification.ts';
import type { Waited } from './templates/digest.ts';
import { readNotification } from './told.ts';

/** What a digest's notification carries: how many it stands for, and those that it shows. */
export const digestData = ({ told, more }: Waited, count: number): NotificationData => ({
  count,
  more,
  told: JSON.stringify(told),
});

/** The same with one less to show; null: there is none to leave out. */
export function shorterDigest(data: NotificationData): NotificationData | null {
  if (typeof data['told'] !== 'string') return null;
  const told = JSON.parse(data['told']) as unknown[];
  const more = Number(data['more']) + 1;
  return told.length === 0 ? null : { ...data, more, told: JSON.stringify(told.slice(0, -1)) };
}

/** Null for any other notification. */
export function readDigest({ type, data: { told, more } }: Notification): Waited | null {
  if (type !== 'DIGEST' || typeof told !== 'string') return null;
  return { told: (JSON.parse(told) as unknown[]).map(readNotification), more: Number(more) };
}
