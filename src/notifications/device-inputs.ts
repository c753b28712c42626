import { z } from 'zod';
import { builder } from '../graphql/builder.ts';
import { idSchema, isStorable, NOT_STORABLE } from '../kernel/text.ts';
import { DevicePlatform, PushPermission } from './device-types.ts';

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
      validate: z.url().max(WEB_PUSH_ENDPOINT_CHARACTERS_MAX).refine(isStorable, NOT_STORABLE),
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
