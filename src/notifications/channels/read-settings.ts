import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { z } from 'zod';
import type { RawEnvironment } from '../../config.ts';
import { protocolOf } from '../../kernel/secret.ts';
import type {
  ApnsSettings,
  ChannelSettings,
  EmailSettings,
  FcmSettings,
  ServiceAccount,
  SmsSettings,
  WebPushSettings,
} from './settings.ts';
import { isVapidPair, vapidKeysOf } from './vapid.ts';

/** Mail addresses of a machine's own are refused by Apple, so development has one of the documentation's (RFC 2606). */
const DEVELOPMENT_SUBJECT = 'mailto:development@example.com';

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || (isIP(host) === 4 && host.startsWith('127.'));
/** Credentials go there, so they go encrypted, or stay on this machine. */
const providerUrl = z.string().refine((text) => {
  const protocol = protocolOf(text);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(new URL(text).hostname));
}, 'must be a URL of https:');
const origins = z
  .string()
  .transform((text) => text.split(/[\s,]+/).filter(Boolean))
  .refine(
    (list) => list.every((text) => ['https:', 'http:'].includes(protocolOf(text)) && new URL(text).origin === text),
    'must be origins such as https://push.example.com, separated by spaces or commas',
  );
/** What can be decoded, too: a password may hold signs of a URL. */
function isSmtp(text: string): boolean {
  if (!['smtp:', 'smtps:'].includes(protocolOf(text))) return false;
  const { hostname, username, password } = new URL(text);
  try {
    decodeURIComponent(username + password);
    return hostname !== '' && (username !== '' || password === '');
  } catch {
    return false;
  }
}
const contact = z
  .string()
  .refine((text) => ['mailto:', 'https:'].includes(protocolOf(text)), 'must be a URL of mailto: or https:');
const word = z.string().regex(/^\S+$/, 'must hold no spaces');
/** As it stands, or the path of a file that holds it. */
const content = z.string().transform((text, context) => {
  if (/^\s*\{|-----BEGIN /.test(text)) return text;
  try {
    return readFileSync(text, 'utf8');
  } catch {
    context.addIssue({ code: 'custom', message: 'is neither what it should be nor a file that can be read' });
    return z.NEVER;
  }
});

const channelSchema = z.object({
  VAPID_PUBLIC_KEY: word.optional(),
  VAPID_PRIVATE_KEY: word.optional(),
  VAPID_SUBJECT: contact.optional(),
  WEB_PUSH_ORIGINS: origins.default([]),
  FCM_SERVICE_ACCOUNT: content.optional(),
  FCM_URL: providerUrl.default('https://fcm.googleapis.com'),
  APNS_KEY: content.optional(),
  APNS_KEY_ID: word.optional(),
  APNS_TEAM_ID: word.optional(),
  APNS_TOPIC: word.optional(),
  APNS_URL: providerUrl.default('https://api.push.apple.com'),
  SMTP_URL: z.string().refine(isSmtp, 'must be a URL such as smtps://user:password@mail.example.com').optional(),
  MAIL_FROM: z
    .string()
    .regex(/^[^\r\n]*@[^\r\n]*$/, 'must be an address')
    .optional(),
  MAIL_UNSUBSCRIBE: contact.optional(),
  TWILIO_ACCOUNT_SID: word.optional(),
  TWILIO_AUTH_TOKEN: word.optional(),
  TWILIO_FROM: z.string().optional(),
  TWILIO_URL: providerUrl.default('https://api.twilio.com'),
  OUTGOING_WEBHOOKS: z.enum(['0', '1']).optional(),
  OUTGOING_WEBHOOK_ORIGINS: origins.default([]),
});

type Environment = z.infer<typeof channelSchema>;
type Found<Settings> = { readonly settings: Settings | null; readonly faults: readonly string[] };
const OFF = { settings: null, faults: [] };

/**
 * The variables of the channels; `faults` says what is wrong with them, one sentence each, and quotes no value.
 * @param developmentSecret from which development's own keys are made, when they are asked for; null in production
 */
export function readChannelSettings(
  given: RawEnvironment,
  developmentSecret: (() => string) | null,
): { readonly channels: ChannelSettings; readonly faults: readonly string[] } {
  const { data: env, error } = channelSchema.safeParse(given);
  if (!env) {
    const faults = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    return { channels: ALL_OFF, faults };
  }
  const webPush = readWebPush(env, developmentSecret);
  const [fcm, apns, email, sms] = [readFcm(env), readApns(env), readEmail(env), readSms(env)];
  return {
    channels: {
      ...{ webPush: webPush.settings, fcm: fcm.settings, apns: apns.settings },
      ...{ email: email.settings, sms: sms.settings },
      webhook: env.OUTGOING_WEBHOOKS === '1' ? { origins: env.OUTGOING_WEBHOOK_ORIGINS } : null,
    },
    faults: [webPush, fcm, apns, email, sms].flatMap(({ faults }) => faults),
  };
}

const ALL_OFF: ChannelSettings = { webPush: null, fcm: null, apns: null, email: null, sms: null, webhook: null };

/** All of them, or null where there is none; some without the others are a fault. */
function together<Name extends keyof Environment>(
  env: Environment,
  names: readonly Name[],
): Found<{ readonly [Each in Name]: NonNullable<Environment[Each]> }> {
  const missing = names.filter((name) => env[name] === undefined);
  if (missing.length === names.length) return OFF;
  if (missing.length > 0) return { settings: null, faults: missing.map((name) => `${name} is missing`) };
  return { settings: env as { [Each in Name]: NonNullable<Environment[Each]> }, faults: [] };
}

function readWebPush(env: Environment, developmentSecret: (() => string) | null): Found<WebPushSettings> {
  const { settings: given, faults } = together(env, ['VAPID_PUBLIC_KEY', 'VAPID_PRIVATE_KEY']);
  const [subject, origins] = [env.VAPID_SUBJECT, env.WEB_PUSH_ORIGINS];
  if (given) {
    const keys = { publicKey: given.VAPID_PUBLIC_KEY, privateKey: given.VAPID_PRIVATE_KEY };
    if (!isVapidPair(keys))
      return { settings: null, faults: ['VAPID_PUBLIC_KEY and VAPID_PRIVATE_KEY are no pair of P-256 in base64url'] };
    if (subject === undefined) return { settings: null, faults: ['VAPID_SUBJECT is missing'] };
    return { settings: { keys, subject, origins }, faults };
  }
  if (faults.length > 0 || !developmentSecret) return { settings: null, faults };
  return {
    settings: {
      ...{ subject: subject ?? DEVELOPMENT_SUBJECT, origins },
      // Made only when somebody asks.
      get keys() {
        return vapidKeysOf(developmentSecret());
      },
    },
    faults,
  };
}

const accountFile = z.object({
  project_id: z.string().min(1),
  client_email: z.string().min(1),
  private_key: z.string().refine((pem) => keyTypeOf(pem) === 'rsa'),
  private_key_id: z.string().nullish(),
  token_uri: providerUrl.default('https://oauth2.googleapis.com/token'),
});

function readFcm({ FCM_SERVICE_ACCOUNT: text, FCM_URL: url }: Environment): Found<FcmSettings> {
  if (text === undefined) return OFF;
  const account = accountOf(text);
  return account
    ? { settings: { url, account }, faults: [] }
    : { settings: null, faults: ['FCM_SERVICE_ACCOUNT must be the JSON key file of a service account'] };
}

function accountOf(text: string): ServiceAccount | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  const { data } = accountFile.safeParse(json);
  return data
    ? {
        ...{ projectId: data.project_id, clientEmail: data.client_email, privateKey: data.private_key },
        ...{ keyId: data.private_key_id ?? null, tokenUrl: data.token_uri },
      }
    : null;
}

function readApns(env: Environment): Found<ApnsSettings> {
  const { settings: given, faults } = together(env, ['APNS_KEY', 'APNS_KEY_ID', 'APNS_TEAM_ID', 'APNS_TOPIC']);
  if (!given) return { settings: null, faults };
  const key = given.APNS_KEY.replaceAll('\\n', '\n');
  if (keyTypeOf(key) !== 'ec') return { settings: null, faults: ['APNS_KEY must be the .p8 file of a key for APNs'] };
  return {
    settings: {
      ...{ url: env.APNS_URL, key, keyId: given.APNS_KEY_ID },
      ...{ teamId: given.APNS_TEAM_ID, topic: given.APNS_TOPIC },
    },
    faults,
  };
}

function keyTypeOf(pem: string): string | null {
  try {
    return createPrivateKey(pem).asymmetricKeyType ?? null;
  } catch {
    return null;
  }
}

function readEmail(env: Environment): Found<EmailSettings> {
  const { settings: given, faults } = together(env, ['SMTP_URL', 'MAIL_FROM']);
  if (!given) return { settings: null, faults };
  const url = new URL(given.SMTP_URL);
  const secure = url.protocol === 'smtps:';
  return {
    settings: {
      ...{ host: url.hostname.replace(/^\[|\]$/g, ''), secure },
      port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
      auth:
        url.username === ''
          ? null
          : { user: decodeURIComponent(url.username), password: decodeURIComponent(url.password) },
      ...{ from: given.MAIL_FROM, unsubscribe: env.MAIL_UNSUBSCRIBE ?? null },
    },
    faults,
  };
}

function readSms(env: Environment): Found<SmsSettings> {
  const { settings: given, faults } = together(env, ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_FROM']);
  if (!given) return { settings: null, faults };
  const { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken, TWILIO_FROM: from } = given;
  return { settings: { url: env.TWILIO_URL, accountSid, authToken, from }, faults };
}
