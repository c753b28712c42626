import { Webhook } from 'standardwebhooks';
import { digest } from '../kernel/text.ts';
import type { Deps } from '../deps.ts';
import { type Outcome, readEnvelope } from './delivery.ts';
import { UnavailableError } from './group-commit.ts';

export const DELIVERY_ID_CHARACTERS_MAX = 256;
const SIGNATURES_MAX = 20;

export interface WebhookAnswer {
  readonly status: 200 | 401 | 409 | 422 | 503;
  readonly body: object;
  readonly retryAfterSeconds?: number;
}

type WebhookDeps = Pick<Deps, 'config' | 'clock' | 'ingest'>;

const fault = (status: WebhookAnswer['status'], code: string, message: string): WebhookAnswer => ({
  status,
  body: { error: { code, message } },
});

/**
 * Takes one delivery of a venue (Standard Webhooks). 200 only once it is committed; an unknown venue and a bad
 * signature are answered alike. The body is verified before it is parsed.
 */
export async function takeWebhook(
  { config, clock, ingest }: WebhookDeps,
  venue: string,
  { headers, body }: { headers: Headers; body: Uint8Array },
): Promise<WebhookAnswer> {
  const receivedAt = clock.now();
  const deliveryId = headers.get('webhook-id') ?? '';
  const secrets = config.webhookSecrets.get(venue) ?? [];
  if (!isSigned(secrets, headers, body)) {
    return fault(401, 'UNAUTHENTICATED', 'the signature does not match this venue, its time or the body');
  }
  const delivery = { venue, deliveryId, bodyHash: digest(body), receivedAt, content: readEnvelope(body) };
  try {
    return answerOf(await ingest.submit(delivery));
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    const answer = fault(503, 'UNAVAILABLE', 'not taken: send it again');
    return { ...answer, retryAfterSeconds: error.retryAfterSeconds };
  }
}

/** Within 300 s of our clock, in both directions, under any of the venue's secrets. */
function isSigned(secrets: readonly string[], headers: Headers, body: Uint8Array): boolean {
  const named = {
    'webhook-id': headers.get('webhook-id') ?? '',
    'webhook-timestamp': headers.get('webhook-timestamp') ?? '',
    'webhook-signature': headers.get('webhook-signature') ?? '',
  };
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = named;
  if (!/^[\x21-\x7e]+$/.test(id) || id.length > DELIVERY_ID_CHARACTERS_MAX || id.includes('.')) return false;
  if (!/^\d{1,12}$/.test(timestamp) || signature.split(' ').length > SIGNATURES_MAX) return false;
  return secrets.some((secret) => verifies(secret, named, body));
}

function verifies(secret: string, headers: Record<string, string>, body: Uint8Array): boolean {
  try {
    new Webhook(secret).verify(Buffer.from(body), headers, { jsonParse: false });
    return true;
  } catch {
    return false;
  }
}

function answerOf(outcome: Outcome): WebhookAnswer {
  switch (outcome.status) {
    case 'applied': {
      const { accepted, duplicates, quarantined } = outcome;
      return { status: 200, body: { accepted, duplicates, quarantined } };
    }
    case 'conflict':
      return fault(409, 'DELIVERY_CONFLICT', 'this delivery id is known with another body');
    case 'unreadable':
      return fault(422, 'UNREADABLE', outcome.detail);
  }
}
