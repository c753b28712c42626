import type { TargetKind } from './channels/channel.ts';
import type { OutsideChannel, Preferences } from './preferences.ts';
import { PUSH_PROVIDERS, type PushProvider, type SuppressReason } from './words.ts';

/** What a device needs for a push, and what it has. */
export interface PushDevice {
  /** Null: it has no token. */
  readonly provider: PushProvider | null;
  readonly permission: 'GRANTED' | 'DENIED' | 'PROMPT';
}

export interface Reach {
  readonly preferences: Pick<Preferences, 'contacts'>;
  readonly devices: readonly PushDevice[];
  /** The kinds of target that the service has a provider for. */
  readonly configured: ReadonlySet<TargetKind>;
}

/** Why a channel can't reach the user; null when it can. */
export function unreachedBy(
  channel: OutsideChannel,
  { preferences, devices, configured }: Reach,
): SuppressReason | null {
  if (channel === 'PUSH') return unreachedByPush(devices, configured);
  if (!configured.has(channel)) return 'CHANNEL_OFF';
  const { email, phone, webhook } = preferences.contacts;
  const address = { EMAIL: email, SMS: phone, WEBHOOK: webhook }[channel];
  return address === null ? 'NO_ADDRESS' : null;
}

/** One device is enough. Otherwise the reason is what is nearest to one: a token that nobody carries, then a refusal. */
function unreachedByPush(devices: readonly PushDevice[], configured: ReadonlySet<TargetKind>): SuppressReason | null {
  if (!PUSH_PROVIDERS.some((provider) => configured.has(provider))) return 'CHANNEL_OFF';
  const allowed = devices.filter(({ provider, permission }) => provider !== null && permission === 'GRANTED');
  if (allowed.some(({ provider }) => provider !== null && configured.has(provider))) return null;
  if (allowed.length > 0) return 'CHANNEL_OFF';
  return devices.some(({ permission }) => permission === 'DENIED') ? 'PERMISSION_DENIED' : 'NO_DEVICE';
}
