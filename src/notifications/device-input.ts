import type { Config } from '../config.ts';
import type { DevicePlatform, PushPermission } from './device.ts';
import type { PushToken, Registration } from './devices.ts';
import { type Refusal, refusal } from './refusal.ts';

/** As an app gives it. */
export interface DeviceInput {
  readonly installation: string;
  readonly platform: DevicePlatform;
  readonly permission: PushPermission;
  readonly webPush?: { readonly endpoint: string; readonly p256dh: string; readonly auth: string } | null | undefined;
  readonly fcmToken?: string | null | undefined;
  readonly apnsToken?: string | null | undefined;
  readonly appVersion?: string | null | undefined;
  readonly locale?: string | null | undefined;
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** A push service is public and has TLS; in development there may be one on this machine. */
function isEndpoint(text: string, { production }: Pick<Config, 'production'>): boolean {
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== '' || password !== '') return false;
  return protocol === 'https:' || (!production && protocol === 'http:' && LOOPBACK.has(hostname));
}

/** What an app tells, or why it can't be. Without the permission nothing is pushed, so a token is not kept then. */
export function registrationOf(
  { installation, platform, permission, ...input }: DeviceInput,
  config: Pick<Config, 'production'>,
): Registration | { readonly refusal: Refusal } {
  const tokens = tokensOf(input);
  if (tokens.length > 1) {
    return { refusal: refusal('INVALID_DEVICE', 'give at most one of webPush, fcmToken and apnsToken') };
  }
  if (input.webPush && !isEndpoint(input.webPush.endpoint, config)) {
    return { refusal: refusal('INVALID_DEVICE', 'the endpoint is no https URL of a push service', 'webPush.endpoint') };
  }
  const push = permission === 'GRANTED' ? (tokens[0] ?? null) : null;
  const about = { appVersion: input.appVersion ?? null, locale: input.locale ?? null };
  return { installation, platform, permission, push, ...about };
}

function tokensOf({ webPush, fcmToken, apnsToken }: Partial<DeviceInput>): readonly PushToken[] {
  const { endpoint, p256dh, auth } = webPush ?? {};
  return [
    ...(endpoint && p256dh && auth ? [{ provider: 'WEB_PUSH' as const, token: endpoint, keys: { p256dh, auth } }] : []),
    ...(fcmToken ? [{ provider: 'FCM' as const, token: fcmToken, keys: null }] : []),
    ...(apnsToken ? [{ provider: 'APNS' as const, token: apnsToken.toLowerCase(), keys: null }] : []),
  ];
}
