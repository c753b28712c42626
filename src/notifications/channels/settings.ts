import type { VapidKeys } from './vapid.ts';

export interface WebPushSettings {
  readonly keys: VapidKeys;
  /** Whom a push service can reach about us: mailto: or https: (RFC 8292, 2.1). */
  readonly subject: string;
  /** Push services beside the known ones, such as `https://push.example.com:8443`. */
  readonly origins: readonly string[];
}

/** Of Google: the JSON key file of a service account. */
export interface ServiceAccount {
  readonly projectId: string;
  readonly clientEmail: string;
  readonly privateKey: string;
  readonly keyId: string | null;
  readonly tokenUrl: string;
}

export interface FcmSettings {
  readonly url: string;
  readonly account: ServiceAccount;
}

export interface ApnsSettings {
  readonly url: string;
  /** PKCS#8 in PEM form, as Apple's .p8 file has it. */
  readonly key: string;
  readonly keyId: string;
  readonly teamId: string;
  /** The bundle id of the app. */
  readonly topic: string;
}

export interface EmailSettings {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte on (smtps:); otherwise by STARTTLS, which a password demands. */
  readonly secure: boolean;
  readonly auth: { readonly user: string; readonly password: string } | null;
  readonly from: string;
  /** For List-Unsubscribe: mailto: or https:. */
  readonly unsubscribe: string | null;
}

export interface SmsSettings {
  readonly url: string;
  readonly accountSid: string;
  readonly authToken: string;
  /** A number, a sender's name, or a messaging service (MG...). */
  readonly from: string;
}

export interface WebhookSettings {
  /** Receivers that need be neither public nor https, such as those in the operator's own network. */
  readonly origins: readonly string[];
}

/** What the environment says of the providers that carry notifications; null: that channel is off. */
export interface ChannelSettings {
  readonly webPush: WebPushSettings | null;
  readonly fcm: FcmSettings | null;
  readonly apns: ApnsSettings | null;
  readonly email: EmailSettings | null;
  readonly sms: SmsSettings | null;
  readonly webhook: WebhookSettings | null;
}
