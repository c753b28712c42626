import type { UserId } from '../kernel/brand.ts';
import type { Position } from '../kernel/position.ts';
import type { NotificationUpdateView } from '../notifications/view.ts';
import type { OrderUpdateView } from '../orders/view.ts';

/** What a user's stream carries, by type. A feature adds its line here, as a type only. */
export interface StreamData {
  readonly orderUpdated: OrderUpdateView;
  /** The critical ones alone. */
  readonly notificationReceived: NotificationUpdateView;
}

export type StreamType = keyof StreamData;

export const STREAM_TYPES = ['orderUpdated', 'notificationReceived'] as const satisfies readonly StreamType[];

/** A committed event at its place in a user's stream; `data` is what apps see. */
export type StreamEvent = {
  readonly [T in StreamType]: {
    readonly userId: UserId;
    readonly position: Position;
    readonly type: T;
    readonly data: StreamData[T];
  };
}[StreamType];

/** What of an event is left without some of its fields: its type and its data still belong together. */
export type EventWithout<K extends keyof StreamEvent> = {
  readonly [T in StreamType]: Omit<Extract<StreamEvent, { type: T }>, K>;
}[StreamType];

export type OrderUpdated = Extract<StreamEvent, { type: 'orderUpdated' }>;
