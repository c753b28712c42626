import { digest } from '../kernel/text.ts';
import type { Fact, Notification, NotificationData } from './notification.ts';
import type { CollapseBy } from './policy.ts';
import { LAST_WORDS, POLICIES } from './policy.ts';

/** Of base64url, as the channel with the least room takes it. */
const COLLAPSE_CHARACTERS = 32;
const UUID_PARTS = /^(.{8})(.{4})(.{3})(.{3})(.{12})/;

/** The id follows from the user and the fact's key: however often it is told, it is one notification. */
export function notificationId({ userId, key }: Pick<Fact, 'userId' | 'key'>): string {
  const hash = digest(JSON.stringify([userId, key])).slice(0, 30);
  // Version 8 of RFC 9562: the rest is our own.
  return hash.replace(UUID_PARTS, '$1-$2-8$3-8$4-$5');
}

/**
 * A fact as it begins to be told. What is not critical is worth telling for a time after we learned of it, however late it is
 * told; a critical one that nobody was told of yet is always worth it.
 */
export function notificationOf({ receivedAt, ...fact }: Fact, now: Date): Notification {
  const { critical, ttlSeconds } = POLICIES[fact.type];
  const expiresAt = new Date((critical ? now : receivedAt).getTime() + ttlSeconds * 1_000);
  return { ...fact, id: notificationId(fact), createdAt: now, expiresAt };
}

type Collapsing = Pick<Fact, 'userId' | 'type' | 'orderId' | 'symbol' | 'strategy'>;

/** Null: it takes nobody's place. */
export function collapseKey({ userId, type, orderId, symbol, strategy }: Collapsing): string | null {
  const { category, collapseBy } = POLICIES[type];
  const by: Readonly<Record<Exclude<CollapseBy, null>, string | null>> = {
    ORDER: orderId,
    SYMBOL: symbol,
    STRATEGY: strategy,
    TYPE: type,
  };
  const thing = collapseBy && by[collapseBy];
  return thing ? digest(JSON.stringify([userId, category, collapseBy, thing])).slice(0, COLLAPSE_CHARACTERS) : null;
}

/** Held until then: how an order has ended is told in its digest, however late that is. */
export function heldUntil(notification: Notification, releaseAt: Date): Notification {
  const { expiresAt, type } = notification;
  const until = new Date(releaseAt.getTime() + POLICIES[type].ttlSeconds * 1_000);
  return LAST_WORDS.includes(type) && until > expiresAt ? { ...notification, expiresAt: until } : notification;
}

/** As it is kept while it is owed. */
export const storedNotification = (notification: Notification): string => JSON.stringify(notification);

type Stored = Omit<Notification, 'occurredAt' | 'createdAt' | 'expiresAt'> & {
  readonly occurredAt: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly data: NotificationData;
};

/** @param stored JSON that `storedNotification` has written */
export function readNotification(stored: unknown): Notification {
  const { occurredAt, createdAt, expiresAt, ...rest } = stored as Stored;
  return {
    ...rest,
    occurredAt: new Date(occurredAt),
    createdAt: new Date(createdAt),
    expiresAt: new Date(expiresAt),
  };
}
