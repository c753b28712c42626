// What venues and apps prove themselves with: Standard Webhooks signatures and HS256 tokens, by node:crypto alone.
import { createHmac, randomBytes } from 'node:crypto';

const TOKEN_SECONDS = 24 * 3_600;

export const WEBHOOK_SECRET = `whsec_${randomBytes(32).toString('base64')}`;
export const JWT_SECRET = randomBytes(32).toString('base64');
export const CURSOR_SECRET = randomBytes(32).toString('base64');

const webhookKey = Buffer.from(WEBHOOK_SECRET.replace(/^whsec_/, ''), 'base64');

/** The headers of one delivery. */
export function webhookHeaders(id, body) {
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

const base64url = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

export function tokenOf(user, scope) {
  const issuedAt = Math.floor(Date.now() / 1_000);
  const claims = { sub: user, scope, iat: issuedAt, exp: issuedAt + TOKEN_SECONDS };
  const content = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url(claims)}`;
  return `${content}.${createHmac('sha256', JWT_SECRET).update(content).digest('base64url')}`;
}
