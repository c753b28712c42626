import type { TargetKind } from './channels/channel.ts';
import type { ContactState, UserPreferences } from './contact.ts';
import type { OutsideChannel } from './preferences.ts';
import { PUSH_PROVIDERS, type PushProvider, type SuppressReason } from './words.ts';

/** What a device needs for a push, and what it has. */
export interface PushDevice {
  /** Null: it has no token. */
  readonly provider: PushProvider | null;
  readonly permission: 'GRANTED' | 'DENIED' | 'PROMPT';
}

export interface Reach {
  readonly preferences: Pick<UserPreferences, 'contactStates'>;
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
  return unfitFor(preferences.contactStates[channel]);
}

/** Why nothing may go to an address in this state; null: it may. Absent: there is no address. */
export function unfitFor(state: ContactState | undefined): SuppressReason | null {
  switch (state) {
    case undefined:
      return 'NO_ADDRESS';
    case 'UNVERIFIED':
      return 'UNVERIFIED';
    case 'GONE':
      return 'ADDRESS_GONE';
    case 'VERIFIED':
      return null;
  }
}

/** One device is enough. Otherwise the reason is what is nearest to one: a token that nobody carries, then a refusal. */
function unreachedByPush(devices: readonly PushDevice[], configured: ReadonlySet<TargetKind>): SuppressReason | null {
  if (!PUSH_PROVIDERS.some((provider) => configured.has(provider))) return 'CHANNEL_OFF';
  const allowed = devices.filter(({ provider, permission }) => provider !== null && permission === 'GRANTED');
  if (allowed.some(({ provider }) => provider !== null && configured.has(provider))) return null;
  if (allowed.length > 0) return 'CHANNEL_OFF';
  return devices.some(({ permission }) => permission === 'DENIED') ? 'PERMISSION_DENIED' : 'NO_DEVICE';
}
