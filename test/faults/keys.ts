import { createHmac, randomBytes } from 'node:crypto';

// What venues and apps prove themselves with, by node:crypto alone: Standard Webhooks signatures and HS256 tokens.

const newWebhookSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

export const SECRETS = {
  WEBHOOK_SECRET_STANDARD: newWebhookSecret(),
  WEBHOOK_SECRET_PAPER: newWebhookSecret(),
  JWT_SECRET: randomBytes(32).toString('base64'),
  CURSOR_SECRET: randomBytes(32).toString('base64'),
};

const webhookKey = Buffer.from(SECRETS.WEBHOOK_SECRET_STANDARD.replace(/^whsec_/, ''), 'base64');

/** The headers of one attempt at a delivery, stamped and signed now. */
export function webhookHeaders(id: string, body: string): Record<string, string | number> {
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const signature = createHmac('sha256', webhookKey).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  };
}

export const TOKEN_SECONDS = 6 * 3_600;

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token of this user, as `npm run token` makes it. */
export function tokenOf(user: string, { scope = 'trade read', ttlSeconds = TOKEN_SECONDS } = {}): string {
  const issuedAt = Math.floor(Date.now() / 1_000);
  const claims = { sub: user, scope, iat: issuedAt, exp: issuedAt + ttlSeconds };
  const content = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url(claims)}`;
  return `${content}.${createHmac('sha256', SECRETS.JWT_SECRET).update(content).digest('base64url')}`;
}
