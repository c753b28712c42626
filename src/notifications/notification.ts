import type { UserId } from '../kernel/brand.ts';
import type { NotificationType } from './words.ts';

/** What the words of a notification are made of. Quantities, prices and money are decimal strings. */
export type NotificationData = Readonly<Record<string, string | number | boolean | null>>;

/** Something that happened to a user and may be worth telling, whoever found it out. */
export interface Fact {
  readonly userId: UserId;
  readonly type: NotificationType;
  /** The same fact told twice is one: unique for its user. */
  readonly key: string;
  readonly occurredAt: Date;
  /** When we learned of it, by our own clock. */
  readonly receivedAt: Date;
  /** Its Relay id, as in `Order.id`. */
  readonly orderId: string | null;
  readonly symbol: string | null;
  readonly strategy: string | null;
  readonly data: NotificationData;
}

/** A fact that is being told. */
export interface Notification extends Omit<Fact, 'receivedAt'> {
  /** A UUID; apps see it as the Relay id of `Notification`. */
  readonly id: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}
