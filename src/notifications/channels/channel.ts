import type { Unasked } from '../../limits/guard.ts';
import type { Category, Locale, NotificationType, Priority, PushProvider } from '../words.ts';

/** Where one message goes. */
export type Target =
  | { readonly kind: 'WEB_PUSH'; readonly endpoint: string; readonly p256dh: string; readonly auth: string }
  | { readonly kind: 'FCM'; readonly token: string }
  | { readonly kind: 'APNS'; readonly token: string }
  | { readonly kind: 'EMAIL'; readonly address: string }
  | { readonly kind: 'SMS'; readonly phone: string }
  | { readonly kind: 'WEBHOOK'; readonly url: string; readonly secret: string };

export type TargetKind = Target['kind'];
export const isPush = (kind: TargetKind): kind is PushProvider =>
  kind === 'WEB_PUSH' || kind === 'FCM' || kind === 'APNS';

/** A notification in the user's words, ready for any channel. */
export interface Message {
  /** Of the notification (a UUID): the idempotency key where a provider has one. */
  readonly id: string;
  readonly userId: string;
  readonly type: NotificationType;
  readonly category: Category;
  readonly critical: boolean;
  readonly priority: Priority;
  readonly title: string;
  readonly body: string;
  /** For e-mail; null where there is plain text only. */
  readonly html: string | null;
  readonly locale: Locale;
  readonly direction: 'ltr' | 'rtl';
  /** At most 32 characters of base64url: a later message with the same one takes this one's place. */
  readonly collapseKey: string | null;
  /** It takes the place of one that was shown, and makes no noise. */
  readonly quiet: boolean;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** Of the order it is about (its Relay id), for the app to open. */
  readonly orderId: string | null;
  readonly symbol: string | null;
  readonly strategy: string | null;
  /** When what it tells of happened. */
  readonly occurredAt: Date;
  /** Unread notifications, with this one. */
  readonly unreadCount: number;
  /** What a program reads: of an outgoing webhook. */
  readonly data: Readonly<Record<string, string | number | boolean | null>>;
}

/** What the provider said of one message for one target. */
export type Outcome =
  | { readonly status: 'sent'; readonly providerId: string | null }
  /**
   * It may be taken later: at least after `retryAfterMs`, where the provider has said so. Nobody has it now. `ofTarget`: the
   * provider is well, and takes messages to others (a mailbox that is full, a device that gets too many).
   */
  | {
      readonly status: 'later';
      readonly text: string;
      readonly retryAfterMs: number | null;
      /** It was not asked: it is left alone for now, or we send it as much as we may at once. */
      readonly unasked?: Unasked;
      readonly ofTarget?: true;
    }
  /** This message, never. */
  | { readonly status: 'refused'; readonly text: string }
  /** This target, never again; `deadSince`, where the provider has said so: one registered later is alive. */
  | { readonly status: 'gone'; readonly text: string; readonly deadSince: Date | null };

/** A provider that carries messages, such as FCM. */
export interface ChannelPort<K extends TargetKind = TargetKind> {
  readonly kind: K;
  /** The same message sent twice is shown once, by the provider's own word. */
  readonly idempotent: boolean;
  /**
   * Never longer than the signal allows.
   * @throws what is no answer: a network error, a time-out. Whether the provider has it is unknown then
   */
  send(message: Message, target: Extract<Target, { kind: K }>, signal: AbortSignal): Promise<Outcome>;
  close(): Promise<void> | void;
}

/** The configured ones, by what they can reach. A kind that is absent is off. */
export type ChannelPorts = { readonly [K in TargetKind]?: ChannelPort<K> };
