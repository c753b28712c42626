import { z } from 'zod';
import { builder } from '../graphql/builder.ts';
import { globalId } from '../kernel/global-id.ts';
import { idSchema, isStorable, NOT_STORABLE } from '../kernel/text.ts';
import { PERMISSIONS, PLATFORMS, type Device } from './device.ts';
import { RefusalRef, type Refusal } from './refusal.ts';
import { PushProvider } from './types.ts';

const DevicePlatform = builder.enumType('DevicePlatform', { values: PLATFORMS });
const PushPermission = builder.enumType('PushPermission', {
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

const WEB_PUSH_ENDPOINT_CHARACTERS_MAX = 1_024;
const TOKEN_CHARACTERS_MAX = 4_096;
const token = z.string().min(1).max(TOKEN_CHARACTERS_MAX).refine(isStorable, NOT_STORABLE);
const base64url = (bytes: number) =>
  z
    .string()
    .max(2 * bytes)
    .refine((text) => Buffer.from(text, 'base64url').length === bytes, `must be ${bytes} bytes in base64url`);
const P256_POINT_BYTES = 65;
const AUTH_BYTES = 16;

const WebPushInput = builder.inputType('WebPushInput', {
  description: 'A PushSubscription of a browser (W3C Push API), as its toJSON() has it.',
  fields: (t) => ({
    endpoint: t.string({
      required: true,
      validate: z
        .url({ protocol: /^https$/ })
        .max(WEB_PUSH_ENDPOINT_CHARACTERS_MAX)
        .refine(isStorable, NOT_STORABLE),
    }),
    p256dh: t.string({ required: true, validate: base64url(P256_POINT_BYTES) }),
    auth: t.string({ required: true, validate: base64url(AUTH_BYTES) }),
  }),
});

export const RegisterDeviceInput = builder.inputType('RegisterDeviceInput', {
  description: 'At most one of `webPush`, `fcmToken` and `apnsToken`; none where there is no permission.',
  fields: (t) => ({
    installation: t.string({
      required: true,
      validate: idSchema,
      description: 'The app’s own name for itself on this device, kept as long as it is installed.',
    }),
    platform: t.field({ type: DevicePlatform, required: true }),
    permission: t.field({ type: PushPermission, required: true }),
    webPush: t.field({ type: WebPushInput }),
    fcmToken: t.string({ validate: token.nullish() }),
    apnsToken: t.string({ validate: token.regex(/^[0-9a-fA-F]+$/, 'must be hexadecimal').nullish() }),
    appVersion: t.string({ validate: idSchema.nullish() }),
    locale: t.string({ validate: z.string().min(2).max(35).nullish(), description: 'BCP 47.' }),
  }),
});

export const RemoveDeviceInput = builder.inputType('RemoveDeviceInput', {
  fields: (t) => ({ installation: t.string({ required: true, validate: idSchema }) }),
});

export const ReportPresenceInput = builder.inputType('ReportPresenceInput', {
  fields: (t) => ({
    installation: t.string({ required: true, validate: idSchema, description: 'As in `registerDevice`.' }),
    foreground: t.boolean({ required: true, description: 'The user can see the app now.' }),
  }),
});
