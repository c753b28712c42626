import { createECDH, createPublicKey, randomBytes } from 'node:crypto';
import { jwtVerify } from 'jose';
import type { Target } from '../../../../src/notifications/channels/channel.ts';
import type { WebPushPayload } from '../../../../src/notifications/channels/web-push.ts';
import { type HttpDouble, openHttpDouble, type Received, type Reply } from './http-double.ts';
import { decryptPush } from './rfc8291.ts';

export interface PushMessage {
  readonly endpoint: string;
  readonly payload: WebPushPayload;
  readonly bytes: number;
  readonly ttl: number;
  readonly urgency: string;
  readonly topic: string | null;
}

export interface PushService extends HttpDouble {
  /** Decrypted, in the order in which they came. */
  readonly messages: PushMessage[];
  /** As a browser's `pushManager.subscribe` would. */
  subscribe(): Extract<Target, { kind: 'WEB_PUSH' }>;
  /** The browser is gone: 410 from now on. */
  unsubscribe(endpoint: string): void;
}

const MESSAGE_BYTES_MAX = 4_096;

/** A push service (RFC 8030) with the browsers behind it; strict about VAPID (RFC 8292). */
export async function openPushService({
  publicKey,
  tls = false,
}: {
  readonly publicKey: string;
  readonly tls?: boolean;
}): Promise<PushService> {
  const messages: PushMessage[] = [];
  const browsers = new Map<string, { readonly keys: ReturnType<typeof createECDH>; readonly auth: Buffer }>();
  const serve = async (request: Received): Promise<Reply> => {
    const { path, headers, body } = request;
    const browser = browsers.get(path);
    if (!browser) return { status: 410 };
    const ttl = headers['ttl'];
    if (typeof ttl !== 'string' || !/^\d+$/.test(ttl)) return { status: 400, body: 'TTL' };
    if (headers['content-encoding'] !== 'aes128gcm') return { status: 415 };
    if (body.length > MESSAGE_BYTES_MAX) return { status: 413 };
    if (!(await isVouchedFor(headers.authorization ?? '', { origin: double.url, publicKey }))) return { status: 403 };
    const topic = headers['topic'];
    if (topic !== undefined && !/^[\w-]{1,32}$/.test(String(topic))) return { status: 400, body: 'Topic' };
    messages.push({
      endpoint: `${double.url}${path}`,
      payload: JSON.parse(decryptPush(body, browser).toString()) as WebPushPayload,
      ...{ bytes: body.length, ttl: Number(ttl) },
      ...{ urgency: String(headers['urgency']), topic: topic === undefined ? null : String(topic) },
    });
    return { status: 201, headers: { location: `${double.url}/message/${messages.length}` } };
  };
  const double = await openHttpDouble(serve, { tls });
  return {
    ...double,
    messages,
    subscribe: () => {
      const keys = createECDH('prime256v1');
      keys.generateKeys();
      const auth = randomBytes(16);
      const path = `/push/${randomBytes(8).toString('hex')}`;
      browsers.set(path, { keys, auth });
      return {
        ...{ kind: 'WEB_PUSH', endpoint: `${double.url}${path}` },
        ...{ p256dh: keys.getPublicKey('base64url'), auth: auth.toString('base64url') },
      };
    },
    unsubscribe: (endpoint) => void browsers.delete(new URL(endpoint).pathname),
  };
}

/** RFC 8292, 2 and 3: signed by the key that the browsers subscribed with, for us, for a day at most. */
export async function isVouchedFor(
  authorization: string,
  { origin, publicKey }: { origin: string; publicKey: string },
): Promise<boolean> {
  const [, token = '', key = ''] = /^vapid t=([\w.-]+), ?k=([\w-]+)$/.exec(authorization) ?? [];
  if (key !== publicKey) return false;
  const raw = Buffer.from(key, 'base64url');
  const [x, y] = [raw.toString('base64url', 1, 33), raw.toString('base64url', 33)];
  const verifier = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
  try {
    const { payload } = await jwtVerify(token, verifier, { algorithms: ['ES256'], audience: origin });
    const isSoon = (payload.exp ?? Infinity) * 1_000 <= Date.now() + 86_400_000;
    return isSoon && /^(mailto:|https:)/.test(payload.sub ?? '');
  } catch {
    return false;
  }
}
