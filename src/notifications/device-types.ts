import { builder } from '../graphql/builder.ts';
import { globalId } from '../kernel/global-id.ts';
import { PERMISSIONS, PLATFORMS, type Device } from './device.ts';
import { RefusalRef, type Refusal } from './refusal.ts';
import { PushProvider } from './types.ts';

export const DevicePlatform = builder.enumType('DevicePlatform', { values: PLATFORMS });
export const PushPermission = builder.enumType('PushPermission', {
  values: PERMISSIONS,
  description: 'Whether the user lets this app show notifications. PROMPT: they were not asked yet.',
});

export const DeviceRef = builder.objectRef<Device>('Device').implement({
  description: 'A browser or phone of the viewer.',
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => globalId('Device', id) }),
    installation: t.exposeString('installation', { description: 'The app’s own name for itself there.' }),
    platform: t.expose('platform', { type: DevicePlatform }),
    permission: t.expose('permission', { type: PushPermission }),
    pushProvider: t.expose('provider', {
      type: PushProvider,
      nullable: true,
      description: 'Who carries pushes to it; null: none reaches it.',
    }),
    appVersion: t.exposeString('appVersion', { nullable: true }),
    locale: t.exposeString('locale', { nullable: true }),
    registeredAt: t.field({ type: 'DateTime', resolve: ({ registeredAt }) => registeredAt.toISOString() }),
    seenAt: t.field({ type: 'DateTime', resolve: ({ seenAt }) => seenAt.toISOString() }),
  }),
});

export interface DevicePayload {
  readonly device: Device | null;
  readonly promptForPush: boolean;
  readonly refusal: Refusal | null;
}

export const DevicePayloadRef = builder.objectRef<DevicePayload>('DevicePayload').implement({
  fields: (t) => ({
    device: t.expose('device', { type: DeviceRef, nullable: true, description: 'Null when there is none.' }),
    promptForPush: t.exposeBoolean('promptForPush', { description: 'The app should ask for the permission now.' }),
    refusal: t.expose('refusal', { type: RefusalRef, nullable: true, description: 'Null when it was done.' }),
  }),
});

export const PresencePayloadRef = builder.objectRef<Pick<DevicePayload, 'promptForPush'>>('PresencePayload').implement({
  fields: (t) => ({
    promptForPush: t.exposeBoolean('promptForPush', {
      description: 'The app should ask for the permission now: no push reaches the user on any device.',
    }),
  }),
});
