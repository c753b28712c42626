import { Webhook } from 'standardwebhooks';
import { type HttpDouble, openHttpDouble } from './http-double.ts';

export interface WebhookReceiver extends HttpDouble {
  /** Verified, and each once, by `webhook-id`. */
  readonly messages: Map<string, unknown>;
}

/** A user's own server, as the documentation of Standard Webhooks would have it. */
export async function openWebhookReceiver(secret: string, { tls = false } = {}): Promise<WebhookReceiver> {
  const messages = new Map<string, unknown>();
  const verifier = new Webhook(secret);
  const double = await openHttpDouble(
    ({ headers, body }) => {
      try {
        messages.set(String(headers['webhook-id']), verifier.verify(body, headers as Record<string, string>));
      } catch {
        return { status: 400 };
      }
      return { status: 204 };
    },
    { tls },
  );
  return { ...double, messages };
}
