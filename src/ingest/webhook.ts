import { digest } from '../kernel/text.ts';
import type { Deps } from '../deps.ts';
import { formatNameOf } from '../venues/formats/format.ts';
import { authenticate, type Request } from './authenticate.ts';
import type { Outcome } from './delivery.ts';
import { UnavailableError } from './group-commit.ts';
import { readDelivery } from './venue-messages.ts';

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
 * Takes one delivery of a venue, in the venue's format. 200 only once it is committed; an unknown venue and a bad
 * signature are answered alike. A signed body is verified before it is parsed.
 */
export async function takeWebhook(
  { config, clock, ingest }: WebhookDeps,
  venue: string,
  request: Request,
): Promise<WebhookAnswer> {
  const receivedAt = clock.now();
  const format = formatNameOf(venue, config.venueFormats);
  const deliveryId = authenticate(format, config.webhookSecrets.get(venue) ?? [], request);
  if (deliveryId === null) {
    return fault(401, 'UNAUTHENTICATED', 'the signature does not match this venue, its time or the body');
  }
  const { body } = request;
  const delivery = { venue, deliveryId, bodyHash: digest(body), receivedAt, content: readDelivery(format, body) };
  try {
    return answerOf(await ingest.submit(delivery));
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    const answer = fault(503, 'UNAVAILABLE', 'not taken: send it again');
    return { ...answer, retryAfterSeconds: error.retryAfterSeconds };
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
