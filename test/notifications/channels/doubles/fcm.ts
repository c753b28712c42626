import { generateKeyPairSync } from 'node:crypto';
import { jwtVerify } from 'jose';
import { type Fault, type HttpDouble, openHttpDouble, type Received, type Reply } from './http-double.ts';

export interface FcmMessage {
  readonly token: string;
  readonly notification: { readonly title: string; readonly body: string };
  readonly data: Readonly<Record<string, string>>;
  readonly android: {
    readonly priority: string;
    readonly ttl: string;
    readonly notification: Readonly<Record<string, unknown>>;
  };
  readonly apns: { readonly headers: Readonly<Record<string, string>>; readonly payload: object };
}

export interface FcmDouble extends HttpDouble {
  /** For FCM_SERVICE_ACCOUNT. */
  readonly serviceAccount: string;
  readonly messages: FcmMessage[];
  /** Tokens of devices that are gone. */
  readonly unregistered: Set<string>;
  grants(): number;
  planGrant(...faults: readonly Fault[]): void;
  /** Every access token ends at once. */
  revoke(): void;
}

/** Made once: it takes its time. */
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const PROJECT = 'fillstream-test';
const EMAIL = `sender@${PROJECT}.iam.gserviceaccount.com`;
const SCOPE = 'https://www.googleapis.com/auth/firebase.messaging';

export const fcmFault = (code: number, status: string, errorCode?: string): Reply => ({
  status: code,
  body: {
    error: {
      ...{ code, status, message: 'no' },
      ...(errorCode !== undefined && {
        details: [{ '@type': 'type.googleapis.com/google.firebase.fcm.v1.FcmError', errorCode }],
      }),
    },
  },
});

/** Firebase Cloud Messaging and Google's token endpoint, which takes only a grant that the service account's key signed. */
export async function openFcmDouble({ clock = () => new Date() } = {}): Promise<FcmDouble> {
  const messages: FcmMessage[] = [];
  const unregistered = new Set<string>();
  const access = new Set<string>();
  let grants = 0;
  const google = await openHttpDouble(async ({ body }) => {
    const form = new URLSearchParams(body.toString());
    if (form.get('grant_type') !== 'urn:ietf:params:oauth:grant-type:jwt-bearer') return { status: 400 };
    try {
      const { payload } = await jwtVerify(form.get('assertion') ?? '', publicKey, {
        ...{
          algorithms: ['RS256'],
          audience: `${google.url}/token`,
          issuer: EMAIL,
          maxTokenAge: '1 h',
          clockTolerance: 5,
          currentDate: clock(),
        },
      });
      if (payload['scope'] !== SCOPE || (payload.exp ?? 0) - (payload.iat ?? 0) > 3_600) return { status: 400 };
    } catch {
      return { status: 400, body: { error: 'invalid_grant' } };
    }
    const token = `ya29.${++grants}`;
    access.add(token);
    return { status: 200, body: { access_token: token, expires_in: 3_599, token_type: 'Bearer' } };
  });
  const double = await openHttpDouble(({ headers, path, body }: Received): Reply => {
    if (!access.has((headers.authorization ?? '').replace(/^Bearer /, ''))) return fcmFault(401, 'UNAUTHENTICATED');
    if (path !== `/v1/projects/${PROJECT}/messages:send`) return { status: 404, body: '<!DOCTYPE html>' };
    const { message } = JSON.parse(body.toString()) as { message: FcmMessage };
    if (!/^\d+s$/.test(message.android.ttl)) return fcmFault(400, 'INVALID_ARGUMENT', 'INVALID_ARGUMENT');
    if (Object.values(message.data).some((value) => typeof value !== 'string'))
      return fcmFault(400, 'INVALID_ARGUMENT');
    if (JSON.stringify([message.notification, message.data]).length > 4_096) return fcmFault(400, 'INVALID_ARGUMENT');
    if (unregistered.has(message.token)) return fcmFault(404, 'NOT_FOUND', 'UNREGISTERED');
    messages.push(message);
    return { status: 200, body: { name: `projects/${PROJECT}/messages/0:${messages.length}` } };
  });
  return {
    ...double,
    ...{ messages, unregistered, grants: () => grants, planGrant: google.plan, revoke: () => access.clear() },
    serviceAccount: JSON.stringify({
      ...{ type: 'service_account', project_id: PROJECT, client_email: EMAIL, private_key_id: 'k1' },
      private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
      token_uri: `${google.url}/token`,
    }),
    close: async () => {
      await double.close();
      await google.close();
    },
  };
}
