import type { UserId } from '../kernel/brand.ts';
import type { PushProvider } from './words.ts';

export const PLATFORMS = ['WEB', 'IOS', 'ANDROID'] as const;
export type DevicePlatform = (typeof PLATFORMS)[number];

/** Whether the user lets an app show notifications. `PROMPT`: they were not asked yet. */
export const PERMISSIONS = ['GRANTED', 'DENIED', 'PROMPT'] as const;
export type PushPermission = (typeof PERMISSIONS)[number];

/** A browser or phone of a user. */
export interface Device {
  readonly id: string;
  readonly userId: UserId;
  readonly installation: string;
  readonly platform: DevicePlatform;
  /** Null: no push reaches it. */
  readonly provider: PushProvider | null;
  readonly token: string | null;
  /** Of a web push subscription. */
  readonly keys: WebPushKeys | null;
  readonly permission: PushPermission;
  readonly appVersion: string | null;
  readonly locale: string | null;
  readonly registeredAt: Date;
  readonly seenAt: Date;
}

export interface WebPushKeys {
  readonly p256dh: string;
  readonly auth: string;
}

/** Ask for the permission now: nobody has answered on this device, and no push reaches the user on any other. */
export const shouldPrompt = ({ permission }: Device, all: readonly Device[]): boolean =>
  permission === 'PROMPT' && !all.some((device) => device.provider !== null && device.permission === 'GRANTED');
